"""Typing of ``base[slots]``."""

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints.ranges import lags_out
from ..types import Bounds, Extent, Kind
from .context import Context, Scope
from .labels import Recurse, label
from .order import is_reckoned, numbered
from .shapes import axes_of


def element(ctx: Context, e: tree.Index, scope: Scope, recurse: Recurse) -> typed.Expr | None:
    """Some elements of an array: one slot for every axis, in one bracket or in several."""
    brackets: list[tree.Index] = []
    inner: tree.Expr = e
    of: tree.Expr
    while isinstance(inner, tree.Index):
        brackets.insert(0, inner)
        inner = inner.base
    base, of = recurse(ctx, inner, scope), inner  # typed, and as it is written
    if base is None:
        for bracket in brackets:
            _visit(ctx, bracket, scope, recurse)
        return None
    open_: list[tree.Expr | tree.Whole] = []
    for bracket in brackets:
        if not base.type.event:
            ctx.complain(_scalar(ctx, bracket, base, scope), scope)
            return None
        open_ += bracket.slots
        if len(open_) < len(base.type.event) and bracket is not e:
            if (whole := next((s for s in open_ if isinstance(s, tree.Whole)), None)) is not None:
                ctx.complain(complaints.whole_axis_before_bracket(whole.span), scope)
                return None
            continue
        found = _bracket(ctx, bracket, (base, of), open_, scope, recurse)
        if found is None:
            return None
        base, of, open_ = found, bracket, []
    return base


def _bracket(
    ctx: Context,
    e: tree.Index,
    of: tuple[typed.Expr, tree.Expr],
    given: list[tree.Expr | tree.Whole],
    scope: Scope,
    recurse: Recurse,
) -> typed.Expr | None:
    """The elements of a base, typed and as it is written, at slots of one bracket or several."""
    base, written = of
    if len(given) != len(base.type.event):
        shape = tuple(map(str, base.type.event))
        slots = [ctx.source.quote(slot.span) for slot in given]
        name, declared = ctx.source.quote(written.span), _declared(ctx, base, scope)
        ctx.complain(complaints.index_count(e.span, name, slots, shape, declared), scope)
        return None
    typed_slots = [
        _slot(ctx, s, extent, base, scope, recurse)
        for s, extent in zip(given, base.type.event, strict=True)
    ]
    found = [s for s in typed_slots if s is not None]
    if len(found) < len(typed_slots):
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
    elif base.type.axes and not isinstance(base, typed.ArrayCall | typed.Tabulate | typed.Neural):
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
        ctx.complain(_array_as_index(ctx, found, scope), scope)
        return None
    if found.type.kind is Kind.INDEX and found.type.dim == extent:
        if not is_reckoned(found):
            return found
        found = numbered(ctx, found)
        return found if _in_range(ctx, found, extent, scope) else None
    fits = found.type.dim in (None, extent) or _over_numbers(found)
    if _whole(found) and fits and ctx.counts(extent):
        return found if _in_range(ctx, found, extent, scope) else None
    ctx.complain(_wrong_dimension(ctx, found, extent, base, scope), scope)
    return None


def _over_numbers(e: typed.Expr) -> bool:
    """Whether ``e`` is an index variable with a range: its values were written as numbers."""
    return isinstance(e, typed.IndexValue) and isinstance(e.var.domain, typed.OverRange)


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
        ctx.complain(_array_as_index(ctx, found, scope), scope)
        return None
    if not _whole(found) or found.type.dim is not None:
        written = ctx.source.quote(found.span)
        ctx.complain(complaints.not_a_number_from_1(found.span, written, length), scope)
        return None
    reach, allowed = found.type.bounds, Bounds(1.0, float(length))
    if reach.apart(allowed) or _strays(ctx, found, allowed, scope):
        index = (ctx.source.quote(found.span), reach)
        ctx.complain(complaints.leaves_axis(found.span, index, ("1", str(length)), None), scope)
        return None
    return found


