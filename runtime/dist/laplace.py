r"""Laplace distribution.

.. math:: p(x \mid \mu, \sigma) = \exp(-|x - \mu| / \sigma) / (2 \sigma)
"""

from math import log

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale = floating(x, loc, scale)
    return -(x - loc).abs() / scale - scale.log() - log(2)


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    z = (x - loc) / scale
    tail = 0.5 * torch.exp(-z.abs())
    return torch.where(z < 0, tail, 1 - tail)


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    # a difference of two exponentials
    ratio = draws.uniform(loc, rng=rng).log() - draws.uniform(loc, rng=rng).log()
    return loc + scale * ratio
