r"""Ordered labels by where a normal variable around a predictor falls between cutpoints.

.. math:: P(x = k \mid \eta, c) = \Phi(c_{k} - \eta) - \Phi(c_{k-1} - \eta), \quad
    c_{-1} = -\infty, \; c_{K-1} = \infty, \quad k = 0, \dots, K - 1
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws, normal
from .arguments import Number, Shape, floating
from .orderedlogistic import between, end_of


def log_prob(x: Number, eta: Number, cutpoints: Number) -> Tensor:
    """Log probability of position ``x``, ``-inf`` off the positions.

    Shapes: ``x`` and ``eta`` (...), ``cutpoints`` (..., k - 1), increasing -> (...).
    """
    x, eta, cutpoints = floating(x, eta, cutpoints)
    upper, lower, inside = between(x, eta, cutpoints)
    right = lower > 0  # there both probabilities are near 1, and those of the other side are not
    upper, lower = torch.where(right, -lower, upper), torch.where(right, -upper, lower)
    finite = lower.isfinite()
    tail: Tensor = torch.special.log_ndtr(torch.where(upper.isfinite(), upper, 40.0))
    step = torch.special.log_ndtr(torch.where(finite, lower, -1.0)) - tail
    gap = torch.log(-torch.expm1(torch.where(finite, step, -1.0)))
    return torch.where(inside, tail + torch.where(finite, gap, 0.0), -inf)


def cdf(x: Number, eta: Number, cutpoints: Number) -> Tensor:
    """Probability of a position up to ``x``. Shapes: as those of `log_prob`."""
    x, eta, cutpoints = floating(x, eta, cutpoints)
    return normal.cdf(end_of(x, eta, cutpoints), 0.0, 1.0)


def sample(
    eta: Number,
    cutpoints: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Positions (int64); ``eta`` (...) and ``cutpoints`` (..., k - 1) -> ``shape``."""
    (cutpoints,) = draws.spread(cutpoints, shape=shape, rng=rng, otherwise=dtype, event=1)
    (eta,) = draws.spread(eta, shape=shape, rng=rng, otherwise=dtype)
    latent = eta.detach() + draws.normal(eta, rng=rng)
    return (latent[..., None] > cutpoints.detach()).sum(-1)
