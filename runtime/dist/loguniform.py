r"""Distribution whose logarithm is uniform (reciprocal distribution).

.. math:: p(x \mid a, b) = \frac{1}{x \log(b / a)}, \quad a \le x \le b
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, low: Number, high: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside; the arguments broadcast together."""
    x, low, high = floating(x, low, high)
    inside = (low <= x) & (x <= high)
    x = torch.where(inside, x, 1.0)
    return torch.where(inside, -x.log() - (high.log() - low.log()).log(), -inf)


def cdf(x: Number, low: Number, high: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, low, high = floating(x, low, high)
    x = torch.minimum(torch.maximum(x, low), high)
    return (x.log() - low.log()) / (high.log() - low.log())


@restrictable(cdf)
def sample(
    low: Number, high: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters."""
    low, high = draws.spread(low, high, shape=shape, rng=rng, otherwise=dtype)
    return torch.exp(low.log() + (high.log() - low.log()) * draws.uniform(low, rng=rng))
