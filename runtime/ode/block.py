"""Some steps in a row, for the way back through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .method import Pull
from .steps import Step


@dataclass(frozen=True, slots=True)
class Block:
    """Steps one behind the other, the last ones in time at the end.

    Attributes:
        times: of the stages, ``(steps, stages, m, *plates)``.
        h: of the steps, ``(steps, m, *plates)``; 0 for systems that stood still.
        states: of the stages, ``(steps, stages, m, *plates, n)``.
    """

    steps: Sequence[Step]
    times: Tensor
    h: Tensor
    states: Tensor

    @staticmethod
    def of(steps: Sequence[Step], nodes: Sequence[float]) -> Block:
        """Some steps whose stages are at these parts of them."""
        t, h = (torch.stack([getattr(s, name) for s in steps]) for name in ("time", "h"))
        states = torch.stack([s.states for s in steps])
        c = torch.tensor(nodes, dtype=t.dtype, device=t.device)
        c = c.view(-1, *(1 for _ in t.shape[1:]))
        return Block(steps, t[:, None] + c * h[:, None], h, states)

    def jacobian(self, pull: Pull) -> Tensor:
        """Derivative of the slope by the state, ``(steps, stages, systems, n, n)``."""
        found = jacobian(pull, self.times, self.states)
        return found.reshape(*self.states.shape[:2], -1, *found.shape[-2:])


@dataclass(frozen=True, slots=True)
class Way:
    """How to go back through steps of one method.

    Attributes:
        nodes: where in a step its stages are.
        numbers: of the largest array for one step of a system of so many states.
        walk: from the pull, a block, the adjoint behind it ``(systems, n)`` and those of all
            landings, to the adjoint before it, and those of the slopes of every stage.
    """

    nodes: Sequence[float]
    numbers: Callable[[int], int]
    walk: Callable[[Pull, Block, Tensor, Tensor], tuple[Tensor, Tensor]]


def jacobian(pull: Pull, times: Tensor, states: Tensor) -> Tensor:
    """Derivative of the slope by the state, ``(*shape of times, n, n)``."""
    shape = states.shape
    n = shape[-1]
    unit = torch.eye(n, dtype=states.dtype, device=states.device)
    unit = unit.view(n, *(1 for _ in shape[:-1]), n).expand(n, *shape)
    rows = pull(times, states, unit)[0].expand(n, *shape)
    return rows.movedim(0, -2)


def down(block: Block, whole: Tensor, flow: Tensor, landings: Tensor) -> tuple[Tensor, Tensor]:
    """The adjoint before a block, and those behind each of its steps.

    Args:
        whole: derivative of the state behind a step by that before it, ``(steps, systems, n, n)``.
    """
    found: list[Tensor] = []
    for step, matrix in zip(reversed(block.steps), whole.flip(0), strict=True):
        flow = landed(step, flow, landings)
        found.append(flow)
        flow = (flow[:, None, :] @ matrix)[:, 0]
    return flow, torch.stack(found[::-1])


def landed(step: Step, flow: Tensor, landings: Tensor) -> Tensor:
    """With what comes from the times that were reached with a step."""
    if step.landed is None:
        return flow
    at, which = step.landed
    return flow.index_put((at,), landings[at, which], accumulate=True)
