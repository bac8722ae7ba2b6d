r"""Lewandowski-Kurowicka-Joe distribution of correlation matrices.

.. math:: p(R \mid \eta) = \frac{\det(R)^{\eta - 1}}{c_n(\eta)}

Uniform at :math:`\eta = 1`, more and more the unit matrix above. Every correlation has the marginal
distribution of :math:`2 B - 1` with :math:`B \sim \mathrm{Beta}(a, a)`,
:math:`a = \eta + \tfrac{n}{2} - 1`.

References:
    Lewandowski, Kurowicka, Joe (2009), "Generating random correlation matrices based on vines and
    extended onion method".
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import lkjcholesky
from .arguments import Number, Shape, floating
from .factors import factor_if_any, log_diagonal


def log_prob(x: Number, eta: Number) -> Tensor:
    """Log density with respect to the correlations below the diagonal.

    ``-inf`` for what is no correlation matrix. Shapes: ``x`` (..., n, n), ``eta`` (...) -> (...).
    """
    x, eta = floating(x, eta)
    factor, definite = factor_if_any(x)
    inside = definite & is_unit(x.diagonal(dim1=-2, dim2=-1))
    log_norm = lkjcholesky.log_volume(eta, x.shape[-1])
    return torch.where(inside, 2 * (eta - 1) * log_diagonal(factor) + log_norm, -inf)


def sample(
    eta: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of ``shape``, whose last two axes are the matrix."""
    factor = lkjcholesky.sample(eta, shape=shape, rng=rng, dtype=dtype)
    return factor @ factor.mT


def is_unit(diagonal: Tensor) -> Tensor:
    """Which diagonals (..., n) are those of a correlation matrix, up to rounding."""
    return ((diagonal - 1).abs() < 1e-4).all(-1)
