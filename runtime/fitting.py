"""Fitting a model: picks the guide, runs the inference, draws from what it found, and judges it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Generator, Tensor

from ..compiler import driver
from ..compiler.graph import Free
from ..compiler.networks import is_weight
from ..compiler.rewrite.prune import Pruned
from ..grammar.diagnostic import Rejected
from .arrays import as_numpy
from .asked import WRITTEN_STEPS, Asked
from .complaints import query as complaints
from .complaints.running import no_matrix
from .diagnosis import at_position, at_values, fault_at
from .fit import Fit, Judgement, request
from .infer import automatic, svi
from .infer.autoguide import Kind
from .infer.automatic import AUTOMATIC, GuideFit
from .infer.map import Space, find_mode
from .infer.outcome import InferenceError, Outcome
from .infer.parts import in_parts
from .infer.psis import importance
from .infer.result import Fit as Run
from .infer.result import Progress, Settings
from .infer.stopping import Plateau
from .infer.written import Written
from .point import without_drawn
from .posterior import Posterior
from .program import GuideProgram, Program
from .resume import resumed_state
from .store.record import FitRecord

if TYPE_CHECKING:
    from .model import Data, Model
    from .saved import SavedFit


def fit(
    model: "Model",
    data: "Data" = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    resume: "Fit | SavedFit | None" = None,
    command: str = "",
    **settings: Any,
) -> Fit:
    """Fit a model.

    Args:
        model: with its evidence and interventions.
        data: file names, or values by name.
        progress: called after every block of steps.
        resume: an interrupted fit of the same model, data and settings, to go on with.
        command: recorded with the fit.
        settings: see `Asked`.

    Raises:
        Rejected: D4xx for the data, Q6xx for what was asked, R571 or R510 without a finite start.
    """
    began = time.perf_counter()
    asked = Asked(**settings)
    asked.check()
    cut = driver.pruned(model.graph)
    own = _own_guide(model, asked)
    if not driver.is_inferable(cut.graph):
        raise Rejected([complaints.nothing_to_infer()], model.source)
    free = [n for n in driver.unsimulable(cut.forward) if n.name in cut.barren]
    if refused := complaints.not_inferable(free, driver.mixed_latents(cut.graph)):
        raise Rejected(refused, model.source)
    if own is not None and (missed := driver.undrawn(model.graph, cut, own)):
        raise Rejected([complaints.guide_does_not_draw(own, n) for n in missed], model.source)
    if own is None and driver.discrete_latents(cut.graph):
        cut = driver.marginalised(cut, model.sizes(data))
    program = model.program(data, cut=cut, guides=(own,) if own else (), dtype=asked.dtype)
    state = _state(resume, model, program, asked, own)
    context = _Context(model, program, cut, asked, progress, state)
    try:
        result = _result(context, own)
    except InferenceError:  # there was nowhere to begin
        fault = fault_at(program, torch.zeros(program.n, dtype=asked.dtype))
        if fault.unsolved is not None:
            d = complaints.solution_fails(fault.unsolved, fault.message, stiff=fault.stiff)
        elif fault.matrix:
            d = no_matrix(fault.span, fault.message)
        else:
            d = complaints.cannot_begin(fault.span, fault.message)
        raise Rejected([d], model.source) from None
    return Fit(
        model=model, program=program, asked=asked, command=command,
        params=result.params, posterior=result.posterior, judgement=result.judgement,
        losses=result.losses, trace=result.trace, state=result.state,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


Draws = tuple[dict[str, Tensor], Tensor, Tensor]


@dataclass(frozen=True)
class _Context:
    model: "Model"
    program: Program
    cut: Pruned
    asked: Asked
    progress: Callable[[Progress], None] | None
    resume: Mapping[str, Tensor] | None

    def rng(self, stream: int) -> Generator:
        """Independent streams of the one seed: 0 for the run, 1 for the draws afterwards."""
        return torch.Generator().manual_seed(2 * self.asked.seed + stream)


@dataclass(frozen=True)
class _Result:
    params: Mapping[str, Tensor]
    posterior: Posterior
    judgement: Judgement
    losses: Tensor
    trace: Mapping[str, Tensor]
    state: Mapping[str, Tensor]


def _result(c: _Context, own: str | None) -> _Result:
    if own is None and c.program.n == 0:
        return _exact(c)
    if c.asked.method == "map":
        return _mode(c)
    return _automatic(c) if own is None else _written(c, c.program.guide(own))


def _state(
    earlier: "Fit | SavedFit | None",
    model: "Model",
    program: Program,
    asked: Asked,
    own: str | None,
) -> Mapping[str, Tensor] | None:
    """The state to go on from, if the earlier fit is one of this very request."""
    if earlier is None:
        return None
    record = earlier.record() if isinstance(earlier, Fit) else earlier.record
    guide = own or asked.kind(program.n, params=program.param_start is not None).value
    now = FitRecord(
        model=model.source.text,
        source=model.source.name,
        code="",
        config=request(model, asked, guide),
        fingerprint=program.bound.fingerprint,
    )
    return resumed_state(record, now, asked.steps or (WRITTEN_STEPS if own else AUTOMATIC.steps))


def _own_guide(model: "Model", asked: Asked) -> str | None:
    """The guide of the model to use, or None for an automatic one."""
    guides = model.graph.guides
    if asked.method != "svi":
        return None
    if asked.guide is None:
        if len(guides) == 1:
            return next(iter(guides))
        return "guide" if "guide" in guides else None
    if asked.guide in (Kind.MEAN_FIELD.value, Kind.FULL_RANK.value):
        return None
    if asked.guide not in guides:
        raise Rejected([complaints.unknown_guide(asked.guide, guides)], model.source)
    return asked.guide


# --- nothing but discrete variables -------------------------------------------------------------


def _exact(c: _Context) -> _Result:
    """All is summed out or known: independent draws, or the most probable joint state."""
    count = 1 if c.asked.method == "map" else c.asked.draws
    nothing = torch.empty(count, 0, dtype=c.asked.dtype)
    log_p, _ = c.program.log_density_and_gradient(nothing)
    if not bool(log_p.isfinite().all()):
        raise Rejected([complaints.impossible_evidence()], c.model.source)
    values, _ = c.program.constrain(nothing)  # families without elements, or with known ones
    judgement = Judgement(
        guide="exact", outcome=Outcome.OK, stop="", steps=0,
        facts={"log_evidence": float(log_p[0])},
    )  # fmt: skip
    posterior = _posterior(c, values, c.rng(1), {"log_p": log_p})
    return _Result({}, posterior, judgement, torch.empty(0, 1), {}, {})


# --- automatic guides ---------------------------------------------------------------------------


def _automatic(c: _Context) -> _Result:
    program, asked = c.program, c.asked
    start = program.param_start
    kind = asked.kind(program.n, params=start is not None)
    if start is not None and kind is Kind.FULL_RANK:
        loose = [n for n in c.cut.graph.nodes.values() if isinstance(n.role, Free)]
        raise Rejected([complaints.param_of_full_rank(n) for n in loose[:1]], c.model.source)
    settings = AUTOMATIC._replace(
        steps=asked.steps or AUTOMATIC.steps,
        rate=asked.rate or AUTOMATIC.rate,
        optimiser=asked.optimiser,
        stop=None if asked.stop is False else AUTOMATIC.stop,
        trace_every=asked.trace,
    )
    names = program.coordinates
    target = automatic.Posterior(
        program.log_density_and_gradient, names, diagnose=at_position(program), params=start
    )
    found = automatic.fit_guide(
        target, kind, rng=c.rng(0), settings=settings, particles=asked.particles or 8,
        restarts=asked.restarts, dtype=asked.dtype, resume=c.resume,
        progress=c.progress,
    )  # fmt: skip
    rng = c.rng(1)
    position, log_q = found.guide.draw(asked.draws, rng=rng)
    heights = in_parts(program.log_density_and_gradient, (position,), program.numbers)
    log_p = torch.cat([height for height, _ in heights])
    values, _ = program.constrain(position)
    best = found.guide.mean[None]
    points = {
        n: v[0]
        for n, v in program.constrain(best)[0].items()
        if isinstance(c.cut.graph.nodes[n].role, Free)
    }
    params = {"mean": found.guide.mean, "sd": found.guide.sd, **points}
    values |= {n: v for n, v in points.items() if is_weight(n)}
    judgement = _judge(found.run, log_p, log_q, kind.value, automatic_fit=found)
    posterior = _posterior(c, values, rng, {"log_p": log_p, "log_q": log_q})
    trace = {"params": found.run.trace} if asked.trace else {}
    return _Result(params, posterior, judgement, found.run.losses, trace, found.state)


# --- guides of the model ------------------------------------------------------------------------


def _written(c: _Context, guide: GuideProgram) -> _Result:
    program, asked = c.program, c.asked
    objective = Written(guide, guide.param_names, particles=asked.particles or 1)
    settings = Settings(
        steps=asked.steps or WRITTEN_STEPS,
        rate=asked.rate or 0.003,
        optimiser=asked.optimiser,
        stop=Plateau() if asked.stop else None,
        trace_every=asked.trace,
    )
    run = svi.fit(
        objective, settings, rng=c.rng(0), restarts=asked.restarts,
        resume=c.resume, progress=c.progress, diagnose=at_values(program, guide),
    )  # fmt: skip
    best = run.params[run.best]
    rng = c.rng(1)
    wide = best.expand(asked.draws, -1)
    normal = torch.randn(asked.draws, guide.n_normal, generator=rng, dtype=asked.dtype)
    uniform = torch.rand(asked.draws, guide.n_uniform, generator=rng, dtype=asked.dtype)

    def drawn(params: Tensor, normal: Tensor, uniform: Tensor) -> Draws:
        return guide.draw(params, normal, uniform, rng)

    parts = list(in_parts(drawn, (wide, normal, uniform), guide.numbers))
    values = {n: torch.cat([part[0][n] for part in parts]) for n in parts[0][0]}
    log_q, log_p = torch.cat([p[1] for p in parts]), torch.cat([p[2] for p in parts])
    judgement = _judge(run, log_p, log_q, guide.name, automatic_fit=None)
    posterior = _posterior(
        c, {**values, **_free_values(c, guide, best)}, rng, {"log_p": log_p, "log_q": log_q}
    )
    trace = guide.constrained(run.trace[:, run.best]) if asked.trace else {}
    return _Result(guide.constrained(best), posterior, judgement, run.losses, trace, run.state)


def _free_values(c: _Context, guide: GuideProgram, params: Tensor) -> dict[str, Tensor]:
    """Values of the model's own ``param``s, which a guide's parameter vector carries along.

    Once for every draw, except for weights: they may be many, and broadcast.
    """
    nodes = c.cut.graph.nodes
    names = {n.name for n in nodes.values() if isinstance(n.role, Free)}
    found = {n: v for n, v in guide.constrained(params).items() if n in names}
    return {n: v if is_weight(n) else v.expand(c.asked.draws, *v.shape)
            for n, v in found.items()}  # fmt: skip


# --- the mode -----------------------------------------------------------------------------------


_ROUNDS = 100  # of the search for the mode


def _mode(c: _Context) -> _Result:
    program, asked = c.program, c.asked
    target = automatic.Posterior(
        program.log_joint_and_gradient,
        program.coordinates,
        diagnose=at_position(program),
        params=program.param_start,
    )
    mode = find_mode(
        target, space=Space.MODEL, rng=c.rng(0), restarts=asked.restarts,
        iterations=asked.steps or _ROUNDS, dtype=asked.dtype, progress=_rounds(c.progress),
    )  # fmt: skip
    position = mode.position[mode.best : mode.best + 1]
    values, _ = program.constrain(position)
    log_p = mode.log_density[mode.best : mode.best + 1]
    judgement = Judgement(
        guide="point", outcome=mode.outcome, stop="", steps=mode.iterations,
        facts={
            "log_density": float(log_p[0]),
            "space": mode.space.value,
            "restarts": [float(x) for x in mode.log_density],
        },
    )  # fmt: skip
    posterior = _posterior(c, values, c.rng(1), {"log_p": log_p})
    params = {n: v[0] for n, v in values.items()}
    return _Result(params, posterior, judgement, torch.empty(0, 1), {}, {})


def _rounds(progress: Callable[[Progress], None] | None) -> Callable[[int, float], None] | None:
    """Progress of a run, told of the rounds of a search."""
    if progress is None:
        return None
    began = time.perf_counter()

    def report(done: int, height: float) -> None:
        seconds = time.perf_counter() - began
        progress(Progress(done, _ROUNDS, -height, seconds, done / max(seconds, 1e-9), 0))

    return report


# --- afterwards ---------------------------------------------------------------------------------


def _posterior(
    c: _Context, values: Mapping[str, Tensor], rng: Generator, stats: Mapping[str, Tensor]
) -> Posterior:
    """Draws of everything: inferred, derived and forward-drawn, as one chain.

    A search for the mode leaves out what is drawn. The weights of networks are parameters of the
    fit, and have no draws.
    """
    count = next(iter(stats.values())).shape[0]
    point = c.asked.method == "map"
    whole = c.program.complete(values, (count,), rng, most_probable=point)
    nodes, bound = c.cut.forward.nodes, c.program.bound
    shown = [n for n in nodes if n in whole and not is_weight(n)]
    found = {n: _filled(whole[n], count, c, n) for n in shown}
    if point:
        found = without_drawn(found, c.cut)
    return Posterior(
        {n: as_numpy(v[None]) for n, v in found.items()},
        {n: nodes[n].type.event for n in found},
        bound.labels,
        {n: as_numpy(v[None]) for n, v in stats.items()},
    )


def _filled(value: Tensor | float, count: int, c: _Context, name: str) -> Tensor:
    """A variable's draws in full shape, also where it turned out to be a constant."""
    bound = c.program.bound
    event = c.cut.forward.nodes[name].type.event
    shape = (count, *(bound.sizes[e] if isinstance(e, str) else e for e in event))
    return torch.as_tensor(
        value, dtype=None if isinstance(value, Tensor) else c.asked.dtype
    ).expand(shape)


