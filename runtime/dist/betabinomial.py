r"""Binomial distribution whose probability is a beta variable.

.. math:: P(x \mid n, a, b) = \binom{n}{x} B(x + a, n - x + b) / B(a, b)
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating, whole
from .restricted import restrictable
from .special import log_choose, log_rising, up_to


def log_prob(x: Number, n: Number, a: Number, b: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, n, a, b = floating(x, n, a, b)
    inside = whole(x) & (x <= n)
    x = torch.where(inside, x, 0.0)
    value = log_rising(a, x) + log_rising(b, n - x) - log_rising(a + b, n) + log_choose(n, x)
    return torch.where(inside, value, -inf)


def cdf(x: Number, n: Number, a: Number, b: Number) -> Tensor:
    """Probability of a value up to ``x``: the sum of those from 0 on."""
    x, n, a, b = floating(x, n, a, b)
    return up_to(x, n, lambda k: log_prob(k, n[..., None], a[..., None], b[..., None]))


@restrictable()
def sample(
    n: Number,
    a: Number,
    b: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    n, a, b = draws.spread(n, a, b, shape=shape, rng=rng, otherwise=dtype)
    p = torch.sigmoid(draws.log_gamma(a, rng=rng) - draws.log_gamma(b, rng=rng))
    return draws.binomial(n, p, rng=rng)
