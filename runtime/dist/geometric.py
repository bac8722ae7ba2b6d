r"""Number of failures before the first success.

.. math:: P(x \mid p) = p (1 - p)^x, \quad p = 1 / (1 + e^{-\mathrm{logit}})
"""

from math import inf

import torch
from torch import Generator, Tensor
from torch.nn.functional import logsigmoid

from . import draws
from .arguments import Number, Shape, floating, whole
from .restricted import restrictable
from .special import xlog1py


def log_prob(x: Number, p: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, p = floating(x, p)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    return torch.where(inside, xlog1py(x, -p) + p.log(), -inf)


def log_prob_logit(x: Number, logit: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, logit = floating(x, logit)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    return torch.where(inside, logsigmoid(logit) + x * logsigmoid(-logit), -inf)


def cdf(x: Number, p: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, p = floating(x, p)
    tries = x.floor().clamp(min=-1) + 1
    return -torch.expm1(xlog1py(tries, -p))


@restrictable()
def sample(
    p: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    (p,) = draws.spread(p, shape=shape, rng=rng, otherwise=dtype)
    return (draws.uniform(p, rng=rng).log() / torch.log1p(-p)).floor().abs()


@restrictable()
def sample_logit(
    logit: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    (logit,) = draws.spread(logit, shape=shape, rng=rng, otherwise=dtype)
    return (draws.uniform(logit, rng=rng).log() / logsigmoid(-logit)).floor().abs()
