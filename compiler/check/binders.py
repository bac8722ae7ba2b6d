"""Index variables: what ``i in dim`` and ``t in 2..T`` bring into scope."""

from dataclasses import replace
from typing import NamedTuple

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints.order import number_beside_position
from ..types import Bounds, Kind, SupportName
from .context import Context, Nature, Scope, Symbol
from .labels import Recurse
from .order import ends_in, is_position, numbered


def bind(ctx: Context, b: tree.Binder, scope: Scope, recurse: Recurse) -> typed.IndexVar | None:
    """The index variable of a binder.

    A name that is bound already is refused; one that hides a variable of the model is warned about.
    """
    if not fresh(ctx, b, scope):
        return None
    match b.domain:
        case tree.Name() as name:
            if not dimension(ctx, name, scope):
                return None
            return ctx.index(b.var.id, typed.OverDim(name.id), b.var.span)
        case tree.Range() as r:
            ends = whole_range(ctx, r, scope, recurse)
            if ends is None:
                return None
            return ranged(ctx, b.var, ends)


def ranged(ctx: Context, name: tree.Name, ends: "Ends") -> typed.IndexVar:
    """An index variable over a range; the dimension of its labels is kept in mind."""
    var = ctx.index(name.id, typed.OverRange(ends.first, ends.last), name.span)
    if ends.dim is not None:
        ctx.ranges[var.id] = ends.dim
    return var


def fresh(ctx: Context, b: tree.Binder, scope: Scope) -> bool:
    """Whether a binder's name is free to be bound."""
    taken = scope.indices.get(b.var.id)
    if taken is not None:
        ctx.complain(complaints.bound_twice(b.var.span, b.var.id, taken.span), scope)
        return False
    if b.var.id in scope.visible and b.var.id in scope.places:
        place = scope.places[b.var.id]
        ctx.complain(complaints.index_hides(b.var.span, b.var.id, place), scope)
    return True


def dimension(ctx: Context, name: tree.Name, scope: Scope | None = None) -> bool:
    """Whether a word names a dimension; marks it as used."""
    if name.id in ctx.dims:
        ctx.used_dims.add(name.id)
        return True
    if name.id in ctx.places:
        d = complaints.not_a_dimension(name.span, name.id, ctx.places[name.id], ctx.dims)
    else:
        d = complaints.unknown_dimension(name.span, name.id, ctx.dims)
    ctx.complain(d, scope)
    return False


class Ends(NamedTuple):
    """Both ends of a range, as numbers.

    Attributes:
        dim: the dimension whose labels they are, where the range says so.
    """

    first: typed.Expr
    last: typed.Expr
    dim: str | None


def whole_range(ctx: Context, r: tree.Range, scope: Scope, recurse: Recurse) -> Ends | None:
    """Both ends of a range: whole numbers, computed from data alone, the same for every index."""
    ends = range_ends(ctx, r, scope, recurse)
    for end in ends[:2] if ends else ():
        if end.type.axes:
            ctx.complain(complaints.range_varies(end.span, _first(end)), scope)
            return None
    return ends


def range_ends(ctx: Context, r: tree.Range, scope: Scope, recurse: Recurse) -> Ends | None:
    """Both ends of a range: whole numbers, computed from data and from other indices."""
    if r.of is not None and not dimension(ctx, r.of, scope):
        return None
    scope = replace(scope, ends_of=r.of.id) if r.of is not None else ends_in(ctx, r, scope)
    ends = [_end(ctx, e, scope, recurse) for e in (r.first, r.last)]
    first, last = ends
    if first is None or last is None:
        return None
    dims = {e.type.dim: e for e in (first, last) if is_position(ctx, e)}
    other = next((e for e in (first, last) if not is_position(ctx, e)), None)
    if len(dims) == 2:
        a, b = ((e.span, e.type.dim, ctx.source.quote(e.span)) for e in dims.values())
        ctx.complain(complaints.two_dimensions(a, b), scope)
        return None
    if not dims:
        return Ends(first, last, None if r.of is None else r.of.id)
    dim = str(next(iter(dims)))
    if other is not None:
        place, written = ctx.dims[dim].span, ctx.source.quote(other.span)
        ctx.complain(number_beside_position(other.span, written, dim, place), scope)
        return None
    return Ends(numbered(ctx, first), numbered(ctx, last), dim)


