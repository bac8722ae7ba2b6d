"""Chains: discrete families whose neighbouring elements meet in one term.

A statement that reads ``z[t]`` and ``z[t - 1]`` joins two elements of one family. Here the earlier
element becomes a variable of its own, `Lagged`, with its own state axis; a term over both is then a
table with two state axes, and the families that hang together are summed out along ``t``, one
element after the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..composite import CHOICE
from ..graph import Chain, Lagged, ModelGraph, Node, Role, Summed, children, formulas, scored
from ..reading import parts_of
from ..reads import index_vars
from ..substitute import in_dist, in_role, rebuild
from ..typed import (
    Apply,
    Const,
    Dist,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    OverRange,
    Type,
    Var,
    Where,
    WholeAxis,
)
from ..types import Kind

NewAxis = Callable[[Node], IndexVar]


def chained(graph: ModelGraph, new_axis: NewAxis) -> ModelGraph:
    """The graph with its chains found; the same where there are none.

    Args:
        new_axis: makes a state axis for a summed variable.
    """
    original, graph = graph, graph.having(*_counted_back(graph))
    axes = _recurring(graph)
    groups = list(_groups(graph, axes))
    if not groups:
        return original
    for names, lags in groups:
        graph = _one_chain(graph, names, {n: axes[n][0] for n in names}, lags, new_axis)
    return graph


# --- elements of a clause of one label ----------------------------------------------------------


def _counted_back(graph: ModelGraph) -> Iterator[Node]:
    """Families with a clause like ``z[2] ~ D(z[1])``, which then reads ``z[t - 1]``."""
    for node in graph.nodes.values():
        if not isinstance(node.role, Summed) or node.along is None or len(node.clauses) < 2:
            continue
        dist = _counted_in(graph, node, node.role.dist)
        if dist != node.role.dist:
            yield replace(node, role=replace(node.role, dist=dist))


def _counted_in(graph: ModelGraph, node: Node, dist: Dist) -> Dist:
    """The distribution, or that of each clause where they have different ones."""
    if dist.family != CHOICE:
        return replace(dist, args=tuple(_in_steps(graph, node, a) for a in dist.args))
    assert node.along is not None
    laws, rest = list[Dist](), dist
    for covers in node.clauses[:-1]:
        yes, no = rest.parts
        label = _one_label(covers)
        laws.append(yes if label is None else in_dist(yes, _counting(graph, node.along, label)))
        rest = no
    return _chosen(dist, laws, rest)


def _chosen(dist: Dist, laws: Sequence[Dist], rest: Dist) -> Dist:
    """A choice by the index, with other distributions."""
    if not laws:
        return rest
    return replace(dist, parts=(laws[0], _chosen(dist.parts[1], laws[1:], rest)))


def _one_label(covers: IndexVar) -> float | None:
    match covers.domain:
        case OverRange(first=Const(value=first), last=Const(value=last)) if first == last:
            return first
        case _:
            return None


def _in_steps(graph: ModelGraph, node: Node, arg: Expr) -> Expr:
    """An argument whose clauses of one label count back from it."""
    along = node.along
    assert along is not None
    branches: list[Where] = []
    for covers in node.clauses[:-1]:
        if not isinstance(arg, Where):
            break
        label = _one_label(covers)
        yes = arg.yes if label is None else rebuild(arg.yes, _counting(graph, along, label))
        branches.append(replace(arg, yes=yes))
        arg = arg.no
    for branch in reversed(branches):
        arg = replace(branch, no=arg)
    return arg


def _counting(graph: ModelGraph, along: IndexVar, label: float) -> Callable[[Expr], Expr]:
    def change(e: Expr) -> Expr:
        if not (isinstance(e, Element) and isinstance(e.base, Var)):
            return e
        of = graph.nodes[e.base.name]
        if not isinstance(of.role, Summed):
            return e
        dims = [p.dim for p in of.plates]
        slots = tuple(
            _back(along, label, s) if dim == along.dim and not _named(graph, s) else s
            for s, dim in zip(e.slots, dims, strict=True)
        )
        return replace(e, slots=slots)

    return change


def _named(graph: ModelGraph, slot: Expr | WholeAxis) -> bool:
    """Whether a slot is a label of which only the data tell the place."""
    return isinstance(slot, Label) and not graph.dims[str(slot.type.dim)].numbered


def _back(along: IndexVar, label: float, slot: Expr | WholeAxis) -> Expr | WholeAxis:
    """A label up to the present one as ``t - k``; everything else as it is."""
    match slot:
        case Const(value=value):
            steps = label - value
        case Label(label=int(value)):
            steps = label - value
        case _:
            return slot
    type_ = Type(Kind.INT, (along,), dim=along.dim)
    here = IndexValue(along, type=type_, span=slot.span)
    if steps <= 0:
        return here if steps == 0 else slot
    back = Const(steps, type=Type(Kind.INT), span=slot.span)
    return Apply("sub", (here, back), type=type_, span=slot.span)


# --- what hangs together ------------------------------------------------------------------------


def _recurring(graph: ModelGraph) -> dict[str, tuple[int, int]]:
    """Summed families of which earlier elements are read: the axis, and how far back."""
    found: dict[str, dict[int, int]] = {}
    for node in graph.nodes.values():
        if scored(node) is None:
            continue
        for e in _elements(node):
            assert isinstance(e.base, Var)
            for axis, slot in enumerate(e.slots):
                lag = _lag(slot, node.plates)
                if lag and isinstance(graph.nodes[e.base.name].role, Summed):
                    lags = found.setdefault(e.base.name, {})
                    lags[axis] = max(lag, lags.get(axis, 0))
    return {n: next(iter(lags.items())) for n, lags in found.items() if len(lags) == 1}


def _elements(node: Node) -> Iterator[Element]:
    todo = list(formulas(node))
    while todo:
        e = todo.pop()
        if isinstance(e, Element) and isinstance(e.base, Var):
            yield e
        todo.extend(children(e))


def _lag(slot: Expr | WholeAxis, plates: tuple[IndexVar, ...]) -> int | None:
    """``k`` of ``t - k``, where ``t`` is a plate."""
    match slot:
        case Apply(fn="sub", args=(IndexValue(var=var), Const(value=k))) if var in plates and k > 0:
            return int(k)
        case _:
            return None


def _groups(
    graph: ModelGraph, axes: Mapping[str, tuple[int, int]]
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Chains that meet in some term, perhaps through variables of single steps, and the lag."""
    dims = {n: str(graph.nodes[n].plates[axis].dim) for n, (axis, _) in axes.items()}
    group = {n: n for n in graph.nodes}

    def root(n: str) -> str:
        while group[n] != n:
            n = group[n]
        return n

    for node in graph.nodes.values():
        if scored(node) is None:
            continue
        read = [node.name, *node.parents]
        inside = [
            n
            for n in read
            if isinstance(graph.nodes[n].role, Summed)
            and any(p.dim in dims.values() for p in graph.nodes[n].plates)
        ]
        for n in inside[1:]:
            group[root(n)] = root(inside[0])
    found: dict[tuple[object, ...], list[str]] = {}
    for n in axes:
        plates = tuple(p.dim for p in graph.nodes[n].plates)
        found.setdefault((root(n), dims[n], plates), []).append(n)
    for names in found.values():
        yield tuple(names), max(axes[n][1] for n in names)


