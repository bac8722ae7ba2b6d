r"""Sum of a normal and an exponential variable (exponentially modified Gaussian).

.. math:: p(x \mid \mu, \sigma, \lambda) = \lambda e^{\lambda (\mu - x) + (\lambda \sigma)^2 / 2}
    \Phi(z - \lambda \sigma), \quad z = (x - \mu) / \sigma
"""

import torch
from torch import Generator, Tensor

from . import draws, normal
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number, rate: Number) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, loc, scale, rate = floating(x, loc, scale, rate)
    return rate.log() + _rest(x, loc, scale, rate)


def cdf(x: Number, loc: Number, scale: Number, rate: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale, rate = floating(x, loc, scale, rate)
    value = normal.cdf(x, loc, scale) - _rest(x, loc, scale, rate).exp()
    return value.clamp(min=0.0)


@restrictable(cdf)
def sample(
    loc: Number,
    scale: Number,
    rate: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    loc, scale, rate = draws.spread(loc, scale, rate, shape=shape, rng=rng, otherwise=dtype)
    wait = -draws.uniform(loc, rng=rng).log() / rate
    return loc + scale * draws.normal(loc, rng=rng) + wait


def _rest(x: Tensor, loc: Tensor, scale: Tensor, rate: Tensor) -> Tensor:
    """Logarithm of the density over the rate."""
    z, step = (x - loc) / scale, rate * scale
    tail: Tensor = torch.special.log_ndtr(z - step)
    return step * (0.5 * step - z) + tail
