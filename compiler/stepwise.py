"""The order in which variables are drawn forward, and which of them are drawn step by step.

While a density is evaluated, what is random has a value beforehand; while drawing it has not. So
families that refer to earlier elements of each other are one group here, the random ones among
them, and each step of a group draws one element of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .graph import (
    Derived,
    Fixed,
    Free,
    FromDataFile,
    FromFormula,
    Latent,
    Observed,
    Partly,
    Patched,
    formulas,
    scored,
)
from .ordering import Cyclic, grouped, topological
from .reading import children, ends_of, names_in
from .typed import IndexValue, OverRange, Reduce

if TYPE_CHECKING:
    from .graph import ModelGraph, Node
    from .typed import Expr


def drawing_order(graph: ModelGraph) -> tuple[tuple[str, ...], ...]:
    """Names in groups, each after what it needs; a group in an order of the same step."""

    def needs(name: str) -> Iterator[str]:
        given = {*graph.starts_from(graph.nodes[name])}
        return (p for p in graph.nodes[name].parents if p not in given)

    every = grouped(graph.nodes, needs)
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
    if not all(isinstance(n.role, Latent | Observed | Partly | Derived | Patched) for n in nodes):
        return False
    ways = {(n.along.dim, n.across and n.across.dim) if n.along else n.name for n in nodes}
    if len(ways) > 1 or nodes[0].along is None:
        return False
    if any(is_array(n) for n in nodes):
        return False
    try:
        _one_step(graph, names)
    except Cyclic:
        return False
    return True


def is_array(node: Node) -> bool:
    """Whether what a statement says of one step is an array."""
    dist = scored(node)
    if dist is not None:
        return bool(dist.event)
    return isinstance(node.role, Derived) and len(node.type.event) > len(node.plates)


def arrays_in_steps(graph: ModelGraph) -> Mapping[str, str]:
    """What follows from earlier steps of an array, or is one, and so is not drawn; with the
    array."""
    return {
        name: array
        for names in drawing_order(graph)
        if recurs(graph, names) and any(graph.nodes[n].along for n in names)
        for array in [next((n for n in names if is_array(graph.nodes[n])), None)]
        if array is not None
        for name in names
    }


def stuck(graph: ModelGraph) -> frozenset[str]:
    """Variables that follow from themselves, and not step by step."""
    return frozenset(
        name
        for names in drawing_order(graph)
        if recurs(graph, names) and not can_step(graph, names)
        for name in names
    )


def _one_step(graph: ModelGraph, names: tuple[str, ...]) -> tuple[str, ...]:
    return topological(names, graph.same_step)


# --- data that are drawn -------------------------------------------------------------------------


def drawn_data(graph: ModelGraph) -> tuple[frozenset[str], frozenset[str]]:
    """Data that a simulation draws: those it need not be given, and those of which it draws a part.

    What something is computed from before anything is drawn must be given: lengths, ends of ranges,
    defaults, starting values.
    """
    read = frozenset(_read_as_data(graph))
    whole, part = set[str](), set[str]()
    for node in graph.nodes.values():
        match node.role:
            case Observed(given=FromDataFile()):
                ranges = any(isinstance(p.domain, OverRange) for p in node.plates)
                (part if ranges else whole).add(node.name)
            case _:
                pass
    return frozenset(whole) - read, frozenset(part)


def _read_as_data(graph: ModelGraph) -> Iterator[str]:
    for dim in graph.dims.values():
        if dim.numbers is not None:
            yield from names_in(dim.numbers.first)
            yield from names_in(dim.numbers.last)
    for data in graph.data.values():
        for e in (data.default, data.support.low, data.support.high):
            if e is not None:
                yield from names_in(e)
    for node in graph.nodes.values():
        for var in (*node.plates, *node.clauses):
            yield from (n for e in ends_of(var) for n in names_in(e))
        for read in node.reads:
            yield from names_in(read.slot)
        for formula in formulas(node):
            yield from (n for e in _ends_in(formula) for n in names_in(e))
        match node.role:
            case Free(initial=initial) if initial is not None:
                yield from names_in(initial)
            case Observed(given=FromFormula(expr=expr)) | Fixed(given=FromFormula(expr=expr)):
                yield from names_in(expr)
            case _:
                pass


def _ends_in(formula: Expr) -> Iterator[Expr]:
    """Ends of the ranges in an expression."""
    todo = [formula]
    while todo:
        e = todo.pop()
        match e:
            case Reduce(vars=variables):
                yield from (end for v in variables for end in ends_of(v))
            case IndexValue(var=var):
                yield from ends_of(var)
            case _:
                pass
        todo.extend(children(e))
