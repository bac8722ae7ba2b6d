"""One solution to be computed: its functions, its settings, its operands in the solver's form.

The solver takes one batch axis and plain tensors in double precision. Here, batches of any shape
are brought into that form and back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
from torch import Tensor

from . import dormand_prince, radau
from .adjoint import back
from .method import Method, Pull, Slope, Tolerance
from .steps import Course, run
from .watched import Strain, Watched

Dims = Sequence[int | None]


@dataclass
class Problem:
    """Functions and settings of one solution, and its steps once it is computed.

    Attributes:
        slope, pull, bound: see `solve`.
        ranks: axes of each operand behind its batch.
        stiff: whether the method is that for stiff systems.
    """

    slope: Callable[..., Tensor]
    pull: Callable[..., tuple[Tensor, ...]]
    bound: Any
    ranks: tuple[int, ...]
    tolerance: Tolerance
    stiff: bool
    keep: bool
    _course: tuple[torch.Size, Course] | None = None
    _below: dict[Dims, Problem] = field(default_factory=dict)

    def below(self, dims: Dims) -> Problem:
        """The same problem with one more batch axis, for operands that have it."""
        if dims not in self._below:
            self._below[dims] = Problem(
                self.slope, self.pull, self.bound, self.ranks, self.tolerance, self.stiff, self.keep
            )
        return self._below[dims]

    def solve(self, operands: Sequence[Tensor]) -> Tensor:
        """The states at all times, ``(*batch, *plates, times, n)``."""
        batch = batch_of(operands, self.ranks)
        course = self._run(self._flat(operands, batch), keep=self.keep)
        if self.keep:
            self._course = batch, course
        return course.values.reshape((*batch, *course.values.shape[1:]))

    def back(self, adjoint: Tensor, operands: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """What flows from an adjoint of the states to each operand, ``(*batch, *its axes)``."""
        rank = self.ranks[2] + 1
        batch = joint(batch_of(operands, self.ranks), adjoint.shape[: adjoint.ndim - rank])
        start, t0, times, *_ = flat = self._flat(operands, batch)
        course = self._course[1] if self._course and self._course[0] == batch else None
        course = course or self._run(flat, keep=True)
        seed = adjoint.to(torch.float64).expand((*batch, *course.values.shape[1:]))
        seed = seed.reshape(course.values.shape)

        slope, pull = self._functions(flat)
        way = radau.WAY if self.stiff else dormand_prince.WAY
        d_start, d_t0, totals = back(slope, pull, way, course, seed, start, t0)
        found = (d_start, d_t0, torch.zeros_like(times), *totals)
        return tuple(
            d.expand(x.shape).reshape((*batch, *x.shape[1:])).to(float_like(o.dtype))
            for d, x, o in zip(found, flat, operands, strict=True)
        )

    def _run(self, flat: Sequence[Tensor], *, keep: bool) -> Course:
        start, t0, times, *_ = flat
        slope, pull = self._functions(flat)
        method: Method
        if self.stiff:
            method = radau.Implicit(slope, pull, self.tolerance)
        else:
            method = dormand_prince.Explicit(slope, self.tolerance)
        if not isinstance(self.bound, Watched):
            return run(method, slope, start, t0, times, self.tolerance, keep=keep)
        strain = Strain(method)
        course = run(method, slope, start, t0, times, self.tolerance, keep=keep, watch=strain.see)
        self.bound.notes.append(strain.note(self.slope.__name__, course.unfinished))
        return course

    def _functions(self, flat: Sequence[Tensor]) -> tuple[Slope, Pull]:
        """The slope and its reverse mode at fixed operands, for states with any axes in front."""
        start, t0, _, *fixed = flat

        def slope(t: Tensor, y: Tensor) -> Tensor:
            if y.ndim == start.ndim:
                return self.slope(t, y, *fixed, self.bound)
            lead = y.shape[: y.ndim - start.ndim]  # stages
            operands = (x.expand((*lead, *x.shape)) for x in fixed)
            return self.slope(t.expand((*lead, *t0.shape)), y, *operands, self.bound)

        def pull(t: Tensor, y: Tensor, adjoint: Tensor) -> tuple[Tensor, ...]:
            whole = torch.broadcast_tensors(y, adjoint)  # type: ignore[no-untyped-call]
            lead = whole[0].shape[: whole[0].ndim - start.ndim]  # stages, steps, rows of a matrix
            operands = (x.expand((*lead, *x.shape)) for x in fixed)
            flows = self.pull(t.expand((*lead, *t0.shape)), *whole, *operands, self.bound)
            # what is read by conditions alone has the number 0
            return tuple(x if isinstance(x, Tensor) else y.new_tensor(x) for x in flows)

        return slope, pull

    def _flat(self, operands: Sequence[Tensor], batch: torch.Size) -> list[Tensor]:
        """Every operand with one batch axis, in double precision."""
        m = prod(batch)
        found = []
        for o, r in zip(operands, self.ranks, strict=True):
            shape = o.shape[o.ndim - r :]
            whole = o.expand((*batch, *shape)).reshape((m, *shape))
            found.append(whole.to(torch.float64) if whole.is_floating_point() else whole)
        return found


def joint(*shapes: torch.Size) -> torch.Size:
    """The batch that these broadcast to."""
    return torch.Size(torch.broadcast_shapes(*shapes))  # type: ignore[no-untyped-call]


def batch_of(operands: Sequence[Tensor], ranks: Sequence[int]) -> torch.Size:
    """The batch that operands with so many axes behind it broadcast to."""
    return joint(*(o.shape[: o.ndim - r] for o, r in zip(operands, ranks, strict=True)))


def float_like(dtype: torch.dtype) -> torch.dtype:
    """The type of what is computed from numbers of one type."""
    return dtype if dtype.is_floating_point else torch.float64


def in_front(ranks: Sequence[int], dims: Dims, operands: Sequence[Tensor]) -> list[Tensor]:
    """Operands of ``vmap`` with the new axis before all others of the batch."""
    leads = [o.ndim - r - (d is not None) for o, r, d in zip(operands, ranks, dims, strict=True)]
    found = []
    for o, d, lead in zip(operands, dims, leads, strict=True):
        if d is not None:
            o = o.movedim(d, 0)
            o = o.reshape(o.shape[0], *(1 for _ in range(max(leads) - lead)), *o.shape[1:])
        found.append(o)
    return found