def _in_range(ctx: Context, found: typed.Expr, dim: str, scope: Scope) -> bool:
    """Whether a number may be a label of a dimension that counts.

    Ends that are only known with the data are checked then. A lag of an index variable that runs
    over the whole dimension is known to leave it; a branch of a conditional may keep it inside.
    """
    count = ctx.dims[dim].numbers
    assert count is not None
    first, last = count.first, count.last
    allowed = Bounds(first.type.bounds.low, last.type.bounds.high)
    reach = found.type.bounds
    if not scope.guarded and (lag := _lags_out(found, dim, count)) is not None:
        ctx.complain(_lagging(ctx, found.span, lag, dim), scope)
        return False
    leaves = reach.apart(allowed) or _strays(ctx, found, allowed, scope)
    if leaves:
        ends = ctx.words_of_ends(dim)
        place = (dim, ctx.dims[dim].span)
        index = (ctx.source.quote(found.span), reach)
        ctx.complain(complaints.leaves_axis(found.span, index, ends, place), scope)
    return not leaves


def _lagging(ctx: Context, at: Span, lag: tuple[typed.IndexVar, int], dim: str) -> Diagnostic:
    """What to say of `t - 1` where `t` begins at the first label."""
    var, shift = lag
    domain, ends = var.domain, ctx.words_of_ends(dim)
    run = ends
    if isinstance(domain, typed.OverRange):
        first, last = (ctx.source.quote(e.span) for e in (domain.first, domain.last))
        run = first, last
    return lags_out(at, (var.name, shift), run, ends, (dim, ctx.dims[dim].span))


def _strays(ctx: Context, found: typed.Expr, allowed: Bounds, scope: Scope) -> bool:
    """Whether something random may leave an axis; what is computed from data is checked later."""
    if scope.guarded or found.type.bounds.within(allowed):
        return False
    return ctx.random_part(found, scope.values) is not None


def _lags_out(
    found: typed.Expr, dim: str, labels: typed.Count
) -> tuple[typed.IndexVar, int] | None:
    """The index and the number of steps of ``t - 1`` or ``t + 1``, where ``t`` takes the first or
    last label too; None of what does not leave so."""
    match found:
        case typed.Apply(
            fn="add" | "sub" as fn,
            args=(typed.IndexValue(var=var), typed.Const(value=shift)),
        ):
            shift = shift if fn == "add" else -shift
        case _:
            return None
    return (var, int(shift)) if shift and _passes(var, shift, dim, labels) else None


def _passes(var: typed.IndexVar, shift: float, dim: str, labels: typed.Count) -> bool:
    """Whether an index that is shifted is known to pass an end."""
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
        return complaints.real_as_index(found.span, written, dim, _data_in(ctx, found))
    if found.type.dim is None:
        place, data = ctx.dims[dim].span, _data_in(ctx, found)
        return complaints.number_as_index(found.span, written, dim, place, data)
    origin = _origin(ctx, found, scope)
    its = found.type.dim
    numbers = isinstance(found, typed.IndexValue) and ctx.counts(its) and ctx.counts(dim)
    return complaints.wrong_dimension(found.span, (written, its, origin), array, dim, numbers)


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


def _data_in(ctx: Context, found: typed.Expr) -> str | None:
    """``g[house]``, where an index is an element of data, or data itself."""
    base = found.base if isinstance(found, typed.Element) else found
    if not isinstance(base, typed.Var) or base.name not in ctx.data_names:
        return None
    dims = ", ".join(map(str, base.type.event))
    return f"{base.name}[{dims}]" if dims else base.name


def _array_as_index(ctx: Context, found: typed.Expr, scope: Scope) -> Diagnostic:
    """Complaint about a whole array in a slot, with the indices in force that would pick one."""
    bound = {v.dim: v.name for v in scope.indices.values()}
    index = ", ".join(bound.get(str(e), "i") for e in found.type.event)
    return complaints.array_as_index(found.span, ctx.source.quote(found.span), index)
