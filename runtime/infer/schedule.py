"""How the learning rate changes over a run: factors computed on the host, free per step."""

import math
from collections.abc import Callable, Mapping

Schedule = Callable[[float], float]
"""Share of the allowed steps that is done, in [0, 1), to a factor on the learning rate."""


def constant(done: float) -> float:
    """The same rate throughout."""
    return 1.0


def cosine(done: float) -> float:
    """From 1 to 0 along half a cosine (Loshchilov & Hutter 2017, without restarts)."""
    return 0.5 * (1.0 + math.cos(math.pi * min(done, 1.0)))


def decay(final: float) -> Schedule:
    """Exponentially from 1 to ``final``, a positive factor, over the allowed steps."""

    def factor(done: float) -> float:
        return math.pow(final, min(done, 1.0))

    return factor


SCHEDULES: Mapping[str, Schedule] = {
    "constant": constant,
    "cosine": cosine,
    "exponential": decay(0.01),
}
"""Schedules by the name a user gives."""


def cooling(step: int, start: int | None, length: int) -> float:
    """A factor of 1 until ``start``, then linearly down to 0 at ``start + length``.

    A constant rate followed by a short linear descent ends where a full decay would, and the
    descent can begin when the loss is found to have levelled off (Hägele et al. 2024, "Scaling
    laws and compute-optimal training beyond fixed training durations"). None: not cooling yet.
    """
    if start is None or step < start:
        return 1.0
    return max(0.0, 1.0 - (step - start) / length)
