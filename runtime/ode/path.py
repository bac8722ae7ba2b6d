"""A solution as generated code and torch see it: batches of any shape, gradients, ``vmap``.

Since a solver cannot be traced (how many steps it takes depends on the numbers), it is one
operation to autograd and to ``torch.func``, with a derivative and a rule for ``vmap`` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .compiled import Traced, trace
from .method import Tolerance
from .problem import Problem, float_like, in_front

Dims = tuple[int | None, ...]


@dataclass(frozen=True)
class Path:
    """A solution.

    Attributes:
        values: the states at all times, ``(*batch, *plates, times, n)``. A solution that fails is
            nan from there on, and leaves the others of its batch alone.
    """

    values: Tensor
    problem: Problem
    operands: tuple[Tensor, ...]

    def pull(self, adjoint: Tensor) -> tuple[Tensor, ...]:
        """What flows from an adjoint of ``values`` to each operand: start, t0, times, fixed."""
        return _flow_back(self.problem, adjoint, *self.operands)


def solve(
    slope: Callable[..., Tensor],
    pull: Callable[..., tuple[Tensor, ...]],
    bound: Any,
    start: Tensor,
    t0: Tensor | float,
    times: Tensor,
    fixed: Sequence[Tensor],
    *,
    ranks: Sequence[int],
    plates: int,
    rtol: float,
    atol: float,
    max_steps: int,
    method: str = "nonstiff",
    keep: bool = False,
) -> Path | Traced:
    """Solve a system of ordinary differential equations for every element of a batch.

    Shapes: start (*batch, *plates, n), t0 (*batch, *plates), times (*batch, *plates, times);
    operands may lack the batch, or have axes of length 1 in it.

    Args:
        slope: ``(t, state, *fixed, bound)`` to the derivative of the state.
        pull: ``(t, state, adjoint, *fixed, bound)`` to the adjoints of the state and of ``fixed``.
        bound: what both read of the data.
        times: increasing along the last axis, from ``t0`` on.
        fixed: what stays the same on the way, with ``ranks`` of their axes behind the batch.
        plates: number of axes of independent copies.
        method: ``nonstiff`` (Dormand and Prince, explicit) or ``stiff`` (Radau IIA, implicit).
        keep: whether `Path.pull` will be asked for: then steps are kept in memory.
    """
    dtype = start.dtype if isinstance(start, Tensor) else times.dtype
    operands = (start, torch.as_tensor(t0, dtype=dtype, device=start.device), times, *fixed)
    every = (plates + 1, plates, plates + 1, *ranks)
    if torch.compiler.is_compiling():
        settings = (rtol, atol, max_steps)
        return trace(slope, pull, bound, operands, every, settings, method == "stiff")
    wanted = torch.is_grad_enabled() and any(o.requires_grad for o in operands)
    tolerance = Tolerance(rtol, atol, max_steps)
    problem = Problem(slope, pull, bound, every, tolerance, method == "stiff", keep or wanted)
    values = _solved(problem, *operands)
    return Path(values, problem, operands)


def _solved(problem: Problem, *operands: Tensor) -> Tensor:
    values: Tensor = _Values.apply(problem, *operands)  # type: ignore[no-untyped-call]
    return values


def _flow_back(problem: Problem, adjoint: Tensor, *operands: Tensor) -> tuple[Tensor, ...]:
    flows: tuple[Tensor, ...]
    flows = _Back.apply(problem, adjoint, *operands)  # type: ignore[no-untyped-call]
    return flows


class _Values(torch.autograd.Function):
    """The solution as one operation of torch."""

    @staticmethod
    def forward(problem: Problem, *operands: Tensor) -> Tensor:
        return problem.solve(operands).to(float_like(operands[0].dtype))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.problem = inputs[0]
        ctx.save_for_backward(*inputs[1:])

    @staticmethod
    def backward(ctx: Any, adjoint: Tensor) -> tuple[Tensor | None, ...]:
        operands = ctx.saved_tensors
        found = _flow_back(ctx.problem, adjoint, *operands)
        return (
            None,
            *(
                d.sum_to_size(o.shape) if o.is_floating_point() else None
                for d, o in zip(found, operands, strict=True)
            ),
        )

    @staticmethod
    def vmap(info: Any, in_dims: Dims, problem: Problem, *operands: Tensor) -> tuple[Tensor, int]:
        dims = in_dims[1:]
        moved = in_front(problem.ranks, dims, operands)
        return _solved(problem.below(tuple(dims)), *moved), 0


class _Back(torch.autograd.Function):
    """The reverse mode of a solution as one operation of torch."""

    @staticmethod
    def forward(problem: Problem, adjoint: Tensor, *operands: Tensor) -> tuple[Tensor, ...]:
        return problem.back(adjoint, operands)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *adjoints: Tensor) -> tuple[Tensor | None, ...]:
        raise NotImplementedError("a solution of differential equations has no second derivative")

    @staticmethod
    def vmap(
        info: Any, in_dims: Dims, problem: Problem, adjoint: Tensor, *operands: Tensor
    ) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
        dims = in_dims[2:]
        rank = problem.ranks[2] + 1
        moved = in_front((rank, *problem.ranks), in_dims[1:], (adjoint, *operands))
        found = _flow_back(problem.below(tuple(dims)), *moved)
        return found, tuple(0 for _ in found)
