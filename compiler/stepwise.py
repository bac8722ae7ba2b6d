"""The order in which variables are drawn forward, and which of them are drawn step by step.

While a density is evaluated, what is random has a value beforehand; while drawing it has not. So
families that refer to earlier elements of each other are one group here, the random ones among
them, and each step of a group draws one element of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .graph import Derived, Latent, Observed, Partly, formulas, scored
from .ordering import Cyclic, grouped, topological
from .reading import read_at

if TYPE_CHECKING:
    from .graph import ModelGraph, Node


def drawing_order(graph: ModelGraph) -> tuple[tuple[str, ...], ...]:
    """Names in groups, each after what it needs; a group in an order of the same step."""
    every = grouped(graph.nodes, lambda name: graph.nodes[name].parents)
    return tuple(
        _one_step(graph, names) if recurs(graph, names) and can_step(graph, names) else names
        for names in every
    )


def recurs(graph: ModelGraph, names: tuple[str, ...]) -> bool:
    """Whether a group needs earlier elements of itself."""
    return len(names) > 1 or names[0] in graph.nodes[names[0]].parents


def can_step(graph: ModelGraph, names: tuple[str, ...]) -> bool:
    """Whether a group that recurs can be computed one step after the other."""
    nodes = [graph.nodes[n] for n in names]
    if not all(isinstance(n.role, Latent | Observed | Partly | Derived) for n in nodes):
        return False
    if len({n.along.dim if n.along else n.name for n in nodes}) > 1 or nodes[0].along is None:
        return False
    if any((dist := scored(n)) is not None and dist.event for n in nodes):
        return False
    try:
        _one_step(graph, names)
    except Cyclic:
        return False
    return True


def stuck(graph: ModelGraph) -> frozenset[str]:
    """Variables that follow from themselves, and not step by step."""
    return frozenset(
        name
        for names in drawing_order(graph)
        if recurs(graph, names) and not can_step(graph, names)
        for name in names
    )


def _one_step(graph: ModelGraph, names: tuple[str, ...]) -> tuple[str, ...]:
    def needs(name: str) -> Iterator[str]:
        node: Node = graph.nodes[name]
        assert node.along is not None
        along = node.along
        return (n for e in formulas(node) for n in read_at(e, along))

    return topological(names, needs)
