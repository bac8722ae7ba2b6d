"""The inner loop: one block of steps at a time, quick when all goes well, careful when not.

A block is run without any check. If at its end a loss or the state is not finite, the block is
rolled back and replayed with the same noise, a check at every step, and the bad steps skipped. So
a good run pays for one look per block, a bad step cannot poison the state, and a careful block
without a bad step computes what the quick block would have. A block that is interrupted is rolled
back too: the state is always one at a block boundary.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .noise import BLOCK, freeze, thaw
from .objective import Objective
from .optimise import Optimiser


class BadStep(NamedTuple):
    """The first step that was skipped: where, and what the model says about it."""

    step: int
    restart: int
    message: str


Diagnose = Callable[[Tensor, Any, int], str]
"""Parameters ``(restarts, n)``, the noise of the step and the restart at fault, to a sentence."""

# Halving stops helping at a thousandth of the rate: what is wrong then is not the step size.
_SMALLEST_SCALE = 2.0**-10


class Loop:
    """All that changes while a fit runs; mutable, owned by one call of `svi.fit`.

    Attributes:
        params: ``(restarts, n)``, moved in place.
        step: steps done.
        scale: factor on the learning rate, ``(restarts,)``: halved when steps go bad.
        alive: ``(restarts,)`` bool: restarts that have not been given up.
        skipped: ``(restarts,)``: steps skipped so far.
        first_bad: the first skipped step, once there was one.
    """

    def __init__(
        self,
        objective: Objective,
        params: Tensor,
        optimiser: Optimiser,
        rngs: Sequence[torch.Generator],
        *,
        trace_every: int = 0,
        bad_share: float = 0.25,
        diagnose: Diagnose | None = None,
    ) -> None:
        """A loop at step 0; ``optimiser`` moves ``params``, the first of ``rngs`` is shared."""
        restarts = params.shape[0]
        self.params = params
        self.step = 0
        self.scale = torch.ones(restarts, dtype=torch.float64)
        self.alive = torch.ones(restarts, dtype=torch.bool)
        self.skipped = torch.zeros(restarts, dtype=torch.int64)
        self.first_bad: BadStep | None = None
        self.memory = objective.memory(restarts)
        self._objective = objective
        self._optimiser = optimiser
        self._shared, self._rngs = rngs[0], rngs[1:]
        self._all_rngs = tuple(rngs)
        self._trace_every = trace_every
        self._bad_share = bad_share
        self._diagnose = diagnose
        self._suspicious = False
        self._limit = torch.finfo(params.dtype).max ** 0.5 / 16  # its square must stay finite

    def block(self, rates: Sequence[float]) -> tuple[Tensor, Tensor]:
        """Run ``len(rates)`` steps, at most `BLOCK`; return their losses and traced parameters.

        Shapes: losses ``(steps, restarts)`` in nats, nan where a step was skipped; the trace is
        ``(kept, restarts, n)``, the parameters after every ``trace_every``-th step of the run.

        Raises:
            KeyboardInterrupt: after going back to the state before the block.
        """
        before = self.state()
        try:
            noise = self._objective.draw_noise(BLOCK, self._rngs)
            result = None
            if not self._suspicious:
                result = self._quick(rates, noise)
                if result is None:
                    # The noise is kept; only what the steps themselves changed goes back.
                    self._restore(before)
                    thaw([self._shared], before["streams"][:1])
            if result is None:
                result = self._careful(rates, noise)
        except KeyboardInterrupt:
            self.load(before)
            raise
        self.step += len(rates)
        return result

    def state(self) -> dict[str, Tensor]:
        """Everything the next block depends on, as copies."""
        inner = {f"optimiser.{key}": value for key, value in self._optimiser.state().items()}
        return {
            "step": torch.tensor(self.step),
            "params": self.params.clone(),
            "memory": self.memory.clone(),
            "scale": self.scale.clone(),
            "alive": self.alive.clone(),
            "skipped": self.skipped.clone(),
            "suspicious": torch.tensor(self._suspicious),
            "streams": freeze(self._all_rngs),
            **inner,
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go back to a state from `state`, streams of random numbers included."""
        self._restore(state)
        thaw(self._all_rngs, state["streams"])

    def rewind(self, row: int, params: Tensor) -> None:
        """Put one restart back to ``params`` ``(n,)``, forget its moments, halve its steps."""
        self.params[row] = params
        self._optimiser.forget(row)
        self._halve(row)

    def _restore(self, state: Mapping[str, Tensor]) -> None:
        self.step = int(state["step"])
        self.params.copy_(state["params"])
        self.memory = state["memory"].clone()
        self.scale = state["scale"].clone()
        self.alive = state["alive"].clone()
        self.skipped = state["skipped"].clone()
        self._suspicious = bool(state["suspicious"])
        prefix = "optimiser."
        self._optimiser.load(
            {key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)}
        )

    def _quick(self, rates: Sequence[float], noise: Sequence[Any]) -> tuple[Tensor, Tensor] | None:
        """A block without checks; None when something in it was not finite."""
        evaluate, move = self._objective.value_and_gradient, self._optimiser.step
        params, memory, shared, every = self.params, self.memory, self._shared, self._trace_every
        scale = float(self.scale[0])
        values, kept = [], []
        for k, rate in enumerate(rates):
            value, gradient, memory = evaluate(params, noise[k], memory, shared)
            move(gradient, rate * scale)
            values.append(value)
            if every and (self.step + k + 1) % every == 0:
                kept.append(params.clone())
        losses = torch.stack(values).neg()
        sound = [losses, params, *self._optimiser.state().values()]
        if not all(bool(tensor.isfinite().all()) for tensor in sound):
            return None
        self.memory = memory
        return losses, self._stacked(kept)

    def _careful(self, rates: Sequence[float], noise: Sequence[Any]) -> tuple[Tensor, Tensor]:
        """A block that skips, restart by restart, every step that is not finite."""
        losses, kept = [], []
        bad = torch.zeros_like(self.skipped)
        for k, rate in enumerate(rates):
            value, gradient, memory = self._objective.value_and_gradient(
                self.params, noise[k], self.memory, self._shared
            )
            small = (gradient.abs() < self._limit).all(-1) & memory.isfinite().all(-1)
            sound = value.isfinite() & small
            if not bool(sound.all()):
                self._remember(sound, self.step + k, noise[k])
            good = sound & self.alive
            for row in good.nonzero().flatten().tolist():
                self._optimiser.step_row(row, gradient[row], rate * float(self.scale[row]))
            bad += ~sound & self.alive
            self.memory = torch.where(good[:, None], memory, self.memory)
            losses.append(torch.where(good, value.neg(), torch.nan))
            if self._trace_every and (self.step + k + 1) % self._trace_every == 0:
                kept.append(self.params.clone())
        self._account(bad, len(rates))
        return torch.stack(losses), self._stacked(kept)

    def _account(self, bad: Tensor, steps: int) -> None:
        """Count the skipped steps, slow down or give up restarts, decide on the next block."""
        self.skipped += bad
        for row in (bad > self._bad_share * steps).nonzero().flatten().tolist():
            self._halve(row)
            # Nothing moved in the whole block, so nothing would move in the next one either,
            # unless it is the noise that matters: then the halvings run out.
        uneven = bool((self.scale != self.scale[0]).any()) or not bool(self.alive.all())
        self._suspicious = uneven or bool(bad.any())

    def _halve(self, row: int) -> None:
        self.scale[row] /= 2
        if self.scale[row] < _SMALLEST_SCALE:
            self.alive[row] = False
        self._suspicious = self.scale.shape[0] > 1 or self._suspicious

    def _remember(self, sound: Tensor, step: int, noise: Any) -> None:
        if self.first_bad is not None:
            return
        row = int((~sound).nonzero()[0, 0])
        message = "" if self._diagnose is None else self._diagnose(self.params, noise, row)
        self.first_bad = BadStep(step, row, message)

    def _stacked(self, kept: list[Tensor]) -> Tensor:
        return torch.stack(kept) if kept else self.params.new_empty((0, *self.params.shape))
