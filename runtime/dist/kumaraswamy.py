r"""Kumaraswamy distribution: like the beta distribution, with a simple distribution function.

.. math:: p(x \mid a, b) = a b x^{a-1} (1 - x^a)^{b-1}, \quad 0 \le x \le 1
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .special import xlog1py, xlogy


def log_prob(x: Number, a: Number, b: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside [0, 1]; at an end the limit, which may be ``inf``."""
    x, a, b = floating(x, a, b)
    inside = (x >= 0) & (x <= 1)
    x = torch.where(inside, x, 0.5)
    value = a.log() + b.log() + xlogy(a - 1, x) + xlog1py(b - 1, -(x**a))
    return torch.where(inside, value, -inf)


def cdf(x: Number, a: Number, b: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, a, b = floating(x, a, b)
    inside = (x > 0) & (x < 1)
    x_ = torch.where(inside, x, 0.5)
    value = -torch.expm1(b * torch.log1p(-(x_**a)))
    return torch.where(inside, value, (x >= 1).to(value.dtype))


@restrictable(cdf)
def sample(
    a: Number, b: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    a, b = draws.spread(a, b, shape=shape, rng=rng, otherwise=dtype)
    return (-torch.expm1(draws.uniform(a, rng=rng).log() / b)) ** (1 / a)
