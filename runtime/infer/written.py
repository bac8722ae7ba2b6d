r"""Guides written by hand in the model file, as an objective.

A compiled guide returns the bound and its gradient for one particle. Draws that have no pathwise
derivative contribute a score-function term, Rao-Blackwellised by the compiler,
:math:`(r_s - b_s)\,\nabla \log q_s`, with :math:`r_s` the part of the bound that site :math:`s`
can influence. The baseline :math:`b_s` lowers its variance and must not depend on the particle's
own draws, or the estimate is biased (:math:`E[b_s \nabla \log q_s] \neq 0`). Two are unbiased:

- a decaying average of the rewards of *earlier* steps, free of charge;
- with several particles, the mean reward of the *other* particles of this step. It adapts at once
  but costs a second evaluation, since the rewards must be known before the gradient is taken.

The mean over all particles of the step, the particle included, shrinks the score term by
(P-1)/P; it is not offered.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

import torch
from torch import Generator, Tensor

from .noise import normals, uniforms
from .parts import in_parts
from .starting import spread_out


class GuideProgram(Protocol):
    """A compiled guide with its model, as `Written` sees it."""

    @property
    def n_params(self) -> int:
        """Length of the parameter vector."""
        ...

    @property
    def n_normal(self) -> int:
        """Standard normals one particle uses."""
        ...

    @property
    def n_uniform(self) -> int:
        """Uniforms one particle uses."""
        ...

    @property
    def score_sites(self) -> tuple[str, ...]:
        """Names of the draws that need a score-function term."""
        ...

    @property
    def initial(self) -> Tensor:
        """Starting parameters, ``(n_params,)``, unconstrained."""
        ...

    @property
    def numbers(self) -> int:
        """How many numbers one draw takes in: data, parameters and noise."""
        ...

    @property
    def spread(self) -> Tensor | None:
        """Standard deviations of random starts around `initial`; None if all start there."""
        ...

    def elbo_and_gradient(
        self, params: Tensor, normal: Tensor, uniform: Tensor, baseline: Tensor, rng: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One particle per batch element.

        Shapes: ``params`` ``(*batch, n_params)``, ``normal`` ``(*batch, n_normal)``, ``uniform``
        ``(*batch, n_uniform)``, ``baseline`` ``(*batch, n_sites)`` -> bound ``(*batch,)``,
        gradient ``(*batch, n_params)``, rewards ``(*batch, n_sites)``.
        """
        ...


class Baseline(Enum):
    """What is subtracted from the rewards of score-function terms; the value is the name."""

    AVERAGE = "average"
    OTHERS = "others"


class Noise(NamedTuple):
    """What one step draws: ``(restarts, [particles,] n_normal)`` and likewise uniforms."""

    normal: Tensor
    uniform: Tensor


_DECAY = 0.95  # of the average reward, per step: it remembers about twenty steps


class Written:
    """The bound of a written guide, with one particle or several.

    With one particle there is no particle axis at all, so nothing is spent on averaging over it.
    Its memory holds, per restart, the decayed sums of rewards and their total weight.
    """

    def __init__(
        self,
        program: GuideProgram,
        names: tuple[str, ...],
        *,
        particles: int = 1,
        baseline: Baseline = Baseline.AVERAGE,
    ) -> None:
        """The objective of ``program``; ``names``, one per parameter, are for messages.

        Raises:
            ValueError: `Baseline.OTHERS` with one particle, which has no others.
        """
        if baseline is Baseline.OTHERS and particles == 1:
            raise ValueError("a baseline from the other particles needs at least two particles")
        self.n = program.n_params
        self.names = names
        self._program = program
        self._particles = particles
        self._sites = len(program.score_sites)
        self._others = baseline is Baseline.OTHERS and self._sites > 0
        self._nothing = program.initial.new_zeros((1, self._sites))

    def initial(self, rngs: Sequence[Generator]) -> Tensor:
        """The program's own values; what it spreads is drawn for each restart."""
        return spread_out(self._program.initial, self._program.spread, rngs)

    def memory(self, restarts: int) -> Tensor:
        """No reward seen yet: ``(restarts, sites + 1)``, or nothing where nothing is scored."""
        width = self._sites + 1 if self._sites and not self._others else 0
        return self._program.initial.new_zeros((restarts, width))

    def draw_noise(self, steps: int, rngs: Sequence[Generator]) -> Sequence[Noise]:
        """Normals and uniforms for each step."""
        program, dtype = self._program, self._program.initial.dtype
        batch = (steps,) if self._particles == 1 else (steps, self._particles)
        normal = normals(rngs, (*batch, program.n_normal), dtype)
        uniform = uniforms(rngs, (*batch, program.n_uniform), dtype)
        return [Noise(*pair) for pair in zip(normal.unbind(1), uniform.unbind(1), strict=True)]

    def value_and_gradient(
        self, params: Tensor, noise: Noise, memory: Tensor, shared: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The bound and its gradient, averaged over particles."""
        baseline = self._baseline(memory)
        evaluate, (normal, uniform) = self._program.elbo_and_gradient, noise
        if self._particles == 1:
            value, gradient, reward = evaluate(params, normal, uniform, baseline, shared)
            return value, gradient, self._remember(memory, reward)
        wide = params[:, None].expand(-1, self._particles, -1)
        if self._others:
            state = shared.get_state()
            _, _, reward = evaluate(wide, normal, uniform, self._nothing, shared)
            shared.set_state(state)
            baseline = (reward.sum(1, keepdim=True) - reward) / (self._particles - 1)
        elif self._sites:
            baseline = baseline[:, None]
        value, gradient, reward = evaluate(wide, normal, uniform, baseline, shared)
        return value.mean(1), gradient.mean(1), self._remember(memory, reward.mean(1))

    def draws(self, params: Tensor, count: int, rngs: Sequence[Generator]) -> Tensor:
        """The bound at fresh particles, ``(restarts, count)``."""
        program, dtype = self._program, params.dtype
        wide = params[:, None].expand(-1, count, -1)
        normal = normals(rngs, (count, program.n_normal), dtype)
        uniform = uniforms(rngs, (count, program.n_uniform), dtype)

        def bound(params: Tensor, normal: Tensor, uniform: Tensor) -> Tensor:
            return program.elbo_and_gradient(params, normal, uniform, self._nothing, rngs[0])[0]

        numbers = len(rngs) * program.numbers
        return torch.cat(list(in_parts(bound, (wide, normal, uniform), numbers, 1)), 1)

    def _baseline(self, memory: Tensor) -> Tensor:
        if memory.shape[-1] == 0:
            return self._nothing
        # Divided by the weight so far, as Adam's moments are; zero before the first step.
        return memory[:, :-1] / memory[:, -1:].clamp(min=1e-9)

    def _remember(self, memory: Tensor, reward: Tensor) -> Tensor:
        if memory.shape[-1] == 0:
            return memory
        seen = torch.cat([reward, torch.ones_like(reward[:, :1])], -1)
        return torch.lerp(memory, seen, 1.0 - _DECAY)