# --- rewriting ----------------------------------------------------------------------------------


def _one_chain(
    graph: ModelGraph,
    names: tuple[str, ...],
    axes: Mapping[str, int],
    lags: int,
    new_axis: NewAxis,
) -> ModelGraph:
    earlier: dict[tuple[str, int], str] = {}
    nodes: dict[str, Node] = {}
    for n in names:
        node = graph.nodes[n]
        along = node.plates[axes[n]]
        for lag in range(1, lags + 1):
            past = Lagged(n, lag, new_axis(node))
            name = f"{n}[{along.name} - {lag}]"  # no variable is called so
            nodes[name] = replace(node, name=name, plates=(), role=past, clauses=(), along=None)
            earlier[n, lag] = name

    for name, node in graph.nodes.items():
        if scored(node) is None:
            nodes[name] = node
            continue

        def change(e: Expr, plates: tuple[IndexVar, ...] = node.plates) -> Expr:
            match e:
                case Element(base=Var(name=n) as base, slots=slots) if n in axes:
                    slot = slots[axes[n]]
                    lag = _lag(slot, plates)
                    if lag is None:
                        return e
                    assert isinstance(slot, Apply)
                    here = (*slots[: axes[n]], slot.args[0], *slots[axes[n] + 1 :])
                    return replace(e, base=replace(base, name=earlier[n, lag]), slots=here)
                case _:
                    return e

        role: Role = in_role(node.role, change)
        if name in axes:
            assert isinstance(role, Summed)
            role = _in_chain(node, role, Chain(names, node.plates[axes[name]], lags), earlier)
        nodes[name] = replace(node, role=role)
    return replace(graph, nodes=nodes)


