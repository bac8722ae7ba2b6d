r"""Distribution of the reciprocal of a gamma variable.

.. math:: p(x \mid a, \sigma) = \sigma^a x^{-a-1} e^{-\sigma / x} / \Gamma(a), \quad x > 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .special import gammainc


def log_prob(x: Number, shape: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` up to 0; the arguments broadcast together."""
    x, shape, scale = floating(x, shape, scale)
    inside = x > 0
    safe = torch.where(inside, x, 1.0)
    log_norm = torch.lgamma(shape) - shape * scale.log()
    value = -(shape + 1) * safe.log() - scale / safe - log_norm
    return torch.where(inside, value, -inf)


def cdf(x: Number, shape: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, shape, scale = floating(x, shape, scale)
    inside = x > 0
    safe = torch.where(inside, x, 1.0)
    return torch.where(inside, 1 - gammainc(shape, scale / safe), 0.0)


@restrictable(cdf)
def sample(
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
    shape_, scale = draws.spread(shape_, scale, shape=shape, rng=rng, otherwise=dtype)
    return scale / draws.gamma(shape_, rng=rng)


def log_prob_mean(x: Number, mean: Number, sd: Number) -> Tensor:
    """Log density at ``x``, by mean and standard deviation; the arguments broadcast together."""
    x, mean, sd = floating(x, mean, sd)
    ratio = (mean / sd) ** 2
    return log_prob(x, ratio + 2, mean * (ratio + 1))


def _cdf_mean(x: Number, mean: Number, sd: Number) -> Tensor:
    x, mean, sd = floating(x, mean, sd)
    ratio = (mean / sd) ** 2
    return cdf(x, ratio + 2, mean * (ratio + 1))


@restrictable(_cdf_mean)
def sample_mean(
    mean: Number, sd: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    mean, sd = floating(mean, sd, otherwise=dtype)
    ratio = (mean / sd) ** 2
    return sample(ratio + 2, mean * (ratio + 1), shape=shape, rng=rng, dtype=dtype)
