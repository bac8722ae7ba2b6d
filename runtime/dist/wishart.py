r"""Wishart distribution of covariance matrices.

.. math:: \log p(X \mid \nu, S) = \tfrac{\nu - n - 1}{2} \log |X| - \tfrac{1}{2}
    \mathrm{tr}(S^{-1} X) - \tfrac{\nu n}{2} \log 2 - \tfrac{\nu}{2} \log |S|
    - \log \Gamma_n(\tfrac{\nu}{2})

with mean :math:`\nu S`.
"""

from math import inf, log

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .factors import factor_if_any, factor_of, log_diagonal
from .special import multigamma


def log_prob(x: Number, df: Number, scale: Number) -> Tensor:
    """Log density with respect to the lower triangle; nan unless ``df > n - 1``.

    ``-inf`` where ``x`` is not positive definite. Shapes: ``x`` and ``scale`` (..., n, n), ``df``
    (...) -> (...).
    """
    x, df, scale = floating(x, df, scale)
    n = x.shape[-1]
    (factor, inside), root = factor_if_any(x), factor_of(scale)
    spread = (torch.linalg.solve_triangular(root, factor, upper=False) ** 2).sum((-1, -2))
    total = (df - n - 1) * log_diagonal(factor) - 0.5 * spread - df * log_diagonal(root)
    return torch.where(inside, total - 0.5 * df * n * log(2) - multigamma(0.5 * df, n), -inf)


def sample(
    df: Number,
    scale: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws (*shape, n, n) by the Bartlett decomposition; gradients flow to both parameters."""
    df, scale = floating(df, scale, otherwise=dtype)
    factor = factor_of(scale) @ bartlett(df, shape, scale.shape[-1], rng=rng)
    return factor @ factor.mT


def bartlett(df: Tensor, shape: Shape, n: int, *, rng: Generator) -> Tensor:
    """Lower factors (*shape, n, n) of Wishart draws around the unit matrix: roots of chi-squared
    variables on the diagonal, normal ones below. nan unless ``df > n - 1``."""
    df = df.to(rng.device).expand(shape)[..., None]
    freedom = 0.5 * (df - torch.arange(n, dtype=df.dtype, device=df.device))
    possible = freedom > 0
    roots = (2 * draws.gamma(torch.where(possible, freedom, 1.0), rng=rng)).sqrt()
    normal = draws.normal(roots[..., None].expand(*roots.shape, n), rng=rng)
    return normal.tril(-1) + torch.where(possible, roots, torch.nan).diag_embed()
