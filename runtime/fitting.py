"""Fitting a model: picks the guide, runs the inference, draws from what it found, and judges it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch
from torch import Generator, Tensor

from ..compiler import driver
from ..compiler.graph import Free
from ..compiler.rewrite.prune import Pruned
from ..grammar.diagnostic import Rejected
from .complaints import query as complaints
from .diagnosis import at_position, at_values
from .fit import Fit, Judgement
from .infer import automatic, svi
from .infer.autoguide import Kind
from .infer.automatic import AUTOMATIC, GuideFit
from .infer.map import Space, find_mode
from .infer.psis import importance
from .infer.result import Fit as Run
from .infer.result import Progress, Settings
from .infer.stopping import Plateau
from .infer.written import Written
from .posterior import Posterior
from .program import GuideProgram, Program

if TYPE_CHECKING:
    from .model import Data, Model

LARGEST_FULL_RANK = 300
METHODS = ("svi", "map")


@dataclass(frozen=True)
class Asked:
    """Settings of a fit; None leaves the choice to the method.

    Attributes:
        method: ``svi`` or ``map``.
        guide: a guide of the model, ``mean-field`` or ``full-rank``. By default the model's own
            guide where it has exactly one, or one called ``guide``; else full rank up to
            `LARGEST_FULL_RANK` unconstrained coordinates and mean field beyond.
        steps: the most steps; with a guide of the model's own, all of them are run unless ``stop``.
        rate: learning rate.
        optimiser: ``adam``, or another of torch's by name.
        particles: draws per step, averaged.
        restarts: independent runs, made at once; the best one is kept.
        stop: whether a flat loss ends the run early.
        draws: posterior draws to keep.
        seed: of all randomness.
        trace: keep the parameters after every so many steps; 0 keeps none.
        dtype: of every floating-point number.
    """

    method: str = "svi"
    guide: str | None = None
    steps: int | None = None
    rate: float | None = None
    optimiser: str = "adam"
    particles: int | None = None
    restarts: int = 1
    stop: bool | None = None
    draws: int = 4000
    seed: int = 0
    trace: int = 0
    dtype: torch.dtype = torch.float64

    def record(self) -> dict[str, object]:
        """The settings as plain data."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**found, "dtype": str(self.dtype).removeprefix("torch.")}


