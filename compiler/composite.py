"""Distributions made of distributions: what they are as formulas over those of the families.

Where a value may have a point mass beside a density (a continuous variable that is censored, or has
extra zeros), densities are taken with respect to lengths plus those points: at a point there is its
mass and nothing else, elsewhere the density.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..grammar.source import Span
from .families import FAMILIES
from .label_numbers import position_of
from .typed import Apply, Const, Density, Dist, Expr, Reduce, Stack, Type, Where
from .types import Kind

CHOICE, MIXTURE, CENSORED = "if", "Mixture", "Censored"
INFLATED, HURDLE = "ZeroInflated", "Hurdle"
# `if` is no call, so it is not among these.
CALLED = (MIXTURE, INFLATED, HURDLE, CENSORED)
# Form of what draws labels as the numbers they are; never written, see `check.numbered`. It has one
# part, and is called like it.
NUMBERED = "number"
KNOWN = "known"  # form of a choice whose condition is computed from data alone

_REAL, _TRUTH = Type(Kind.REAL), Type(Kind.BOOL)
_INF = float("inf")


def leaves(dist: Dist) -> Iterator[Dist]:
    """The distributions of families that it is made of."""
    if not dist.parts:
        yield dist
    for part in dist.parts:
        yield from leaves(part)


def is_point(dist: Dist) -> bool:
    """Whether all mass is on one value."""
    return not dist.parts and FAMILIES[dist.family].low == "value"


def is_discrete(dist: Dist) -> bool:
    """Whether every draw is a whole number or a label."""
    return dist.support.name.is_discrete


def points(dist: Dist) -> tuple[Expr, ...]:
    """Values with a mass of their own, of a distribution that is not discrete."""
    if is_discrete(dist):
        return ()
    if is_point(dist):
        return (dist.args[0],)
    found = [p for part in dist.parts for p in points(part)]
    match dist.family:
        case "Censored":
            found += [e for e in dist.args if not _infinite(e)]
        case "ZeroInflated" | "Hurdle":
            found.append(_number(0.0, dist.span))
        case _:
            pass
    return tuple(found)


def log_density(dist: Dist, x: Expr) -> Expr:
    """The log density at ``x`` as an expression over those of the families."""
    at = dist.span
    if dist.form == NUMBERED:
        return _of(dist.parts[0], position_of(x, dist.over[0]))
    match dist.family:
        case "if":
            yes, no = _apart(dist, x)
            return Where(dist.args[0], yes, no, type=_REAL, span=at)
        case "Mixture" if dist.over:
            each = _apply("add", _apply("log", *dist.args), _of(dist.parts[0], x))
            return Reduce("logsumexp", dist.over, each, type=_REAL, span=at)
        case "Mixture":
            n = Type(Kind.REAL, event=(len(dist.parts),))
            each = Stack(tuple(_apart(dist, x)), type=n, span=at)
            whole = Apply("add", (_apply("log", *dist.args), each), type=n, span=at)
            return Reduce("logsumexp", (), whole, type=_REAL, span=at)
        case "ZeroInflated":
            return _inflated(dist, x)
        case "Hurdle":
            return _hurdle(dist, x)
        case "Censored":
            return _censored(dist, x)
        case _:
            return _of(dist, x)


def _of(dist: Dist, x: Expr) -> Expr:
    if dist.parts:
        return log_density(dist, x)
    return _at("logpdf", dist, x)


def _at(fn: str, dist: Dist, x: Expr) -> Density:
    return Density(fn, dist, x, type=replace(_REAL, axes=x.type.axes), span=dist.span)


def _apart(dist: Dist, x: Expr) -> Sequence[Expr]:
    """Densities of the parts; at a point of one of them, the others have no mass."""
    own = [points(part) for part in dist.parts]
    every = tuple(dict.fromkeys(p for ps in own for p in ps))
    if dist.form == KNOWN or all(is_point(p) for p in dist.parts):
        every = ()
    found = []
    for part, mine in zip(dist.parts, own, strict=True):
        value = _of(part, x)
        for point in () if is_discrete(part) else every:
            if not any(_same(point, m) for m in mine):
                test = _test("eq", x, point)
                value = Where(test, _number(-_INF, dist.span), value, type=_REAL, span=dist.span)
        found.append(value)
    return found


def _inflated(dist: Dist, x: Expr) -> Expr:
    (p,), (part,) = dist.args, dist.parts
    rest = _apply("add", _apply("log1p", _apply("neg", p)), _of(part, x))
    if is_discrete(part):
        both = Stack((_apply("log", p), rest), type=Type(Kind.REAL, event=(2,)), span=dist.span)
        nothing: Expr = Reduce("logsumexp", (), both, type=_REAL, span=dist.span)
    else:
        nothing = _apply("log", p)
    return Where(_is_zero(x, dist.span), nothing, rest, type=_REAL, span=dist.span)


def _hurdle(dist: Dist, x: Expr) -> Expr:
    (p,), (part,) = dist.args, dist.parts
    rest = _apply("add", _apply("log1p", _apply("neg", p)), _of(part, x))
    if is_discrete(part):  # what is left when zero is taken away
        zero = _of(part, _number(0.0, dist.span, Kind.INT))
        left = _apply("log", _apply("neg", _apply("expm1", zero)))
        rest = _apply("sub", rest, left)
    return Where(_is_zero(x, dist.span), _apply("log", p), rest, type=_REAL, span=dist.span)


def _censored(dist: Dist, x: Expr) -> Expr:
    (low, high), (part,) = dist.args, dist.parts
    value: Expr = _of(part, x)
    if not _infinite(high):
        beyond = high
        if is_discrete(part):  # the end itself belongs to the tail
            beyond = Apply("sub", (high, _number(1.0, dist.span, Kind.INT)), type=high.type,
                           span=dist.span)  # fmt: skip
        tail = _at("logsf", part, beyond)
        value = Where(_test("ge", x, high), tail, value, type=_REAL, span=dist.span)
    if not _infinite(low):
        tail = _at("logcdf", part, low)
        value = Where(_test("le", x, low), tail, value, type=_REAL, span=dist.span)
    return value


def _infinite(e: Expr) -> bool:
    return isinstance(e, Const) and abs(e.value) == _INF


def _same(a: Expr, b: Expr) -> bool:
    if isinstance(a, Const) and isinstance(b, Const):
        return a.value == b.value
    return a == b


def _is_zero(x: Expr, at: Span) -> Expr:
    return _test("eq", x, _number(0.0, at, x.type.kind))


def _test(fn: str, a: Expr, b: Expr) -> Expr:
    return Apply(fn, (a, b), type=_TRUTH, span=b.span)


def _apply(fn: str, *args: Expr) -> Expr:
    event = max((a.type.event for a in args), key=len)
    return Apply(fn, args, type=replace(_REAL, event=event), span=args[-1].span)


def _number(value: float, at: Span, kind: Kind = Kind.REAL) -> Const:
    return Const(value, type=Type(kind), span=at)


def is_mixed(dist: Dist) -> bool:
    """Whether there are point masses beside a density, so that no gradient leads everywhere."""
    return not is_discrete(dist) and bool(points(dist)) and not is_point(dist)
