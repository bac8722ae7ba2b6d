"""The losses of a run so far, and when it should end because of them."""

from collections.abc import Mapping

import torch
from torch import Tensor

from .noise import BLOCK
from .result import Settings
from .schedule import cooling
from .stopping import flat_since, held


class History:
    """Losses in one preallocated matrix, traced parameters, and the end they imply.

    The run ends after a cooling phase, which begins when the loss is found flat, or early enough
    to end with the last allowed step.

    Attributes:
        plateau: the loss was found flat, so the end was brought forward.
    """

    def __init__(self, settings: Settings, params: Tensor) -> None:
        """An empty history, of the type and device of ``params`` ``(restarts, n)``."""
        restarts = params.shape[0]
        self._settings = settings
        self._losses = params.new_full((settings.steps, restarts), torch.nan)
        self._trace = [params.new_empty((0, *params.shape))]
        self._since: int | None = None
        warm = settings.steps / (1.0 + settings.cooldown)
        self._cooling_from = (
            _to_block(warm, settings.steps) if settings.cooldown else settings.steps
        )
        self.plateau = False

    @property
    def end(self) -> int:
        """The step at which the run ends, as far as is known."""
        length = self._settings.steps - self._cooling_from
        if self.plateau:
            length = _to_block(self._settings.cooldown * self._cooling_from, length)
        return self._cooling_from + length

    def rates(self, step: int) -> list[float]:
        """Learning rates of the next block, which begins at ``step``; empty at the end."""
        settings, end = self._settings, self.end
        length = max(1, end - self._cooling_from)
        return [
            settings.rate
            * settings.schedule(k / settings.steps)
            * cooling(k, self._cooling_from, length)
            for k in range(step, min(step + BLOCK, end))
        ]

    def add(self, step: int, losses: Tensor, trace: Tensor) -> None:
        """Take in a block that ended at ``step``, and look whether the loss is flat."""
        self._losses[step - losses.shape[0] : step] = losses
        self._trace.append(trace)
        rule = self._settings.stop
        if rule is None or step > self._cooling_from:
            return
        self._since = flat_since(rule, self._losses[:step], self._since)
        if held(rule, step, self._since):
            self.plateau = True
            self._cooling_from = step

    def losses(self, step: int) -> Tensor:
        """Losses of the first ``step`` steps, ``(steps, restarts)``; a view."""
        return self._losses[:step]

    def improving(self, step: int) -> bool | None:
        """Was the loss still falling when the steps ran out? None if too few to say."""
        rule = self._settings.stop
        if rule is None or step < 4 * rule.window:
            return None
        return not self.plateau and self._since is None

    def state(self, step: int) -> dict[str, Tensor]:
        """All of it as tensors, copied."""
        return {
            "losses": self._losses[:step].clone(),
            "trace": torch.cat(self._trace),
            "since": torch.tensor(-1 if self._since is None else self._since),
            "plateau": torch.tensor(self._cooling_from if self.plateau else -1),
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a state; the number of allowed steps may have changed."""
        losses = state["losses"]
        self._losses[: losses.shape[0]] = losses
        self._trace = [state["trace"].clone()]
        since, plateau = int(state["since"]), int(state["plateau"])
        self._since = None if since < 0 else since
        if plateau >= 0:
            self.plateau, self._cooling_from = True, plateau


def _to_block(steps: float, limit: int) -> int:
    """The nearest whole number of blocks, at most ``limit``."""
    return min(limit, BLOCK * round(steps / BLOCK))
