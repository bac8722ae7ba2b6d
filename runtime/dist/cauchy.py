r"""Cauchy distribution.

.. math:: p(x \mid \mu, \sigma) = 1 / (\pi \sigma (1 + (x - \mu)^2 / \sigma^2))
"""

from math import log, pi

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale = floating(x, loc, scale)
    return -torch.log1p(((x - loc) / scale) ** 2) - scale.log() - log(pi)


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    # by atan2 the lower tail keeps its digits, where 0.5 + atan(z) / pi cancels
    return torch.atan2(torch.ones_like(scale), (loc - x) / scale) / pi


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    return loc + scale * torch.tan(pi * (draws.uniform(loc, rng=rng) - 0.5))
