r"""Bernoulli distribution on {0, 1}.

.. math:: P(x \mid p) = p^x (1 - p)^{1 - x}, \quad p = 1 / (1 + e^{-\mathrm{logit}})
"""

from math import inf

import torch
from torch import Generator, Tensor
from torch.nn.functional import logsigmoid

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, p: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together.

    An impossible outcome (``p`` of exactly 0 or 1) has ``-inf`` and a gradient of 0.
    """
    x, p = floating(x, p)
    happened = torch.where(x == 1, p, 1 - p)
    possible = ((x == 0) | (x == 1)) & (happened > 0)
    return torch.where(possible, torch.where(possible, happened, 1.0).log(), -inf)


def log_prob_logit(x: Number, logit: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, logit = floating(x, logit)
    inside = (x == 0) | (x == 1)
    return torch.where(inside, logsigmoid((2 * x - 1) * logit), -inf)


def cdf(x: Number, p: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, p = floating(x, p)
    return torch.where(x < 0, 0.0, torch.where(x < 1, 1 - p, 1.0))


@restrictable()
def sample(
    p: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    (p,) = draws.spread(p, shape=shape, rng=rng, otherwise=dtype)
    return (draws.uniform(p, rng=rng) < p).to(p.dtype)


@restrictable()
def sample_logit(
    logit: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    (logit,) = draws.spread(logit, shape=shape, rng=rng, otherwise=dtype)
    return (draws.uniform(logit, rng=rng) < torch.sigmoid(logit)).to(logit.dtype)
