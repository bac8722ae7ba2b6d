"""``prune``: drop what cannot matter, and tell what can be drawn afterwards.

A variable without an observed descendant integrates out of the posterior of the others: its factor
is a density of itself, and nothing that is observed reads it (barren nodes). If nobody asks for it
it goes, with its factor; if somebody does, it is drawn forward from the posterior draws of its
parents, which costs nothing and is exact. A variable that has no such draw (a vector of unlike
numbers in order) stays with what is inferred.

Observed variables stay even where no latent variable is left above them: their terms are constants
of the posterior, but they are part of the evidence.

References:
    Shachter (1986), Evaluating influence diagrams: barren nodes.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from ...grammar.diagnostic import Rejected
from ..evidence import without
from ..graph import (
    Derived,
    Elements,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Potential,
)
from ..query import fixed_half
from . import complaints
from .locate import variables

_DRAWN_OR_COMPUTED = Latent | Partly | Derived | Patched


class Pruned(NamedTuple):
    """A model cut down to what was asked.

    Attributes:
        graph: the evidence and its ancestors: what a density is made of.
        barren: the other variables that were asked for, with the ancestors they need, to be drawn
            or computed forward in this order. (Of a variable in ``graph``, some elements may be
            barren: its role says so.)
        forward: graph and barren variables together, what the forward pass reads.
    """

    graph: ModelGraph
    barren: tuple[str, ...]
    forward: ModelGraph


def prune(graph: ModelGraph, keep: Collection[str] | None = None) -> Pruned:
    """The part of the graph that matters for ``keep``, given its evidence.

    Args:
        keep: variables asked for; by default every one but natural halves of intervened variables.

    Raises:
        Rejected: Q601.
    """
    asked = _asked_by_default(graph) if keep is None else tuple(keep)
    named = variables(graph)
    unknown = [complaints.unknown_variable(None, n, named) for n in asked if n not in graph.nodes]
    if unknown:
        raise Rejected(unknown, graph.source)
    forward = _without_barren_elements(_restricted(graph, {*_evidence(graph), *asked}))
    inferred = _restricted(forward, (*_evidence(forward), *_undrawable(forward)))
    rest = (forward.nodes[n] for n in forward.order if n not in inferred.nodes)
    barren = tuple(n.name for n in rest if isinstance(n.role, _DRAWN_OR_COMPUTED))
    return Pruned(inferred, barren, forward)


def _asked_by_default(graph: ModelGraph) -> tuple[str, ...]:
    return tuple(n for n in variables(graph) if fixed_half(n) not in graph.nodes)


def _evidence(graph: ModelGraph) -> tuple[str, ...]:
    return tuple(n.name for n in graph.nodes.values() if _is_evidence(n))


def _undrawable(graph: ModelGraph) -> tuple[str, ...]:
    """Latent variables that are inferred though nothing observed depends on them.

    Those that follow from earlier elements are: drawing them takes a step for every element.
    """
    recurring = frozenset().union(*graph.recurrences)
    recurring |= {n.name for n in graph.nodes.values() if graph.own_values(n)}
    return tuple(
        n.name
        for n in graph.nodes.values()
        if (isinstance(n.role, Latent) and not n.role.dist.drawable)
        or (isinstance(n.role, Latent | Partly) and n.name in recurring)
    )


def _is_evidence(node: Node) -> bool:
    match node.role:
        case Observed() | Potential():
            return True
        case Partly(observed=observed):
            return observed is not None
        case _:
            return False


def _restricted(graph: ModelGraph, names: Iterable[str]) -> ModelGraph:
    """The variables and everything that they are made from.

    By formulas rather than by edges: an observed family needs its own patched copy, though no edge
    leads back.
    """
    kept: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in kept:
            kept.add(name)
            todo.extend(graph.nodes[name].parents)
    if len(kept) == len(graph.nodes):
        return graph  # which knows its order
    return replace(graph, nodes={n: node for n, node in graph.nodes.items() if n in kept})


def _without_barren_elements(graph: ModelGraph) -> ModelGraph:
    """Mark the elements of natural halves that nothing reads: all children read the patched copy,
    and that has other values there."""
    changed = [
        _with_barren(graph.nodes[node.role.of], node.role.elements)
        for node in graph.nodes.values()
        if isinstance(node.role, Patched)
    ]
    return graph.having(*changed)


def _with_barren(node: Node, elements: Elements) -> Node:
    """The natural half with those elements marked that are not evidence."""
    match node.role:
        case Latent(dist):
            return replace(node, role=Partly(dist, None, Elements(elements.labels, ())))
        case Partly(dist, None | Elements() as observed, _):
            unseen = without(Elements(elements.labels, ()), observed)
            return replace(node, role=Partly(dist, observed, unseen))
        case _:  # which elements of `Present` are seen shows with the data: all stay
            return node
