"""What the loop maximises, as it sees it: a few callables over one flat parameter vector."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from torch import Generator, Tensor

LogDensity = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Position ``(*batch, n)`` to value ``(*batch,)`` and gradient ``(*batch, n)``, in nats."""


class Objective(Protocol):
    """An evidence lower bound (or a log density) to be maximised by noisy gradients.

    ``value_and_gradient`` is pure: what must be remembered between steps (baselines) goes in and
    comes out as ``memory``. Both results are fresh tensors, for the loop keeps and overwrites.
    """

    @property
    def n(self) -> int:
        """Length of the parameter vector."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """One readable name per parameter, for messages."""
        ...

    def initial(self, rngs: Sequence[Generator]) -> Tensor:
        """Starting parameters, ``(restarts, n)``, one stream per restart."""
        ...

    def memory(self, restarts: int) -> Tensor:
        """What `value_and_gradient` remembers before the first step, ``(restarts, any)``."""
        ...

    def draw_noise(self, steps: int, rngs: Sequence[Generator]) -> Sequence[Any]:
        """Noise for ``steps`` steps: one opaque item per step, made for all restarts."""
        ...

    def value_and_gradient(
        self, params: Tensor, noise: Any, memory: Tensor, shared: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Estimates averaged over particles: ``(restarts,)``, ``(restarts, n)``, and memory.

        ``params`` is ``(restarts, n)``. ``shared`` serves draws that cannot be prepared as noise.
        """
        ...

    def draws(self, params: Tensor, count: int, rngs: Sequence[Generator]) -> Tensor:
        """Independent single-particle values, ``(restarts, count)``, to judge a finished run."""
        ...
