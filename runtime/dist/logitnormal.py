r"""Distribution of the inverse logit of a normal variable, on (0, 1).

.. math:: p(x \mid \mu, \sigma) = N(\mathrm{logit}(x) \mid \mu, \sigma) / (x (1 - x))
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws, normal
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside (0, 1); the arguments broadcast together."""
    x, loc, scale = floating(x, loc, scale)
    inside = (x > 0) & (x < 1)
    safe = torch.where(inside, x, 0.5)
    value = normal.log_prob(torch.logit(safe), loc, scale) - safe.log() - torch.log1p(-safe)
    return torch.where(inside, value, -inf)


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    return normal.cdf(torch.logit(x.clamp(0, 1)), loc, scale)


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    return torch.sigmoid(loc + scale * draws.normal(loc, rng=rng))
