"""The coefficients of Dormand and Prince's pair of orders 5 and 4.

References:
    Dormand & Prince (1980), A family of embedded Runge-Kutta formulae.
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

STAGES = 6  # the seventh is the first of the next step
C = (0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0)
A = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
)
B = (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84)
# weights of the error estimate, with that of the slope at the end of the step
E = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)


@cache
def rows(device: torch.device) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
    """``A``, ``B`` and ``E`` as tensors."""

    def row(numbers: Sequence[float]) -> Tensor:
        return torch.tensor(numbers, dtype=torch.float64, device=device)

    return tuple(map(row, A)), row(B), row(E)
