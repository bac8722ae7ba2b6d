r"""Absolute value of a centred Student t variable.

.. math:: p(x \mid \nu, \sigma) = \frac{2 \Gamma((\nu + 1) / 2)}{\Gamma(\nu / 2) \sqrt{\pi \nu}
    \sigma} \left(1 + \frac{x^2}{\nu \sigma^2}\right)^{-(\nu + 1) / 2}, \quad x \ge 0
"""

from math import inf, log

import torch
from torch import Generator, Tensor

from . import draws, studentt
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, df: Number, scale: Number = 1.0) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, df, scale = floating(x, df, scale)
    value = studentt.log_prob(x, df, 0.0, scale) + log(2)
    return torch.where(x >= 0, value, -inf)


def cdf(x: Number, df: Number, scale: Number = 1.0) -> Tensor:
    """Probability of a value up to ``x``."""
    x, df, scale = floating(x, df, scale)
    return 1 - 2 * studentt.cdf(-x.clamp(min=0), df, 0.0, scale)


@restrictable(cdf)
def sample(
    df: Number,
    scale: Number = 1.0,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    df, scale = draws.spread(df, scale, shape=shape, rng=rng, otherwise=dtype)
    return studentt.sample(df, 0.0, scale, shape=shape, rng=rng, dtype=dtype).abs()
