"""Typed models by hand: what a checked file is made of, without a parser and a checker."""

from nacre.compiler.build import build
from nacre.compiler.graph import FromFormula, ModelGraph
from nacre.compiler.query import Target
from nacre.compiler.rewrite.targets import parse_target
from nacre.compiler.typed import (
    Apply,
    Const,
    Data,
    Define,
    Dim,
    Dist,
    Element,
    Expr,
    Factor,
    FromData,
    IndexValue,
    IndexVar,
    Model,
    Names,
    OverDim,
    Param,
    Reduce,
    Sample,
    Scenario,
    Setting,
    Support,
    Type,
    Var,
)
from nacre.compiler.types import Bounds, Kind, SupportName
from nacre.grammar.source import Source, Span

NOWHERE = Span(0, 0)
REAL = Support(SupportName.REAL)


def number(x: float) -> Const:
    return Const(float(x), type=Type(Kind.REAL, bounds=Bounds(x, x)), span=NOWHERE)


def read(name: str, *dims: str) -> Var:
    """A whole variable."""
    return Var(name, type=Type(Kind.REAL, event=dims), span=NOWHERE)


def index(name: str, dim: str, id: int = 0) -> IndexVar:
    return IndexVar(name, id, OverDim(dim), NOWHERE)


def value_of(var: IndexVar) -> IndexValue:
    return IndexValue(var, type=Type(Kind.INDEX, (var,), dim=var.dim), span=NOWHERE)


def at(name: str, *plates: IndexVar) -> Element:
    """``name[i, j]``."""
    base = read(name, *(p.dim for p in plates))
    return Element(
        base, tuple(map(value_of, plates)), type=Type(Kind.REAL, tuple(plates)), span=NOWHERE
    )


def call(fn: str, *args: Expr) -> Apply:
    axes = {v: None for a in args for v in a.type.axes}
    return Apply(fn, args, type=Type(Kind.REAL, tuple(axes)), span=NOWHERE)


def plus(*terms: Expr) -> Expr:
    total, *rest = terms
    for term in rest:
        total = call("add", total, term)
    return total


def times(factor: float, e: Expr) -> Expr:
    return call("mul", number(factor), e)


def total(body: Expr, var: IndexVar) -> Reduce:
    """``sum(var in dim)(body)``."""
    axes = tuple(a for a in body.type.axes if a != var)
    return Reduce("sum", (var,), body, type=Type(Kind.REAL, axes), span=NOWHERE)


def normal(loc: Expr | float, scale: Expr | float = 1.0) -> Dist:
    args = tuple(number(a) if isinstance(a, int | float) else a for a in (loc, scale))
    return Dist("Normal", "", args, (), REAL, False, NOWHERE)


def dist(family: str, *args: Expr, support: Support = REAL, event=()) -> Dist:
    return Dist(family, "", args, tuple(event), support, False, NOWHERE)


def sample(name: str, of: Dist, *plates: IndexVar) -> Sample:
    return Sample(name, plates, of, NOWHERE, NOWHERE)


def define(name: str, expr: Expr, *plates: IndexVar) -> Define:
    return Define(name, plates, expr, NOWHERE, NOWHERE)


def param(name: str, support: Support = REAL) -> Param:
    return Param(name, (), support, None, NOWHERE, NOWHERE)


def data(name: str, *dims: str, kind: Kind = Kind.REAL) -> Data:
    return Data(name, Type(kind, event=dims), REAL, None, NOWHERE)


def dim(name: str, *labels: str) -> Dim:
    return Dim(name, Names(labels) if labels else FromData(), NOWHERE)


def observe(name: str, value: float, *element: Expr) -> Setting:
    return Setting(name, element, number(value), NOWHERE)


def graph_of(*parts: object, source: Source | None = None) -> ModelGraph:
    """The graph of a file with these parts."""

    def of(kind: type) -> tuple:
        return tuple(p for p in parts if isinstance(p, kind))

    return build(
        Model(
            source or Source("model.ppl", ""),
            dims={d.name: d for d in of(Dim)},
            data={d.name: d for d in of(Data)},
            samples=of(Sample),
            defines=of(Define),
            factors=of(Factor),
            params=of(Param),
            observed=of(Setting),
            guides={},
            scenarios={s.name: s for s in of(Scenario)},
        )
    )


def given(**values: float) -> dict[Target, FromFormula]:
    return asking(values)


def asking(values: dict[str, float]) -> dict[Target, FromFormula]:
    """Numbers by target, as if they were written in the file."""
    return {parse_target(text): FromFormula(number(x)) for text, x in values.items()}
