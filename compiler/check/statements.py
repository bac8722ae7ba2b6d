"""Typing of the statements that give a variable its meaning: ``~``, ``=``, ``param``."""

from dataclasses import replace

from ...grammar import tree
from .. import complaints, typed
from ..types import Kind, SupportName
from .binders import index_value, not_from_data
from .composites import any_distribution
from .context import Context, Nature, Scope, Symbol
from .distributions import drawn_type
from .events import LeftSide
from .expressions import expression
from .indexing import elements
from .numbered import as_numbers
from .shapes import events_fit
from .sources import drawn_by_equals
from .supports import bounds_of, describe, has_axes, is_discrete, kind_of, of_type
from .targets import Left, fit_declaration, left_side, whole_plates
from .teach import taken_whole, written_out
from .values import value_for


def draw(ctx: Context, s: tree.Sample, scope: Scope) -> tuple[typed.Sample, Symbol] | None:
    """``x[plates] ~ D(…)`` for a name that has no other source."""
    left = left_side(ctx, s.target, scope)
    if left is None or not whole_plates(ctx, s.target, left):
        return None
    said = LeftSide(left.event, None, s.target, s.span)
    dist = any_distribution(ctx, s.dist, left.scope, said)
    if dist is None:
        return None
    name = s.target.name
    sample = typed.Sample(name.id, left.plates, dist, s.span, name.span)
    symbol = Symbol(
        name.id,
        Nature.RANDOM,
        drawn_type(dist, left.plates),
        dist.support,
        name.span,
        given=False,
        plates=len(left.plates),
    )
    return sample, symbol


def observation(ctx: Context, s: tree.Sample, symbol: Symbol, scope: Scope) -> typed.Sample | None:
    """``y[plates] ~ D(…)`` for data, or for what is computed from data alone."""
    ctx.used.add(symbol.span)
    left = left_side(ctx, s.target, scope)
    fitted = left and fit_declaration(ctx, s.target, left, symbol)
    if fitted is None:
        return None
    said = LeftSide(fitted.event, symbol.support.dim, s.target, s.span)
    dist = any_distribution(ctx, s.dist, fitted.scope, said)
    if dist is None:
        return None
    dist = as_numbers(ctx, dist, symbol.type)
    if not observable(ctx, s, dist, symbol):
        return None
    name = s.target.name
    return typed.Sample(name.id, fitted.plates, dist, s.span, name.span)


def observable(ctx: Context, s: tree.Sample, dist: typed.Dist, symbol: Symbol) -> bool:
    """Whether values of the declared type can have come from a distribution."""
    drawn, declared = dist.support, symbol.type
    fits = (kind_of(drawn) is Kind.INDEX) == (declared.kind is Kind.INDEX)
    if is_discrete(drawn) and declared.kind is Kind.REAL:
        fits = False
    if fits and declared.bounds.apart(bounds_of(drawn)):
        fits = False
    if not fits:
        ctx.complain(
            complaints.not_observable(
                s.dist.span,
                (dist.family, describe(ctx, drawn)),
                (symbol.name, describe(ctx, symbol.support)),
                symbol.span,
                _declaration(ctx, drawn),
            )
        )
    return fits


def _declaration(ctx: Context, drawn: typed.Support) -> str:
    """The type with which data of a support are declared."""
    match drawn.name:
        case SupportName.INDEX:
            return str(drawn.dim)
        case SupportName.VECTOR:
            return "real"
        case SupportName.INTERVAL:
            ends = ((drawn.low, "-inf"), (drawn.high, "inf"))
            low, high = (other if e is None else ctx.source.quote(e.span) for e, other in ends)
            return f"real on ({low}, {high})"
        case _:
            return str(drawn.name.value)


def define(ctx: Context, s: tree.Define, scope: Scope) -> tuple[typed.Define, Symbol] | None:
    """``x[plates] = expr``. Bare dimensions name the axes of the expression."""
    left = left_side(ctx, s.target, scope)
    if left is None or not whole_plates(ctx, s.target, left):
        return None
    drawn = drawn_by_equals(ctx, s)
    if drawn is not None:
        ctx.complain(drawn)
        return None
    expr = expression(ctx, s.expr, left.scope)
    if expr is None:
        return None
    expr = _named_axes(ctx, s, left, expr)
    if expr is None:
        return None
    over = tuple(v.dim for v in left.plates if v.dim is not None)
    t = expr.type
    type_ = typed.Type(t.kind, (), (*over, *t.event), t.bounds, t.dim)
    name = s.target.name
    symbol = Symbol(
        name.id,
        Nature.DERIVED,
        type_,
        _support_of(expr.type),
        name.span,
        given=ctx.random_part(expr, scope.values) is None,
        plates=len(left.plates),
    )
    return typed.Define(name.id, left.plates, expr, s.span, name.span), symbol


