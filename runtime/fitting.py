"""Fitting a model: picks the guide, runs the inference, draws from what it found, and judges it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..compiler import driver
from ..grammar.diagnostic import Rejected
from .asked import WRITTEN_STEPS, Asked
from .complaints import query as complaints
from .complaints.running import no_matrix
from .diagnosis import fault_at
from .fit import Fit, request
from .infer.autoguide import Kind
from .infer.automatic import AUTOMATIC
from .infer.outcome import InferenceError
from .infer.restore import StateError
from .infer.result import Progress
from .program import Program
from .resume import resumed_state
from .store.record import FitRecord
from .ways.automatic import automatic
from .ways.context import Context, Result
from .ways.exact import exact
from .ways.mode import mode
from .ways.strain import strained
from .ways.written import written

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
    context = Context(model, program, cut, asked, progress, state)
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
    except StateError as error:
        raise Rejected([complaints.cannot_resume([str(error)])]) from None
    judgement = result.judgement
    if stiff := strained(program.graph, result.solved):
        judgement = replace(judgement, facts={**judgement.facts, "stiff": stiff})
    return Fit(
        model=model, program=program, asked=asked, command=command,
        params=result.params, posterior=result.posterior, judgement=judgement,
        losses=result.losses, trace=result.trace, state=result.state,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


def _result(c: Context, own: str | None) -> Result:
    if own is None and c.program.n == 0:
        return exact(c)
    if c.asked.method == "map":
        return mode(c)
    return automatic(c) if own is None else written(c, c.program.guide(own))


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
