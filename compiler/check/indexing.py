"""Typing of ``base[slots]``."""

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..types import Bounds, Extent, Kind
from .context import Context, Scope
from .labels import Recurse, label
from .shapes import axes_of


def element(ctx: Context, e: tree.Index, scope: Scope, recurse: Recurse) -> typed.Expr | None:
    """Some elements of an array: one slot for every axis."""
    base = recurse(ctx, e.base, scope)
    if base is None:
        _visit(ctx, e, scope, recurse)
        return None
    if not base.type.event:
        ctx.complain(_scalar(ctx, e, base, scope), scope)
        return None
    if len(e.slots) != len(base.type.event):
        shape = tuple(map(str, base.type.event))
        ctx.complain(
            complaints.index_count(
                e.span,
                ctx.source.quote(e.base.span),
                len(e.slots),
                shape,
                _declared(ctx, base, scope),
            ),
            scope,
        )
        return None
    slots = [
        _slot(ctx, s, extent, base, scope, recurse)
        for s, extent in zip(e.slots, base.type.event, strict=True)
    ]
    found = [s for s in slots if s is not None]
    if len(found) < len(slots):
        return None
    return elements(ctx, e.span, base, tuple(found), scope)


def elements(
    ctx: Context,
    span: Span,
    base: typed.Expr,
    slots: tuple[typed.Expr | typed.WholeAxis, ...],
    scope: Scope,
) -> typed.Expr | None:
    """``base[slots]``, the slots typed and fitting; an index into an index is one index."""
    if isinstance(base, typed.Element):  # X[i, :][k] is X[i, k]
        inner = iter(slots)
        merged = tuple(next(inner) if isinstance(s, typed.WholeAxis) else s for s in base.slots)
        base, slots = base.base, merged
    elif base.type.axes:
        ctx.complain(complaints.index_of_computed(base.span), scope)
        return None
    indices = [s for s in slots if not isinstance(s, typed.WholeAxis)]
    event = tuple(
        extent
        for s, extent in zip(slots, base.type.event, strict=True)
        if isinstance(s, typed.WholeAxis)
    )
    axes = axes_of((base.type, *(s.type for s in indices)))
    type_ = typed.Type(base.type.kind, axes, event, base.type.bounds, base.type.dim)
    return typed.Element(base, slots, type=type_, span=span)


def _visit(ctx: Context, e: tree.Index, scope: Scope, recurse: Recurse) -> None:
    """Look for further mistakes in slots whose axes are not known; labels stay unjudged."""
    for s in e.slots:
        if not isinstance(s, tree.Whole | tree.Name | tree.Text):
            recurse(ctx, s, scope)


def _slot(
    ctx: Context,
    s: tree.Expr | tree.Whole,
    extent: Extent,
    base: typed.Expr,
    scope: Scope,
    recurse: Recurse,
) -> typed.Expr | typed.WholeAxis | None:
    if isinstance(s, tree.Whole):
        return typed.WholeAxis()
    if isinstance(extent, int):
        return _numbered(ctx, s, extent, scope, recurse)
    found = label(ctx, s, extent, scope, recurse, slot=True)
    if found is None:
        return None
    if found.type.event:
        ctx.complain(complaints.array_as_index(found.span, ctx.source.quote(found.span)), scope)
        return None
    if found.type.kind is Kind.INDEX and found.type.dim == extent:
        return found
    if _whole(found) and found.type.dim in (None, extent) and ctx.counts(extent):
        return found if _in_range(ctx, found, extent, scope) else None
    ctx.complain(_wrong_dimension(ctx, found, extent, base, scope), scope)
    return None


def _whole(e: typed.Expr) -> bool:
    return e.type.kind in (Kind.INT, Kind.BOOL)


def _numbered(
    ctx: Context, s: tree.Expr, length: int, scope: Scope, recurse: Recurse
) -> typed.Expr | None:
    """A slot of an axis without a name: a number from 1."""
    found = recurse(ctx, s, scope)
    if found is None:
        return None
    if found.type.event:
        ctx.complain(complaints.array_as_index(found.span, ctx.source.quote(found.span)), scope)
        return None
    if not _whole(found) or found.type.dim is not None:
        written = ctx.source.quote(found.span)
        ctx.complain(complaints.not_a_number_from_1(found.span, written, length), scope)
        return None
    reach, allowed = found.type.bounds, Bounds(1.0, float(length))
    random = ctx.random_part(found, scope.values)
    if reach.apart(allowed) or (random is not None and not reach.within(allowed)):
        ctx.complain(complaints.leaves_axis(found.span, reach, ("1", str(length)), None), scope)
        return None
    return found


