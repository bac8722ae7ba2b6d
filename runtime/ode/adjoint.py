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

import torch
from torch import Tensor

from .block import Block, Way
from .method import Pull, Slope
from .steps import Course

_NUMBERS = 4_000_000  # in the largest array of a block of steps


def back(
    slope: Slope, pull: Pull, way: Way, course: Course, adjoint: Tensor, start: Tensor, t0: Tensor
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Adjoints of the state at the beginning, of the time there, and of the operands.

    Args:
        adjoint: of ``course.values``.
    """
    n = start.shape[-1]
    flow = torch.zeros_like(start).view(-1, n)
    landings = adjoint.reshape(-1, adjoint.shape[-2], n)
    totals = [torch.zeros_like(x) for x in pull(t0, start, torch.zeros_like(start))[1:]]
    size = way.numbers(n) * t0.numel()
    length = max(1, _NUMBERS // max(size, 1))
    for stop in range(len(course.steps), 0, -length):
        block = Block.of(course.steps[max(0, stop - length) : stop], way.nodes)
        flow, seeds = way.walk(pull, block, flow, landings)
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
