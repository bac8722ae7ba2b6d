"""Notices a run that has blown up without a single number that is not finite."""

from collections.abc import Mapping

import torch
from torch import Tensor


class Guard:
    """Compares each block's median loss with all before it, and keeps the best parameters.

    A loss that is worse than ever before, by more than the whole range seen so far and by far more
    than its noise, is divergence: with too high a rate and one particle a full-rank guide does
    this, and its loss then grows to 1e37 with every step finite. A slow or noisy rise is none.
    """

    def __init__(self, params: Tensor) -> None:
        """Nothing seen yet; the best parameters are the first, ``(restarts, n)``."""
        restarts = params.shape[0]
        self.best_params = params.clone()
        self._best = params.new_full((restarts,), torch.inf)
        self._worst = params.new_full((restarts,), -torch.inf)
        self._noise = params.new_zeros(restarts)

    def diverged(self, losses: Tensor, params: Tensor) -> list[int]:
        """Restarts that blew up in a block with these losses ``(steps, restarts)``.

        ``params`` ``(restarts, n)`` are those after the block, kept if the block is the best yet.
        """
        median = losses.nanmedian(0).values
        noise = (losses - median).abs().nanmedian(0).values
        allowed = (self._worst - self._best) + 50.0 * self._noise + 10.0
        bad = self._worst.isfinite() & (median > self._worst + allowed)
        better = median < self._best
        self.best_params = torch.where(better[:, None], params, self.best_params)
        self._noise = torch.where(better, noise, self._noise)
        self._best = torch.where(better, median, self._best)
        self._worst = torch.where((median > self._worst) & ~bad, median, self._worst)
        return [int(row) for row in bad.nonzero().flatten()]

    def state(self) -> dict[str, Tensor]:
        """All of it as tensors, copied."""
        figures = torch.stack([self._best, self._worst, self._noise])
        return {"guard.params": self.best_params.clone(), "guard.figures": figures}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go back to a state from `state`."""
        self.best_params = state["guard.params"].clone()
        self._best, self._worst, self._noise = state["guard.figures"].clone().unbind(0)
