r"""Pareto distribution of the first kind.

.. math:: p(x \mid m, a) = a m^a / x^{a+1}, \quad x \ge m
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, minimum: Number, shape: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below the minimum; the arguments broadcast together."""
    x, minimum, shape = floating(x, minimum, shape)
    inside = x >= minimum
    log_x = torch.where(inside, x, 1.0).log()
    value = shape.log() + shape * minimum.log() - (shape + 1) * log_x
    return torch.where(inside, value, -inf)


def cdf(x: Number, minimum: Number, shape: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, minimum, shape = floating(x, minimum, shape)
    inside = x >= minimum
    log_ratio = minimum.log() - torch.where(inside, x, 1.0).log()
    return torch.where(inside, -torch.expm1(shape * log_ratio), 0.0)


@restrictable(cdf)
def sample(
    minimum: Number,
    shape_: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    minimum, shape_ = draws.spread(minimum, shape_, shape=shape, rng=rng, otherwise=dtype)
    return minimum * draws.uniform(minimum, rng=rng) ** (-1 / shape_)
