r"""Generalised distribution of extreme values: the limit of maxima.

.. math:: F(x \mid \mu, \sigma, \xi) = \exp(-(1 + \xi z)^{-1 / \xi}), \quad
    z = (x - \mu) / \sigma, \quad 1 + \xi z > 0

A shape of 0 is the Gumbel distribution, a positive one Frechet's, a negative one Weibull's
mirrored.

References:
    Coles (2001), An Introduction to Statistical Modeling of Extreme Values, chapter 3. Scipy's
    ``genextreme`` has the other sign of the shape.
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .generalizedpareto import exp_ratio, log_ratio
from .restricted import restrictable


def log_prob(x: Number, loc: Number, scale: Number, shape: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, loc, scale, shape = floating(x, loc, scale, shape)
    z = (x - loc) / scale
    inside = shape * z > -1
    w = log_ratio(torch.where(inside, z, 0.0), shape)
    return torch.where(inside, -scale.log() - (1 + shape) * w - torch.exp(-w), -inf)


def cdf(x: Number, loc: Number, scale: Number, shape: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, loc, scale, shape = floating(x, loc, scale, shape)
    z = (x - loc) / scale
    inside = shape * z > -1
    w = log_ratio(torch.where(inside, z, 0.0), shape)
    beyond = (shape < 0).to(z.dtype)  # past the upper end, or before the lower one
    return torch.where(inside, torch.exp(-torch.exp(-w)), beyond)


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
    w = -(-draws.uniform(loc, rng=rng).log()).log()
    return loc + scale * exp_ratio(w, shape_)
