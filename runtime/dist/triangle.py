"""Where the numbers of a triangular matrix stand: rows of the lower triangle, one after the other.

A factor of a matrix has its free numbers below the diagonal, by rows; a covariance's factor has the
diagonal too. All of this depends on the size alone and is computed once, when data are bound.
"""

import torch
from torch import Tensor


def places(n: int, diagonal: int = -1) -> Tensor:
    """Where each entry of the flattened square finds its number; the last place holds a zero.

    Args:
        diagonal: the last diagonal that has numbers: -1 for those below it, 0 with the diagonal.

    Example:
        >>> places(3).tolist()  # three numbers, and a zero at place 3
        [3, 3, 3, 0, 3, 3, 1, 2, 3]
    """
    rows, columns = torch.tril_indices(n, n, diagonal)
    found = torch.full((n, n), len(rows))
    found[rows, columns] = torch.arange(len(rows))
    return found.flatten()


def entries(n: int, diagonal: int = -1) -> Tensor:
    """Which entry of the flattened square each number is: the inverse of `places`.

    Example:
        >>> entries(3).tolist()
        [3, 6, 7]
    """
    rows, columns = torch.tril_indices(n, n, diagonal)
    found: Tensor = rows * n + columns
    return found


def steps(n: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """For each number below the diagonal, how many columns it is away from it.

    Example:
        >>> steps(3).tolist()
        [1.0, 2.0, 1.0]
    """
    rows, columns = torch.tril_indices(n, n, -1)
    away: Tensor = rows - columns
    return away.to(dtype)


def columns(n: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """For each number below the diagonal, its column, from 0.

    Example:
        >>> columns(3).tolist()
        [0.0, 0.0, 1.0]
    """
    found: Tensor = torch.tril_indices(n, n, -1)[1]
    return found.to(dtype)


def on_diagonal(n: int) -> Tensor:
    """Which numbers of the lower triangle are on the diagonal.

    Example:
        >>> on_diagonal(2).tolist()
        [True, False, True]
    """
    rows, columns = torch.tril_indices(n, n)
    same: Tensor = rows == columns
    return same
