r"""Rayleigh distribution: the length of a vector of two normal numbers.

.. math:: p(x \mid \sigma) = \frac{x}{\sigma^2} e^{-x^2 / (2 \sigma^2)}, \quad x \ge 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, scale = floating(x, scale)
    inside = x >= 0
    x = torch.where(inside, x, 1.0)
    return torch.where(inside, x.log() - 2 * scale.log() - 0.5 * (x / scale) ** 2, -inf)


def cdf(x: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, scale = floating(x, scale)
    return -torch.expm1(-0.5 * (x.clamp(min=0) / scale) ** 2)


@restrictable(cdf)
def sample(
    scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    (scale,) = draws.spread(scale, shape=shape, rng=rng, otherwise=dtype)
    return scale * (-2 * draws.uniform(scale, rng=rng).log()).sqrt()