def fit(
    model: "Model",
    data: "Data" = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    resume: Mapping[str, Tensor] = MappingProxyType({}),
    command: str = "",
    **settings: Any,
) -> Fit:
    """Fit a model.

    Args:
        model: with its evidence and interventions.
        data: file names, or values by name.
        progress: called after every block of steps.
        resume: ``state`` of an interrupted fit of the same model, data and settings.
        command: recorded with the fit.
        settings: see `Asked`.

    Raises:
        Rejected: D4xx for the data, Q6xx for what was asked.
        InferenceError: no finite starting point was found.
    """
    began = time.perf_counter()
    asked = _checked(Asked(**settings))
    cut = driver.pruned(model.graph)
    own = _own_guide(model, asked)
    if not driver.is_inferable(cut.graph):
        raise Rejected([complaints.nothing_to_infer()], model.source)
    if own is None and (discrete := driver.discrete_latents(cut.graph)):
        what = "the mode" if asked.method == "map" else "an automatic guide"
        raise Rejected([complaints.discrete_latent(n, what) for n in discrete], model.source)
    guides = () if own is None else (own,)
    program = model.program(data, cut=cut, guides=guides, dtype=asked.dtype)
    context = _Context(model, program, cut, asked, progress, resume)
    if asked.method == "map":
        result = _mode(context)
    elif own is not None:
        result = _written(context, program.guide(own))
    else:
        result = _automatic(context)
    return Fit(
        model=model, program=program, asked=asked, command=command,
        params=result.params, posterior=result.posterior, judgement=result.judgement,
        losses=result.losses, trace=result.trace, state=result.state,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


@dataclass(frozen=True)
class _Context:
    model: "Model"
    program: Program
    cut: Pruned
    asked: Asked
    progress: Callable[[Progress], None] | None
    resume: Mapping[str, Tensor]

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


def _checked(asked: Asked) -> Asked:
    if asked.method not in METHODS:
        raise Rejected([complaints.unknown_method(asked.method)])
    for name in ("steps", "particles", "restarts", "draws"):
        value = getattr(asked, name)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise Rejected([complaints.wrong_setting(name, value, "a whole number from 1")])
    if asked.rate is not None and not 0 < asked.rate < float("inf"):
        raise Rejected([complaints.wrong_setting("rate", asked.rate, "a positive number")])
    if not 0 <= asked.seed < 2**62:
        raise Rejected([complaints.wrong_setting("seed", asked.seed, "a whole number from 0")])
    return asked


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


# --- automatic guides ---------------------------------------------------------------------------


def _automatic(c: _Context) -> _Result:
    program, asked = c.program, c.asked
    if params := [n for n in c.cut.graph.nodes.values() if isinstance(n.role, Free)]:
        raise Rejected([complaints.param_without_guide(n) for n in params], c.model.source)
    kind = _kind(asked, program.n)
    settings = AUTOMATIC._replace(
        steps=asked.steps or AUTOMATIC.steps,
        rate=asked.rate or AUTOMATIC.rate,
        optimiser=asked.optimiser,
        stop=None if asked.stop is False else AUTOMATIC.stop,
        trace_every=asked.trace,
    )
    names = program.coordinates
    target = automatic.Posterior(
        program.log_density_and_gradient, names, diagnose=at_position(program)
    )
    found = automatic.fit_guide(
        target, kind, rng=c.rng(0), settings=settings, particles=asked.particles or 8,
        restarts=asked.restarts, dtype=asked.dtype, resume=dict(c.resume) or None,
        progress=c.progress,
    )  # fmt: skip
    rng = c.rng(1)
    position, log_q = found.guide.draw(asked.draws, rng=rng)
    log_p, _ = program.log_density_and_gradient(position)
    values, _ = program.constrain(position)
    params = {"mean": found.guide.mean, "sd": found.guide.sd}
    judgement = _judge(found.run, log_p, log_q, kind.value, automatic_fit=found)
    posterior = _posterior(c, values, rng, {"log_p": log_p, "log_q": log_q})
    trace = {"params": found.run.trace} if asked.trace else {}
    return _Result(params, posterior, judgement, found.run.losses, trace, found.state)


def _kind(asked: Asked, n: int) -> Kind:
    if asked.guide is not None:
        return Kind(asked.guide)
    return Kind.FULL_RANK if n <= LARGEST_FULL_RANK else Kind.MEAN_FIELD


# --- guides of the model ------------------------------------------------------------------------


def _written(c: _Context, guide: GuideProgram) -> _Result:
    program, asked = c.program, c.asked
    objective = Written(guide, guide.param_names, particles=asked.particles or 1)
    settings = Settings(
        steps=asked.steps or 2500,
        rate=asked.rate or 0.003,
        optimiser=asked.optimiser,
        stop=Plateau() if asked.stop else None,
        trace_every=asked.trace,
    )
    run = svi.fit(
        objective, settings, rng=c.rng(0), restarts=asked.restarts,
        resume=dict(c.resume) or None, progress=c.progress, diagnose=at_values(program, guide),
    )  # fmt: skip
    best = run.params[run.best]
    rng = c.rng(1)
    wide = best.expand(asked.draws, -1)
    normal = torch.randn(asked.draws, guide.n_normal, generator=rng, dtype=asked.dtype)
    uniform = torch.rand(asked.draws, guide.n_uniform, generator=rng, dtype=asked.dtype)
    values, log_q, log_p = guide.draw(wide, normal, uniform, rng)
    judgement = _judge(run, log_p, log_q, guide.name, automatic_fit=None)
    free = {n: v.expand(asked.draws, *v.shape) for n, v in _free_values(c, guide, best).items()}
    posterior = _posterior(c, {**values, **free}, rng, {"log_p": log_p, "log_q": log_q})
    trace = guide.constrained(run.trace[:, run.best]) if asked.trace else {}
    return _Result(guide.constrained(best), posterior, judgement, run.losses, trace, run.state)


def _free_values(c: _Context, guide: GuideProgram, params: Tensor) -> dict[str, Tensor]:
    """Values of the model's own ``param``s, which a guide's parameter vector carries along."""
    names = {n.name for n in c.cut.graph.nodes.values() if isinstance(n.role, Free)}
    return {n: v for n, v in guide.constrained(params).items() if n in names}


# --- the mode -----------------------------------------------------------------------------------


def _mode(c: _Context) -> _Result:
    program, asked = c.program, c.asked
    target = automatic.Posterior(
        program.log_joint_and_gradient, program.coordinates, diagnose=at_position(program)
    )
    mode = find_mode(
        target, space=Space.MODEL, rng=c.rng(0), restarts=asked.restarts,
        iterations=asked.steps or 100, dtype=asked.dtype,
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


# --- afterwards ---------------------------------------------------------------------------------


def _posterior(
    c: _Context, values: Mapping[str, Tensor], rng: Generator, stats: Mapping[str, Tensor]
) -> Posterior:
    """Draws of everything: inferred, derived and forward-drawn, as one chain."""
    count = next(iter(stats.values())).shape[0]
    whole = c.program.complete(values, (count,), rng)
    order = [n for n in c.cut.forward.nodes if n in whole]
    nodes = c.cut.forward.nodes
    return Posterior(
        {n: _filled(whole[n], count, c, n)[None] for n in order},
        {n: nodes[n].type.event for n in order},
        c.program.bound.labels,
        {n: v[None] for n, v in stats.items()},
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
        "skipped_steps": int(run.skipped[run.best]),
        "restarts": [float(x) for x in run.elbo],
        "steps_per_second": run.losses.shape[0] / max(run.seconds, 1e-9),
    }
    if run.first_bad is not None:
        facts["first_bad_step"] = {"step": run.first_bad.step, "message": run.first_bad.message}
    if automatic_fit is not None:
        facts["start_rounds"] = automatic_fit.start.rounds
    return Judgement(
        guide=guide,
        outcome=run.outcome,
        stop=run.stop.value,
        steps=run.losses.shape[0],
        facts=facts,
    )
