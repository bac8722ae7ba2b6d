"""Stepping forward: every system at a pace of its own.

All systems of a batch take their steps in one call, but each has its own time, its own step and its
own error. So a result does not depend on what it was computed beside, and where one solution fails
the others go on.

References:
    Hairer, Nørsett & Wanner (1993), Solving Ordinary Differential Equations I, II.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from . import tableau

_SAFETY, _SHRINK, _GROW = 0.9, 0.2, 10.0
_EXPONENT = -1 / 5
_SMALLEST = 16 * torch.finfo(torch.float64).eps  # of a step, relative to the time

# time (m, *plates), state (m, *plates, n) -> derivative of the state, or what broadcasts to it
Slope = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """When a step is good enough, and when to give up."""

    rtol: float
    atol: float
    max_steps: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of all systems.

    Attributes:
        time: before it.
        h: its length; 0 for a system that did not move.
        states: at which the stages took their slopes, ``(6, m, *plates, n)``; the first is the
            state before it.
        landed: systems that reached the next of their times, flattened, and which one that was.
    """

    time: Tensor
    h: Tensor
    states: Tensor
    landed: tuple[Tensor, Tensor] | None


@dataclass(slots=True)
class Course:
    """What came of it.

    Attributes:
        values: the state at every time, ``(m, *plates, times, n)``; nan from where it failed.
        at_start: which of the times are the beginning itself, ``(m, *plates, times)``.
        steps: in order, if they were to be kept.
    """

    values: Tensor
    at_start: Tensor
    steps: list[Step] = field(default_factory=list)


def run(
    slope: Slope, start: Tensor, t0: Tensor, times: Tensor, tolerance: Tolerance, *, keep: bool
) -> Course:
    """Solve every system from its beginning to the last of its times.

    Args:
        start: states at the beginning, ``(m, *plates, n)``.
        t0: the time there, ``(m, *plates)``.
        times: increasing, ``(m, *plates, times)``, from ``t0`` on.
        keep: whether to keep the steps, for `adjoint.back`.
    """
    course = _begin(start, t0, times)
    count = times.shape[-1]
    upcoming = course.at_start.sum(-1)  # which of its times each system is on its way to
    fine = start.isfinite().all(-1) & (times >= t0[..., None]).all(-1)
    active = fine & (upcoming < count)
    t, y, first = t0, start, _like(slope(t0, start), start)
    h = _first_step(slope, t, y, first, times[..., -1] - t0, tolerance)
    floor = _SMALLEST * torch.maximum(times.abs().amax(-1), t0.abs())
    for _ in range(tolerance.max_steps):
        if not bool(active.any()):
            break
        target = times.gather(-1, upcoming.clamp(max=count - 1)[..., None])[..., 0]
        left = target - t
        lands = active & (h >= left)
        # two steps of half the way, rather than a last one that is tiny
        taken = torch.where(lands, left, torch.minimum(h, torch.maximum(0.5 * left, 0.5 * h)))
        taken = torch.where(active, taken, 0.0)
        end = torch.where(lands, target, t + taken)
        k, states, after, error = _step(slope, (t, end), y, first, taken)
        size = _norm(error, y, after, tolerance)
        good = active & (size <= 1)  # nan is not good
        reached = good & lands
        landed = _land(course, reached, upcoming, after) if bool(reached.any()) else None
        if keep:
            course.steps.append(Step(t, torch.where(good, taken, 0.0), states, landed))
        upcoming = upcoming + reached
        h = _next(h, taken, size, good)
        t = torch.where(good, end, t)
        y = torch.where(good[..., None], after, y)
        first = torch.where(good[..., None], k[-1], first)
        active = active & (upcoming < count) & (h > floor)
    return course


def _begin(start: Tensor, t0: Tensor, times: Tensor) -> Course:
    """Nothing but what is known at the beginning."""
    at_start = times == t0[..., None]
    shape = (*times.shape, start.shape[-1])
    first = start[..., None, :].expand(shape)
    return Course(torch.where(at_start[..., None], first, torch.nan), at_start)


def _step(
    slope: Slope, span: tuple[Tensor, Tensor], y: Tensor, first: Tensor, h: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Slopes of all stages and of the end, their states, the one there, and its error."""
    a, b, e = tableau.rows(y.device)
    t, end = span
    by = h[..., None]
    k = y.new_empty((tableau.STAGES + 1, *y.shape))
    states = y.new_empty((tableau.STAGES, *y.shape))
    k[0], states[0] = first, y
    rows = k.view(tableau.STAGES + 1, -1)
    for i in range(1, tableau.STAGES):
        state = torch.addcmul(y, by, (a[i] @ rows[:i]).view(y.shape), out=states[i])
        k[i] = slope(torch.add(t, h, alpha=tableau.C[i]), state)
    after = torch.addcmul(y, by, (b @ rows[:-1]).view(y.shape))
    k[-1] = slope(end, after)
    return k, states, after, by * (e @ rows).view(y.shape)


def _land(
    course: Course, reached: Tensor, upcoming: Tensor, after: Tensor
) -> tuple[Tensor, Tensor]:
    """Write down the state of the systems that reached one of their times."""
    count, n = course.values.shape[-2:]
    at = reached.reshape(-1).nonzero()[:, 0]
    which = upcoming.reshape(-1)[at]
    course.values.view(-1, count, n)[at, which] = after.reshape(-1, n)[at]
    return at, which


def _next(h: Tensor, taken: Tensor, size: Tensor, good: Tensor) -> Tensor:
    """How long the next step should be.

    One that was cut short to land, and was good, says nothing against a step of the old length.
    """
    factor = (_SAFETY * size**_EXPONENT).clamp(_SHRINK, _GROW).nan_to_num(nan=_SHRINK)
    wanted = taken * torch.where(good, factor, factor.clamp(max=1.0))
    return torch.where(good & (taken < h), torch.maximum(h, wanted), wanted)


def _like(slope: Tensor, state: Tensor) -> Tensor:
    """A slope that may be the same for all systems, for each of them."""
    return slope.expand(state.shape) if slope.shape != state.shape else slope


def _norm(error: Tensor, before: Tensor, after: Tensor, tolerance: Tolerance) -> Tensor:
    """Root mean square of the error over the states of one system, in units of what is allowed."""
    allowed = tolerance.atol + tolerance.rtol * torch.maximum(before.abs(), after.abs())
    return (error / allowed).square().mean(-1).sqrt()


def _first_step(
    slope: Slope, t: Tensor, y: Tensor, k: Tensor, span: Tensor, tolerance: Tolerance
) -> Tensor:
    """A step to begin with (Hairer, Nørsett & Wanner, II.4)."""
    allowed = tolerance.atol + tolerance.rtol * y.abs()
    size, speed = ((x / allowed).square().mean(-1).sqrt() for x in (y, k))
    small = (size < 1e-5) | (speed < 1e-5)
    h0 = torch.where(small, 1e-6 * span, 0.01 * size / speed)
    h0 = torch.minimum(h0, span)
    ahead = _like(slope(t + h0, torch.addcmul(y, h0[..., None], k)), y)
    bend = ((ahead - k) / allowed).square().mean(-1).sqrt() / h0
    most = torch.maximum(speed, bend)
    h1 = torch.where(most <= 1e-15, torch.maximum(1e-6 * span, h0 * 1e-3), (0.01 / most) ** 0.2)
    h = torch.minimum(100 * h0, h1)
    return torch.where(h.isfinite() & (h > 0), torch.minimum(h, span), 1e-6 * span)
