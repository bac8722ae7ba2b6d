r"""Gamma distribution.

.. math:: p(x \mid a, \lambda) = \lambda^a x^{a-1} e^{-\lambda x} / \Gamma(a), \quad x \ge 0
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .special import gammainc, xlogy


def log_prob(x: Number, shape: Number, rate: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; at 0 it is the limit, which may be ``inf``."""
    x, shape, rate = floating(x, shape, rate)
    inside = x >= 0
    safe = torch.where(inside, x, 1.0)
    log_norm = torch.lgamma(shape) - shape * rate.log()
    return torch.where(inside, xlogy(shape - 1, safe) - rate * safe - log_norm, -inf)


def cdf(x: Number, shape: Number, rate: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, shape, rate = floating(x, shape, rate)
    return gammainc(shape, rate * x.clamp(min=0))


@restrictable(cdf)
def sample(
    shape_: Number,
    rate: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    shape_, rate = draws.spread(shape_, rate, shape=shape, rng=rng, otherwise=dtype)
    return draws.gamma(shape_, rng=rng) / rate
