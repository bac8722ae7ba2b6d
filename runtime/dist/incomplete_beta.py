r"""The regularised incomplete beta function and its derivatives in all three arguments.

.. math:: I_x(a, b) = \frac{1}{B(a, b)} \int_0^x t^{a-1} (1 - t)^{b-1} dt

It is the distribution function of Beta(a, b), and those of Student's t and of binomial counts are
made of it. Torch has none. The usual continued fraction needs more terms the larger the arguments
are, and says nothing about the derivatives in `a` and `b`. Here the tail on the side of `x` that
the mode is not on is integrated by quadrature, which takes the same steps for all arguments:

on the logit scale, with :math:`t(w) = x / (x + (1 - x) e^w)`, the tail to the left of `x` is

.. math:: \frac{x^a (1 - x)^b}{B(a, b)} \int_0^\infty e^{-\varphi(w)} dw, \quad
    \varphi(w) = (a + b) \log(1 + (1 - x)(e^w - 1)) - b w

where phi is convex and grows from 0, so that the integrand only falls, ever faster. It is cut off
where it has fallen by `e^-40` (found by bisection) and integrated by Fejer's first rule. The
derivatives in `a` and `b` bring factors `log t` and `log(1 - t)` into the same integral. Before
that, two steps of the recurrence :math:`I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) + I_x(a + 1, b)`
leave no small `a`, whose tail is longer than the rule can follow.

Absolute errors are near 1e-14 for arguments up to 1e4, and 1e-12 up to 1e7.
"""

from math import log, nan, pi

import torch
from torch import Tensor

from .arguments import Number, floating
from .quadrature import fejer

_DROP = 40.0  # where the integrand is below any digit of the integral
_STEPS = 2  # of the recurrence
_HALVINGS = 14  # of the logarithm of the cut: far more exact than it needs to be
_LARGE = 12.0  # from here on, ten terms of Stirling's series have sixteen digits


def betainc(a: Number, b: Number, x: Number) -> Tensor:
    """The regularised incomplete beta function, with a gradient in all arguments.

    It is 0 up to ``x = 0`` and 1 from ``x = 1`` on; but always 1 for ``a <= 0`` and 0 for
    ``b <= 0``, the limits, which make distribution functions of counts right at their ends and
    beyond.

    Shapes: the arguments broadcast together.

    Example:
        >>> round(betainc(2.0, 1.0, 0.5).item(), 12)  # x^2
        0.25
    """
    part = _Tail(*floating(a, b, x))
    ratios, _ = part.steps()
    total, _, _ = part.sums()
    tail = part.height.exp() * _joined(ratios, (part.a + _STEPS) * total)
    return torch.where(part.inside, torch.where(part.left, tail, 1 - tail), part.limit)


def betainc_by_a(a: Number, b: Number, x: Number) -> Tensor:
    """Derivative of `betainc` in ``a``; 0 where that is a limit. Without a gradient of its own."""
    return _slopes(a, b, x)[0]


def betainc_by_b(a: Number, b: Number, x: Number) -> Tensor:
    """Derivative of `betainc` in ``b``; 0 where that is a limit. Without a gradient of its own."""
    return _slopes(a, b, x)[1]


def _slopes(a: Number, b: Number, x: Number) -> tuple[Tensor, Tensor]:
    part = _Tail(*(v.detach() for v in floating(a, b, x)))
    (r, s), steps = part.steps()
    total, at, away = part.sums()
    far = part.a + _STEPS
    value = _joined((r, s), far * total)

    def slope(log: Tensor, own: tuple[Tensor, Tensor], end: Tensor) -> Tensor:
        """By the logarithm of the height, the two ratios and what follows them."""
        r_by, s_by = own
        return log * value + r_by + (r_by * s + r * s_by) * far * total + r * s * end

    both = torch.digamma(part.a + part.b)
    by_own = slope(part.log_x - torch.digamma(part.a + 1) + both, steps[0], total - far * at)
    by_other = slope(part.log_y - torch.digamma(part.b) + both, steps[1], far * (away - at))
    height = torch.where(part.left, part.height.exp(), -part.height.exp())
    by_a = height * torch.where(part.left, by_own, by_other)
    by_b = height * torch.where(part.left, by_other, by_own)
    return torch.where(part.inside, by_a, 0.0), torch.where(part.inside, by_b, 0.0)


Pair = tuple[Tensor, Tensor]


def _joined(ratios: Pair, rest: Tensor) -> Tensor:
    r, s = ratios
    return 1 + r + r * s * rest


