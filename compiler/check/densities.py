"""Typing of ``logpdf(D, x)``, ``cdf(D, x)`` and the like."""

from ...grammar import tree
from .. import complaints, typed
from ..complaints import show
from ..families import FAMILIES
from ..reading import bound_by, parts_of
from ..types import ANYTHING, UNIT, Bounds, Extent, Kind
from .composites import any_distribution, as_distribution
from .context import Context, Scope
from .distributions import named_args, sums_known
from .events import LeftSide
from .expressions import expression
from .numbered import as_label
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
    dist = any_distribution(ctx, written, scope, said)
    if dist is None:
        return None
    if dist.support.dim is not None:
        x = as_label(ctx, x, dist.support.dim) or x
    if not _fits(ctx, fn, dist, x, scope):
        return None
    event = _event(ctx, fn, dist, x, scope)
    if event is None:
        return None
    bound = bound_by(dist)
    read = axes_of([x.type, *(p.type for p in parts_of(dist))])
    axes = tuple(v for v in read if v not in bound)
    if fn == "cdf":
        bounds = UNIT
    elif fn != "logpdf" or is_discrete(dist.support):
        bounds = _LOG_OF_PROBABILITY
    else:
        bounds = ANYTHING
    type_ = typed.Type(Kind.REAL, axes, event, bounds)
    return typed.Density(fn, dist, x, type=type_, span=e.span)


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
    if fn != "logpdf" and (dist.parts or FAMILIES[dist.family].cdf is None):
        ctx.complain(complaints.no_distribution_function(dist.span, fn, dist.family), scope)
        return False
    if fn != "logpdf":
        return sums_known(ctx, FAMILIES[dist.family], named_args(dist), scope)
    return True


def _event(
    ctx: Context, fn: str, dist: typed.Dist, x: typed.Expr, scope: Scope
) -> tuple[Extent, ...] | None:
    """Event of the result: of a family of numbers, that of the value and the arguments."""
    if dist.parts:
        if x.type.event and not dist.event:
            shape = show(x.type.event)
            written = ctx.source.quote(x.span)
            ctx.complain(
                complaints.density_of_array(x.span, fn, dist.family, written, shape), scope
            )
            return None
        return ()
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
