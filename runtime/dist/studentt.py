r"""Student's t distribution.

.. math:: p(x \mid \nu, \mu, \sigma) = \frac{\Gamma((\nu + 1) / 2)}{\Gamma(\nu / 2)
    \sqrt{\pi \nu} \sigma} \left(1 + \frac{(x - \mu)^2}{\nu \sigma^2}\right)^{-(\nu + 1) / 2}
"""

from math import log, pi

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .incomplete_beta import betainc
from .restricted import restrictable
from .special import log_rising


def log_prob(x: Number, df: Number, loc: Number = 0.0, scale: Number = 1.0) -> Tensor:
    """Log density at ``x``; the arguments broadcast together."""
    x, df, loc, scale = floating(x, df, loc, scale)
    z = (x - loc) / scale
    log_norm = log_rising(0.5 * df, torch.full_like(df, 0.5)) - 0.5 * (df.log() + log(pi))
    return log_norm - scale.log() - 0.5 * (df + 1) * torch.log1p(z**2 / df)


def cdf(x: Number, df: Number, loc: Number = 0.0, scale: Number = 1.0) -> Tensor:
    r"""Probability of a value up to ``x``.

    By the symmetric beta distribution of :math:`(1 + z / \sqrt{\nu + z^2}) / 2`; far to the left
    that difference would lose its digits, and is written as a quotient.
    """
    x, df, loc, scale = floating(x, df, loc, scale)
    z = (x - loc) / scale
    root = (df + z**2).sqrt()
    far = 0.5 * df / (root * (root + z.abs()))
    return betainc(0.5 * df, 0.5 * df, torch.where(z < -df.sqrt(), far, 0.5 + 0.5 * z / root))


@restrictable(cdf)
def sample(
    df: Number,
    loc: Number = 0.0,
    scale: Number = 1.0,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    df, loc, scale = draws.spread(df, loc, scale, shape=shape, rng=rng, otherwise=dtype)
    widen = (0.5 * df / draws.gamma(0.5 * df, rng=rng)).sqrt()
    return loc + scale * draws.normal(loc, rng=rng) * widen
