"""What a point estimate says: the mode and what follows from it, but nothing that is drawn.

A variable that nothing observed depends on is drawn forward after a fit. Beside a mode, one such
draw would pass for an estimate; so it is left out, with all that is computed from it.
"""

from collections.abc import Mapping

from torch import Tensor

from ..compiler.graph import Latent, Partly
from ..compiler.rewrite.prune import Pruned


def estimated(cut: Pruned) -> tuple[str, ...]:
    """Variables that the mode determines, in order."""
    nodes = cut.forward.nodes
    drawn = {n for n in cut.barren if isinstance(nodes[n].role, Latent | Partly)}
    if not drawn:
        return tuple(nodes)
    random = drawn.union(*(cut.forward.descendants(n) for n in drawn))
    return tuple(n for n in nodes if n not in random)


def without_drawn(values: Mapping[str, Tensor], cut: Pruned) -> dict[str, Tensor]:
    """Values ``(draws, *dimensions)`` of the estimated variables."""
    return {n: values[n] for n in estimated(cut) if n in values}