def _end(ctx: Context, e: tree.Expr, scope: Scope, recurse: Recurse) -> typed.Expr | None:
    found = recurse(ctx, e, scope)
    if found is None:
        return None
    if found.type.event:
        ctx.complain(complaints.range_varies(found.span, _first(found)), scope)
        return None
    if found.type.dim is not None and ctx.counts(found.type.dim):
        found = numbered(ctx, found)  # data that are labels that count: their numbers
    if found.type.kind not in (Kind.INT, Kind.BOOL) and not is_position(ctx, found):
        ctx.complain(whole_number_needed(ctx, found, "the end of a range", scope), scope)
        return None
    random = ctx.random_part(found, scope.values)
    if random is not None:
        ctx.complain(not_from_data(ctx, "the end of a range", random, scope), scope)
        return None
    return found


def _first(e: typed.Expr) -> tuple[str, Span] | None:
    return (e.type.axes[0].name, e.type.axes[0].span) if e.type.axes else None


def whole_number_needed(ctx: Context, found: typed.Expr, what: str, scope: Scope) -> Diagnostic:
    """Complaint about a real number where a whole one must stand."""
    declared = symbol = None
    if isinstance(found, typed.Var | typed.Element):
        base = found.base if isinstance(found, typed.Element) else found
        symbol = scope.values.get(base.name) if isinstance(base, typed.Var) else None
        declared = (symbol.name, symbol.span) if symbol else None
    whole = None
    if symbol is not None and symbol.nature is Nature.DATA:
        whole = as_data(symbol, "count")
    written = ctx.source.quote(found.span)
    return complaints.whole_number_needed(found.span, what, written, declared, whole)


def not_from_data(ctx: Context, what: str, random: typed.Var, scope: Scope) -> Diagnostic:
    """Complaint about something random where only data may be used."""
    symbol = scope.values.get(random.name)
    assert symbol is not None, "a typed variable has a symbol"
    return complaints.not_from_data(
        random.span, what, symbol.name, symbol.nature.value, symbol.span, as_data(symbol)
    )


_WORDS = (SupportName.POSITIVE, SupportName.UNIT, SupportName.INT, SupportName.COUNT)


def as_data(symbol: Symbol, word: str | None = None) -> str:
    """The declaration by which a variable would be data; ``word`` is its type."""
    shape = f"[{', '.join(map(str, symbol.type.event))}]" if symbol.type.event else ""
    support = symbol.support.name
    if support not in _WORDS:
        support = SupportName.REAL
    return f"data {symbol.name}{shape}: {word or symbol.type.dim or support.value}"


def index_value(ctx: Context, var: typed.IndexVar, span: Span) -> typed.IndexValue:
    """An index variable where a value is expected: a number where its dimension counts."""
    dim = ctx.ranges.get(var.id, var.dim)
    if dim is not None and not ctx.counts(dim):
        return typed.IndexValue(var, type=typed.Type(Kind.INDEX, (var,), dim=dim), span=span)
    if isinstance(var.domain, typed.OverRange):
        first, last = var.domain.first, var.domain.last
    else:
        count = ctx.dims[str(dim)].numbers
        assert count is not None, "it counts"
        first, last = count.first, count.last
    bounds = Bounds(first.type.bounds.low, last.type.bounds.high)
    number = typed.Type(Kind.INT, (var,), bounds=bounds, dim=var.dim)
    return typed.IndexValue(var, type=number, span=span)
