r"""Poisson distribution, by its rate or by the rate's logarithm.

.. math:: P(x \mid \lambda) = \lambda^x e^{-\lambda} / x!
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating, whole
from .restricted import restrictable
from .special import gammainc, xlogy


def log_prob(x: Number, rate: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, rate = floating(x, rate)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    return torch.where(inside, xlogy(x, rate) - rate - torch.lgamma(x + 1), -inf)


def log_prob_log(x: Number, log: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, log = floating(x, log)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    return torch.where(inside, x * log - log.exp() - torch.lgamma(x + 1), -inf)


def cdf(x: Number, rate: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, rate = floating(x, rate)
    return torch.where(x < 0, 0.0, 1 - gammainc(x.floor().clamp(min=0) + 1, rate))


@restrictable()
def sample(
    rate: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    (rate,) = draws.spread(rate, shape=shape, rng=rng, otherwise=dtype)
    return draws.poisson(rate, rng=rng)


@restrictable()
def sample_log(
    log: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    (log,) = draws.spread(log, shape=shape, rng=rng, otherwise=dtype)
    return draws.poisson(log.exp(), rng=rng)
