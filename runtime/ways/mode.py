"""By a search for the mode."""

import time
from collections.abc import Callable

import torch

from ..diagnosis import at_position
from ..fit import Judgement
from ..infer.automatic import Posterior
from ..infer.map import Space, find_mode
from ..infer.result import Progress
from .context import Context, Result, posterior_of

_ROUNDS = 100  # by default


def mode(c: Context) -> Result:
    """The highest density in the model's own space: one point."""
    program, asked = c.program, c.asked
    rounds = asked.steps or _ROUNDS
    target = Posterior(
        program.log_joint_and_gradient,
        program.coordinates,
        diagnose=at_position(program),
        params=program.param_start,
    )
    found = find_mode(
        target, space=Space.MODEL, rng=c.rng(0), restarts=asked.restarts,
        iterations=rounds, dtype=asked.dtype, progress=_rounds(c.progress, rounds),
    )  # fmt: skip
    position = found.position[found.best : found.best + 1]
    values, _ = program.constrain(position)
    log_p = found.log_density[found.best : found.best + 1]
    judgement = Judgement(
        guide="point", outcome=found.outcome, stop="", steps=found.iterations,
        facts={
            "log_density": float(log_p[0]),
            "space": found.space.value,
            "restarts": [float(x) for x in found.log_density],
        },
    )  # fmt: skip
    posterior, solved = posterior_of(c, values, c.rng(1), {"log_p": log_p})
    params = {n: v[0] for n, v in values.items()}
    return Result(params, posterior, judgement, torch.empty(0, 1), {}, {}, solved)


def _rounds(
    progress: Callable[[Progress], None] | None, most: int
) -> Callable[[int, float], None] | None:
    """Progress of a run, told of the rounds of a search."""
    if progress is None:
        return None
    began = time.perf_counter()

    def report(done: int, height: float) -> None:
        seconds = time.perf_counter() - began
        progress(Progress(done, most, -height, seconds, done / max(seconds, 1e-9), 0))

    return report
