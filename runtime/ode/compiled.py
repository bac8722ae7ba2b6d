"""Solutions under ``torch.compile``: operations that it does not look into.

A solver cannot be traced: how many steps it takes depends on the numbers. So a graph holds it as
one operation, and its reverse mode as another. Operations take tensors, numbers and words; the
slope and its reverse mode are named, and found in the module that was generated. Steps are not
kept from one operation to the other: the way back makes them once more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, library

from .method import Tolerance
from .problem import Problem, batch_of, float_like, in_front, joint


@dataclass(frozen=True)
class Traced:
    """A solution in a graph; see `path.Path`."""

    values: Tensor
    operands: Sequence[Tensor]
    data: Sequence[Tensor]
    rest: tuple[Any, ...]

    def pull(self, adjoint: Tensor) -> Sequence[Tensor]:
        """What flows from an adjoint of ``values`` to each operand."""
        flows: Sequence[Tensor] = _back(adjoint, self.operands, self.data, *self.rest)
        return flows


def trace(
    slope: Callable[..., Tensor],
    pull: Callable[..., tuple[Tensor, ...]],
    bound: Any,
    operands: Sequence[Tensor],
    ranks: Sequence[int],
    tolerance: tuple[float, float, int],
    stiff: bool,
) -> Traced:
    """Put a solution into the graph that is being traced."""
    names = [name for name, x in bound.items() if isinstance(x, Tensor)]
    data = [bound[name] for name in names]
    functions = f"{slope.__module__} {slope.__name__} {pull.__name__}"
    rest = (" ".join(names), functions, list(ranks), *tolerance, stiff)
    return Traced(_values(list(operands), data, *rest), list(operands), data, rest)


@library.custom_op("nacre::ode_values", mutates_args=())
def _values(
    operands: Sequence[Tensor],
    data: Sequence[Tensor],
    names: str,
    functions: str,
    ranks: Sequence[int],
    rtol: float,
    atol: float,
    max_steps: int,
    stiff: bool,
) -> Tensor:
    problem = _problem(data, names, functions, ranks, Tolerance(rtol, atol, max_steps), stiff)
    values = problem.solve(operands).to(float_like(operands[0].dtype))
    return values.clone(memory_format=torch.contiguous_format)


@library.custom_op("nacre::ode_back", mutates_args=())
def _back(
    adjoint: Tensor,
    operands: Sequence[Tensor],
    data: Sequence[Tensor],
    names: str,
    functions: str,
    ranks: Sequence[int],
    rtol: float,
    atol: float,
    max_steps: int,
    stiff: bool,
) -> list[Tensor]:
    problem = _problem(data, names, functions, ranks, Tolerance(rtol, atol, max_steps), stiff)
    found = problem.back(adjoint, operands)
    return [x.clone(memory_format=torch.contiguous_format) for x in found]


def _problem(
    data: Sequence[Tensor],
    names: str,
    functions: str,
    ranks: Sequence[int],
    tolerance: Tolerance,
    stiff: bool,
) -> Problem:
    module, slope, pull = functions.split(" ")
    scope = vars(sys.modules[module])
    bound = dict(zip(names.split(" "), data, strict=True)) if data else {}
    return Problem(scope[slope], scope[pull], bound, tuple(ranks), tolerance, stiff, keep=False)


@_values.register_fake
def _(operands, data, names, functions, ranks, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
    batch = batch_of(operands, ranks)
    start, times = operands[0], operands[2]
    own = (*start.shape[start.ndim - ranks[0] : -1], times.shape[-1], start.shape[-1])
    return start.new_empty((*batch, *own), dtype=float_like(start.dtype))


@_back.register_fake
def _(adjoint, operands, data, names, functions, ranks, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
    batch = joint(batch_of(operands, ranks), adjoint.shape[: adjoint.ndim - ranks[2] - 1])
    return [
        o.new_empty((*batch, *o.shape[o.ndim - r :]), dtype=float_like(o.dtype))
        for o, r in zip(operands, ranks, strict=True)
    ]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    operands, data, *rest = inputs
    ctx.count, ctx.rest = len(operands), rest
    ctx.save_for_backward(*operands, *data)


def _derivative(ctx: Any, adjoint: Tensor) -> tuple[Any, ...]:
    operands = list(ctx.saved_tensors[: ctx.count])
    data = list(ctx.saved_tensors[ctx.count :])
    found = _back(adjoint, operands, data, *ctx.rest)
    flows = [
        d.sum_to_size(o.shape) if o.is_floating_point() else None
        for d, o in zip(found, operands, strict=True)
    ]
    return (flows, [None] * len(data), *(None for _ in ctx.rest))


_values.register_autograd(_derivative, setup_context=_remember)


@_values.register_vmap
def _(info, in_dims, operands, data, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
    moved = in_front(rest[2], in_dims[0], operands)
    return _values(moved, data, *rest), 0


@_back.register_vmap
def _(info, in_dims, adjoint, operands, data, *rest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
    ranks = rest[2]
    whole = in_front((ranks[2] + 1, *ranks), (in_dims[0], *in_dims[1]), (adjoint, *operands))
    found = _back(whole[0], whole[1:], data, *rest)
    return found, [0] * len(found)
