"""Stochastic variational inference: blocks of steps until the loss is flat or the steps are run.

The loop maximises an `Objective` and knows nothing of models or guides. Several restarts run as
the rows of one parameter matrix; each has its own stream of random numbers, its own skipped steps
and its own fate.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Generator, Tensor

from .guard import Guard
from .history import History
from .loop import Diagnose, Loop
from .noise import streams
from .objective import Objective
from .optimise import make_optimiser
from .outcome import Stop
from .restore import check_state
from .result import Fit, Progress, Settings

Report = Callable[[Progress], None]

_LOOKED_AT = 5000  # steps' worth of draws, for one at which the density is not finite


def fit(
    objective: Objective,
    settings: Settings,
    *,
    rng: Generator,
    restarts: int = 1,
    resume: Mapping[str, Tensor] | None = None,
    progress: Report | None = None,
    diagnose: Diagnose | None = None,
) -> Fit:
    """Maximise ``objective`` by stochastic gradients.

    Resuming from ``Fit.state`` of a run that ended at a block boundary (an interrupted one always
    does) gives exactly what the uninterrupted run would have given, whatever the state of ``rng``.
    A `KeyboardInterrupt` ends the run at the last block boundary; it is not raised again.

    Args:
        objective: what to maximise.
        settings: how.
        rng: the only source of randomness.
        restarts: how many runs to make at once, as rows of one batch.
        resume: ``state`` of an earlier fit with the same objective, settings and restarts;
            only ``steps`` may differ.
        progress: called after each block.
        diagnose: called at the first step that is not finite, and at one draw of a finished guide
            whose ELBO is not.

    Raises:
        UnknownOptimiserError: no optimiser is called ``settings.optimiser``.
        InferenceError: the objective found no finite starting point.
        StateError: ``resume`` is not a state of such a run.
    """
    began = time.perf_counter()
    rngs = streams(rng, restarts + 1)
    # Everything below is made in inference mode too: plain tensors are slower to slice there.
    with torch.inference_mode():
        params = objective.initial(rngs[1:]).clone()
        optimiser = make_optimiser(settings.optimiser, params, settings.options)
        loop = Loop(
            objective, params, optimiser, rngs,
            trace_every=settings.trace_every, bad_share=settings.bad_share, diagnose=diagnose,
        )  # fmt: skip
        history, guard = History(settings, params), Guard(params)
        if resume is not None:
            fresh = {**loop.state(), **history.state(0), **guard.state()}
            check_state(resume, fresh, settings, rngs)
            loop.load(resume)
            history.load(resume)
            guard.load(resume)
        first = loop.step
        stop = _run(loop, history, guard, progress, began)
        state = {**loop.state(), **history.state(loop.step), **guard.state()}
        draws = objective.draws(loop.params, settings.elbo_draws, rngs[1:])
        bound = draws.mean(-1)
        elbo = torch.where(loop.alive & bound.isfinite(), bound, -torch.inf)
        error = draws.std(-1) / draws.shape[-1] ** 0.5
        best = int(elbo.argmax())
        fault = ""
        if diagnose is not None and bool(loop.alive[best]) and not bool(elbo[best].isfinite()):
            fault = _fault(objective, loop, best, rngs, diagnose)
    # Copied outside inference mode: these are tensors a user may differentiate through.
    state = {name: tensor.clone() for name, tensor in state.items()}
    return Fit(
        params=state["params"], elbo=elbo.clone(), elbo_error=error.clone(),
        best=best, losses=state["losses"], trace=state["trace"], stop=stop,
        improving=history.improving(loop.step) if stop is Stop.STEPS else None,
        skipped=state["skipped"], first_bad=loop.first_bad, fault=fault,
        seconds=time.perf_counter() - began, steps_here=loop.step - first, state=state,
    )  # fmt: skip


def _fault(
    objective: Objective, loop: Loop, row: int, rngs: Sequence[Generator], diagnose: Diagnose
) -> str:
    """What is wrong at one of the draws that the bound of a finished restart is not finite for."""
    for noise in objective.draw_noise(_LOOKED_AT, rngs[1:]):
        value, _, _ = objective.value_and_gradient(loop.params, noise, loop.memory, rngs[0])
        if not bool(value[row].isfinite()):
            return diagnose(loop.params, noise, row)
    return ""


def _run(loop: Loop, history: History, guard: Guard, progress: Report | None, began: float) -> Stop:
    first, started = loop.step, time.perf_counter()
    while rates := history.rates(loop.step):
        try:
            losses, trace = loop.block(rates)
        except KeyboardInterrupt:
            return Stop.INTERRUPTED
        history.add(loop.step, losses, trace)
        for row in guard.diverged(losses, loop.params):
            loop.rewind(row, guard.best_params[row])
        if progress is not None:
            now = time.perf_counter()
            report = Progress(
                loop.step, history.end, float(losses.nanmean()), now - began,
                (loop.step - first) / max(now - started, 1e-9), int(loop.skipped.sum()),
            )  # fmt: skip
            try:
                progress(report)
            except KeyboardInterrupt:
                return Stop.INTERRUPTED
        if not bool(loop.alive.any()):
            return Stop.NONFINITE
    return Stop.PLATEAU if history.plateau else Stop.STEPS
