r"""Gamma distribution.

.. math:: p(x \mid a, \lambda) = \lambda^a x^{a-1} e^{-\lambda x} / \Gamma(a), \quad x \ge 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .special import gammainc, xlogy


def log_prob(x: Number, shape: Number, rate: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; at 0 it is the limit, which may be ``inf``."""
    x, shape, rate = floating(x, shape, rate)
    inside = x >= 0
    safe = torch.where(inside, x, 1.0)
    log_norm = torch.lgamma(shape) - shape * rate.log()
    return torch.where(inside, xlogy(shape - 1, safe) - rate * safe - log_norm, -inf)


def cdf(x: Number, shape: Number, rate: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, shape, rate = floating(x, shape, rate)
    return gammainc(shape, rate * x.clamp(min=0))


@restrictable(cdf)
def sample(
    shape_: Number,
    rate: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    shape_, rate = draws.spread(shape_, rate, shape=shape, rng=rng, otherwise=dtype)
    return draws.gamma(shape_, rng=rng) / rate


def log_prob_scale(x: Number, shape: Number, scale: Number) -> Tensor:
    """Log density at ``x``, by one over the rate; the arguments broadcast together."""
    x, shape, scale = floating(x, shape, scale)
    return log_prob(x, shape, 1 / scale)


def _cdf_scale(x: Number, shape: Number, scale: Number) -> Tensor:
    x, shape, scale = floating(x, shape, scale)
    return cdf(x, shape, 1 / scale)


@restrictable(_cdf_scale)
def sample_scale(
    shape_: Number,
    scale: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    shape_, scale = floating(shape_, scale, otherwise=dtype)
    return sample(shape_, 1 / scale, shape=shape, rng=rng, dtype=dtype)


def log_prob_mean(x: Number, mean: Number, sd: Number) -> Tensor:
    """Log density at ``x``, by mean and standard deviation; the arguments broadcast together."""
    x, mean, sd = floating(x, mean, sd)
    return log_prob(x, (mean / sd) ** 2, mean / sd**2)


def _cdf_mean(x: Number, mean: Number, sd: Number) -> Tensor:
    x, mean, sd = floating(x, mean, sd)
    return cdf(x, (mean / sd) ** 2, mean / sd**2)


@restrictable(_cdf_mean)
def sample_mean(
    mean: Number, sd: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    mean, sd = floating(mean, sd, otherwise=dtype)
    return sample((mean / sd) ** 2, mean / sd**2, shape=shape, rng=rng, dtype=dtype)
