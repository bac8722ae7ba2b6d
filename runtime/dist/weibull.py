r"""Weibull distribution.

.. math:: p(x \mid k, \sigma) = (k / \sigma) (x / \sigma)^{k-1} e^{-(x / \sigma)^k}, \quad x \ge 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .special import xlogy


def log_prob(x: Number, shape: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; at 0 it is the limit, which may be ``inf``."""
    x, shape, scale = floating(x, shape, scale)
    inside = x >= 0
    z = torch.where(inside, x / scale, 1.0)
    value = xlogy(shape - 1, z) - z**shape + shape.log() - scale.log()
    return torch.where(inside, value, -inf)


def cdf(x: Number, shape: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, shape, scale = floating(x, shape, scale)
    return -torch.expm1(-((x / scale).clamp(min=0) ** shape))


@restrictable(cdf)
def sample(
    shape_: Number,
    scale: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    shape_, scale = draws.spread(shape_, scale, shape=shape, rng=rng, otherwise=dtype)
    return scale * (-draws.uniform(scale, rng=rng).log()) ** (1 / shape_)
