r"""Solutions that leave the finite numbers before they are asked for: given up early.

The steps towards a singularity become shorter by the same share each, so that it takes hundreds of
them to come within rounding of it. For a single state there is a proof from afar. A solution of
``u' = f(t, u)`` that moves at least as fast as :math:`g(u) > 0` is past every number after

.. math:: \int_u^\infty \frac{\mathrm{d} v}{g(v)},

and where that is a small part of the time that is left, it never gets there. The integral is below
sums over a grid of values, as dense near the present one as the steps of the solver
would be. Wherever the slope stands still or turns on the grid, nothing is proved, and the solver
goes on: so a solution that grows as fast and levels off later is left alone.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .method import Slope, like

EVERY = 16  # attempts, after which it is worth a look
_SHORT = 0.01  # of the time that is left, above which a step says nothing
_SOON = 0.1  # of the time that is left, within which it has to be over
_LARGEST = 1e300
_MOST = 4096  # systems, beyond which a look costs as much as many steps
_GRID = ((1.1, 1e3), (1.5, 1e9), (2.0, 1e30), (100.0, 1e300))  # ratios, and up to which multiple


def worth_a_look(h: Tensor, earlier: Tensor, left: Tensor, y: Tensor) -> Tensor:
    """Which systems take steps that have become short; none where no proof is possible.

    Args:
        h: the next step, ``(m, *plates)``; ``earlier`` is what it was at the last look.
        left: the time until it is asked for.
        y: ``(m, *plates, n)``.
    """
    if y.shape[-1] != 1 or y.numel() > _MOST:
        return torch.zeros_like(h, dtype=torch.bool)
    return (h < 0.5 * earlier) & (h < _SHORT * left)


def escapes(slope: Slope, t: Tensor, y: Tensor, left: Tensor) -> Tensor:
    """Which systems of one state are past all finite numbers before a time, ``(m, *plates)``.

    Args:
        t: the present time, ``(m, *plates)``, and ``left`` is how long it is until that time.
        y: the present state, ``(m, *plates, 1)``.
    """
    now = like(slope(t, y), y)
    onwards = now.sign()
    grid = _grid(y).view(-1, *(1 for _ in y.shape))
    states = (y + onwards * y.abs() * (grid - 1)).clamp(-_LARGEST, _LARGEST)
    slowest = torch.full_like(states, torch.inf)
    for part in (0.0, 0.5 * _SOON, _SOON):
        speed = onwards * like(slope(t + part * left, states), states)
        slowest = torch.minimum(slowest, speed)  # nan stays nan
    slower = torch.minimum(slowest[1:], slowest[:-1])
    takes = ((states[1:] - states[:-1]).abs() / slower).sum(0)
    return ((slower > 0).all(0) & (takes <= _SOON * left[..., None]))[..., 0] & (y != 0)[..., 0]


def _grid(like_: Tensor) -> Tensor:
    """Multiples of the present state, from 1."""
    found = [1.0]
    for ratio, last in _GRID:
        while found[-1] < last:
            found.append(found[-1] * ratio)
    return like_.new_tensor(found)
