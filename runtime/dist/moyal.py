r"""Moyal distribution: an approximation to the energy lost by fast particles.

.. math:: p(x \mid \mu, \sigma) = \frac{1}{\sqrt{2 \pi} \sigma} e^{-(z + e^{-z}) / 2}, \quad
    z = (x - \mu) / \sigma
"""

from math import log, pi, sqrt

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale = floating(x, loc, scale)
    z = (x - loc) / scale
    return -0.5 * (z + torch.exp(-z)) - scale.log() - 0.5 * log(2 * pi)


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    return torch.erfc(torch.exp(0.5 * (loc - x) / scale) / sqrt(2))


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    return loc - 2 * scale * draws.normal(loc, rng=rng).abs().log()
