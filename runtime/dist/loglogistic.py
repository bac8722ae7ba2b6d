r"""Distribution of the exponential of a logistic variable.

.. math:: p(x \mid k, \sigma) = \frac{(k / \sigma) (x / \sigma)^{k-1}}{(1 + (x / \sigma)^k)^2},
    \quad x > 0
"""

from math import inf

import torch
from torch import Generator, Tensor
from torch.nn.functional import softplus

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, shape: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, shape, scale = floating(x, shape, scale)
    inside = x > 0
    z = shape * (torch.where(inside, x, 1.0).log() - scale.log())
    value = z + shape.log() - torch.where(inside, x, 1.0).log() - 2 * softplus(z, threshold=40.0)
    return torch.where(inside, value, -inf)


def cdf(x: Number, shape: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, shape, scale = floating(x, shape, scale)
    inside = x > 0
    z = shape * (torch.where(inside, x, 1.0).log() - scale.log())
    return torch.where(inside, torch.sigmoid(z), 0.0)


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
    u = draws.uniform(scale, rng=rng)
    return scale * (1 / u - 1) ** (-1 / shape_)
