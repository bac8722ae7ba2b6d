r"""Beta distribution on (0, 1).

.. math:: p(x \mid a, b) = x^{a-1} (1-x)^{b-1} / B(a, b)
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .incomplete_beta import betainc
from .restricted import restrictable
from .special import xlog1py, xlogy


def log_prob(x: Number, a: Number, b: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside [0, 1]; at an end the limit, which may be ``inf``."""
    x, a, b = floating(x, a, b)
    inside = (x >= 0) & (x <= 1)
    safe = torch.where(inside, x, 0.5)
    log_norm = torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)
    value = xlogy(a - 1, safe) + xlog1py(b - 1, -safe) - log_norm
    return torch.where(inside, value, -inf)


def cdf(x: Number, a: Number, b: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    return betainc(a, b, x)


@restrictable(cdf)
def sample(
    a: Number, b: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; they may round to 0 or 1; gradients flow to the parameters."""
    a, b = draws.spread(a, b, shape=shape, rng=rng, otherwise=dtype)
    # by logarithms: two gamma draws with small shapes may both underflow
    return torch.sigmoid(draws.log_gamma(a, rng=rng) - draws.log_gamma(b, rng=rng))


def log_prob_mean(x: Number, mean: Number, concentration: Number) -> Tensor:
    """Log density at ``x`` by the mean and ``a + b``; the arguments broadcast together."""
    x, mean, concentration = floating(x, mean, concentration)
    return log_prob(x, mean * concentration, (1 - mean) * concentration)


def _cdf_mean(x: Number, mean: Number, concentration: Number) -> Tensor:
    x, mean, concentration = floating(x, mean, concentration)
    return cdf(x, mean * concentration, (1 - mean) * concentration)


@restrictable(_cdf_mean)
def sample_mean(
    mean: Number,
    concentration: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    mean, concentration = floating(mean, concentration, otherwise=dtype)
    return sample(
        mean * concentration, (1 - mean) * concentration, shape=shape, rng=rng, dtype=dtype
    )


def log_prob_sd(x: Number, mean: Number, sd: Number) -> Tensor:
    """Log density at ``x``, by mean and standard deviation; the arguments broadcast together."""
    x, mean, sd = floating(x, mean, sd)
    size = mean * (1 - mean) / sd**2 - 1
    return log_prob(x, mean * size, (1 - mean) * size)


def _cdf_sd(x: Number, mean: Number, sd: Number) -> Tensor:
    x, mean, sd = floating(x, mean, sd)
    size = mean * (1 - mean) / sd**2 - 1
    return cdf(x, mean * size, (1 - mean) * size)


@restrictable(_cdf_sd)
def sample_sd(
    mean: Number, sd: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    mean, sd = floating(mean, sd, otherwise=dtype)
    size = mean * (1 - mean) / sd**2 - 1
    return sample(mean * size, (1 - mean) * size, shape=shape, rng=rng, dtype=dtype)
