"""Typing of ``factor``: terms of the log density with a name."""

from collections.abc import Iterable

from ...grammar import tree
from .. import complaints, typed
from ..complaints import show
from ..types import Kind
from .context import Context, Scope
from .declarations import introduce
from .expressions import expression
from .inlining import MOST_WORK
from .operators import position_as_number
from .shapes import axes_of
from .targets import left_side


def declare_factors(ctx: Context, statements: Iterable[tree.Factor]) -> list[tree.Factor]:
    """The names of the factors; statements whose name is free."""
    fine = [s for s in statements if introduce(ctx, s.target.name)]
    ctx.factors = {s.target.name.id: s.target.name.span for s in fine}
    return fine


def factors(
    ctx: Context, statements: Iterable[tree.Factor], scope: Scope
) -> tuple[typed.Factor, ...]:
    """Every factor, typed once all variables are."""
    found = (_factor(ctx, s, scope) for s in statements)
    return tuple(f for f in found if f is not None)


def _factor(ctx: Context, s: tree.Factor, scope: Scope) -> typed.Factor | None:
    ctx.work_left = MOST_WORK
    left = left_side(ctx, s.target, scope)
    if left is None:
        return None
    if left.event is not None:
        bare = next(x for x in s.target.slots if isinstance(x, tree.Name))
        ctx.complain(complaints.factor_without_index(bare.span, s.target.name.id, bare.id))
        return None
    expr = expression(ctx, s.expr, left.scope)
    if expr is None:
        return None
    if expr.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, expr))
        return None
    if expr.type.event:
        written = ctx.source.quote(expr.span)
        ctx.complain(complaints.factor_of_array(expr.span, written, show(expr.type.event)))
        return None
    ranges = tuple(v for v in left.plates if isinstance(v.domain, typed.OverRange))
    if ranges:  # a range leaves elements out: the others are added up here
        axes = axes_of([typed.Type(Kind.REAL, tuple(a for a in expr.type.axes if a not in ranges))])
        expr = typed.Reduce("sum", ranges, expr, type=typed.Type(Kind.REAL, axes), span=expr.span)
    plates = tuple(v for v in left.plates if v not in ranges)
    name = s.target.name
    return typed.Factor(name.id, plates, expr, s.span, name.span)