def _in_chain(
    node: Node, role: Summed, chain: Chain, earlier: Mapping[tuple[str, int], str]
) -> Summed:
    """The family's role, with the law of its first element apart if the others share one law."""
    inside = {*chain.families, *earlier.values()}
    laws = _two_laws(node, role.dist, chain.along)
    alike = laws and not (
        any(_mentions(e, inside, None) for e in parts_of(laws[0]))
        or any(_mentions(e, inside, chain.along) for e in parts_of(laws[1]))
    )
    if not laws or not alike or chain.lags > 1 or role.dist.restricted:
        return replace(role, chain=chain)
    start, rest = laws
    return replace(role, dist=rest, chain=replace(chain, start=start))


def _two_laws(node: Node, dist: Dist, along: IndexVar) -> tuple[Dist, Dist] | None:
    """The distributions of the first element, and of all others, where they are written so."""
    if dist.family == CHOICE:
        start, rest = dist.parts
        apart = _is_first(node, dist.args[0], along) and rest.family != CHOICE
        # where one has fewer states than the family, only the choice knows that
        return (start, rest) if apart and start.support == rest.support else None
    pairs = [_clauses(node, a, along) for a in dist.args]
    found = [p for p in pairs if p is not None]
    if len(found) < len(pairs) or not found:
        return None
    start, rest = (replace(dist, args=tuple(args)) for args in zip(*found, strict=True))
    return start, rest


def _clauses(node: Node, arg: Expr, along: IndexVar) -> tuple[Expr, Expr] | None:
    """What an argument is for the first label, and for all others, where it is written so."""
    match arg:
        case Where(condition=condition, yes=yes, no=no) if _is_first(node, condition, along):
            return yes, no
        case _:
            return None


def _is_first(node: Node, condition: Expr, along: IndexVar) -> bool:
    """Whether a condition holds for the first label alone, which has a clause of its own."""
    if not node.clauses or node.along != along:
        return False
    match condition, node.clauses[0].domain:
        case (
            Apply(fn="le", args=(IndexValue(var=var), end)),
            OverRange(first=first, last=last),
        ):
            return var == along and end == last and first == last
        case _:
            return False


def _mentions(e: Expr, inside: set[str], along: IndexVar | None) -> bool:
    """Whether an expression depends on the step: on its index, other than to read the states.

    With no index, whether it reads a variable of the chain.
    """
    todo: list[Expr] = [e]
    while todo:
        part = todo.pop()
        match part:
            case Element(base=Var(name=name)) if name in inside:
                if along is None:
                    return True
                if any(along in set(index_vars(s)) for s in _other(part, along)):
                    return True
            case IndexValue(var=var) if var == along:
                return True
            case _:
                todo.extend(children(part))
    return False


def _other(e: Element, along: IndexVar) -> Iterator[Expr]:
    """Slots that do not just say the present step."""
    for slot in e.slots:
        if not isinstance(slot, WholeAxis) and not (
            isinstance(slot, IndexValue) and slot.var == along
        ):
            yield slot