def _named_axes(ctx: Context, s: tree.Define, left: Left, expr: typed.Expr) -> typed.Expr | None:
    """The expression with its own axes called as the left side calls them."""
    event = expr.type.event
    if left.event is not None:
        if not events_fit(ctx, left.event, event):
            hint = None
            if not event and left.event:
                hint = written_out(ctx, s.span, s.target, left.event, [expr], left.scope)
            ctx.complain(
                complaints.axes_differ(expr.span, s.target.name.id, event, left.event, hint)
            )
            return None
        return replace(expr, type=replace(expr.type, event=left.event))
    doubled = next((v for v in left.plates if v.dim in event), None)
    if doubled is not None:
        hint = written_out(ctx, s.span, s.target, event, [expr], left.scope)
        plate = doubled.name, str(doubled.dim)
        written = ctx.source.quote(expr.span)
        if hint is not None:
            ctx.complain(complaints.whole_array_in_plate(expr.span, written, plate, hint))
        else:
            hint, product = taken_whole(ctx, s, left.plates, expr)
            ctx.complain(complaints.whole_array_in_plate(expr.span, written, plate, hint, product))
        return None
    return expr


def _support_of(t: typed.Type) -> typed.Support:
    """The support of what is computed: its kind decides, for checks of observed values."""
    match t.kind:
        case Kind.INDEX:
            return typed.Support(SupportName.INDEX, dim=t.dim)
        case Kind.INT:
            return typed.Support(SupportName.INT)
        case Kind.BOOL:
            return typed.Support(SupportName.BOOL)
        case Kind.REAL:
            return typed.Support(SupportName.REAL)


def param(ctx: Context, s: tree.Param, scope: Scope) -> tuple[typed.Param, Symbol] | None:
    """``param b[plates]: positive = 1.0``. A bare dimension is a plate that needs no name."""
    left = left_side(ctx, s.target, scope)
    if left is None or not whole_plates(ctx, s.target, left):
        return None
    support = of_type(ctx, s.type, left.scope)
    if support is None:
        return None
    name = s.target.name
    if is_discrete(support):
        ctx.complain(complaints.discrete_param(s.type.span, name.id, describe(ctx, support)))
        return None
    for end in (support.low, support.high):
        random = ctx.random_part(end, scope.values) if end is not None else None
        if random is not None:
            ctx.complain(not_from_data(ctx, "the support of a param", random, scope))
            return None
    bare = tuple(map(str, left.event or ()))
    if not has_axes(ctx, s.type, name, bare):
        return None
    event = bare[len(bare) - support.name.event :]
    plates = (
        *left.plates,
        *(ctx.index(d, typed.OverDim(d), name.span) for d in bare[: len(bare) - len(event)]),
    )
    over = tuple(v.dim for v in plates if v.dim is not None)
    type_ = typed.Type(Kind.REAL, (), (*over, *event), bounds_of(support))
    symbol = Symbol(
        name.id, Nature.PARAM, type_, support, name.span, given=False, plates=len(plates)
    )
    initial = None
    if s.initial is not None:
        own = tuple(left.event or ())
        initial = value_for(ctx, s.initial, symbol, left.scope, "the initial value of a param", own)
        if initial is None:
            return None
        initial = _one_by_one(ctx, initial, plates, len(event), left.scope)
        if initial is None:
            return None
    found = typed.Param(name.id, plates, support, initial, s.span, name.span, event=event)
    return found, symbol


def _one_by_one(
    ctx: Context, initial: typed.Expr, plates: tuple[typed.IndexVar, ...], rank: int, scope: Scope
) -> typed.Expr | None:
    """An array of initial values as one value, of so many axes, per index of the last plates."""
    event = initial.type.event
    if len(event) <= rank:
        return initial
    variables = plates[len(plates) + rank - len(event) :]
    slots: list[typed.Expr | typed.WholeAxis] = [
        index_value(ctx, v, initial.span) for v in variables
    ]
    slots += [typed.WholeAxis()] * rank
    return elements(ctx, initial.span, initial, tuple(slots), scope)
