r"""Triangular distribution.

.. math:: p(x \mid a, c, b) = \frac{2}{b - a} \begin{cases} (x - a) / (c - a) & x < c \\
    (b - x) / (b - c) & x \ge c \end{cases}, \quad a \le x \le b
"""

from math import inf, log

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, low: Number, mode: Number, high: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside; the arguments broadcast together."""
    x, low, mode, high = floating(x, low, mode, high)
    inside, left = (low <= x) & (x <= high), x < mode
    side = torch.where(left, mode - low, high - mode)
    away = torch.where(left, x - low, high - x)
    at_end = (away == side) & (side == 0)  # the mode is an end, and the density there the largest
    ratio = torch.where(inside & ~at_end, away, 1.0) / torch.where(inside & ~at_end, side, 1.0)
    return torch.where(inside, ratio.log() - (high - low).log() + log(2), -inf)


def cdf(x: Number, low: Number, mode: Number, high: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, low, mode, high = floating(x, low, mode, high)
    left, x = x < mode, torch.minimum(torch.maximum(x, low), high)
    side = torch.where(left, mode - low, high - mode)
    away = torch.where(left, x - low, high - x)
    share = away**2 / ((high - low) * torch.where(away == 0, 1.0, side))
    return torch.where(left, share, 1 - share)


@restrictable(cdf)
def sample(
    low: Number,
    mode: Number,
    high: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    low, mode, high = draws.spread(low, mode, high, shape=shape, rng=rng, otherwise=dtype)
    u, width = draws.uniform(low, rng=rng), high - low
    left = u < (mode - low) / width
    up = (torch.where(left, u * width * (mode - low), 1.0)).sqrt()
    down = (torch.where(left, 1.0, (1 - u) * width * (high - mode))).sqrt()
    return torch.where(left, low + up, high - down)
