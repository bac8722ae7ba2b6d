"""Interval arithmetic: where a result stays when its arguments stay in given intervals.

Every function here is sound: the result contains every value that the operation can take on the
given intervals, up to rounding. It need not be the smallest such interval.
"""

import math
from collections.abc import Callable
from math import inf

from .types import ANYTHING, POSITIVE, UNIT, Bounds

_LGAMMA_MINIMUM = -0.1214862905358497  # at x = 1.4616…


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y  # an end at infinity is never reached: 0 * inf is 0


def _monotone(f: Callable[[float], float]) -> Callable[[Bounds], Bounds]:
    def rule(x: Bounds) -> Bounds:
        return Bounds(f(x.low), f(x.high))

    return rule


def within(low: float, high: float) -> Callable[..., Bounds]:
    """A rule for functions whose range says enough."""
    return lambda *_: Bounds(low, high)


def truth(*_: Bounds) -> Bounds:
    """Comparisons and logic: 0 or 1."""
    return UNIT


def same(x: Bounds) -> Bounds:
    """Means and extremes stay among the numbers they are taken of."""
    return x


def neg(x: Bounds) -> Bounds:
    """``-x``."""
    return Bounds(-x.high, -x.low)


def add(x: Bounds, y: Bounds) -> Bounds:
    """``x + y``."""
    low = -inf if -inf in (x.low, y.low) else x.low + y.low
    high = inf if inf in (x.high, y.high) else x.high + y.high
    return Bounds(low, high)


def sub(x: Bounds, y: Bounds) -> Bounds:
    """``x - y``."""
    return add(x, neg(y))


def mul(x: Bounds, y: Bounds) -> Bounds:
    """``x * y``."""
    corners = [_times(a, b) for a in (x.low, x.high) for b in (y.low, y.high)]
    return Bounds(min(corners), max(corners))


def div(x: Bounds, y: Bounds) -> Bounds:
    """``x / y``; division by 0 is left to run time."""
    if y.low < 0 < y.high or y.low == y.high == 0:
        return ANYTHING
    # an end at 0 is approached from the side where the interval lies
    low, high = (y.low or 0.0), (-0.0 if y.high == 0 else y.high)
    corners = [_over(a, b) for a in (x.low, x.high) for b in (low, high)]
    return Bounds(min(corners), max(corners))


def _over(x: float, y: float) -> float:
    # by the quotient itself: the reciprocal of a tiny number overflows where the quotient does not
    if x == 0 or math.isinf(y):
        return 0.0
    return math.copysign(inf, x) * math.copysign(1.0, y) if y == 0 else x / y


def square(x: Bounds) -> Bounds:
    """``x^2``."""
    a = absolute(x)
    return Bounds(_times(a.low, a.low), _times(a.high, a.high))


def absolute(x: Bounds) -> Bounds:
    """``abs(x)``."""
    top = max(abs(x.low), abs(x.high))
    return Bounds(0.0 if x.low <= 0 <= x.high else min(abs(x.low), abs(x.high)), top)


def power(x: Bounds, y: Bounds) -> Bounds:
    """``x^y``: whole constant exponents for any base, other exponents for bases from 0."""
    if x.low >= 0:
        corners = [_pow(a, b) for a in (x.low, x.high) for b in (y.low, y.high)]
        return Bounds(min(corners), max(corners))
    if y.low != y.high or not float(y.low).is_integer():
        return ANYTHING
    if y.low < 0:
        return div(Bounds(1.0, 1.0), power(x, neg(y)))
    if y.low % 2 == 0:
        a = absolute(x)
        return Bounds(_pow(a.low, y.low), _pow(a.high, y.low))
    return Bounds(_odd_pow(x.low, y.low), _odd_pow(x.high, y.low))


def _odd_pow(x: float, y: float) -> float:
    return math.copysign(_pow(abs(x), y), x)


def _pow(x: float, y: float) -> float:
    if x == 0 and y < 0:
        return inf
    try:
        return float(x**y)
    except OverflowError:
        return inf


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def _expm1(x: float) -> float:
    try:
        return math.expm1(x)
    except OverflowError:
        return inf


def _log(x: float) -> float:
    return -inf if x <= 0 else math.log(x)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else _exp(x) / (1 + _exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(_exp(-abs(x)))


def _whole(f: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: x if math.isinf(x) else float(f(x))


exp = _monotone(_exp)
expm1 = _monotone(_expm1)
log = _monotone(_log)
log1p = _monotone(lambda x: -inf if x <= -1 else math.log1p(x))
log10 = _monotone(lambda x: -inf if x <= 0 else math.log10(x))
sqrt = _monotone(lambda x: math.sqrt(max(x, 0.0)))
atan = _monotone(math.atan)
tanh = _monotone(math.tanh)
sigmoid = _monotone(_sigmoid)
softplus = _monotone(_softplus)
log_sigmoid = _monotone(lambda x: -_softplus(-x))
floor = _monotone(_whole(math.floor))
ceil = _monotone(_whole(math.ceil))
nearest = _monotone(_whole(round))


def lgamma(x: Bounds) -> Bounds:
    """``lgamma(x)``: bounded below for positive arguments only."""
    return Bounds(_LGAMMA_MINIMUM, inf) if x.low >= 0 else ANYTHING


def minimum(x: Bounds, y: Bounds) -> Bounds:
    """The smaller of two."""
    return Bounds(min(x.low, y.low), min(x.high, y.high))


def maximum(x: Bounds, y: Bounds) -> Bounds:
    """The larger of two."""
    return Bounds(max(x.low, y.low), max(x.high, y.high))


def union(x: Bounds, y: Bounds) -> Bounds:
    """Either of two, as in a conditional."""
    return Bounds(min(x.low, y.low), max(x.high, y.high))


def intersection(x: Bounds, y: Bounds) -> Bounds:
    """Both of two that are not apart."""
    return Bounds(max(x.low, y.low), min(x.high, y.high))


def sum_of(x: Bounds) -> Bounds:
    """A sum of any number of terms, none included."""
    return Bounds(0.0 if x.low >= 0 else -inf, 0.0 if x.high <= 0 else inf)


def product_of(x: Bounds) -> Bounds:
    """A product of any number of factors, none (which is 1) included."""
    if x.low >= 1:
        return Bounds(1.0, inf)
    if x.low >= 0:
        return UNIT if x.high <= 1 else POSITIVE
    return Bounds(-1.0, 1.0) if x.low >= -1 and x.high <= 1 else ANYTHING


def spread(_: Bounds) -> Bounds:
    """Standard deviations and variances."""
    return POSITIVE


def log_sum_exp_of(x: Bounds) -> Bounds:
    """At least the largest term."""
    return Bounds(x.low, inf)