def _judge(
    run: Run, log_p: Tensor, log_q: Tensor, guide: str, *, automatic_fit: GuideFit | None
) -> Judgement:
    found = importance(log_p, log_q) if bool((log_p > -torch.inf).any()) else None
    facts: dict[str, object] = {
        "elbo": float(run.elbo[run.best]),
        "elbo_error": float(run.elbo_error[run.best]),
        "k_hat": found.k_hat if found else float("inf"),
        "k_hat_threshold": found.threshold if found else 0.7,
        "effective_draws": found.effective if found else 0.0,
        "effective_share": found.effective / len(log_p) if found else 0.0,
        "skipped_steps": int(run.skipped[run.best]),
        "restarts": [float(x) for x in run.elbo],
        "steps_per_second": run.losses.shape[0] / max(run.seconds, 1e-9),
    }
    if run.first_bad is not None:
        facts["first_bad_step"] = {"step": run.first_bad.step, "message": run.first_bad.message}
    if automatic_fit is not None:
        facts["start_rounds"] = automatic_fit.start.rounds
    nothing_done = 0 < run.losses.shape[0] <= int(run.skipped[run.best])
    return Judgement(
        guide=guide,
        outcome=Outcome.NONFINITE if nothing_done else run.outcome,
        stop=run.stop.value,
        steps=run.losses.shape[0],
        facts=facts,
    )
