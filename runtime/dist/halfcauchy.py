r"""Absolute value of a centred Cauchy variable.

.. math:: p(x \mid \sigma) = 2 / (\pi \sigma (1 + x^2 / \sigma^2)), \quad x \ge 0
"""

from math import inf, log, pi

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, scale = floating(x, scale)
    value = -torch.log1p((x / scale) ** 2) - scale.log() + log(2 / pi)
    return torch.where(x >= 0, value, -inf)


def cdf(x: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, scale = floating(x, scale)
    return 2 / pi * torch.atan((x / scale).clamp(min=0))


@restrictable(cdf)
def sample(
    scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    (scale,) = draws.spread(scale, shape=shape, rng=rng, otherwise=dtype)
    return scale * torch.tan(0.5 * pi * draws.uniform(scale, rng=rng))
