r"""Counts of several outcomes in independent trials.

.. math:: P(x \mid n, p) = \frac{n!}{\prod_i x_i!} \prod_i p_i^{x_i}, \quad \sum_i x_i = n
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating, whole
from .special import xlogy


def log_prob(x: Number, n: Number, p: Number) -> Tensor:
    """Log probability of the counts, ``-inf`` where they do not add up to ``n``.

    ``p`` must add up to one: it is not divided by its sum.

    Shapes: ``x`` and ``p`` (..., k), ``n`` (...) -> (...).
    """
    x, n, p = floating(x, n, p)
    inside = whole(x).all(-1) & (x.sum(-1) == n)
    x = torch.where(inside[..., None], x, 0.0)
    value = (xlogy(x, p) - torch.lgamma(x + 1)).sum(-1) + torch.lgamma(n + 1)
    return torch.where(inside, value, -inf)


def log_prob_logit(x: Number, n: Number, logit: Number) -> Tensor:
    """Log probability of the counts by unnormalised log probabilities.

    Shapes: ``x`` and ``logit`` (..., k), ``n`` (...) -> (...).
    """
    x, n, logit = floating(x, n, logit)
    inside = whole(x).all(-1) & (x.sum(-1) == n)
    x = torch.where(inside[..., None], x, 0.0)
    value = (x * logit - torch.lgamma(x + 1)).sum(-1) + torch.lgamma(n + 1)
    value = value - n * logit.logsumexp(-1)
    return torch.where(inside, value, -inf)


def sample(
    n: Number, p: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws (*shape, k), in the dtype of the parameters, one binomial number after the other."""
    (n,) = draws.spread(n, shape=shape, rng=rng, otherwise=dtype)
    (p,) = draws.spread(p, shape=shape, rng=rng, otherwise=dtype, event=1)
    n, p = floating(n.detach(), p.detach())
    counts, left = [], n
    rest = p.flip(-1).cumsum(-1).flip(-1)  # of the probability, from each outcome on
    for i in range(p.shape[-1] - 1):
        share = (p[..., i] / rest[..., i]).nan_to_num(0.0).clamp(0, 1)
        count = draws.binomial(left, share, rng=rng)
        counts.append(count)
        left = left - count
    return torch.stack([*counts, left], -1)


def sample_logit(
    n: Number, logit: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws (*shape, k), in the dtype of the parameters."""
    (logit,) = floating(logit, otherwise=dtype)
    return sample(n, logit.softmax(-1), shape=shape, rng=rng, dtype=dtype)
