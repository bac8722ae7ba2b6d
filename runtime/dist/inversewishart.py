r"""Inverse Wishart distribution of covariance matrices.

.. math:: \log p(X \mid \nu, S) = -\tfrac{\nu + n + 1}{2} \log |X| - \tfrac{1}{2}
    \mathrm{tr}(S X^{-1}) - \tfrac{\nu n}{2} \log 2 + \tfrac{\nu}{2} \log |S|
    - \log \Gamma_n(\tfrac{\nu}{2})

with mean :math:`S / (\nu - n - 1)`.
"""

from math import inf, log

import torch
from torch import Generator, Tensor

from .arguments import Number, Shape, floating
from .factors import factor_if_any, factor_of, log_diagonal
from .special import multigamma
from .wishart import bartlett


def log_prob(x: Number, df: Number, scale: Number) -> Tensor:
    """Log density with respect to the lower triangle; nan unless ``df > n - 1``.

    ``-inf`` where ``x`` is not positive definite. Shapes: ``x`` and ``scale`` (..., n, n), ``df``
    (...) -> (...).
    """
    x, df, scale = floating(x, df, scale)
    n = x.shape[-1]
    (factor, inside), root = factor_if_any(x), factor_of(scale)
    spread = (torch.linalg.solve_triangular(factor, root, upper=False) ** 2).sum((-1, -2))
    total = df * log_diagonal(root) - (df + n + 1) * log_diagonal(factor) - 0.5 * spread
    return torch.where(inside, total - 0.5 * df * n * log(2) - multigamma(0.5 * df, n), -inf)


def sample(
    df: Number,
    scale: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    r"""Draws (*shape, n, n); gradients flow to both parameters.

    With :math:`S = L L^T` and a Bartlett factor :math:`B`, :math:`L (B B^T)^{-1} L^T` is one.
    """
    df, scale = floating(df, scale, otherwise=dtype)
    root = factor_of(scale)
    b = bartlett(df, shape, scale.shape[-1], rng=rng)
    half: Tensor = torch.linalg.solve_triangular(b, root.mT.expand(b.shape), upper=False)
    return half.mT @ half
