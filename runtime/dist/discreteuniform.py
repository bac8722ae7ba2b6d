r"""Uniform distribution on whole numbers, both ends included.

.. math:: P(x \mid a, b) = 1 / (b - a + 1), \quad x = a, a + 1, \dots, b
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, low: Number, high: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, low, high = floating(x, low, high)
    inside = (low <= x) & (x <= high) & (x == x.floor())
    return torch.where(inside, -(high - low + 1).log(), -inf)


def cdf(x: Number, low: Number, high: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, low, high = floating(x, low, high)
    return ((x.floor() - low + 1) / (high - low + 1)).clamp(0, 1)


@restrictable()
def sample(
    low: Number, high: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    low, high = draws.spread(low, high, shape=shape, rng=rng, otherwise=dtype)
    low, high = low.detach(), high.detach()
    return torch.minimum(low + (draws.uniform(low, rng=rng) * (high - low + 1)).floor(), high)
