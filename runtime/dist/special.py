"""Functions of analysis that torch has not, or whose gradients it leaves undefined at a corner."""

from collections.abc import Callable
from math import log, pi

import torch
from torch import Tensor

from .arguments import common_shape


def xlogy(a: Tensor, x: Tensor) -> Tensor:
    """``a * log(x)``, 0 where ``a`` is 0; at (0, 0) the gradient is 0, where torch gives nan."""
    return torch.xlogy(a, torch.where((a == 0) & (x == 0), 1.0, x))


def xlog1py(a: Tensor, y: Tensor) -> Tensor:
    """``a * log(1 + y)``, 0 where ``a`` is 0; at (0, -1) the gradient is 0 in ``y``."""
    value: Tensor = torch.special.xlog1py(a, torch.where((a == 0) & (y == -1), 0.0, y))
    return value


def log_choose(n: Tensor, x: Tensor) -> Tensor:
    """Logarithm of the binomial coefficient."""
    return torch.lgamma(n + 1) - torch.lgamma(x + 1) - torch.lgamma(n - x + 1)


def up_to(x: Tensor, n: Tensor, log_mass: Callable[[Tensor], Tensor]) -> Tensor:
    """The masses of 0, 1, … up to ``x``, of a count that is at most ``n``, added up.

    ``log_mass`` is given all the values along one more axis. Their number is the largest ``n``, so
    this is for tensors whose numbers are there: neither traced nor mapped over ``n``.
    """
    values = torch.arange(int(n.max()) + 1 if n.numel() else 1, dtype=x.dtype, device=x.device)
    counted = values <= x[..., None]
    return torch.where(counted, log_mass(values).exp(), 0.0).sum(-1)


def multigamma(a: Tensor, n: int) -> Tensor:
    """Logarithm of the multivariate gamma function of size ``n``; nan unless ``a > (n - 1) / 2``.

    Its gamma functions have values beyond, where the distributions that it normalises have none.
    """
    halves = 0.5 * torch.arange(n, dtype=a.dtype, device=a.device)
    total = torch.lgamma(a[..., None] - halves).sum(-1) + 0.25 * n * (n - 1) * log(pi)
    return torch.where(a > 0.5 * (n - 1), total, torch.nan)


def log_rising(phi: Tensor, x: Tensor) -> Tensor:
    r"""Logarithm of the rising factorial, ``lgamma(phi + x) - lgamma(phi)``, for ``x >= 0``.

    The difference of two huge numbers loses every digit once ``phi`` is large; there Stirling's
    series is subtracted term by term instead. Its next term is below ``1 / (360 phi^3)``.
    """
    large = phi > 1e4
    some, many = torch.where(large, 1.0, phi), torch.where(large, phi, 1e5)
    series = (
        (many + x - 0.5) * torch.log1p(x / many)
        + x * many.log()
        - x
        + (1 / (many + x) - 1 / many) / 12
    )
    return torch.where(large, series, torch.lgamma(some + x) - torch.lgamma(some))


def gammainc(a: Tensor, x: Tensor) -> Tensor:
    r"""Regularised lower incomplete gamma function, with a gradient in both arguments.

    Torch knows no derivative in ``a``, except through its gamma sampler: a draw moves with its
    shape by :math:`dx/da = -F_a / F_x`, so :math:`F_a = -(dx/da) F_x`.
    """
    fixed_a, fixed_x = a.detach(), x.detach()
    slope = torch.exp(torch.xlogy(fixed_a - 1, fixed_x) - fixed_x - torch.lgamma(fixed_a))
    shape = common_shape(a.shape, x.shape)
    pull = torch._standard_gamma_grad(fixed_a.expand(shape), fixed_x.expand(shape))
    by_a = torch.where((fixed_x > 0) & fixed_x.isfinite(), -pull * slope, 0.0)
    value: Tensor = torch.special.gammainc(fixed_a, x)
    return value + by_a * (a - fixed_a)
