r"""Generalised Pareto distribution of what exceeds a high threshold.

.. math:: p(x \mid \mu, \sigma, \xi) = \frac{1}{\sigma} (1 + \xi z)^{-1 - 1 / \xi}, \quad
    z = (x - \mu) / \sigma \ge 0

For a negative shape it ends where :math:`1 + \xi z = 0`; at a shape of 0 it is exponential.
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number, shape: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, loc, scale, shape = floating(x, loc, scale, shape)
    z = (x - loc) / scale
    inside = (z >= 0) & (shape * z > -1)
    w = log_ratio(torch.where(inside, z, 0.0), shape)
    return torch.where(inside, -scale.log() - (1 + shape) * w, -inf)


def cdf(x: Number, loc: Number, scale: Number, shape: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale, shape = floating(x, loc, scale, shape)
    z = ((x - loc) / scale).clamp(min=0)
    inside = shape * z > -1
    return torch.where(inside, -torch.expm1(-log_ratio(torch.where(inside, z, 0.0), shape)), 1.0)


@restrictable(cdf)
def sample(
    loc: Number,
    scale: Number,
    shape_: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    loc, scale, shape_ = draws.spread(loc, scale, shape_, shape=shape, rng=rng, otherwise=dtype)
    wait = -draws.uniform(loc, rng=rng).log()
    return loc + scale * exp_ratio(wait, shape_)


def log_ratio(z: Tensor, shape: Tensor) -> Tensor:
    """``log(1 + shape * z) / shape``, which is ``z`` at a shape of 0, with its slope."""
    y = shape * z
    near = y.abs() < 1e-4
    far = torch.where(near, 1.0, y)
    ratio = torch.log1p(far) / far
    return z * torch.where(near, 1 - y * (1 / 2 - y * (1 / 3 - y / 4)), ratio)


def exp_ratio(w: Tensor, shape: Tensor) -> Tensor:
    """``(exp(shape * w) - 1) / shape``: the inverse of `log_ratio`."""
    y = shape * w
    near = y.abs() < 1e-4
    far = torch.where(near, 1.0, y)
    return w * torch.where(near, 1 + y * (1 / 2 + y * (1 / 6 + y / 24)), torch.expm1(far) / far)
