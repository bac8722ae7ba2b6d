r"""Dirichlet distribution on the simplex.

.. math:: p(x \mid a) = \frac{\Gamma(\sum_i a_i)}{\prod_i \Gamma(a_i)} \prod_i x_i^{a_i - 1}
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, common_shape, floating
from .special import xlogy

_TOLERANCE = 1e-4  # published compositions are rounded; float32 sums of many parts are not exact


def log_prob(x: Number, concentration: Number) -> Tensor:
    """Log density with respect to all but one of the coordinates.

    ``-inf`` where a coordinate is negative or the sum is not 1 within 1e-4; where a coordinate is 0
    it is the limit, which may be ``inf``.

    Shapes: ``x`` (..., k) and ``concentration`` (..., k) or a number -> (...).
    """
    x, concentration = floating(x, concentration)
    concentration = concentration.expand(common_shape(concentration.shape, x.shape))
    inside = (x >= 0).all(-1) & ((x.sum(-1) - 1).abs() < _TOLERANCE)
    safe = torch.where(inside[..., None], x, 1 / x.shape[-1])
    log_norm = torch.lgamma(concentration).sum(-1) - torch.lgamma(concentration.sum(-1))
    return torch.where(inside, xlogy(concentration - 1, safe).sum(-1) - log_norm, -inf)


def sample(
    concentration: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws (*shape, k) by gamma variables; gradients flow to the concentration (..., k).

    By logarithms, so that small concentrations, whose gamma variables all underflow, stay right.
    """
    (a,) = draws.spread(concentration, shape=shape, rng=rng, otherwise=dtype, event=1)
    return torch.softmax(draws.log_gamma(a, rng=rng), -1)
