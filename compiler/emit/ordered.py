"""Increasing vectors: their map from unconstrained space, and what their density is divided by.

The numbers of a vector are the sums of steps, and a step is the exponential of a coordinate, so
that any coordinates give an increasing vector. Ends, where there are any, hold for all its numbers.
"""

from collections.abc import Sequence

from ..families import FAMILIES, Form
from ..formula import expand_log_mass
from ..target import Builder, DType, Value
from ..typed import Dist


def constrain(b: Builder, u: Value, low: Value | None, high: Value | None) -> tuple[Value, Value]:
    """The increasing vector at unconstrained ``u``, and the log-Jacobian of each vector.

    Shapes: u (..., n), ends (...) -> (..., n), (...).
    """
    low, high = beside(b, low), beside(b, high)
    if low is None and high is None:
        return _rising(b, u)
    if high is None or low is None:
        steps, jacobian = b.apply("exp", u), b.reduce("sum", u, (-1,))
        if low is not None:
            return b.apply("add", low, b.cumsum(steps)), jacobian
        assert high is not None
        return b.apply("sub", high, b.flip(b.cumsum(b.flip(steps)))), jacobian
    v, jacobian = _rising(b, u)
    width = b.apply("sub", high, low)
    x = b.apply("add", low, b.apply("mul", width, b.apply("sigmoid", v)))
    inside = b.apply("add", b.apply("log_sigmoid", v), b.apply("log_sigmoid", b.apply("neg", v)))
    slopes = b.expand(b.apply("add", b.apply("log", width), inside), v.shape)
    return x, b.apply("add", jacobian, b.reduce("sum", slopes, (-1,)))


def unconstrain(b: Builder, x: Value, low: Value | None, high: Value | None) -> Value:
    """The coordinates of an increasing vector: the inverse of `constrain`."""
    low, high = beside(b, low), beside(b, high)
    if low is not None and high is not None:
        above, below = b.apply("sub", x, low), b.apply("sub", high, x)
        x = b.apply("sub", b.apply("log", above), b.apply("log", below))
        low = high = None
    if high is not None:
        down = b.apply("sub", high, b.flip(x))
        return b.flip(_steps(b, down, first_is_step=True))
    if low is not None:
        x = b.apply("sub", x, low)
    return _steps(b, x, first_is_step=low is not None)


def log_mass(
    b: Builder,
    dist: Dist,
    form: Form,
    args: Sequence[Value],
    ends: tuple[Value | None, Value | None],
    x: Value,
) -> Value | None:
    """Log probability that independent draws of a family come in order, between the ends.

    ``args`` and ``ends`` over the plates; ``x`` is the vector. None where it is not known, or where
    the family is improper: the density is then left undivided.
    """  # fmt: skip
    family = FAMILIES[dist.family]
    if not dist.exchangeable or not family.proper:
        return None
    n = b.size_value(x.shape[-1])
    orders = b.apply("lgamma", b.apply("add", n, 1.0))
    if family.cdf is None:  # a vector drawn whole: it has no ends
        return b.apply("neg", orders)
    inside = b.apply("mul", n, expand_log_mass(b, family, form, args, *ends))
    return b.apply("sub", inside, orders)


def _rising(b: Builder, u: Value) -> tuple[Value, Value]:
    first = _is_first(b, u)
    x = b.cumsum(b.where(first, u, b.apply("exp", u)))
    return x, b.reduce("sum", b.where(first, 0.0, u), (-1,))


def _steps(b: Builder, x: Value, *, first_is_step: bool) -> Value:
    """The first number (its logarithm, if that is a step too), and the logarithms of the others."""
    first, n = _is_first(b, x), x.shape[-1]
    one, zero = b.const(1, DType.INT), b.const(0, DType.INT)
    before = b.take(x, b.apply("maximum", b.apply("sub", b.arange(n), one), zero))
    step = b.where(first, x if first_is_step else 1.0, b.apply("sub", x, before))
    u = b.apply("log", step)
    return u if first_is_step else b.where(first, x, u)


def _is_first(b: Builder, v: Value) -> Value:
    return b.apply("eq", b.arange(v.shape[-1]), b.const(0, DType.INT))


def beside(b: Builder, end: Value | None) -> Value | None:
    """An end of every vector, beside its numbers."""
    if end is None or b.constant_of(end) is not None:
        return end
    return b.unsqueeze(end, (-1,)) if end.batched or end.shape else end
