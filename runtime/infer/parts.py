"""Many draws at once, as many as memory allows, one part after the other."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")

_AT_ONCE = 20_000_000
"""Numbers that one part may take in, all draws together; what is computed of them takes more."""


def rows_at_once(numbers: int) -> int:
    """How many draws go together, if each takes in so many numbers."""
    return max(1, _AT_ONCE // max(1, numbers))


def in_parts(
    compute: Callable[..., T], tensors: tuple[Tensor, ...], numbers: int, dim: int = 0
) -> Iterator[T]:
    """``compute`` of the tensors, cut along an axis that they share."""
    pieces = [torch.split(t, rows_at_once(numbers), dim) for t in tensors]
    for part in zip(*pieces, strict=True):
        yield compute(*part)
