"""What the functions of a family accept: tensors and plain numbers, mixed."""

from functools import reduce

import torch
from torch import Tensor, dtype

Number = Tensor | float
"""A parameter or a value: a tensor of any dtype, or a Python number."""

Shape = tuple[int, ...]


def floating(*values: Number, otherwise: dtype = torch.float64) -> tuple[Tensor, ...]:
    """The values as tensors of one floating dtype, on one device; nothing is broadcast.

    The dtype is the widest among the floating tensors, and ``otherwise`` when there is none (only
    numbers and whole numbers): torch's global default dtype is never read.
    """
    tensors = [v for v in values if isinstance(v, Tensor)]
    kinds = [t.dtype for t in tensors if t.is_floating_point()]
    kind = reduce(torch.promote_types, kinds) if kinds else otherwise
    device = tensors[0].device if tensors else None
    return tuple(
        v.to(kind) if isinstance(v, Tensor) else torch.as_tensor(v, dtype=kind, device=device)
        for v in values
    )


def common_shape(*shapes: Shape) -> Shape:
    """The shape that these broadcast to."""
    return tuple(torch.broadcast_shapes(*shapes))  # type: ignore[no-untyped-call]


def whole(x: Tensor) -> Tensor:
    """Which elements are whole numbers from 0 on."""
    return (x >= 0) & (x == x.floor())
