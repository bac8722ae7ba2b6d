r"""Normal distribution.

.. math:: p(x \mid \mu, \sigma) = \exp(-(x - \mu)^2 / 2 \sigma^2) / (\sigma \sqrt{2 \pi})
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
    return -0.5 * ((x - loc) / scale) ** 2 - scale.log() - 0.5 * log(2 * pi)


def cdf(x: Number, loc: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale = floating(x, loc, scale)
    # torch.special.ndtr is 1 + erf, which has lost the lower tail at seven standard deviations
    return 0.5 * torch.erfc((loc - x) / (scale * sqrt(2)))


@restrictable(cdf)
def sample(
    loc: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale = draws.spread(loc, scale, shape=shape, rng=rng, otherwise=dtype)
    return loc + scale * draws.normal(loc, rng=rng)


def log_prob_precision(x: Number, loc: Number, precision: Number) -> Tensor:
    """Log density at ``x``, by one over the variance; the arguments broadcast together."""
    x, loc, precision = floating(x, loc, precision)
    return log_prob(x, loc, precision**-0.5)


def _cdf_precision(x: Number, loc: Number, precision: Number) -> Tensor:
    x, loc, precision = floating(x, loc, precision)
    return cdf(x, loc, precision**-0.5)


@restrictable(_cdf_precision)
def sample_precision(
    loc: Number,
    precision: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, precision = floating(loc, precision, otherwise=dtype)
    return sample(loc, precision**-0.5, shape=shape, rng=rng, dtype=dtype)
