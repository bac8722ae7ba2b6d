"""Declarations: dimensions, data, and the names of everything else."""

from collections.abc import Iterable

from ...grammar import tree
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints.order import no_first_label, nothing_points_into
from ..types import SupportName
from .binders import dimension, whole_range
from .context import Context, Nature, Scope, Symbol, walk
from .expressions import expression
from .order import counted_up, is_end
from .supports import bounds_of, constant, has_axes, kind_of, of_type
from .values import value_for


def declare_dims(ctx: Context, dims: Iterable[tree.Dim]) -> None:
    """Every dimension, its ends still open: data need their names before ends can be typed."""
    for d in dims:
        if introduce(ctx, d.name):
            labels: typed.FromData | typed.Names = typed.FromData()
            if isinstance(d.labels, tree.LabelSet):
                labels = typed.Names(_labels(ctx, d.labels))
            ctx.dims[d.name.id] = typed.Dim(d.name.id, labels, d.name.span)


def type_ends(ctx: Context, dims: Iterable[tree.Dim], inputs: Scope) -> None:
    """Ends of the dimensions that count; ``inputs`` shows the data alone."""
    for d in dims:
        if isinstance(d.labels, tree.Range) and ctx.dims.get(d.name.id):
            if is_end(d.labels.last, inputs):
                _type_open(ctx, d.labels, ctx.dims[d.name.id], inputs)
                continue
            ends = whole_range(ctx, d.labels, inputs, expression)
            if ends is None or not all(_from_scalars(ctx, e) for e in ends[:2]):
                continue
            first, last = ends.first.type.bounds, ends.last.type.bounds
            if last.high < first.low:
                words = (ctx.source.quote(ends.first.span), ctx.source.quote(ends.last.span))
                ctx.complain(complaints.empty_dimension(d.labels.span, d.name.id, words))
                continue
            ctx.dims[d.name.id] = typed.Dim(
                d.name.id, typed.Count(ends.first, ends.last), d.name.span
            )


def _type_open(ctx: Context, r: tree.Range, d: typed.Dim, inputs: Scope) -> None:
    """``dim grade = 0..last``: as far as the data go that point into it."""
    if not (isinstance(r.last, tree.Name) and r.last.id == "last") or is_end(r.first, inputs):
        ctx.complain(no_first_label(r.span, d.name))
        return
    ends = whole_range(ctx, tree.Range(r.first, r.first, span=r.first.span), inputs, expression)
    if ends is None or not _from_scalars(ctx, ends.first):
        return
    into = any(s is not None and s.type.dim == d.name for s in inputs.values.values())
    over = any(s is not None and d.name in s.type.event for s in inputs.values.values())
    if not (into or over):
        ctx.complain(nothing_points_into(r.last.span, d.name))
        return
    ctx.dims[d.name] = counted_up(ctx, d, ends.first)


def _from_scalars(ctx: Context, end: typed.Expr) -> bool:
    from_arrays = any(isinstance(e, typed.Reduce | typed.Element) for e in walk(end))
    if from_arrays:
        ctx.complain(complaints.end_from_array(end.span, ctx.source.quote(end.span)))
    return not from_arrays


def _labels(ctx: Context, labels: tree.LabelSet) -> tuple[str, ...]:
    seen: dict[str, Span] = {}
    for item in labels.labels:
        name = item.id if isinstance(item, tree.Name) else item.value
        if name in seen:
            once = dict.fromkeys(ctx.source.quote(i.span) for i in labels.labels)
            d = complaints.label_twice(item.span, name, seen[name], ", ".join(once))
            ctx.complain(d)
        else:
            seen[name] = item.span
    return tuple(seen)


def declare_data(ctx: Context, statements: Iterable[tree.Data]) -> list[tree.Data]:
    """Symbols of the data, still without the ends of their supports; the statements that are fine.

    Ends of dimensions are computed from data, and ends of supports may be too: shapes and kinds
    come first.
    """
    fine: list[tree.Data] = []
    scope = Scope(ctx.values)
    for statement in statements:
        support = _declared_support(ctx, statement.type, scope)
        if support is not None:
            fine.append(statement)
        for item in statement.items:
            if not introduce(ctx, item.name):
                continue
            ctx.data_names.add(item.name.id)
            dims = [d.id for d in item.dims if dimension(ctx, d)]
            typable = support is not None and has_axes(ctx, statement.type, item.name, tuple(dims))
            if support is None or len(dims) < len(item.dims) or not typable:
                ctx.values[item.name.id] = None
                continue
            type_ = typed.Type(kind_of(support), (), tuple(dims), bounds_of(support), support.dim)
            ctx.values[item.name.id] = Symbol(
                item.name.id, Nature.DATA, type_, support, item.name.span, given=True
            )
    return fine


def _declared_support(ctx: Context, t: tree.TypeName, scope: Scope) -> typed.Support | None:
    word = tree.TypeName(t.name, span=t.span)
    return of_type(ctx, word, scope)


def type_data(
    ctx: Context, statements: Iterable[tree.Data], inputs: Scope
) -> dict[str, typed.Data]:
    """Supports and defaults of the data, in source order; ``inputs`` shows the data alone."""
    found: dict[str, typed.Data] = {}
    for statement in statements:
        support = of_type(ctx, statement.type, inputs)
        if support is None:
            continue
        support = _with_ends(statement.type, support)
        for item in statement.items:
            symbol = ctx.values.get(item.name.id)
            if symbol is None or symbol.span != item.name.span:
                continue  # its dimensions are wrong, or the name was taken before
            t = symbol.type
            type_ = typed.Type(t.kind, t.axes, t.event, bounds_of(support), t.dim)
            symbol = Symbol(symbol.name, symbol.nature, type_, support, symbol.span, symbol.given)
            ctx.values[symbol.name] = symbol
            default = None
            if statement.default is not None:
                default = value_for(ctx, statement.default, symbol, inputs, "the default of data")
            found[symbol.name] = typed.Data(symbol.name, symbol.type, support, default, item.span)
    return found


def _with_ends(t: tree.TypeName, support: typed.Support) -> typed.Support:
    """Ends that are written belong to what data may be: 0 is on (0, inf), though not positive."""
    if support.name is not SupportName.POSITIVE or t.support is None or t.name.id == "positive":
        return support
    return typed.Support(SupportName.INTERVAL, constant(0.0, t.support.span))


def introduce(ctx: Context, name: tree.Name) -> bool:
    """Take a name in the model's namespace; complain if it is taken."""
    first = ctx.places.setdefault(name.id, name.span)
    if first is name.span:
        return True
    ctx.complain(complaints.defined_twice(name.span, name.id, first))
    return False
