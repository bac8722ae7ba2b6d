r"""Exponential distribution.

.. math:: p(x \mid \lambda) = \lambda e^{-\lambda x}, \quad x \ge 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, rate: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, rate = floating(x, rate)
    return torch.where(x >= 0, rate.log() - rate * x, -inf)


def cdf(x: Number, rate: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, rate = floating(x, rate)
    return -torch.expm1(-rate * x.clamp(min=0))


@restrictable(cdf)
def sample(
    rate: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    (rate,) = draws.spread(rate, shape=shape, rng=rng, otherwise=dtype)
    return -draws.uniform(rate, rng=rng).log() / rate


def log_prob_scale(x: Number, scale: Number) -> Tensor:
    """Log density at ``x``, by the mean; the arguments broadcast together."""
    x, scale = floating(x, scale)
    return log_prob(x, 1 / scale)


def _cdf_scale(x: Number, scale: Number) -> Tensor:
    x, scale = floating(x, scale)
    return cdf(x, 1 / scale)


@restrictable(_cdf_scale)
def sample_scale(
    scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    (scale,) = floating(scale, otherwise=dtype)
    return sample(1 / scale, shape=shape, rng=rng, dtype=dtype)
