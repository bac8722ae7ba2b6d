"""Typing of ``logpdf(D, x)``, ``cdf(D, x)`` and the like."""

from ...grammar import tree
from .. import complaints, typed
from ..complaints import show
from ..families import FAMILIES
from ..reading import parts_of
from ..types import ANYTHING, UNIT, Bounds, Extent, Kind
from .context import Context, Scope
from .distributions import distribution
from .events import LeftSide
from .expressions import expression
from .operators import common_shape, position_as_number
from .shapes import axes_of, fits
from .supports import is_discrete, kind_of, order_of

_LOG_OF_PROBABILITY = Bounds(high=0.0)


def density(ctx: Context, e: tree.Call, scope: Scope) -> typed.Expr | None:
    """A function of a distribution and a value."""
    fn = e.callee.id
    written = as_distribution(e.args[0]) if e.args else None
    if written is None or len(e.args) != 2 or e.named:
        swapped = len(e.args) == 2 and as_distribution(e.args[1]) is not None
        args = [ctx.source.quote(a.span) for a in e.args]
        hint = f"write `{fn}({args[1]}, {args[0]})`" if swapped else None
        ctx.complain(complaints.density_arguments(e.span, fn, hint), scope)
        return None
    x = expression(ctx, e.args[1], scope)
    if x is None:
        return None
    if isinstance(written, tree.Distribution) and order_of(written.support) is not None:
        ctx.complain(complaints.density_of_order(e.args[0].span, fn), scope)
        return None
    target = tree.Target(tree.Name(ctx.source.quote(x.span), span=x.span), span=x.span)
    said = LeftSide(x.type.event or None, x.type.dim, target, e.span, at=x)
    dist = distribution(ctx, written, scope, said)
    if dist is None or not _fits(ctx, fn, dist, x, scope):
        return None
    event = _event(ctx, fn, dist, x, scope)
    if event is None:
        return None
    axes = axes_of([x.type, *(p.type for p in parts_of(dist))])
    if fn == "cdf":
        bounds = UNIT
    elif fn != "logpdf" or is_discrete(dist.support):
        bounds = _LOG_OF_PROBABILITY
    else:
        bounds = ANYTHING
    type_ = typed.Type(Kind.REAL, axes, event, bounds)
    return typed.Density(fn, dist, x, type=type_, span=e.span)


def as_distribution(e: tree.Expr) -> tree.Distribution | None:
    """An expression as the distribution that it is, where one is asked for."""
    match e:
        case tree.Call() if e.callee.id in FAMILIES:
            return tree.Distribution(e, span=e.span)
        case tree.Distribution():
            return e
        case _:
            return None


def _fits(ctx: Context, fn: str, dist: typed.Dist, x: typed.Expr, scope: Scope) -> bool:
    """Whether the value can be one of the distribution, and the function exists."""
    positions = kind_of(dist.support) is Kind.INDEX
    if positions != (x.type.kind is Kind.INDEX) or (
        positions and not fits(ctx, str(x.type.dim), str(dist.support.dim))
    ):
        if x.type.kind is Kind.INDEX:
            ctx.complain(position_as_number(ctx, x), scope)
        else:
            written = (dist.family, ctx.source.quote(x.span))
            ctx.complain(complaints.density_of_number(x.span, fn, *written), scope)
        return False
    row = FAMILIES[dist.family]
    if fn != "logpdf" and row.cdf is None:
        ctx.complain(complaints.no_distribution_function(dist.span, fn, dist.family), scope)
        return False
    return True


def _event(
    ctx: Context, fn: str, dist: typed.Dist, x: typed.Expr, scope: Scope
) -> tuple[Extent, ...] | None:
    """Event of the result: of a family of numbers, that of the value and the arguments."""
    row = FAMILIES[dist.family]
    if row.event:
        return ()
    if any(p.event for p in row.form(dist.form).params):
        if not x.type.event:
            return ()
        written = ctx.source.quote(x.span)
        shape = show(x.type.event)
        ctx.complain(complaints.density_of_array(x.span, fn, dist.family, written, shape), scope)
        return None
    return common_shape(ctx, [x, *dist.args], x.span, scope)
