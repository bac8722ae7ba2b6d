"""What a point estimate says: the mode and what follows from it, but nothing that is drawn.

A variable that nothing observed depends on is drawn forward after a fit. Beside a mode, one such
draw would pass for an estimate; so it is left out, with all that is computed from it, and single
elements of this kind are nan.
"""

from collections.abc import Mapping

from torch import Tensor, nan

from ..compiler.evidence import Place, place_of
from ..compiler.graph import Elements, Latent, Node, Partly
from ..compiler.rewrite.prune import Pruned
from .data import Bound


def estimated(cut: Pruned) -> tuple[str, ...]:
    """Variables that the mode determines, in order."""
    nodes = cut.forward.nodes
    drawn = {n for n in cut.barren if isinstance(nodes[n].role, Latent | Partly)}
    if not drawn:
        return tuple(nodes)
    random = drawn.union(*(cut.forward.descendants(n) for n in drawn))
    return tuple(n for n in nodes if n not in random)


def without_drawn(values: Mapping[str, Tensor], cut: Pruned, bound: Bound) -> dict[str, Tensor]:
    """Values ``(draws, *dimensions)`` of the estimated variables; elements that are drawn: nan."""
    nodes = cut.forward.nodes
    return {n: _blanked(values[n], nodes[n], bound) for n in estimated(cut) if n in values}


def _blanked(value: Tensor, node: Node, bound: Bound) -> Tensor:
    match node.role:
        case Partly(barren=Elements() as barren):
            value = value.clone()
            for labels in barren.labels:
                value[_position(node, place_of(labels), bound)] = nan
            return value
        case _:
            return value


def _position(node: Node, place: Place, bound: Bound) -> tuple[slice | int, ...]:
    """Index of an element, over all draws."""
    axes = zip(place, node.type.event, strict=False)
    at = [
        list(bound.labels[axis]).index(word) if isinstance(axis, str) else int(word) - 1
        for word, axis in axes
    ]
    return (slice(None), *at)
