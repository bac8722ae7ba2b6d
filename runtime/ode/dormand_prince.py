"""Dormand and Prince's pair of orders 5 and 4: explicit, for systems that are not stiff.

References:
    Dormand & Prince (1980), A family of embedded Runge-Kutta formulae.
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from .block import Block, Way, down, landed
from .method import SHRINK, Attempt, Pull, Slope, Tolerance, fitting, like, size_of

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
_STEADY = 0.9  # of the longest step that is stable
_STABLE = 3.25  # step times rate, up to which a damped mode stays damped
ORDER = 5  # the error of a step goes with this power of its length


class Explicit:
    """Steps that need nothing but slopes."""

    order = ORDER

    def __init__(self, slope: Slope, tolerance: Tolerance) -> None:
        """Nothing is computed before `begin`."""
        self._slope = slope
        self._tolerance = tolerance

    def begin(self, t: Tensor, y: Tensor) -> Tensor:
        """The slope at the beginning."""
        self._first = like(self._slope(t, y), y)
        return self._first

    def attempt(self, t: Tensor, end: Tensor, y: Tensor, h: Tensor) -> Attempt:
        """Slopes of all stages and of the end give the state there, and its error."""
        a, b, e = rows(y.device)
        by = h[..., None]
        k = y.new_empty((STAGES + 1, *y.shape))
        states = y.new_empty((STAGES, *y.shape))
        k[0], states[0] = self._first, y
        slopes = k.view(STAGES + 1, -1)
        for i in range(1, STAGES):
            state = torch.addcmul(y, by, (a[i] @ slopes[:i]).view(y.shape), out=states[i])
            k[i] = self._slope(torch.add(t, h, alpha=C[i]), state)
        after = torch.addcmul(y, by, (b @ slopes[:-1]).view(y.shape))
        k[-1] = self._slope(end, after)
        self._slopes = k
        error = by * (e @ slopes).view(y.shape)
        return Attempt(states, after, size_of(error, y, after, self._tolerance))

    def factor(self, attempt: Attempt, h: Tensor, good: Tensor) -> Tensor:
        """By how much the next step should be longer; and the last slope is its first one."""
        self._first = torch.where(good[..., None], self._slopes[-1], self._first)
        # a smooth state hides that a step was too long to be stable, but the adjoint, which goes
        # through the same steps, would be a product of growing factors
        stable = _STEADY / self.strain(attempt, h)
        factor = fitting(attempt.size, ORDER)
        return torch.where(stable < factor, stable.clamp(min=SHRINK), factor)

    def strain(self, attempt: Attempt, h: Tensor) -> Tensor:
        """How long a step is, relative to the longest that is stable (Hairer & Wanner, IV.2).

        Two slopes at the end of the step, at states that differ little, tell the rate of the
        fastest mode of the system.
        """
        apart: Tensor = torch.linalg.vector_norm(self._slopes[-1] - self._slopes[-2], dim=-1)
        moved = torch.linalg.vector_norm(attempt.after - attempt.states[-1], dim=-1)
        strain: Tensor = h * apart / moved / _STABLE
        return strain


@cache
def rows(device: torch.device) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
    """``A``, ``B`` and ``E`` as tensors."""

    def row(numbers: Sequence[float]) -> Tensor:
        return torch.tensor(numbers, dtype=torch.float64, device=device)

    return tuple(map(row, A)), row(B), row(E)


# --- backwards -----------------------------------------------------------------------------------

_SMALL = 12  # states, up to which a matrix for each step is worth its memory


def _numbers(n: int) -> int:
    return STAGES * n * (n if n <= _SMALL else 1)


def _walk(pull: Pull, block: Block, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
    small = flow.shape[-1] <= _SMALL
    return (_by_matrices if small else _one_by_one)(pull, block, flow, landings)


def _by_matrices(pull: Pull, block: Block, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
    """The derivatives of all steps at once."""
    n = flow.shape[-1]
    jacobian = block.jacobian(pull)
    h = block.h.reshape(len(block.steps), -1)
    by = h[..., None, None]
    one = torch.eye(n, dtype=h.dtype, device=h.device)
    moves: list[Tensor] = []
    for i in range(STAGES):
        reached = one if not i else one + by * _weighted(A[i], moves)
        moves.append(jacobian[:, i] @ reached)
    whole = torch.where(by != 0, one + by * _weighted(B, moves), one)
    flow, after = down(block, whole, flow, landings)
    inner: list[Tensor] = []  # adjoints of the states of the stages, from the last
    seeds: list[Tensor] = []
    for i in reversed(range(STAGES)):
        takes = [A[later][i] for later in reversed(range(i + 1, STAGES))]
        seed = B[i] * after + _weighted(takes, inner) if inner else B[i] * after
        seed = torch.where(h[..., None] != 0, h[..., None] * seed, 0.0)
        seeds.append(seed)
        inner.append((seed[..., None, :] @ jacobian[:, i])[..., 0, :])
    return flow, torch.stack(seeds[::-1], 1).view(block.states.shape)


def _one_by_one(pull: Pull, block: Block, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
    """The same without matrices, stage by stage."""
    shape = block.states.shape[2:]
    seeds = torch.zeros_like(block.states)
    for s in reversed(range(len(block.steps))):
        flow = landed(block.steps[s], flow, landings)
        h = block.h[s][..., None]
        mine = torch.where(h != 0, flow.view(shape), 0.0)
        inner: list[Tensor] = []
        for i in reversed(range(STAGES)):
            takes = [A[j][i] for j in reversed(range(i + 1, STAGES))]
            seed = B[i] * mine
            seeds[s, i] = h * (seed + _weighted(takes, inner) if inner else seed)
            found = pull(block.times[s, i], block.states[s, i], seeds[s, i])[0]
            inner.append(found.expand(shape))
        flow = flow + torch.where(h != 0, _weighted([1.0] * STAGES, inner), 0.0).view(flow.shape)
    return flow, seeds


def _weighted(weights: Sequence[float], parts: Sequence[Tensor]) -> Tensor:
    total = parts[0] * weights[0]
    for w, part in zip(weights[1:], parts[1:], strict=False):
        if w:
            total = torch.add(total, part, alpha=w)
    return total


WAY = Way(C, _numbers, _walk)
