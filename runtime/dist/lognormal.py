r"""Distribution of the exponential of a normal variable.

.. math:: p(x \mid \mu, \sigma) = N(\log x \mid \mu, \sigma) / x, \quad x > 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws, normal
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` up to 0; the arguments broadcast together."""
    x, loc, scale = floating(x, loc, scale)
    inside = x > 0
    log_x = torch.where(inside, x, 1.0).log()
    return torch.where(inside, normal.log_prob(log_x, loc, scale) - log_x, -inf)


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    return normal.cdf(x.clamp(min=0).log(), loc, scale)


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    return torch.exp(loc + scale * draws.normal(loc, rng=rng))
