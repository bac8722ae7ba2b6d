"""When is a noisy loss flat? A rule on the loss history alone."""

from typing import NamedTuple

import torch
from torch import Tensor


class Plateau(NamedTuple):
    r"""The loss has levelled off when neither of two horizons shows an improvement worth having.

    At step :math:`t` the history is cut into adjacent blocks of :math:`w = \max(window, t/8)` and
    of :math:`2w` steps. With :math:`\Delta` the fall of the mean loss from the one block to the
    next, a horizon :math:`h` is flat when

    .. math:: \Delta < \max(\sigma\sqrt{2/h},\; \text{relative} \cdot R,\; \text{nats})

    with :math:`\sigma` the noise of one loss by successive differences (von Neumann 1941; a drift
    does not inflate it) and :math:`R` the fall since the first block. Both horizons must be flat,
    and stay so for another :math:`w` steps, before the rule says stop: a windowed mean alone fires
    on a lucky block. The design follows pymc-devs/pymc-extras#733; the absolute tolerance is ours:
    a loss here is in nats, where a hundredth is small for any model.

    Attributes:
        window: the smallest horizon, in steps.
        relative: share of the fall so far that does not count as an improvement.
        nats: improvement over one horizon that does not count.
    """

    window: int = 256
    relative: float = 3e-4
    nats: float = 0.01

    def horizon(self, step: int) -> int:
        """Length of the shorter of the two blocks after ``step`` steps."""
        return max(self.window, step // 8)

    def flat(self, losses: Tensor) -> bool:
        """Is the history flat at its end?

        Shapes: ``losses`` ``(steps, restarts)``, nats, lower is better; skipped steps are nan.
        Limits: False while there are fewer than four horizons; every restart that still runs (has
        a finite loss in the last horizon) must be flat.
        """
        steps = losses.shape[0]
        short = self.horizon(steps)
        if steps < 4 * short:
            return False
        running = losses[-short:].isfinite().any(0)
        start = losses[: self.window].nanmean(0)
        verdicts = [self._flat(losses, start, short), self._flat(losses, start, 2 * short)]
        return bool((verdicts[0] & verdicts[1])[running].all())

    def _flat(self, losses: Tensor, start: Tensor, width: int) -> Tensor:
        before = losses[-2 * width : -width].nanmean(0)
        after = losses[-width:].nanmean(0)
        sigma = (losses[-2 * width :].diff(dim=0).square().nanmean(0) / 2).sqrt()
        floor = torch.full_like(after, self.nats)
        worth = torch.stack([sigma * (2 / width) ** 0.5, self.relative * (start - after), floor])
        return before - after < worth.amax(0)


def flat_since(rule: Plateau, losses: Tensor, since: int | None) -> int | None:
    """The step at which the present flat stretch began, or None if the loss is not flat now.

    Args:
        rule: the rule.
        losses: all losses so far, ``(steps, restarts)``.
        since: the answer at the previous check.
    """
    if not rule.flat(losses):
        return None
    return losses.shape[0] if since is None else since


def held(rule: Plateau, step: int, since: int | None) -> bool:
    """Has a flat stretch that began at ``since`` lasted a whole horizon?"""
    return since is not None and step - since >= rule.horizon(step)