class _Tail:
    """The tail on the side of ``x`` that the mode is not on, seen from the left.

    Attributes:
        inside: where there is anything to integrate; elsewhere the value is ``limit``.
        left: whether the tail is the left one; else everything is mirrored.
        a, b: exponents as the tail sees them.
        x, y: ``x`` and ``1 - x``, likewise; ``log_x`` and ``log_y`` their logarithms.
        height: logarithm of ``x^a (1 - x)^b / (a B(a, b))``.
    """

    def __init__(self, a: Tensor, b: Tensor, x: Tensor) -> None:
        self.inside = (x > 0) & (x < 1) & (a > 0) & (b > 0)
        limit = torch.where((a <= 0) | ((x >= 1) & (b > 0)), 1.0, 0.0).to(x.dtype)
        self.limit = torch.where(a.isnan() | b.isnan() | x.isnan(), nan, limit)
        a, b = torch.where(self.inside, a, 1.0), torch.where(self.inside, b, 1.0)
        x = torch.where(self.inside, x, 0.5)
        self.left = x * (a + b) <= a
        self.a, self.b = torch.where(self.left, a, b), torch.where(self.left, b, a)
        self.x, self.y = torch.where(self.left, x, 1 - x), torch.where(self.left, 1 - x, x)
        log_x, log_y = x.log(), torch.log1p(-x)
        self.log_x = torch.where(self.left, log_x, log_y)
        self.log_y = torch.where(self.left, log_y, log_x)
        self.height = _log_height(a, b, x) - self.a.log()

    def steps(self) -> tuple[Pair, tuple[Pair, Pair]]:
        """Ratios of neighbouring terms of the recurrence in ``a``, and their slopes by a and b."""
        after = [self.a + k + 1 for k in range(_STEPS)]
        r, s = (self.x * (self.b + v - 1) / v for v in after)
        r_a, s_a = (self.x * (1 - self.b) / v**2 for v in after)
        r_b, s_b = (self.x / v for v in after)
        return (r, s), ((r_a, s_a), (r_b, s_b))

    def sums(self) -> tuple[Tensor, Tensor, Tensor]:
        """The integrals of ``e^-phi`` times 1, ``log(x / t)`` and ``w``, ``a`` being raised."""
        a, b, x, y = (v[..., None] for v in (self.a + _STEPS, self.b, self.x, self.y))
        cut = _cut(*(v.detach() for v in (a, b, x, y, self.log_y[..., None])))
        w = cut * torch.tensor(_NODES, dtype=a.dtype, device=a.device)
        fall, spread = _fall(a, b, x, y, w)
        mass = (-fall).exp() * cut * torch.tensor(_WEIGHTS, dtype=a.dtype, device=a.device)
        return mass.sum(-1), (mass * spread).sum(-1), (mass * w).sum(-1)


def _fall(a: Tensor, b: Tensor, x: Tensor, y: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
    """``phi(w)``, and ``log(x / t)`` in it; each by that of two ways that keeps the digits."""
    far = (x < 0.5) | (w > 50.0)
    far_w, near_w = torch.where(far, w, 0.0), torch.where(far, 0.0, w)
    over_x, over_y = torch.log1p(x * torch.expm1(-far_w)), torch.log1p(y * torch.expm1(near_w))
    fall = torch.where(far, a * w + (a + b) * over_x, (a + b) * over_y - b * near_w)
    return fall, torch.where(far, w + over_x, over_y)


def _cut(a: Tensor, b: Tensor, x: Tensor, y: Tensor, log_y: Tensor) -> Tensor:
    """Where phi reaches the drop: beyond ``drop / a``, by its slope, and before its asymptote."""
    low, high = (_DROP / a).log(), ((_DROP - (a + b) * log_y) / a).log()
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        short = _fall(a, b, x, y, middle.exp())[0] < _DROP
        low, high = torch.where(short, middle, low), torch.where(short, high, middle)
    return high.exp()


def _log_height(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """Logarithm of ``x^a (1 - x)^b / B(a, b)``, without the differences of huge numbers.

    Written around its maximum at ``p = a / (a + b)``, whose rounding cancels out; what is left of
    the beta function are the remainders of Stirling's formula.
    """
    n = a + b
    p, q = a / n, b / n
    off = torch.where(p < q, x - p, q - (1 - x))  # the smaller of both keeps its digits
    # far from p the plain logarithms are exact, and 1 + off / p would not be
    near_x, near_y = off.abs() < 0.5 * p, off.abs() < 0.5 * q
    by_x, by_y = torch.where(near_x, off / p, 0.0), torch.where(near_y, -off / q, 0.0)
    ratio_x = torch.where(near_x, torch.log1p(by_x), x.log() - p.log())
    ratio_y = torch.where(near_y, torch.log1p(by_y), torch.log1p(-x) - q.log())
    stirling = _remainder(n) - _remainder(a) - _remainder(b)
    at_p = 0.5 * (a.log() + q.log() - log(2 * pi)) + stirling
    return a * ratio_x + b * ratio_y + at_p


def _remainder(z: Tensor) -> Tensor:
    """``lgamma(z)`` minus Stirling's ``(z - 1/2) log z - z + log(2 pi) / 2``."""
    large = z > _LARGE
    some, many = torch.where(large, 1.0, z), torch.where(large, z, 2 * _LARGE)
    s = many**-2
    series = torch.zeros_like(z)
    for c in reversed(_STIRLING):
        series = series * s + c
    exact = torch.lgamma(some) - (some - 0.5) * some.log() + some - 0.5 * log(2 * pi)
    return torch.where(large, series / many, exact)


# Bernoulli numbers B_2k / (2k (2k - 1))
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


# enough for sixteen digits of the steepest integrand, e^-40u on the unit interval
_NODES, _WEIGHTS = fejer(64)
