r"""Gumbel distribution of largest values.

.. math:: p(x \mid \mu, \sigma) = e^{-z - e^{-z}} / \sigma, \quad z = (x - \mu) / \sigma
"""

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale = floating(x, loc, scale)
    z = (x - loc) / scale
    return -z - torch.exp(-z) - scale.log()


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    return torch.exp(-torch.exp((loc - x) / scale))


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    return loc - scale * (-draws.uniform(loc, rng=rng).log()).log()
