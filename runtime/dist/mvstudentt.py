r"""Multivariate Student's t, by its scale matrix or by the lower Cholesky factor of it.

.. math:: p(x \mid \nu, \mu, L L^T) = \frac{\Gamma((\nu + n) / 2)}{\Gamma(\nu / 2) (\nu \pi)^{n / 2}
    \prod_i L_{ii}} \left(1 + |L^{-1} (x - \mu)|^2 / \nu\right)^{-(\nu + n) / 2}
"""

from math import log, pi

import torch
from torch import Generator, Tensor

from . import draws, mvnormal
from .arguments import Number, Shape, floating
from .factors import factor_of
from .special import log_rising


def log_prob_cov(x: Number, df: Number, loc: Number, cov: Number) -> Tensor:
    """Log density by the scale matrix; nan where that is not positive definite.

    Shapes: ``df`` (...), ``x`` and ``loc`` (..., n), ``cov`` (..., n, n) -> (...).
    """
    x, df, loc, cov = floating(x, df, loc, cov)
    return log_prob_chol(x, df, loc, factor_of(cov))


def log_prob_chol(x: Number, df: Number, loc: Number, chol: Number) -> Tensor:
    """Log density by the lower Cholesky factor of the scale matrix.

    Shapes: ``df`` (...), ``x`` and ``loc`` (..., n), ``chol`` (..., n, n) -> (...).
    """
    x, df, loc, chol = floating(x, df, loc, chol)
    n = chol.shape[-1]
    z = mvnormal.solve(chol, x - loc)
    half_log_det = chol.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    norm = log_rising(0.5 * df, torch.full_like(df, 0.5 * n)) - 0.5 * n * (df.log() + log(pi))
    return norm - half_log_det - 0.5 * (df + n) * torch.log1p((z**2).sum(-1) / df)


def sample_cov(
    df: Number,
    loc: Number,
    cov: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws (*shape, n); gradients flow to the parameters; nan without positive definiteness."""
    (cov,) = floating(cov, otherwise=dtype)
    return sample_chol(df, loc, factor_of(cov), shape=shape, rng=rng, dtype=dtype)


def sample_chol(
    df: Number,
    loc: Number,
    chol: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws (*shape, n); gradients flow to the parameters."""
    (df,) = draws.spread(df, shape=shape, rng=rng, otherwise=dtype)
    loc, chol = floating(loc, chol, otherwise=dtype)
    loc = loc.expand(*shape, chol.shape[-1])
    widen = (0.5 * df / draws.gamma(0.5 * df, rng=rng)).sqrt()
    noise = draws.normal(loc, rng=rng) * widen[..., None]
    return loc + (chol @ noise[..., None])[..., 0]
