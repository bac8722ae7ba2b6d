"""The statements of a block by the names that they are about."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints
from ..composite import CALLED
from ..families import FAMILIES
from .clauses import is_clause
from .context import Context

Defining = tree.Sample | tree.Define | tree.Param


@dataclass(slots=True)
class Sources:
    """The statements that say what one name is."""

    param: tree.Param | None = None
    defines: list[tree.Define] = field(default_factory=list)
    draws: list[tree.Sample] = field(default_factory=list)
    derivative: tree.Derivative | None = None
    ode: tree.Ode | None = None  # in which the derivative stands

    @property
    def define(self) -> tree.Define | None:
        """Its definition, or the first clause of it."""
        return self.defines[0] if self.defines else None

    @property
    def draw(self) -> tree.Sample | None:
        """Its distribution, or the first clause of it."""
        return self.draws[0] if self.draws else None

    def all(self) -> list[Defining]:
        """Those that are there."""
        return [*([self.param] if self.param else []), *self.defines, *self.draws]

    def family(self) -> Sequence[tree.Define | tree.Sample]:
        """Those that say what its elements are: formulas, else distributions."""
        return self.defines or self.draws


def gather(
    ctx: Context,
    statements: Iterable[tree.Statement],
    places: dict[str, Span],
    drawable: Container[str],
    *,
    clauses: bool = True,
) -> dict[str, Sources]:
    """Statements by name; a second definition of a name is refused, and left out.

    Args:
        places: where names were introduced before; learns the new ones.
        drawable: names introduced elsewhere that a ``~`` may stand beside.
        clauses: whether a family may be written in clauses.
    """
    found: dict[str, Sources] = {}
    for s in statements:
        if isinstance(s, tree.Ode):
            _gather_states(ctx, s, found, places)
        if not isinstance(s, tree.Sample | tree.Define | tree.Param):
            continue
        name = s.target.name
        sources = found.get(name.id, Sources())
        refused = None
        if not (clauses and _goes_on(ctx, s, sources)):
            refused = _refused(ctx, s, sources, places.get(name.id), drawable)
        if refused is not None:
            ctx.complain(refused)
            continue
        match s:
            case tree.Sample():
                sources.draws.append(s)
            case tree.Define():
                sources.defines.append(s)
            case tree.Param():
                sources.param = s
        found[name.id] = sources
        places.setdefault(name.id, name.span)
    return found


def _gather_states(
    ctx: Context, s: tree.Ode, found: dict[str, Sources], places: dict[str, Span]
) -> None:
    """The states of a system: each is a name of the model."""
    for inner in s.statements:
        if isinstance(inner, tree.Derivative | tree.Define):
            name = inner.target.name
            if name.id in places:
                ctx.complain(complaints.defined_twice(name.span, name.id, places[name.id]))
            elif isinstance(inner, tree.Derivative):
                found[name.id] = Sources(derivative=inner, ode=s)
                places[name.id] = name.span


def _goes_on(ctx: Context, s: Defining, sources: Sources) -> bool:
    """Whether a statement is one more clause of a family."""
    match s:
        case tree.Sample():
            before: Sequence[Defining] = sources.draws
        case tree.Define():
            before = sources.defines
        case tree.Param():
            before = ()
    return bool(before) and any(is_clause(x.target, ctx.dims) for x in (s, *before))


def _refused(
    ctx: Context,
    s: Defining,
    sources: Sources,
    taken: Span | None,
    drawable: Container[str],
) -> Diagnostic | None:
    """Why a statement may not stand beside what is there already, if it may not."""
    name, at = s.target.name.id, s.target.name.span
    match s:
        case tree.Sample() if sources.draw is not None:
            return complaints.sampled_twice(at, name, sources.draw.target.name.span)
        case tree.Sample():
            fine = name in drawable or sources.define is not None
        case tree.Define() if name in ctx.data_names:
            drawn = drawn_by_equals(ctx, s)
            return drawn or complaints.data_defined(at, name, ctx.places[name])
        case tree.Define():
            fine = sources.draw is not None and sources.define is None and name not in drawable
        case tree.Param():
            fine = False
    return None if taken is None or fine else complaints.defined_twice(at, name, taken)


def drawn_by_equals(ctx: Context, s: tree.Define) -> Diagnostic | None:
    """``x = Normal(0, 1)``: a distribution behind ``=``."""
    if not isinstance(s.expr, tree.Call) or s.expr.callee.id in ctx.functions:
        return None
    if s.expr.callee.id not in FAMILIES and s.expr.callee.id not in CALLED:
        return None
    meant = f"{ctx.source.quote(s.target.span)} ~ {ctx.source.quote(s.expr.span)}"
    return complaints.equals_for_tilde(s.expr.span, meant)
