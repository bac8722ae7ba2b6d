"""What a way to step is asked for, and what the ways have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

_SAFETY, SHRINK, _GROW = 0.9, 0.2, 10.0

# time (m, *plates), state (m, *plates, n) -> derivative of the state, or what broadcasts to it
Slope = Callable[[Tensor, Tensor], Tensor]
# time, state, adjoint of the slope -> adjoint of the state and of every operand
Pull = Callable[[Tensor, Tensor, Tensor], "tuple[Tensor, ...]"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """When a step is good enough, and when to give up."""

    rtol: float
    atol: float
    max_steps: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that may be too long.

    Attributes:
        states: at which the stages took their slopes, ``(stages, m, *plates, n)``.
        after: the state at its end.
        size: of its error, in units of what is allowed; nan where there is no step.
    """

    states: Tensor
    after: Tensor
    size: Tensor


class Method(Protocol):
    """A way to step. It remembers what its next step can use.

    Attributes:
        order: with this power of its length goes the estimated error of a step.
    """

    @property
    def order(self) -> int:
        """See the class."""

    def begin(self, t: Tensor, y: Tensor) -> Tensor:
        """The slope at the beginning."""

    def attempt(self, t: Tensor, end: Tensor, y: Tensor, h: Tensor) -> Attempt:
        """A step of each system; its length is 0 for those that rest."""

    def factor(self, attempt: Attempt, h: Tensor, good: Tensor) -> Tensor:
        """By how much the next step should be longer, now that it is known which were good."""


def like(slope: Tensor, state: Tensor) -> Tensor:
    """A slope that may be the same for all systems, for each of them."""
    return slope.expand(state.shape) if slope.shape != state.shape else slope


def size_of(error: Tensor, before: Tensor, after: Tensor, tolerance: Tolerance) -> Tensor:
    """Root mean square of the error over the states of one system, in units of what is allowed."""
    allowed = tolerance.atol + tolerance.rtol * torch.maximum(before.abs(), after.abs())
    return (error / allowed).square().mean(-1).sqrt()


def fitting(size: Tensor, order: int) -> Tensor:
    """By how much longer a step would have had an error of nearly the size that is allowed."""
    return (_SAFETY * size ** (-1 / order)).clamp(SHRINK, _GROW).nan_to_num(nan=SHRINK)
