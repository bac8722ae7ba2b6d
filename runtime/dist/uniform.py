r"""Uniform distribution on an interval.

.. math:: p(x \mid a, b) = 1 / (b - a), \quad a \le x \le b
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, low: Number, high: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside; the arguments broadcast together."""
    x, low, high = floating(x, low, high)
    return torch.where((low <= x) & (x <= high), -(high - low).log(), -inf)


def cdf(x: Number, low: Number, high: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, low, high = floating(x, low, high)
    return ((x - low) / (high - low)).clamp(0, 1)


@restrictable(cdf)
def sample(
    low: Number, high: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    low, high = draws.spread(low, high, shape=shape, rng=rng, otherwise=dtype)
    return low + (high - low) * draws.uniform(low, rng=rng)
