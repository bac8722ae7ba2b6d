"""``do``: p(. | do(x = v)), as a split of the node.

A node with parents ``pa``, children ``ch`` and the factor ``p(x | pa)`` becomes two::

    pa -> x -> ch          do(x = v)         pa -> x          do(x) -> ch

The *natural half* keeps the name, the parents, the factor and any evidence. The *fixed half* has
the value ``v``, no parents and no factor, and every child reads it. The log densities::

    L'(x, rest) = log p(x | pa) + log p(rest of the factors, with v in place of x)

Where nothing asks for the natural half and it carries no evidence, `prune` drops it with its
factor, which leaves the mutilated graph; where it carries evidence ``x = a``, the answer is about
``P(. | x = a)`` under ``do(x = v)``, the effect of treatment on the treated. So ``do`` and
``condition`` commute, on the same variable too.

Element by element the same: the fixed half of ``do x[3] = v`` is a copy of ``x`` with one element
replaced.

References:
    Richardson and Robins (2013), Single World Intervention Graphs: the split, their section 3.
    Pearl (2009), Causality, section 3.2: the mutilated graph.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from ..evidence import intervened
from ..graph import (
    Derived,
    Fixed,
    Free,
    Given,
    Input,
    ModelGraph,
    Node,
    Patched,
    Potential,
    children,
    formulas,
    names_in,
)
from ..query import Target, fixed_half
from ..substitute import reading
from ..typed import Expr, IndexVar, OverRange, Reduce
from . import complaints
from .locate import Located, locate


def do(graph: ModelGraph, interventions: Mapping[Target, Given]) -> ModelGraph:
    """The graph of the world in which these variables are set.

    Of several interventions on one variable or element the last one holds; one on the whole
    variable replaces all those on its elements.

    Raises:
        Rejected: Q601, Q605 to Q607, Q609, Q630, Q631, Q656.
    """
    sizes, coupled = _sizing(graph), _in_factors(graph)

    def objection(node: Node, target: Target) -> Diagnostic | None:
        if node.name in sizes:
            return complaints.size_intervened(target.at, node.name, sizes[node.name])
        if node.name in coupled:
            factor = graph.nodes[coupled[node.name]]
            return complaints.factor_reads(target.at, str(target), factor.name, factor.span)
        if target.element and node.across is not None:
            return complaints.front_intervened(target.at, str(target), node.name, node.span)
        return None

    halves = _fixed_halves(graph, locate(graph, interventions, objection))
    names = {of: half.name for of, half in halves.items()}
    nodes: dict[str, Node] = {}
    for node in graph.nodes.values():
        if node.name in names.values():  # from an earlier intervention
            continue
        nodes[node.name] = reading(node, names)
        if node.name in halves:  # beside its natural half, whatever the order of interventions
            half = halves[node.name]
            nodes[half.name] = reading(half, names)
    return replace(graph, nodes=nodes)


def _fixed_halves(graph: ModelGraph, places: tuple[Located, ...]) -> dict[str, Node]:
    """The fixed half of every variable that is intervened on, by the variable's name."""
    halves: dict[str, Node] = {}
    for place in places:
        of = place.node
        half = halves.get(of.name) or graph.nodes.get(fixed_half(of.name))
        old = half.role if half is not None else None
        assert old is None or isinstance(old, Fixed | Patched)
        role = intervened(old, of.name, place.labels, place.given)
        if half is None:
            half = Node(fixed_half(of.name), (), of.type, of.support, role, of.span)
        halves[of.name] = _recurring(replace(half, role=role), of)
    return halves


def _recurring(half: Node, of: Node) -> Node:
    """The fixed half, in the same recurrence as its variable where elements of that are set."""
    if isinstance(half.role, Patched) and of.along is not None:
        return replace(half, plates=of.plates, along=of.along)
    return replace(half, plates=(), along=None)


def _in_factors(graph: ModelGraph) -> dict[str, str]:
    """Variables that a factor is about, itself or by way of definitions, each with that factor.

    Such a factor is part of no variable's mechanism, so that nobody can say what setting one of its
    variables would do to the others. Data that nothing scores, and params, have no mechanism.
    """
    found: dict[str, str] = {}
    for factor in graph.nodes.values():
        todo = list(factor.parents) if isinstance(factor.role, Potential) else []
        while todo:
            node = graph.nodes[todo.pop()]
            if node.name in found or isinstance(node.role, Input | Free):
                continue
            found[node.name] = factor.name
            todo += node.parents if isinstance(node.role, Derived) else ()
    return found


def _sizing(graph: ModelGraph) -> dict[str, Span]:
    """Data that the model's shape depends on, each with a place that reads it."""
    return {name: e.span for e in _shape_formulas(graph) for name in names_in(e)}


def _shape_formulas(graph: ModelGraph) -> Iterator[Expr]:
    for dim in graph.dims.values():
        if dim.numbers is not None:
            yield from (dim.numbers.first, dim.numbers.last)
    for data in graph.data.values():
        yield from (e for e in (data.support.low, data.support.high) if e is not None)
    for node in graph.nodes.values():
        yield from (e for v in node.plates for e in _ends(v))
        for formula in formulas(node):
            yield from _ranges_in(formula)


def _ranges_in(formula: Expr) -> Iterator[Expr]:
    todo = [formula]
    while todo:
        e = todo.pop()
        if isinstance(e, Reduce):
            yield from (end for v in e.vars for end in _ends(v))
        todo.extend(children(e))


def _ends(var: IndexVar) -> tuple[Expr, ...]:
    match var.domain:
        case OverRange(first, last):
            return (first, last)
        case _:
            return ()
