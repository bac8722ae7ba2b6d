"""Supports: what type words and families say, what ``on`` leaves of it, what fits into what."""

from collections.abc import Mapping
from math import inf

from ...grammar import tree
from ...grammar.source import Span
from .. import complaints, typed
from ..families import Family
from ..functions import ELEMENTWISE
from ..types import ANYTHING, POSITIVE, UNIT, Bounds, Kind, SupportName
from .binders import dimension
from .context import Context, Scope, is_constant
from .expressions import expression
from .operators import apply, position_as_number

TYPE_WORDS: Mapping[str, SupportName] = {
    "real": SupportName.REAL,
    "positive": SupportName.POSITIVE,
    "unit": SupportName.UNIT,
    "int": SupportName.INT,
    "count": SupportName.COUNT,
    "bool": SupportName.BOOL,
    **{s.value: s for s in SupportName if s.event and s is not SupportName.VECTOR},
}
_INTERVALS: Mapping[str, Bounds] = {"real": ANYTHING, "positive": POSITIVE, "unit": UNIT}
ORDERS: Mapping[str, SupportName] = {
    s.value: s for s in (SupportName.ORDERED, SupportName.POSITIVE_ORDERED)
}
_KINDS: Mapping[SupportName, Kind] = {
    SupportName.INT: Kind.INT,
    SupportName.COUNT: Kind.INT,
    SupportName.BOOL: Kind.BOOL,
    SupportName.INDEX: Kind.INDEX,
}
_CONTINUOUS = (
    SupportName.REAL,
    SupportName.POSITIVE,
    SupportName.UNIT,
    SupportName.INTERVAL,
)
_FIXED: Mapping[SupportName, Bounds] = {
    SupportName.POSITIVE: POSITIVE,
    SupportName.UNIT: UNIT,
    SupportName.COUNT: POSITIVE,
    SupportName.BOOL: UNIT,
    SupportName.SIMPLEX: UNIT,
    SupportName.POSITIVE_ORDERED: POSITIVE,
    SupportName.CORR: Bounds(-1.0, 1.0),
    SupportName.CHOLESKY_CORR: Bounds(-1.0, 1.0),
}


def kind_of(support: typed.Support) -> Kind:
    """What one number of a support is."""
    return _KINDS.get(support.name, Kind.REAL)


def bounds_of(support: typed.Support) -> Bounds:
    """Interval that contains a support."""
    fixed = _FIXED.get(support.name, ANYTHING)
    low = fixed.low if support.low is None else max(fixed.low, support.low.type.bounds.low)
    high = fixed.high if support.high is None else min(fixed.high, support.high.type.bounds.high)
    return Bounds(low, high)


def of_type(ctx: Context, t: tree.TypeName, scope: Scope) -> typed.Support | None:
    """The support that a type word stands for: a set of numbers, or a dimension, which hides a set
    of the same name."""
    word = t.name.id
    if word in ctx.dims:
        dimension(ctx, t.name)
        base = typed.Support(SupportName.INDEX, dim=word)
    elif word in TYPE_WORDS:
        base = typed.Support(TYPE_WORDS[word])
    else:
        ctx.complain(complaints.unknown_type(t.name.span, word, TYPE_WORDS, ctx.dims))
        return None
    if t.support is None:
        return base
    if base.name in (SupportName.INDEX, SupportName.BOOL) or base.name.event:
        ctx.complain(complaints.not_restrictable(t.support.span, f"`{word}`", "a type"))
        return None
    if (order := order_of(t.support)) is not None:
        ctx.complain(complaints.order_of_a_type(t.support.span, order.value))
        return None
    return restricted(ctx, base, t.support, scope)


def has_axes(ctx: Context, t: tree.TypeName, name: tree.Name, event: tuple[str, ...]) -> bool:
    """Whether a declaration leaves bare dimensions for one value of a type: two for a matrix."""
    known = t.name.id in TYPE_WORDS and t.name.id not in ctx.dims
    rank = TYPE_WORDS[t.name.id].event if known else 0
    own = event[len(event) - rank :] if rank <= len(event) else ()
    if len(own) == rank and len(set(own)) <= 1:
        return True
    shape = f"[{', '.join(event)}]" if event else "no dimension"
    ctx.complain(
        complaints.type_without_axes(t.name.span, t.name.id, rank, name.id, shape, ctx.dims)
    )
    return False


