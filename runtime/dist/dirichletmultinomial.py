r"""Multinomial distribution whose probabilities are a Dirichlet variable.

.. math:: P(x \mid n, a) = \frac{n! \Gamma(A)}{\Gamma(n + A)} \prod_i
    \frac{\Gamma(x_i + a_i)}{x_i! \Gamma(a_i)}, \quad A = \sum_i a_i, \; \sum_i x_i = n
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import dirichlet, draws, multinomial
from .arguments import Number, Shape, common_shape, floating, whole
from .special import log_rising


def log_prob(x: Number, n: Number, concentration: Number) -> Tensor:
    """Log probability of the counts, ``-inf`` where they do not add up to ``n``.

    Shapes: ``x`` (..., k), ``concentration`` (..., k) or a number, ``n`` (...) -> (...).
    """
    x, n, concentration = floating(x, n, concentration)
    concentration = concentration.expand(common_shape(concentration.shape, x.shape))
    inside = whole(x).all(-1) & (x.sum(-1) == n)
    x = torch.where(inside[..., None], x, 0.0)
    each = (log_rising(concentration, x) - torch.lgamma(x + 1)).sum(-1)
    value = each - log_rising(concentration.sum(-1), n) + torch.lgamma(n + 1)
    return torch.where(inside, value, -inf)


def sample(
    n: Number,
    concentration: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws (*shape, k), in the dtype of the parameters; no gradient."""
    (a,) = draws.spread(concentration, shape=shape, rng=rng, otherwise=dtype, event=1)
    p = dirichlet.sample(a.detach(), shape=shape, rng=rng, dtype=dtype)
    return multinomial.sample(n, p, shape=shape, rng=rng, dtype=dtype)
