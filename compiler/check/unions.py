"""Where a draw can lie that comes from one of several distributions."""

from collections.abc import Sequence

from ...grammar.source import Span
from .. import complaints, typed
from ..composite import is_point
from ..functions import ELEMENTWISE
from ..types import POSITIVE, UNIT, Kind, SupportName
from .context import Context, Scope
from .operators import apply
from .shapes import events_fit
from .supports import bounds_of, constant, describe, interval, is_discrete

_LONE = (
    SupportName.INDEX,
    SupportName.SIMPLEX,
    SupportName.VECTOR,
    SupportName.ORDERED,
    SupportName.POSITIVE_ORDERED,
)


def united(
    ctx: Context, parts: Sequence[typed.Dist], at: Span, scope: Scope
) -> typed.Support | None:
    """The support of what is drawn from one of several distributions.

    Whole numbers and numbers with a density do not mix; a single value (``Delta``) goes with both.
    """
    first = parts[0]
    for part in parts[1:]:
        if not events_fit(ctx, part.event, first.event):
            _unlike(ctx, first, part, scope)
            return None
    supports = [p.support for p in parts]
    if all(s == supports[0] for s in supports) and not is_point(first):
        return supports[0]
    spread = [p for p in parts if not is_point(p)]
    alone = next((p for p in parts if p.support.name in _LONE), None)
    if alone is not None:
        other = next(
            (p for p in parts if (p.support.name, p.support.dim)
             != (alone.support.name, alone.support.dim)), None,
        )  # fmt: skip
        if other is None and alone.support.low is None and alone.support.high is None:
            return alone.support
        _unlike(ctx, alone, other or parts[-1], scope)
        return None
    whole = [is_discrete(p.support) for p in spread] or [
        all(p.args[0].type.kind in (Kind.INT, Kind.BOOL) for p in parts)
    ]
    if all(whole):
        return _whole(ctx, parts, at, scope)
    if any(whole):
        a = spread[whole.index(True)]
        _unlike(ctx, a, spread[whole.index(False)], scope)
        return None
    return _interval(ctx, parts, at, scope)


def _unlike(ctx: Context, a: typed.Dist, b: typed.Dist, scope: Scope) -> None:
    words = (describe(ctx, a.support), describe(ctx, b.support))
    ctx.complain(complaints.parts_differ(b.span, words, a.span), scope)


def _whole(
    ctx: Context, parts: Sequence[typed.Dist], at: Span, scope: Scope
) -> typed.Support | None:
    for p in parts:
        if is_point(p) and p.args[0].type.kind not in (Kind.INT, Kind.BOOL):
            _unlike(ctx, next(q for q in parts if q is not p), p, scope)
            return None
    named = [p.support.name for p in parts if not is_point(p)]
    bounds = [p.args[0].type.bounds if is_point(p) else bounds_of(p.support) for p in parts]
    if all(b.within(UNIT) for b in bounds) and all(n is SupportName.BOOL for n in named):
        return typed.Support(SupportName.BOOL)
    highs = [_last(p) for p in parts]
    high = None if None in highs else _outermost(ctx, "maximum", highs, at, scope)
    if all(b.within(POSITIVE) for b in bounds):
        return typed.Support(SupportName.COUNT, None, high)
    lows = [p.support.low for p in parts]
    low = None if None in lows else _outermost(ctx, "minimum", lows, at, scope)
    return typed.Support(SupportName.INT, low, high)


def _last(p: typed.Dist) -> typed.Expr | None:
    if p.support.name is SupportName.BOOL:
        return constant(1.0, p.span)
    return p.support.high


def _interval(
    ctx: Context, parts: Sequence[typed.Dist], at: Span, scope: Scope
) -> typed.Support | None:
    lows, highs = [], []
    for p in parts:
        bounds = bounds_of(p.support)
        fixed = p.support.name in (SupportName.POSITIVE, SupportName.UNIT)
        lows.append(constant(bounds.low, p.span) if fixed else p.support.low)
        closed = p.support.name is SupportName.UNIT
        highs.append(constant(1.0, p.span) if closed else p.support.high)
    low = None if None in lows else _outermost(ctx, "minimum", lows, at, scope)
    high = None if None in highs else _outermost(ctx, "maximum", highs, at, scope)
    return interval(low, high)


def _outermost(
    ctx: Context, pick: str, ends: Sequence[typed.Expr | None], at: Span, scope: Scope
) -> typed.Expr | None:
    """The smallest or the largest of some ends, where they are not all known to be one."""
    known = [e for e in ends if e is not None]
    best = known[0]
    for e in known[1:]:
        a, b = (best, e) if pick == "minimum" else (e, best)
        if a == b or a.type.bounds.high <= b.type.bounds.low:  # best is at least as far out
            continue
        if b.type.bounds.high <= a.type.bounds.low:
            best = e
            continue
        found = apply(ctx, ELEMENTWISE[pick], [best, e], at, scope)
        if found is None:
            return None
        best = found
    return best
