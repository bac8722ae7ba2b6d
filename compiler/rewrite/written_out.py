"""Formulas of what is derived from summed variables, written into the statements that read them.

What is derived from a variable that is summed out has a value for each of its states, so that it is
no variable any more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ...grammar.diagnostic import Diagnostic, Rejected
from ..graph import Derived, Latent, ModelGraph, Node, Partly, formulas, names_in
from ..label_numbers import label_of, position_behind
from ..measure import Measure, measure
from ..substitute import in_role, rebuild
from ..typed import (
    ArrayCall,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Solution,
    Stack,
    Tabulate,
    Var,
    WholeAxis,
)
from ..types import Kind
from . import summing as complaints

MOST_WRITTEN = 500_000  # expressions, in all formulas that are written out


def written_out(graph: ModelGraph, summed: Mapping[str, Node]) -> ModelGraph:
    """Every statement reads the summed variables themselves; what is derived from them is gone."""
    tainted: dict[str, Node] = {}
    nodes: dict[str, Node] = dict(graph.nodes)
    objections: list[Diagnostic] = []
    accumulating = {n: names for names in graph.groups for n in names if _recurs(graph, names)}
    budget = _Budget()
    # definitions first: the values of a random variable come before what is derived from them,
    # though its distribution may read that of its earlier elements
    for name in sorted(graph.order, key=lambda n: not isinstance(graph.nodes[n].role, Derived)):
        node = summed.get(name, graph.nodes[name])
        reads = {p for n in accumulating.get(name, ()) for p in graph.nodes[n].parents}
        if found := {p for p in reads if p in tainted or p in summed}:
            objections.append(complaints.accumulates(name, min(found), node.span))
            break
        found = {p for p in node.parents if p in tainted or p in summed}
        if found and isinstance(node.role, Derived) and isinstance(node.role.expr, Solution):
            objections.append(complaints.solved_for_states(name, min(found), node.span))
            break
        if not found:
            nodes[name] = node
            continue
        if not budget.allows(node):
            objections.append(complaints.too_long(name, min(found), node.span))
            break
        role = in_role(node.role, _Inliner(tainted))
        if isinstance(role, Derived):
            tainted[name] = replace(node, role=role)
            del nodes[name]
            fits = budget.spend(name, role.expr)
        else:
            nodes[name] = replace(node, role=role)
            objections += _support(nodes[name], lambda n: n in tainted or n in summed)
            fits = budget.spend(None, *formulas(nodes[name]))
        if not fits:
            objections.append(complaints.too_long(name, min(found), node.span))
            break
    if objections:
        raise Rejected(objections, graph.source)
    return replace(graph, nodes=nodes)


class _Budget:
    """How large what is derived from states becomes, formula by formula and in all."""

    def __init__(self) -> None:
        self.left = MOST_WRITTEN
        self.written: dict[str, Measure] = {}

    def allows(self, node: Node) -> bool:
        """Whether a statement may be written out, before that is done."""
        done: dict[int, Measure] = {}
        return all(measure(e, done, self.written).fits for e in formulas(node))

    def spend(self, name: str | None, *written: Expr) -> bool:
        """Whether it could, now that indices are in place, which are formulas too.

        Args:
            name: of a definition, in whose place its one formula will stand.
        """
        done: dict[int, Measure] = {}
        found = [measure(e, done) for e in written]
        if name is not None:
            (self.written[name],) = found
        self.left -= sum(m.size for m in found)
        return self.left >= 0 and all(m.fits for m in found)


def _recurs(graph: ModelGraph, names: tuple[str, ...]) -> bool:
    """Whether these are definitions that follow from earlier elements of themselves."""
    node = graph.nodes[names[0]]
    return isinstance(node.role, Derived) and (len(names) > 1 or node.name in node.parents)


def _support(node: Node, varies: Callable[[str], bool]) -> Iterator[Diagnostic]:
    """The support of a latent variable says where its coordinates live: it must be one set."""
    if isinstance(node.role, Latent | Partly):
        for end in (node.support.low, node.support.high):
            for name in filter(varies, sorted(set(names_in(end)) if end is not None else ())):
                yield complaints.support_of_states(node.name, name, node.span)


class _Inliner:
    """Replaces what is derived from summed variables by its formula."""

    def __init__(self, formulas: Mapping[str, Node]) -> None:
        self.formulas = formulas

    def __call__(self, e: Expr) -> Expr:
        match e:
            case Var(name=name) if name in self.formulas:
                node = self.formulas[name]
                assert isinstance(node.role, Derived)
                return _tabulated(node.role.expr, node.plates)
            case Element(base=Tabulate() as table, slots=slots):
                return self._element(e, table, slots)
            case Element(base=Var() | Stack() | ArrayCall()):
                return e
            case Element(base=base, slots=slots) if all(isinstance(s, WholeAxis) for s in slots):
                return base
            case _:
                return e

    def _element(self, e: Element, table: Tabulate, slots: tuple[Expr | WholeAxis, ...]) -> Expr:
        own, rest = slots[: len(table.vars)], slots[len(table.vars) :]
        values: dict[IndexVar, Expr] = {}
        for var, slot in zip(table.vars, own, strict=True):
            if not isinstance(slot, WholeAxis):
                values[var] = slot

        def change(part: Expr) -> Expr:
            if isinstance(part, IndexValue) and part.var in values:
                new = values[part.var]
                numbered = part.type.kind is Kind.INT and new.type.kind is Kind.INDEX
                return label_of(new, part.var, part.type.bounds) if numbered else new
            if isinstance(part, Element):
                slots = (s if isinstance(s, WholeAxis) else position_behind(s) for s in part.slots)
                return replace(part, slots=tuple(slots))
            return part

        whole = tuple(v for v in table.vars if v not in values)
        body = _tabulated(rebuild(table.body, change), whole)
        if all(isinstance(s, WholeAxis) for s in rest):
            return body
        return replace(e, base=body, slots=(*(WholeAxis() for _ in whole), *rest))


def _tabulated(body: Expr, over: tuple[IndexVar, ...]) -> Expr:
    if not over:
        return body
    event = (*(v.dim or 1 for v in over), *body.type.event)
    axes = tuple(a for a in body.type.axes if a not in over)
    return Tabulate(over, body, type=replace(body.type, axes=axes, event=event), span=body.span)
