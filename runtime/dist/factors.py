"""Cholesky factors of matrices that may have none."""

from math import nan

import torch
from torch import Tensor


def factor_of(matrix: Tensor) -> Tensor:
    """Cholesky factor, nan where there is none: a bad proposal is no reason to stop a sampler.

    Shapes: (..., n, n) -> (..., n, n), of which the lower triangle is read.
    """
    factor, failed = torch.linalg.cholesky_ex(matrix)
    return torch.where((failed == 0)[..., None, None], factor, nan)


def factor_if_any(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Cholesky factor, the unit matrix where there is none, and where there is one.

    So that a density can be zero for what is no covariance, with a gradient that stays finite.
    """
    there = torch.linalg.cholesky_ex(matrix.detach())[1] == 0
    unit = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
    safe = torch.where(there[..., None, None], matrix, unit)
    return torch.linalg.cholesky_ex(safe)[0], there


def log_diagonal(factor: Tensor) -> Tensor:
    """Sum of the logarithms of the diagonal: half a log determinant."""
    return factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
