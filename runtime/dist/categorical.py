r"""Categorical distribution over positions from 0.

.. math:: P(x \mid p) = p_x, \quad p = \mathrm{softmax}(\mathrm{logit})
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, common_shape, floating


def log_prob(x: Number, p: Number) -> Tensor:
    """Log probability of position ``x``, ``-inf`` off the positions.

    ``p`` must add up to one: it is not divided by its sum. Where it is 0 the result is ``-inf``,
    with a gradient of 0.

    Shapes: ``x`` (...), of whole numbers in any dtype, and ``p`` (..., k) -> (...).
    """
    x, p = floating(x, p)
    at_x, inside = _at(p, x)
    possible = inside & (at_x > 0)
    return torch.where(possible, torch.where(possible, at_x, 1.0).log(), -inf)


def log_prob_logit(x: Number, logit: Number) -> Tensor:
    """Log probability of position ``x`` by unnormalised log probabilities.

    Shapes: ``x`` (...), of whole numbers in any dtype, and ``logit`` (..., k) -> (...).
    """
    x, logit = floating(x, logit)
    at_x, inside = _at(torch.log_softmax(logit, -1), x)
    return torch.where(inside, at_x, -inf)


def sample(
    p: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Positions (int64), by inverting the distribution function; ``p`` (..., k) -> ``shape``."""
    (p,) = draws.spread(p, shape=shape, rng=rng, otherwise=dtype, event=1)
    ends = p.detach().cumsum(-1)
    level = draws.uniform(ends[..., 0], rng=rng) * ends[..., -1]
    # a position of probability 0 ends where the one before it ends, and is never met
    return (ends <= level[..., None]).sum(-1).clamp(max=p.shape[-1] - 1)


def sample_logit(
    logit: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Positions (int64); ``logit`` (..., k) -> ``shape``."""
    (logit,) = floating(logit, otherwise=dtype)
    return sample(torch.softmax(logit, -1), shape=shape, rng=rng)


def _at(v: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Elements of ``v`` at positions ``x``, and which of the positions exist."""
    inside = (x >= 0) & (x < v.shape[-1]) & (x == x.floor())
    index = torch.where(inside, x, 0.0).long()
    shape = common_shape(index.shape, v.shape[:-1])
    v = v.expand(*shape, v.shape[-1])
    return v.gather(-1, index.expand(shape)[..., None])[..., 0], inside
