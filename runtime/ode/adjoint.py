"""Backwards along the steps of a solution: the exact derivative of what was computed.

Each step is a formula of the state before it, so its reverse mode is one too, made of that of the
slope. The lengths of the steps are taken as they are: to the order of the method the result does
not depend on them. Unlike the adjoint differential equation this needs no solution backwards in
time, which explodes where the system is damped.

The states of all stages are known by now, so most of the work is done for many steps at once: for
small systems the derivative of every step as a matrix, which leaves one product a step for the walk
backwards; and in the end what flows to the operands.

References:
    Hager (2000), Runge-Kutta methods in optimal control and the transformed adjoint system.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from . import tableau
from .steps import Course, Slope, Step

# time, state, adjoint of the slope -> adjoint of the state and of every operand
Pull = Callable[[Tensor, Tensor, Tensor], Sequence[Tensor]]

_SMALL = 12  # states, up to which a matrix for each step is worth its memory
_NUMBERS = 4_000_000  # in the largest array of a block of steps


def back(
    slope: Slope, pull: Pull, course: Course, adjoint: Tensor, start: Tensor, t0: Tensor
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Adjoints of the state at the beginning, of the time there, and of the operands.

    Args:
        adjoint: of ``course.values``.
    """
    n = start.shape[-1]
    flow = torch.zeros_like(start).view(-1, n)
    landings = adjoint.reshape(-1, adjoint.shape[-2], n)
    totals = [torch.zeros_like(x) for x in pull(t0, start, torch.zeros_like(start))[1:]]
    small = n <= _SMALL
    size = tableau.STAGES * start.numel() * (n if small else 1)
    length = max(1, _NUMBERS // max(size, 1))
    for stop in range(len(course.steps), 0, -length):
        block = _Block.of(course.steps[max(0, stop - length) : stop])
        walk = block.by_matrices if small else block.one_by_one
        flow, seeds = walk(pull, flow, landings)
        flows = pull(block.times, block.states, seeds)[1:]
        totals = [x + _sum(y, x, block.states) for x, y in zip(totals, flows, strict=True)]
    later = flow.view(start.shape)
    early = torch.where(course.at_start[..., None], adjoint, 0.0).sum(-2)
    # who begins later has moved less
    d_t0 = -(later * slope(t0, start)).sum(-1)
    return later + early, d_t0, totals


def _sum(flow: Tensor, like: Tensor, states: Tensor) -> Tensor:
    """Over all stages of all steps."""
    batch = states.shape[:3]
    return flow.expand(*batch, *like.shape[1:]).sum((0, 1)) if flow.ndim > like.ndim else flow


@dataclass(frozen=True, slots=True)
class _Block:
    """Some steps in a row.

    Attributes:
        times: of the stages, ``(steps, 6, m, *plates)``.
        h: of the steps, ``(steps, m, *plates)``.
        states: of the stages, ``(steps, 6, m, *plates, n)``.
    """

    steps: Sequence[Step]
    times: Tensor
    h: Tensor
    states: Tensor

    @staticmethod
    def of(steps: Sequence[Step]) -> _Block:
        """Steps one behind the other, the last ones in time at the end."""
        t, h = (torch.stack([getattr(s, name) for s in steps]) for name in ("time", "h"))
        states = torch.stack([s.states for s in steps])
        moved = (h != 0)[:, None, ..., None]
        # where a system stood still the states are those of a step that was refused
        states = torch.where(moved, states, states[:, :1])
        c = torch.tensor(tableau.C, dtype=t.dtype, device=t.device)
        c = c.view(-1, *(1 for _ in t.shape[1:]))
        return _Block(steps, t[:, None] + c * h[:, None], h, states)

    def by_matrices(self, pull: Pull, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
        """The adjoint before the block, and those of the slopes of every stage.

        Args:
            flow: the adjoint behind it, ``(systems, n)``.
        """
        n = self.states.shape[-1]
        jacobian = self._jacobian(pull)
        h = self.h.reshape(len(self.steps), -1)
        a, b = tableau.A, tableau.B
        by = h[..., None, None]
        one = torch.eye(n, dtype=h.dtype, device=h.device)
        moves: list[Tensor] = []
        for i in range(tableau.STAGES):
            reached = one if not i else one + by * _weighted(a[i], moves)
            moves.append(jacobian[:, i] @ reached)
        whole = torch.where(by != 0, one + by * _weighted(b, moves), one)
        found: list[Tensor] = []
        for step, matrix in zip(reversed(self.steps), whole.flip(0), strict=True):
            flow = _landed(step, flow, landings)
            found.append(flow)
            flow = (flow[:, None, :] @ matrix)[:, 0]
        after = torch.stack(found[::-1])
        inner: list[Tensor] = []  # adjoints of the states of the stages, from the last
        seeds: list[Tensor] = []
        for i in reversed(range(tableau.STAGES)):
            takes = [a[later][i] for later in reversed(range(i + 1, tableau.STAGES))]
            seed = b[i] * after + _weighted(takes, inner) if inner else b[i] * after
            seed = torch.where(h[..., None] != 0, h[..., None] * seed, 0.0)
            seeds.append(seed)
            inner.append((seed[..., None, :] @ jacobian[:, i])[..., 0, :])
        return flow, torch.stack(seeds[::-1], 1).view(self.states.shape)

    def _jacobian(self, pull: Pull) -> Tensor:
        """Derivative of the slope by the state, ``(steps, 6, systems, n, n)``."""
        shape = self.states.shape
        n = shape[-1]
        unit = torch.eye(n, dtype=self.states.dtype, device=self.states.device)
        unit = unit.view(n, *(1 for _ in shape[:-1]), n).expand(n, *shape)
        rows = pull(self.times, self.states, unit)[0].expand(n, *shape)
        return rows.reshape(n, *shape[:2], -1, n).permute(1, 2, 3, 0, 4)

    def one_by_one(self, pull: Pull, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
        """The same without matrices, stage by stage."""
        shape = self.states.shape[2:]
        seeds = torch.zeros_like(self.states)
        for s in reversed(range(len(self.steps))):
            flow = _landed(self.steps[s], flow, landings)
            h = self.h[s][..., None]
            mine = torch.where(h != 0, flow.view(shape), 0.0)
            inner: list[Tensor] = []
            for i in reversed(range(tableau.STAGES)):
                takes = [tableau.A[j][i] for j in reversed(range(i + 1, tableau.STAGES))]
                seed = tableau.B[i] * mine
                seeds[s, i] = h * (seed + _weighted(takes, inner) if inner else seed)
                inner.append(
                    pull(self.times[s, i], self.states[s, i], seeds[s, i])[0].expand(shape)
                )
            flow = flow + torch.where(h != 0, _weighted([1.0] * 6, inner), 0.0).view(flow.shape)
        return flow, seeds


def _landed(step: Step, flow: Tensor, landings: Tensor) -> Tensor:
    """With what comes from the times that were reached with a step."""
    if step.landed is None:
        return flow
    at, which = step.landed
    return flow.index_put((at,), landings[at, which], accumulate=True)


def _weighted(weights: Sequence[float], parts: Sequence[Tensor]) -> Tensor:
    total = parts[0] * weights[0]
    for w, part in zip(weights[1:], parts[1:], strict=False):
        if w:
            total = torch.add(total, part, alpha=w)
    return total
