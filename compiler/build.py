"""From the typed model to its graph: one node a declared name."""

from collections.abc import Mapping
from dataclasses import replace
from math import isinf

from .evidence import labels_of, observed, place_of
from .graph import (
    Derived,
    Free,
    FromDataFile,
    FromFormula,
    Input,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Potential,
)
from .present import Present
from .typed import (
    Const,
    Data,
    Define,
    Expr,
    Factor,
    IndexVar,
    Model,
    Param,
    Sample,
    Setting,
    Support,
    Type,
)
from .types import ANYTHING, POSITIVE, UNIT, Bounds, Extent, Kind, Missing, SupportName

Statement = Data | Sample | Define | Factor | Param

_KINDS: Mapping[SupportName, Kind] = {
    SupportName.INT: Kind.INT,
    SupportName.COUNT: Kind.INT,
    SupportName.BOOL: Kind.BOOL,
    SupportName.INDEX: Kind.INDEX,
}
_BOUNDS: Mapping[SupportName, Bounds] = {
    SupportName.POSITIVE: POSITIVE,
    SupportName.COUNT: POSITIVE,
    SupportName.UNIT: UNIT,
    SupportName.BOOL: UNIT,
    SupportName.SIMPLEX: UNIT,
    SupportName.POSITIVE_ORDERED: POSITIVE,
    SupportName.CORR: Bounds(-1.0, 1.0),
    SupportName.CHOLESKY_CORR: Bounds(-1.0, 1.0),
}


def build(model: Model) -> ModelGraph:
    """The graph of a checked model, with the evidence that its file holds.

    A name with a distribution is observed when it is data, when a formula of data alone defines it
    too, or when ``observe`` gives it; otherwise it is latent. Nodes stand in the order of their
    statements; a datum with a distribution stands where that is written.
    """
    formulas = {d.name: d for d in model.defines}
    sampled = {s.name: s for s in model.samples}
    statements: list[Statement] = [
        *(d for d in model.data.values() if d.name not in sampled),
        *model.samples,
        *(d for d in model.defines if d.name not in sampled),
        *model.factors,
        *model.params,
    ]
    written = sorted(statements, key=lambda s: s.span.start)
    nodes = {s.name: _node(s, model, formulas.get(s.name)) for s in written}
    # whole variables first: a value of one element holds against that of the family
    for setting in sorted(model.observed, key=lambda s: bool(s.element)):
        nodes[setting.name] = _observed(nodes[setting.name], setting)
    return ModelGraph(
        model.source, model.dims, model.data, nodes, model.guides, model.scenarios, model.networks
    )


def _node(statement: Statement, model: Model, formula: Define | None) -> Node:
    match statement:
        case Data(name=name, type=type_, support=support, span=span):
            return Node(name, (), type_, support, Input(), span)
        case Sample(name=name, plates=plates, dist=dist, span=span, clauses=parts, along=along):
            event = (*map(_extent, plates), *dist.event)
            type_ = _type_on(dist.support, event)
            if name in model.data:
                type_ = replace(type_, event=model.data[name].type.event)
            role = _sampled(statement, model, formula)
            return Node(
                name, plates, type_, dist.support, role, span, parts, along, statement.reads,
                statement.across,
            )  # fmt: skip
        case Define(name=name, plates=plates, expr=expr, span=span, clauses=parts, along=along):
            found = expr.type
            event = (*map(_extent, plates), *found.event)
            type_ = Type(found.kind, (), event, found.bounds, found.dim)
            support = _support_of(expr)
            return Node(
                name, plates, type_, support, Derived(expr), span, parts, along, statement.reads,
                statement.across,
            )  # fmt: skip
        case Factor(name=name, plates=plates, expr=expr, span=span):
            type_ = Type(Kind.REAL, (), tuple(map(_extent, plates)))
            return Node(name, plates, type_, Support(SupportName.REAL), Potential(expr), span)
        case Param(name=name, plates=plates, support=support, span=span):
            type_ = _type_on(support, (*map(_extent, plates), *statement.event))
            free = Free(statement.initial, statement.spread)
            return Node(name, plates, type_, support, free, span)


def _sampled(sample: Sample, model: Model, formula: Define | None) -> Latent | Observed | Partly:
    if sample.name in model.data:
        match model.data[sample.name].missing:
            case Missing.IMPUTE:
                return Partly(sample.dist, Present(), None)
            case rule:
                return Observed(sample.dist, FromDataFile(), rule)
    if formula is not None:
        return Observed(sample.dist, FromFormula(formula.expr, formula.plates))
    return Latent(sample.dist)


def _observed(node: Node, setting: Setting) -> Node:
    match node.role:
        case Latent() | Observed() | Partly():
            element = labels_of(node, place_of(setting.element))
            role = observed(node.role, element, FromFormula(setting.value))
            return replace(node, role=role)
        case role:
            raise AssertionError(
                f"`{node.name}` ({type(role).__name__}) is observed; the checker let it by"
            )


def _extent(plate: IndexVar) -> Extent:
    assert plate.dim is not None, f"the plate `{plate.name}` runs over no dimension"
    return plate.dim


def _type_on(support: Support, event: tuple[Extent, ...]) -> Type:
    kind = _KINDS.get(support.name, Kind.REAL)
    if support.name in (SupportName.INTERVAL, SupportName.ORDERED):
        low = support.low.type.bounds.low if support.low else ANYTHING.low
        high = support.high.type.bounds.high if support.high else ANYTHING.high
        return Type(kind, (), event, Bounds(low, high))
    return Type(kind, (), event, _BOUNDS.get(support.name, ANYTHING), support.dim)


def _support_of(expr: Expr) -> Support:
    """Where the values of a formula can lie: what an intervention on it has to respect.

    The statements that read it were checked against these bounds.
    """
    bounds = expr.type.bounds
    match expr.type.kind:
        case Kind.INDEX:
            return Support(SupportName.INDEX, dim=expr.type.dim)
        case Kind.BOOL:
            return Support(SupportName.BOOL)
        case Kind.INT:
            return Support(SupportName.COUNT if bounds.within(POSITIVE) else SupportName.INT)
        case Kind.REAL if bounds == ANYTHING:
            return Support(SupportName.REAL)
        case Kind.REAL:
            low, high = _end(expr, bounds.low), _end(expr, bounds.high)
            return Support(SupportName.INTERVAL, low, high)


def _end(expr: Expr, value: float) -> Expr | None:
    if isinf(value):
        return None
    return Const(value, type=Type(Kind.REAL, bounds=Bounds(value, value)), span=expr.span)
