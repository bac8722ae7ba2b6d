"""All probability on one value."""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating


def log_prob(x: Number, value: Number) -> Tensor:
    """Log probability of ``x``: 0 at ``value``, else ``-inf``; the arguments broadcast together."""
    x, value = floating(x, value)
    # 0 * value keeps the result attached to the parameter, with a gradient of 0
    return torch.where(x == value, 0 * value, -inf)


def cdf(x: Number, value: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, value = floating(x, value)
    return (x >= value).to(value.dtype)


def sample(
    value: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """The value itself, in the given shape; gradients flow to it."""
    (value,) = draws.spread(value, shape=shape, rng=rng, otherwise=dtype)
    return value
