r"""The distribution function of the standard skew normal distribution.

.. math:: F(z, \alpha) = \int_{-\infty}^z 2 \phi(t) \Phi(\alpha t) dt
    = \Phi(z) - 2 T(z, \alpha)

with Owen's function :math:`T(h, a) = \frac{1}{2 \pi} \int_0^a \frac{e^{-h^2 (1 + x^2) / 2}}{1 + x^2}
dx`. The difference loses the digits of a small tail, which is what restricted and censored
densities divide by. So where the tail on the side of ``z`` that the mode is not on is small, it is
integrated by quadrature: the density is log-concave, and only falls there. It is cut off where it
has fallen by ``e^-40``. Elsewhere it is the difference, since a large skew bends the density near 0
more sharply than the rule can follow. Every step is the same for all arguments.

The derivatives are elementary: the density in ``z``, and
:math:`-e^{-z^2 (1 + \alpha^2) / 2} / (\pi (1 + \alpha^2))` in :math:`\alpha`.
"""

from math import log, pi

import torch
from torch import Tensor

from .arguments import Number, common_shape, floating
from .quadrature import fejer

_DROP = 40.0  # where the integrand is below any digit of the integral
_SMALL = 0.01  # of tails: the difference has fourteen digits of what is larger
_HALVINGS = 14  # of the logarithm of the cut: far more exact than it needs to be


def skew_phi(z: Number, skew: Number) -> Tensor:
    """P(X <= z) for a standard skew normal X, with a gradient in both arguments.

    Small values keep their digits on either side of the mode. Shapes: both broadcast together.

    Example:
        >>> round(skew_phi(0.0, 1.0).item(), 12)  # 1/2 - atan(skew) / pi
        0.25
    """
    z, skew = floating(z, skew)
    at, slant = z.detach(), skew.detach()
    at, slant = (v.expand(common_shape(z.shape, skew.shape)) for v in (at, slant))
    value = _value(at, slant)
    both = (1 + slant**2).sqrt()
    by_z = _log_density(at, slant).exp()
    by_skew = -torch.exp(-0.5 * (at * both) ** 2) / (pi * both**2)
    steady = at.isfinite()
    by_z, by_skew = torch.where(steady, by_z, 0.0), torch.where(steady, by_skew, 0.0)
    moved = torch.where(steady, z, 0.0) - torch.where(steady, at, 0.0)
    return value + by_z * moved + by_skew * (skew - slant)


def _value(z: Tensor, skew: Tensor) -> Tensor:
    finite = z.isfinite() & skew.isfinite()
    x, a = torch.where(finite, z, 0.0), torch.where(finite, skew, 0.0)
    left = _slope(x, a) >= 0
    x, a = torch.where(left, x, -x), torch.where(left, a, -a)
    tail, whole = _tail(x[..., None], a[..., None]), _phi(x) - 2 * _owens_t(x, a)
    small = tail < _SMALL
    value = torch.where(
        left, torch.where(small, tail, whole), torch.where(small, 1 - tail, 1 - whole)
    )
    beyond = torch.where(z.isnan() | skew.isnan(), torch.nan, (z > 0).to(z.dtype))
    return torch.where(finite, value, torch.where(skew.isinf(), torch.nan, beyond))


def _owens_t(h: Tensor, a: Tensor) -> Tensor:
    """Owen (1956): equation 2.3 takes slopes above 1 to their reciprocals."""
    steep = a.abs() > 1
    slope, far = torch.where(steep, 1 / torch.where(steep, a, 1.0), a), a * h
    start = torch.where(steep, far, h)[..., None]
    x = slope[..., None] * torch.tensor(_NODES, dtype=h.dtype, device=h.device)
    grown = 1 + x**2
    terms = torch.exp(-0.5 * start**2 * grown) / grown
    weights = torch.tensor(_WEIGHTS, dtype=h.dtype, device=h.device)
    part = (terms * weights).sum(-1) * slope / (2 * pi)
    p, q = _phi(h), _phi(far)
    return torch.where(steep, 0.5 * (p + q) - p * q - part - 0.5 * (a < 0), part)


def _phi(x: Tensor) -> Tensor:
    value: Tensor = 0.5 * torch.erfc(-(0.5**0.5) * x)
    return value


def _slope(x: Tensor, a: Tensor) -> Tensor:
    """Derivative of the logarithm of the density: positive to the left of the mode."""
    mills: Tensor = torch.special.erfcx(-(0.5**0.5) * a * x)
    slope: Tensor = a * (2 / pi) ** 0.5 / mills - x
    return slope


def _tail(x: Tensor, a: Tensor) -> Tensor:
    """The integral up to ``x``, which is left of the mode; the last axis is for the nodes."""
    height = _log_density(x, a)
    low, high = torch.full_like(x, -300.0), torch.full_like(x, log(9.0))

    def short(w: Tensor) -> Tensor:
        return height - _log_density(x - w, a) < _DROP

    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        under = short(middle.exp())
        low, high = torch.where(under, middle, low), torch.where(under, high, middle)
    cut = high.exp()
    w = cut * torch.tensor(_NODES, dtype=x.dtype, device=x.device)
    mass = (_log_density(x - w, a) - height).exp()
    total = (mass * torch.tensor(_WEIGHTS, dtype=x.dtype, device=x.device)).sum(-1)
    return total * (cut * height.exp())[..., 0]


def _log_density(t: Tensor, a: Tensor) -> Tensor:
    tilt: Tensor = torch.special.log_ndtr(a * t)
    return 0.5 * log(2 / pi) - 0.5 * t**2 + tilt


_NODES, _WEIGHTS = fejer(64)
