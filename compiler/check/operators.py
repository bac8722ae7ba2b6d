"""Elementwise functions and operators on typed arguments."""

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..functions import Elementwise
from ..label_numbers import label_of
from ..types import UNIT, Bounds, Kind
from .context import Context, Scope
from .shapes import Event, axes_of, joined

COMPARED = ("eq", "ne")
_LOGICAL = ("and", "or", "not")


def apply(
    ctx: Context, row: Elementwise, args: list[typed.Expr], span: Span, scope: Scope
) -> typed.Expr | None:
    """A function or operator on typed arguments."""
    if not _same_dimension(row, args):
        args = [as_number(ctx, a) for a in args]
    kinds = tuple(a.type.kind for a in args)
    if Kind.INDEX in kinds and not _same_dimension(row, args):
        ctx.complain(_misused(ctx, row, args), scope)
        return None
    if row.name in _LOGICAL and not _truths(ctx, args, row, scope):
        return None
    event = common_shape(ctx, args, span, scope, product=row.name == "mul")
    if event is None:
        return None
    for i, a in enumerate(args):
        if a.type.bounds.apart(row.domain_of(i)):
            ctx.complain(
                complaints.outside_domain(a.span, row.name, a.type.bounds, row.domain_of(i)), scope
            )
            return None
    if row.name == "div" and args[1].type.bounds == Bounds(0.0, 0.0):
        ctx.complain(complaints.division_by_zero(args[1].span), scope)
        return None
    bounds = tuple(a.type.bounds for a in args)
    type_ = typed.Type(
        row.kind(kinds, bounds), axes_of(a.type for a in args), event, row.bounds(*bounds)
    )
    return typed.Apply(row.name, tuple(args), type=type_, span=span)


def _same_dimension(row: Elementwise, args: list[typed.Expr]) -> bool:
    dims = {a.type.dim for a in args}
    return row.name in COMPARED and len(dims) == 1 and all(a.type.kind is Kind.INDEX for a in args)


def as_number(ctx: Context, e: typed.Expr) -> typed.Expr:
    """A position along a dimension that counts as its label; everything else as it is."""
    dim = e.type.dim
    if e.type.kind is not Kind.INDEX or e.type.event or dim is None:
        return e
    labels = ctx.dims[dim].labels
    if not isinstance(labels, typed.Count):
        return e
    bounds = Bounds(labels.first.type.bounds.low, labels.last.type.bounds.high)
    return label_of(e, ctx.index(dim, typed.OverDim(dim), e.span), bounds)


def position_as_number(ctx: Context, e: typed.Expr) -> Diagnostic:
    """Complaint about a position along a dimension that is used as if it were a number."""
    dim = e.type.dim
    assert dim is not None, "positions know their dimension"
    return complaints.position_as_number(e.span, ctx.source.quote(e.span), dim, ctx.dims[dim].span)


def _misused(ctx: Context, row: Elementwise, args: list[typed.Expr]) -> Diagnostic:
    positions = [a for a in args if a.type.kind is Kind.INDEX]
    if row.name in COMPARED and len(positions) == 2:
        a, b = positions
        return complaints.two_dimensions((a.span, a.type.dim), (b.span, b.type.dim))
    return position_as_number(ctx, positions[0])


def is_truth(t: typed.Type) -> bool:
    """Whether something is known to be 0 or 1."""
    return t.kind is Kind.BOOL or (t.kind is Kind.INT and t.bounds.within(UNIT))


def _truths(ctx: Context, args: list[typed.Expr], row: Elementwise, scope: Scope) -> bool:
    for a in args:
        if not is_truth(a.type):
            written = ctx.source.quote(a.span)
            ctx.complain(complaints.not_a_truth(a.span, f"`{row.name}`", written), scope)
            return False
    return True


def common_shape(
    ctx: Context, args: list[typed.Expr], span: Span, scope: Scope, *, product: bool = False
) -> Event | None:
    """Common event of elementwise operands; what is written as a ``product`` may mean another."""
    event, widest = args[0].type.event, args[0]
    for a in args[1:]:
        both = joined(ctx, event, a.type.event)
        if both is None:
            whole = product and all(isinstance(e, typed.Var) and not e.type.axes for e in args)
            names = (ctx.source.quote(widest.span), ctx.source.quote(a.span)) if whole else None
            ctx.complain(
                complaints.shapes_differ(span, (widest.span, event), (a.span, a.type.event), names),
                scope,
            )
            return None
        if a.type.event:
            widest = a
        event = both
    return event
