r"""Ordered labels by where a logistic variable around a predictor falls between cutpoints.

.. math:: P(x = k \mid \eta, c) = \sigma(c_{k} - \eta) - \sigma(c_{k-1} - \eta), \quad
    c_{-1} = -\infty, \; c_{K-1} = \infty, \quad k = 0, \dots, K - 1
"""

from math import inf

import torch
from torch import Generator, Tensor
from torch.nn.functional import logsigmoid

from . import draws
from .arguments import Number, Shape, common_shape, floating


def log_prob(x: Number, eta: Number, cutpoints: Number) -> Tensor:
    """Log probability of position ``x``, ``-inf`` off the positions.

    Shapes: ``x`` and ``eta`` (...), ``cutpoints`` (..., k - 1), increasing -> (...).
    """
    x, eta, cutpoints = floating(x, eta, cutpoints)
    upper, lower, inside = between(x, eta, cutpoints)
    # sigmoid(u) - sigmoid(l) = sigmoid(u) sigmoid(-l) (1 - e^(l - u)), whose digits never cancel
    middle = upper.isfinite() & lower.isfinite()
    step = torch.where(middle, lower - upper, -1.0)
    gap = torch.where(middle, torch.log(-torch.expm1(step)), 0.0)
    return torch.where(inside, logsigmoid(upper) + logsigmoid(-lower) + gap, -inf)


def cdf(x: Number, eta: Number, cutpoints: Number) -> Tensor:
    """Probability of a position up to ``x``. Shapes: as those of `log_prob`."""
    x, eta, cutpoints = floating(x, eta, cutpoints)
    return torch.sigmoid(end_of(x, eta, cutpoints))


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
    latent = eta.detach() + torch.logit(draws.uniform(eta, rng=rng))
    return (latent[..., None] > cutpoints.detach()).sum(-1)


def end_of(x: Tensor, eta: Tensor, cutpoints: Tensor) -> Tensor:
    """The upper end of the positions up to a number, relative to the predictor."""
    upper, _, _ = between(x.floor().clamp(0, cutpoints.shape[-1]), eta, cutpoints)
    return torch.where(x < 0, -inf, upper)


def between(x: Tensor, eta: Tensor, cutpoints: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Ends of each position relative to the predictor, and which positions exist."""
    last = cutpoints.shape[-1]
    inside = (x >= 0) & (x <= last) & (x == x.floor())
    k = torch.where(inside, x, 0.0).long()
    shape = common_shape(k.shape, eta.shape, cutpoints.shape[:-1])
    k, eta = k.expand(shape), eta.expand(shape)
    cuts = cutpoints.expand(*shape, last) - eta[..., None]
    above = cuts.gather(-1, k.clamp(max=last - 1)[..., None])[..., 0]
    below = cuts.gather(-1, (k - 1).clamp(min=0)[..., None])[..., 0]
    return torch.where(k == last, inf, above), torch.where(k == 0, -inf, below), inside
