r"""Multivariate normal distribution, by its covariance or by the lower Cholesky factor of it.

.. math:: \log p(x \mid \mu, L L^T) = -\tfrac{1}{2} |L^{-1} (x - \mu)|^2 - \sum_i \log L_{ii}
    - \tfrac{n}{2} \log 2 \pi
"""

from math import log, pi

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .factors import factor_of


def log_prob_cov(x: Number, loc: Number, cov: Number) -> Tensor:
    """Log density by the covariance; nan where that is not positive definite.

    Shapes: ``x`` and ``loc`` (..., n), ``cov`` (..., n, n) -> (...).
    """
    x, loc, cov = floating(x, loc, cov)
    return log_prob_chol(x, loc, factor_of(cov))


def log_prob_chol(x: Number, loc: Number, chol: Number) -> Tensor:
    """Log density by the lower Cholesky factor of the covariance.

    Shapes: ``x`` and ``loc`` (..., n), ``chol`` (..., n, n) -> (...).
    """
    x, loc, chol = floating(x, loc, chol)
    z = solve(chol, x - loc)
    half_log_det = chol.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    return -0.5 * (z**2).sum(-1) - half_log_det - 0.5 * chol.shape[-1] * log(2 * pi)


def log_prob_precision(x: Number, loc: Number, precision: Number) -> Tensor:
    """Log density by the inverse of the covariance; nan where that is not positive definite.

    Shapes: ``x`` and ``loc`` (..., n), ``precision`` (..., n, n) -> (...).
    """
    x, loc, precision = floating(x, loc, precision)
    factor = factor_of(precision)
    z = (factor.mT @ (x - loc)[..., None])[..., 0]
    half_log_det = factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    return half_log_det - 0.5 * (z**2).sum(-1) - 0.5 * factor.shape[-1] * log(2 * pi)


def sample_cov(
    loc: Number, cov: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws (*shape, n); gradients flow to both parameters; nan without positive definiteness."""
    (cov,) = floating(cov, otherwise=dtype)
    return sample_chol(loc, factor_of(cov), shape=shape, rng=rng, dtype=dtype)


def sample_chol(
    loc: Number, chol: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws (*shape, n); gradients flow to both parameters."""
    loc, chol = floating(loc, chol, otherwise=dtype)
    loc = loc.expand(*shape, chol.shape[-1])
    noise = draws.normal(loc, rng=rng)
    return loc + (chol @ noise[..., None])[..., 0]


def sample_precision(
    loc: Number,
    precision: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws (*shape, n); gradients flow to both parameters."""
    loc, precision = floating(loc, precision, otherwise=dtype)
    loc = loc.expand(*shape, precision.shape[-1])
    noise = draws.normal(loc, rng=rng)[..., None]
    spread: Tensor = torch.linalg.solve_triangular(factor_of(precision).mT, noise, upper=True)
    return loc + spread[..., 0]


def solve(chol: Tensor, v: Tensor) -> Tensor:
    """``chol^-1 v``. One factor for many vectors is one solve, not one each."""
    if chol.ndim == 2:
        columns = v.reshape(-1, v.shape[-1]).mT
        z: Tensor = torch.linalg.solve_triangular(chol, columns, upper=False)
        return z.mT.reshape(v.shape)
    z = torch.linalg.solve_triangular(chol, v[..., None], upper=False)
    return z[..., 0]