def of_family(
    family: Family, args: Mapping[str, typed.Expr], dim: str | None, at: Span
) -> typed.Support:
    """Where the draws of a family with these arguments live."""
    if family.support is SupportName.INDEX:
        return typed.Support(SupportName.INDEX, dim=dim)
    low, high = _end(family.low, args, at), _end(family.high, args, at)
    if family.support is SupportName.INTERVAL:
        return interval(low, high)
    return typed.Support(family.support, low, high)


def _end(
    written: str | float | None, args: Mapping[str, typed.Expr], at: Span
) -> typed.Expr | None:
    if written is None:
        return None
    return args[written] if isinstance(written, str) else constant(written, at)


def constant(value: float, at: Span) -> typed.Const:
    """A number that the model does not write itself."""
    return typed.Const(value, type=typed.Type(Kind.REAL, bounds=Bounds(value, value)), span=at)


def interval(low: typed.Expr | None, high: typed.Expr | None) -> typed.Support:
    """The support between two ends; the usual intervals get their names."""
    low = None if low is not None and low.type.bounds.high == -inf else low
    high = None if high is not None and high.type.bounds.low == inf else high
    at_zero = low is not None and low.type.bounds == Bounds(0.0, 0.0)
    if low is None and high is None:
        return typed.Support(SupportName.REAL)
    if at_zero and high is None:
        return typed.Support(SupportName.POSITIVE)
    if at_zero and high is not None and high.type.bounds == Bounds(1.0, 1.0):
        return typed.Support(SupportName.UNIT)
    return typed.Support(SupportName.INTERVAL, low, high)


def restricted(
    ctx: Context, base: typed.Support, on: tree.Support, scope: Scope
) -> typed.Support | None:
    """What ``on`` leaves of a support.

    Only sets of numbers can be cut; whole numbers keep their name beside the new ends.
    """
    ends = _ends(ctx, on, scope)
    if ends is None:
        return None
    low, high = ends
    fixed = bounds_of(base)
    if base.name in _CONTINUOUS:
        old_low = base.low or (constant(0.0, on.span) if fixed.low == 0 else None)
        old_high = base.high or (constant(1.0, on.span) if fixed.high == 1 else None)
    else:
        old_low, old_high = base.low, base.high
    new_low = _tighter(ctx, "maximum", old_low, low, on.span, scope)
    new_high = _tighter(ctx, "minimum", old_high, high, on.span, scope)
    a = new_low.type.bounds.low if new_low is not None else -inf
    b = new_high.type.bounds.high if new_high is not None else inf
    if max(a, fixed.low) >= min(b, fixed.high):
        swapped = low is not None and high is not None and _in_order(high, low)
        words = describe(ctx, base)
        d = (
            complaints.nothing_between(on.span)
            if swapped
            else complaints.nothing_left(on.span, words, fixed)
        )
        ctx.complain(d, scope)
        return None
    if base.name in _CONTINUOUS:
        return interval(new_low, new_high)
    if new_low is not None and new_low.type.bounds.high == -inf:
        new_low = None
    if new_high is not None and new_high.type.bounds.low == inf:
        new_high = None
    return typed.Support(base.name, new_low, new_high)


def order_of(on: tree.Support | None) -> SupportName | None:
    """The order that ``on`` asks for, if it asks for one."""
    match on:
        case tree.NamedSupport(name=name):
            return ORDERS.get(name.id)
        case _:
            return None


def in_order(
    ctx: Context, base: typed.Support, order: SupportName, at: Span, scope: Scope
) -> typed.Support | None:
    """The increasing vectors of numbers of a support, or of the positive ones among them."""
    if order is SupportName.POSITIVE_ORDERED:
        positive = tree.NamedSupport(tree.Name("positive", span=at), span=at)
        cut = restricted(ctx, base, positive, scope)
        if cut is None:
            return None
        base = cut
    match base.name:
        case SupportName.POSITIVE:
            return typed.Support(SupportName.POSITIVE_ORDERED)
        case SupportName.UNIT:
            return typed.Support(SupportName.ORDERED, constant(0.0, at), constant(1.0, at))
        case _:
            return typed.Support(SupportName.ORDERED, base.low, base.high)


