r"""Skew normal distribution.

.. math:: p(x \mid \mu, \sigma, \alpha) = \frac{2}{\sigma} \phi(z) \Phi(\alpha z), \quad
    z = (x - \mu) / \sigma

References:
    Azzalini (1985), A class of distributions which includes the normal ones.
"""

from math import log

import torch
from torch import Generator, Tensor

from . import draws, normal
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .skew_phi import skew_phi


def log_prob(x: Number, loc: Number, scale: Number, skew: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale, skew = floating(x, loc, scale, skew)
    tilt: Tensor = torch.special.log_ndtr(skew * (x - loc) / scale)
    return normal.log_prob(x, loc, scale) + log(2) + tilt


def cdf(x: Number, loc: Number, scale: Number, skew: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale, skew = floating(x, loc, scale, skew)
    return skew_phi((x - loc) / scale, skew)


@restrictable(cdf)
def sample(
    loc: Number,
    scale: Number,
    skew: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale, skew = draws.spread(loc, scale, skew, shape=shape, rng=rng, otherwise=dtype)
    first, second = draws.normal(loc, rng=rng), draws.normal(loc, rng=rng)
    return loc + scale * (skew * first.abs() + second) / (1 + skew**2).sqrt()
