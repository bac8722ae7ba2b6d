"""What a run is told and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from torch import Tensor

from .loop import BadStep
from .outcome import InferenceError, Outcome, Stop
from .schedule import Schedule, constant
from .stopping import Plateau


class Settings(NamedTuple):
    """How to run the loop.

    Attributes:
        steps: the most steps to run.
        rate: learning rate, in units of the parameters.
        optimiser: see `optimise.make_optimiser`.
        options: the optimiser's own options.
        schedule: factor on the rate by the share of ``steps`` that is done.
        cooldown: steps over which the rate falls to zero at the end, as a share of the steps
            before them; 0 keeps the rate to the last step.
        stop: the rule that may end the run early; None runs all steps.
        trace_every: keep the parameters after every so many steps; 0 keeps none.
        bad_share: share of skipped steps in a block above which the rate is halved.
        elbo_draws: single-particle draws that judge the finished restarts.
    """

    steps: int = 10_000
    rate: float = 0.01
    optimiser: str = "adam"
    options: Mapping[str, float] = MappingProxyType({})
    schedule: Schedule = constant
    cooldown: float = 0.0
    stop: Plateau | None = None
    trace_every: int = 0
    bad_share: float = 0.25
    elbo_draws: int = 1000


class Progress(NamedTuple):
    """What a progress display is told after each block.

    Attributes:
        step: steps done.
        steps: the step at which the run will end, as far as is known.
        loss: mean loss of the block over the steps that counted, nats.
        seconds: time since this call began.
        rate: steps per second in this call.
        skipped: steps skipped so far, over all restarts.
    """

    step: int
    steps: int
    loss: float
    seconds: float
    rate: float
    skipped: int


@dataclass(frozen=True)
class Fit:
    """A finished (or interrupted) run.

    Attributes:
        params: ``(restarts, n)``: each restart's last good state.
        elbo: fresh estimate for each restart, ``(restarts,)``, nats; -inf if it was given up, or
            if the density at one of the draws is not finite.
        elbo_error: its standard error.
        best: index of the restart with the highest ``elbo``.
        losses: ``(steps, restarts)``, nats; nan where a step was skipped.
        trace: ``(kept, restarts, n)``: parameters along the way.
        stop: why the run ended.
        improving: the loss was still falling when the steps ran out; None: not looked at.
        skipped: ``(restarts,)``: steps skipped.
        first_bad: the first skipped step, and what the model says about it.
        fault: what the model says about a draw of a finished guide whose ELBO is not finite.
        seconds: wall time of this call.
        steps_here: steps made by this call; earlier ones are those of the run it went on with.
        state: everything needed to go on, as plain tensors; give it to `svi.fit` as ``resume``.
    """

    params: Tensor
    elbo: Tensor
    elbo_error: Tensor
    best: int
    losses: Tensor
    trace: Tensor
    stop: Stop
    improving: bool | None
    skipped: Tensor
    first_bad: BadStep | None
    fault: str
    seconds: float
    steps_here: int
    state: dict[str, Tensor]

    @property
    def outcome(self) -> Outcome:
        """How the run ended, as advice."""
        match self.stop:
            case Stop.INTERRUPTED:
                return Outcome.INTERRUPTED
            case Stop.NONFINITE:
                return Outcome.NONFINITE
            case _ if not bool(self.elbo[self.best].isfinite()):
                return Outcome.NO_BOUND
            case Stop.STEPS if self.improving:
                return Outcome.STILL_IMPROVING
            case Stop.STEPS | Stop.PLATEAU | Stop.CONVERGED:
                return Outcome.OK

    def or_raise(self) -> "Fit":
        """This fit, if its outcome is OK.

        Raises:
            InferenceError: with the outcome's advice, if it is not.
        """
        if self.outcome is not Outcome.OK:
            raise InferenceError(self.outcome)
        return self