def _in_order(a: typed.Expr, b: typed.Expr) -> bool:
    return a.type.bounds.high <= b.type.bounds.low


def _ends(
    ctx: Context, on: tree.Support, scope: Scope
) -> tuple[typed.Expr | None, typed.Expr | None] | None:
    match on:
        case tree.NamedSupport(name=name):
            if not known_support(ctx, name, scope):
                return None
            b = _INTERVALS[name.id]
            return constant(b.low, on.span), constant(b.high, on.span)
        case tree.Interval(low=low, high=high):
            ends = [expression(ctx, e, scope) for e in (low, high)]
    for e in ends:
        if e is not None and e.type.event:
            ctx.complain(complaints.array_as_end(e.span, ctx.source.quote(e.span)), scope)
            return None
        if e is not None and e.type.kind is Kind.INDEX:
            ctx.complain(position_as_number(ctx, e), scope)
            return None
    return None if None in ends else (ends[0], ends[1])


def known_support(ctx: Context, name: tree.Name, scope: Scope) -> bool:
    """Whether a word names a support."""
    if name.id in _INTERVALS or name.id in ORDERS:
        return True
    known = (*_INTERVALS, *ORDERS)
    ctx.complain(complaints.unknown_support(name.span, name.id, known), scope)
    return False


def _tighter(
    ctx: Context,
    pick: str,
    a: typed.Expr | None,
    b: typed.Expr | None,
    at: Span,
    scope: Scope,
) -> typed.Expr | None:
    """The inner one of two ends on one side; ``pick`` says which that is."""
    if a is None or b is None:
        return a or b
    x, y = (a, b) if pick == "maximum" else (b, a)
    if x.type.bounds.high <= y.type.bounds.low:  # x is below y for certain
        return b
    if y.type.bounds.high <= x.type.bounds.low:
        return a
    return apply(ctx, ELEMENTWISE[pick], [a, b], at, scope)


def describe(ctx: Context, s: typed.Support) -> str:
    """A support in words, for messages."""
    match s.name:
        case SupportName.INTERVAL | SupportName.COUNT | SupportName.INT if s.low or s.high:
            low = ctx.source.quote(s.low.span) if s.low else _default_low(s)
            high = ctx.source.quote(s.high.span) if s.high else "inf"
            numbers = "whole numbers" if s.name is not SupportName.INTERVAL else "numbers"
            return f"{numbers} on ({low}, {high})"
        case SupportName.INDEX:
            return f"labels of `{s.dim}`"
        case SupportName.ORDERED if s.low or s.high:
            low = ctx.source.quote(s.low.span) if s.low else "-inf"
            high = ctx.source.quote(s.high.span) if s.high else "inf"
            return f"increasing vectors of numbers on ({low}, {high})"
        case _:
            return _WORDS[s.name]


def _default_low(s: typed.Support) -> str:
    return "0" if s.name is SupportName.COUNT else "-inf"


_WORDS: Mapping[SupportName, str] = {
    SupportName.REAL: "real numbers",
    SupportName.POSITIVE: "positive numbers",
    SupportName.UNIT: "numbers between 0 and 1",
    SupportName.INTERVAL: "an interval",
    SupportName.INT: "whole numbers",
    SupportName.COUNT: "counts (0, 1, 2, …)",
    SupportName.BOOL: "0 or 1",
    SupportName.SIMPLEX: "probability vectors",
    SupportName.VECTOR: "real vectors",
    SupportName.ORDERED: "increasing vectors",
    SupportName.POSITIVE_ORDERED: "increasing vectors of positive numbers",
    SupportName.CORR: "correlation matrices",
    SupportName.CHOLESKY_CORR: "Cholesky factors of correlation matrices",
    SupportName.COV: "covariance matrices",
    SupportName.CHOLESKY_COV: "Cholesky factors of covariance matrices",
}


def is_discrete(support: typed.Support) -> bool:
    """Whether draws have a probability mass."""
    return support.name.is_discrete


def constant_outside(support: typed.Support, value: typed.Expr) -> bool:
    """Whether a value is known not to be in a support."""
    if value.type.bounds.apart(bounds_of(support)):
        return True
    if kind_of(support) is Kind.REAL or not is_constant(value):
        return False
    return not float(value.type.bounds.low).is_integer()