def _in_range(ctx: Context, found: typed.Expr, dim: str, scope: Scope) -> bool:
    """Whether a number may be a label of a dimension that counts.

    Ends that are only known with the data are checked then. A lag of an index variable that runs
    over the whole dimension is known to leave it; a branch of a conditional may keep it inside.
    """
    labels = ctx.dims[dim].labels
    assert isinstance(labels, typed.Count)
    first, last = labels.first, labels.last
    allowed = Bounds(first.type.bounds.low, last.type.bounds.high)
    reach = found.type.bounds
    random = ctx.random_part(found, scope.values)
    leaves = reach.apart(allowed) or (random is not None and not reach.within(allowed))
    if not leaves and not scope.guarded:
        leaves = _lags_out(found, dim, labels)
    if leaves:
        ends = (ctx.source.quote(first.span), ctx.source.quote(last.span))
        ctx.complain(
            complaints.leaves_axis(found.span, reach, ends, (dim, ctx.dims[dim].span)), scope
        )
    return not leaves


def _lags_out(found: typed.Expr, dim: str, labels: typed.Count) -> bool:
    """Whether ``found`` is ``t - 1`` or ``t + 1`` where ``t`` takes the first or last label too."""
    match found:
        case typed.Apply(
            fn="add" | "sub" as fn,
            args=(typed.IndexValue(var=var), typed.Const(value=shift)),
        ):
            shift = shift if fn == "add" else -shift
        case _:
            return False
    if shift == 0:
        return False
    match var.domain:
        case typed.OverDim(over):
            return over == dim
        case typed.OverRange(first, last):
            starts, ends = first.type.bounds, last.type.bounds
            begin, stop = labels.first.type.bounds, labels.last.type.bounds
            below = starts.low == starts.high and starts.high + shift < begin.low
            above = ends.low == ends.high and ends.low + shift > stop.high
            same_end = _same_name(last, labels.last) and shift > 0
            return below or above or same_end


def _same_name(a: typed.Expr, b: typed.Expr) -> bool:
    return isinstance(a, typed.Var) and isinstance(b, typed.Var) and a.name == b.name


def _declared(ctx: Context, base: typed.Expr, scope: Scope) -> Span | None:
    """Where an indexed variable was introduced."""
    if isinstance(base, typed.Var):
        symbol = scope.values.get(base.name)
        return symbol.span if symbol else None
    return None


def _scalar(ctx: Context, e: tree.Index, base: typed.Expr, scope: Scope) -> Diagnostic:
    return complaints.index_of_number(
        e.span, ctx.source.quote(e.base.span), _declared(ctx, base, scope)
    )


def _wrong_dimension(
    ctx: Context, found: typed.Expr, dim: str, base: typed.Expr, scope: Scope
) -> Diagnostic:
    """The three ways in which a computed index does not fit an axis."""
    written = ctx.source.quote(found.span)
    array = (ctx.source.quote(base.span), _declared(ctx, base, scope))
    if found.type.kind is Kind.REAL:
        return complaints.real_as_index(found.span, written, dim)
    if found.type.dim is None:
        return complaints.number_as_index(found.span, written, dim, ctx.dims[dim].span)
    origin = _origin(ctx, found, scope)
    return complaints.wrong_dimension(found.span, (written, found.type.dim, origin), array, dim)


def _origin(ctx: Context, found: typed.Expr, scope: Scope) -> Span | None:
    """Where the thing that is used as an index got its dimension."""
    match found:
        case typed.IndexValue(var=var):
            return var.span
        case typed.Element(base=typed.Var(name=name)) | typed.Var(name=name):
            symbol = scope.values.get(name)
            return symbol.span if symbol else None
        case typed.Label(type=type_):
            return ctx.dims[type_.dim].span if type_.dim else None
        case _:
            return None
