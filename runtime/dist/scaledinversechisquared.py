r"""Scaled inverse chi-squared distribution: inverse gamma, by the variance that it is near.

.. math:: p(x \mid \nu, s) = \frac{(\nu s^2 / 2)^{\nu / 2}}{\Gamma(\nu / 2)}
    x^{-1 - \nu / 2} e^{-\nu s^2 / (2 x)}, \quad x > 0
"""

import torch
from torch import Generator, Tensor

from . import draws, inversegamma
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, df: Number, scale: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, df, scale = floating(x, df, scale)
    return inversegamma.log_prob(x, 0.5 * df, 0.5 * df * scale**2)


def cdf(x: Number, df: Number, scale: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, df, scale = floating(x, df, scale)
    return inversegamma.cdf(x, 0.5 * df, 0.5 * df * scale**2)


@restrictable(cdf)
def sample(
    df: Number, scale: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    df, scale = draws.spread(df, scale, shape=shape, rng=rng, otherwise=dtype)
    return 0.5 * df * scale**2 / draws.gamma(0.5 * df, rng=rng)
