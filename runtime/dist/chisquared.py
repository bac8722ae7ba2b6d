r"""Chi-squared distribution: Gamma(df / 2, 1 / 2)."""

import torch
from torch import Generator, Tensor

from . import draws, gamma
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, df: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; at 0 it is the limit, which may be ``inf``."""
    x, df = floating(x, df)
    return gamma.log_prob(x, 0.5 * df, 0.5)


def cdf(x: Number, df: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, df = floating(x, df)
    return gamma.cdf(x, 0.5 * df, 0.5)


@restrictable(cdf)
def sample(
    df: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    (df,) = draws.spread(df, shape=shape, rng=rng, otherwise=dtype)
    return 2 * draws.gamma(0.5 * df, rng=rng)
