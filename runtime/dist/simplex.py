"""The simplex: the basis in which its unconstrained coordinates are written."""

import torch
from torch import Tensor


def basis(n: int, dtype: torch.dtype = torch.float64) -> Tensor:
    r"""Orthonormal (Helmert) basis of the vectors of length ``n`` that sum to zero.

    Row k has k+1 equal entries, then their negated sum, then zeros:
    :math:`(1, \dots, 1, -(k+1), 0, \dots) / \sqrt{(k+1)(k+2)}`. A point of the simplex is
    ``softmax(u @ basis(n))`` for exactly one ``u`` (Egozcue et al. 2003, isometric log-ratio).

    Shapes: returns (n-1, n).

    Example:
        >>> b = basis(4)
        >>> bool(torch.allclose(b @ b.T, torch.eye(3, dtype=torch.float64)))
        True
        >>> bool(b.sum(-1).abs().max() < 1e-12)
        True
    """
    k = torch.arange(1, n, dtype=dtype).unsqueeze(-1)
    j = torch.arange(n, dtype=dtype)
    rows = torch.where(j < k, 1.0, torch.where(j == k, -k, 0.0))
    return (rows / torch.sqrt(k * (k + 1))).to(dtype)
