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

from .escape import EVERY, escapes, worth_a_look
from .method import Attempt, Method, Slope, Tolerance, like

_SMALLEST = 16 * torch.finfo(torch.float64).eps  # of a step, relative to the time

# told of every attempt: how long it was, and which systems it brought on
Watch = Callable[[Attempt, Tensor, Tensor], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of all systems.

    Attributes:
        time: before it.
        h: its length; 0 for a system that did not move.
        states: at which the stages took their slopes, ``(stages, m, *plates, n)``; those of a
            system that did not move are its state.
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
        unfinished: systems that were still on their way after ``max_steps``, ``(m, *plates)``.
        steps: in order, if they were to be kept.
    """

    values: Tensor
    at_start: Tensor
    unfinished: Tensor
    steps: list[Step] = field(default_factory=list)


def run(
    method: Method,
    slope: Slope,
    start: Tensor,
    t0: Tensor,
    times: Tensor,
    tolerance: Tolerance,
    *,
    keep: bool,
    watch: Watch | None = None,
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
    t, y = t0, start
    first = method.begin(t, y)
    h = _first_step(slope, t, y, first, times[..., -1] - t0, tolerance, method.order)
    floor = _SMALLEST * torch.maximum(times.abs().amax(-1), t0.abs())
    earlier = h
    for attempts in range(tolerance.max_steps):
        if not bool(active.any()):
            break
        target = times.gather(-1, upcoming.clamp(max=count - 1)[..., None])[..., 0]
        left = target - t
        lands = active & (h >= left)
        # two steps of half the way, rather than a last one that is tiny
        taken = torch.where(lands, left, torch.minimum(h, torch.maximum(0.5 * left, 0.5 * h)))
        taken = torch.where(active, taken, 0.0)
        end = torch.where(lands, target, t + taken)
        attempt = method.attempt(t, end, y, taken)
        good = active & (attempt.size <= 1)  # nan is not good
        if watch is not None:
            watch(attempt, taken, good)
        reached = good & lands
        landed = _land(course, reached, upcoming, attempt.after) if bool(reached.any()) else None
        if keep:
            states = torch.where(good[..., None], attempt.states, y)
            course.steps.append(Step(t, torch.where(good, taken, 0.0), states, landed))
        upcoming = upcoming + reached
        h = _next(h, taken, method.factor(attempt, taken, good), good)
        t = torch.where(good, end, t)
        y = torch.where(good[..., None], attempt.after, y)
        active = active & (upcoming < count) & (h > floor)
        if attempts % EVERY == EVERY - 1:
            active = active & ~_hopeless(slope, t, y, h, earlier, times, upcoming)
            earlier = h
    course.unfinished = active
    return course


def _hopeless(
    slope: Slope, t: Tensor, y: Tensor, h: Tensor, earlier: Tensor, times: Tensor, upcoming: Tensor
) -> Tensor:
    """Which systems are proved never to reach the next of their times."""
    target = times.gather(-1, upcoming.clamp(max=times.shape[-1] - 1)[..., None])[..., 0]
    short = worth_a_look(h, earlier, target - t, y)
    return short & escapes(slope, t, y, target - t) if bool(short.any()) else short


def _begin(start: Tensor, t0: Tensor, times: Tensor) -> Course:
    """Nothing but what is known at the beginning."""
    at_start = times == t0[..., None]
    shape = (*times.shape, start.shape[-1])
    first = start[..., None, :].expand(shape)
    values = torch.where(at_start[..., None], first, torch.nan)
    return Course(values, at_start, torch.zeros_like(t0, dtype=torch.bool))


def _land(
    course: Course, reached: Tensor, upcoming: Tensor, after: Tensor
) -> tuple[Tensor, Tensor]:
    """Write down the state of the systems that reached one of their times."""
    count, n = course.values.shape[-2:]
    at = reached.reshape(-1).nonzero()[:, 0]
    which = upcoming.reshape(-1)[at]
    course.values.view(-1, count, n)[at, which] = after.reshape(-1, n)[at]
    return at, which


def _next(h: Tensor, taken: Tensor, factor: Tensor, good: Tensor) -> Tensor:
    """How long the next step should be.

    One that was cut short to land, and was good, says nothing against a step of the old length.
    """
    wanted = taken * torch.where(good, factor, factor.clamp(max=1.0))
    return torch.where(good & (taken < h), torch.maximum(h, wanted), wanted)


def _first_step(
    slope: Slope, t: Tensor, y: Tensor, k: Tensor, span: Tensor, tolerance: Tolerance, order: int
) -> Tensor:
    """A step to begin with (Hairer, Nørsett & Wanner, II.4)."""
    allowed = tolerance.atol + tolerance.rtol * y.abs()
    size, speed = ((x / allowed).square().mean(-1).sqrt() for x in (y, k))
    small = (size < 1e-5) | (speed < 1e-5)
    h0 = torch.where(small, 1e-6 * span, 0.01 * size / speed)
    h0 = torch.minimum(h0, span)
    ahead = like(slope(t + h0, torch.addcmul(y, h0[..., None], k)), y)
    bend = ((ahead - k) / allowed).square().mean(-1).sqrt() / h0
    most = torch.maximum(speed, bend)
    sized = (0.01 / most) ** (1 / order)
    h1 = torch.where(most <= 1e-15, torch.maximum(1e-6 * span, h0 * 1e-3), sized)
    h = torch.minimum(100 * h0, h1)
    return torch.where(h.isfinite() & (h > 0), torch.minimum(h, span), 1e-6 * span)
