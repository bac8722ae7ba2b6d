"""Elementwise functions and operators on typed arguments."""

from dataclasses import replace

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints.order import label_as_number, number_beside_position
from ..functions import Elementwise
from ..types import UNIT, Bounds, Kind
from .context import Context, Scope
from .order import COMPARISONS, is_reckoned, numbered, steps
from .shapes import Event, axes_of, joined

COMPARED = ("eq", "ne")
_LOGICAL = ("and", "or", "not")


def apply(
    ctx: Context, row: Elementwise, args: list[typed.Expr], span: Span, scope: Scope
) -> typed.Expr | None:
    """A function or operator on typed arguments."""
    again: str | None = None
    kinds = tuple([a.type.kind for a in args])
    if Kind.INDEX in kinds and (
        not _same_dimension(row, args) or any(is_reckoned(a) for a in args)
    ):
        args = [as_number(ctx, a) for a in args]
        stepped = steps(ctx, row.name, args)
        if stepped is not None:
            args, again = stepped
        kinds = tuple([a.type.kind for a in args])
    if Kind.INDEX in kinds and not _same_dimension(row, args):
        ctx.complain(_misused(ctx, row, args), scope)
        return None
    if row.name in _LOGICAL and not _truths(ctx, args, row, scope):
        return None
    event = common_shape(ctx, args, span, scope, product=row.name == "mul")
    if event is None:
        return None
    for a, domain in zip(args, row.domain, strict=False):
        if a.type.bounds.apart(domain):
            written = ctx.source.quote(a.span)
            d = complaints.outside_domain(a.span, row.name, written, a.type.bounds, domain)
            ctx.complain(d, scope)
            return None
    if row.name == "div" and args[1].type.bounds == Bounds(0.0, 0.0):
        ctx.complain(
            complaints.division_by_zero(args[1].span, ctx.source.quote(args[0].span)), scope
        )
        return None
    bounds = tuple([a.type.bounds for a in args])
    type_ = typed.Type(
        row.kind(kinds, bounds), axes_of([a.type for a in args]), event, row.bounds(*bounds)
    )
    if again is not None:
        return _stepped(row.name, args, replace(type_, kind=Kind.INDEX, dim=again), span)
    return typed.Apply(row.name, tuple(args), type=type_, span=span)


def _stepped(fn: str, args: list[typed.Expr], type_: typed.Type, span: Span) -> typed.Expr:
    """A position so many steps from another; ``first + 1`` is a number that is known."""
    match fn, args:
        case "add" | "sub", [typed.Const(value=a), typed.Const(value=b)]:
            return typed.Const(a + b if fn == "add" else a - b, type=type_, span=span)
        case _:
            return typed.Apply(fn, tuple(args), type=type_, span=span)


def _same_dimension(row: Elementwise, args: list[typed.Expr]) -> bool:
    dims = {a.type.dim for a in args}
    return row.name in COMPARED and len(dims) == 1 and all(a.type.kind is Kind.INDEX for a in args)


def as_number(ctx: Context, e: typed.Expr) -> typed.Expr:
    """A position along a dimension that counts as its label; everything else as it is."""
    dim = e.type.dim
    if e.type.kind is not Kind.INDEX or e.type.event or dim is None:
        return e
    return numbered(ctx, e) if ctx.counts(dim) else e


def position_as_number(ctx: Context, e: typed.Expr) -> Diagnostic:
    """Complaint about a position along a dimension that is used as if it were a number."""
    dim, written = e.type.dim, ctx.source.quote(e.span)
    if dim is None:  # it draws labels, and it is not known yet of which dimension
        return label_as_number(e.span, written)
    return complaints.position_as_number(e.span, written, dim, ctx.dims[dim].span)


def _misused(ctx: Context, row: Elementwise, args: list[typed.Expr]) -> Diagnostic:
    positions = [a for a in args if a.type.kind is Kind.INDEX]
    if row.name in COMPARED and len(positions) == 2:
        a, b = ((p.span, p.type.dim, ctx.source.quote(p.span)) for p in positions)
        return complaints.two_dimensions(a, b)
    others = [a for a in args if a.type.kind is not Kind.INDEX]
    if row.name in COMPARISONS and others:
        dim = str(positions[0].type.dim)
        written = ctx.source.quote(others[0].span)
        return number_beside_position(others[0].span, written, dim, ctx.dims[dim].span)
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
