r"""Frechet distribution of largest values with a heavy tail; the inverse of a Weibull variable.

.. math:: p(x \mid k, \sigma) = (k / \sigma) (x / \sigma)^{-1-k} e^{-(x / \sigma)^{-k}}, \quad x > 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, shape: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, shape, scale = floating(x, shape, scale)
    inside = x > 0
    log_z = torch.where(inside, x, 1.0).log() - scale.log()
    value = shape.log() - scale.log() - (1 + shape) * log_z - torch.exp(-shape * log_z)
    return torch.where(inside, value, -inf)


def cdf(x: Number, shape: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, shape, scale = floating(x, shape, scale)
    inside = x > 0
    log_z = torch.where(inside, x, 1.0).log() - scale.log()
    return torch.where(inside, torch.exp(-torch.exp(-shape * log_z)), 0.0)


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
    return scale * (-draws.uniform(scale, rng=rng).log()) ** (-1 / shape_)
