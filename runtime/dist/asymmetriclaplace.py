r"""Laplace distribution with two slopes.

.. math:: p(x \mid \mu, \sigma, \kappa) = \frac{1}{\sigma (\kappa + 1 / \kappa)}
    \exp(-\kappa^{s} |x - \mu| / \sigma), \quad s = \mathrm{sign}(x - \mu)
"""

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number, asymmetry: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale, asymmetry = floating(x, loc, scale, asymmetry)
    z = (x - loc).abs() / scale
    fall = torch.where(x < loc, z / asymmetry, z * asymmetry)
    return -fall - scale.log() - (asymmetry + 1 / asymmetry).log()


def cdf(x: Number, loc: Number, scale: Number, asymmetry: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale, asymmetry = floating(x, loc, scale, asymmetry)
    z = (x - loc).abs() / scale
    square = asymmetry**2
    below = square * torch.exp(-z / asymmetry)
    above = torch.exp(-z * asymmetry)
    return torch.where(x < loc, below, 1 + square - above) / (1 + square)


@restrictable(cdf)
def sample(
    loc: Number,
    scale: Number,
    asymmetry: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale, asymmetry = draws.spread(
        loc, scale, asymmetry, shape=shape, rng=rng, otherwise=dtype
    )
    up = -draws.uniform(loc, rng=rng).log() / asymmetry
    down = -draws.uniform(loc, rng=rng).log() * asymmetry
    return loc + scale * (up - down)
