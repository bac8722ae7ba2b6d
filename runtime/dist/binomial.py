r"""Number of successes in independent trials.

.. math:: P(x \mid n, p) = \binom{n}{x} p^x (1 - p)^{n - x}, \quad p = 1 / (1 + e^{-\mathrm{logit}})
"""

from math import inf

import torch
from torch import Generator, Tensor
from torch.nn.functional import logsigmoid

from . import draws
from .arguments import Number, Shape, floating, whole
from .incomplete_beta import betainc
from .restricted import restrictable
from .special import log_choose, xlog1py, xlogy


def log_prob(x: Number, n: Number, p: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, n, p = floating(x, n, p)
    inside = whole(x) & (x <= n)
    x, p = torch.where(inside, x, 0.0), torch.where(inside, p, 0.5)
    value = xlogy(x, p) + xlog1py(n - x, -p) + log_choose(n, x)
    return torch.where(inside, value, -inf)


def log_prob_logit(x: Number, n: Number, logit: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, n, logit = floating(x, n, logit)
    inside = whole(x) & (x <= n)
    x = torch.where(inside, x, 0.0)
    # the probability of the rarer outcome is what loses digits when written p or 1 - p
    value = x * logsigmoid(logit) + (n - x) * logsigmoid(-logit) + log_choose(n, x)
    return torch.where(inside, value, -inf)


def cdf(x: Number, n: Number, p: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, n, p = floating(x, n, p)
    x = x.floor()
    value = betainc(n - x, x + 1, 1 - p)
    return torch.where(x < 0, 0.0, torch.where(x < n, value, 1.0))


@restrictable()
def sample(
    n: Number, p: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    n, p = draws.spread(n, p, shape=shape, rng=rng, otherwise=dtype)
    return draws.binomial(n, p, rng=rng)


@restrictable()
def sample_logit(
    n: Number, logit: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    n, logit = draws.spread(n, logit, shape=shape, rng=rng, otherwise=dtype)
    return draws.binomial(n, torch.sigmoid(logit), rng=rng)
