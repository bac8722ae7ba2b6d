r"""The mode of a density: maximum a posteriori estimates.

There is more than one mode. A density over a positive parameter, looked at on the log scale, has
the Jacobian as a further factor and its maximum elsewhere. `Space` says which one is meant; the
caller supplies the log density that belongs to it.

Up to `LARGEST_NEWTON` coordinates: Newton steps, all restarts and all finite differences in one
batched call. Differences are taken in coordinates where the last Hessian was the identity, so
scales that differ by many orders of magnitude do no harm; negative curvature counts by its
absolute value (Dauphin et al. 2014). Beyond, torch's L-BFGS with strong Wolfe line search.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .automatic import Posterior
from .gaussian import Gaussian
from .noise import streams
from .objective import LogDensity
from .optimise import without_compiler
from .outcome import InferenceError, Outcome
from .starting import starting_points


class Space(Enum):
    """Where the density is maximised; the value says so to a reader."""

    MODEL = "the model's own space, as Stan's optimiser does (no Jacobian)"
    UNCONSTRAINED = "the unconstrained space, Jacobian included: the centre of a Laplace guide"


LARGEST_NEWTON = 300
"""Above so many coordinates the mode is sought without second derivatives."""


@dataclass(frozen=True)
class Mode:
    """The outcome of a search for the mode.

    Attributes:
        space: where the density was maximised.
        position: every restart's last position, ``(restarts, n)``, unconstrained coordinates.
        log_density: there, ``(restarts,)``, nats.
        converged: ``(restarts,)`` bool: the gradient vanished.
        best: the restart with the highest density among those that converged, if any did.
        covariance_factor: ``(restarts, n, n)``, lower triangular: root of the inverse negative
            Hessian; None beyond `LARGEST_NEWTON` coordinates.
        iterations: rounds done.
        outcome: how the best restart ended.
        seconds: wall time.
    """

    space: Space
    position: Tensor
    log_density: Tensor
    converged: Tensor
    best: int
    covariance_factor: Tensor | None
    iterations: int
    outcome: Outcome
    seconds: float

    @property
    def laplace(self) -> Gaussian | None:
        """Laplace's approximation at the best mode, where there is one.

        None when the search did not end at a mode of the density in unconstrained space, or has
        no Hessian.
        """
        if self.space is Space.MODEL or self.outcome is not Outcome.OK:
            return None
        if self.covariance_factor is None:
            return None
        return Gaussian(self.position[self.best], self.covariance_factor[self.best])

    def or_raise(self) -> "Mode":
        """This mode, if its outcome is OK.

        Raises:
            InferenceError: with the outcome's advice, if it is not.
        """
        if self.outcome is not Outcome.OK:
            raise InferenceError(self.outcome)
        return self


def find_mode(
    posterior: Posterior,
    *,
    space: Space,
    rng: Generator,
    restarts: int = 1,
    iterations: int = 100,
    dtype: torch.dtype = torch.float64,
    progress: Callable[[int, float], None] | None = None,
) -> Mode:
    """Climb to a mode of ``posterior.log_density`` from each of several starting points.

    Args:
        posterior: its log density must be the one that belongs to ``space``.
        space: recorded in the result.
        rng: for the starting points; unused where ``posterior.initial`` gives them.
        restarts: how many starting points; also taken from ``posterior.initial``.
        iterations: the most rounds.
        dtype: of the starting points.
        progress: called after each round with its number and the highest log density.

    Raises:
        InferenceError: no finite starting point was found.
    """
    began = time.perf_counter()
    n, start = len(posterior.names), posterior.initial
    if start is None:
        start = starting_points(
            posterior.log_density, n, streams(rng, restarts), dtype=dtype, params=posterior.params
        )
    climb = _newton if n <= LARGEST_NEWTON else _lbfgs
    with torch.no_grad():
        end = climb(posterior.log_density, start, iterations, progress)
    height = torch.where(end.value.isnan(), -torch.inf, end.value)
    if bool(end.converged.any()):
        height = torch.where(end.converged, height, -torch.inf)
    best = int(height.argmax())
    return Mode(
        space=space, position=end.position, log_density=end.value, converged=end.converged,
        best=best, covariance_factor=end.factor, iterations=end.iterations,
        outcome=_judge(end, best), seconds=time.perf_counter() - began,
    )  # fmt: skip


class _End(NamedTuple):
    """Where a climb ended, with one row per restart."""

    position: Tensor
    value: Tensor
    converged: Tensor
    rising: Tensor  # a further step still promises much: there may be no mode
    factor: Tensor | None
    iterations: int


_Report = Callable[[int, float], None]

_NEGLIGIBLE = 1e-6  # nats: a Newton step that promises less changes no digit a user sees
_PROMISING = 0.1  # nats: a step that still promises more at the end is running away
_WIDTH = 1e-4  # of finite differences, in units of 1 / sqrt(curvature)
_FARTHEST = 1000.0  # in the same units, per sqrt(n)
_TRIES = 20


def _judge(end: _End, best: int) -> Outcome:
    if bool(end.converged[best]):
        return Outcome.OK
    return Outcome.UNBOUNDED if bool(end.rising[best]) else Outcome.NOT_CONVERGED


def _newton(
    log_density: LogDensity,
    x: Tensor,
    iterations: int,
    progress: _Report | None,
) -> _End:
    factor = torch.ones_like(x).diag_embed()
    damping = torch.zeros_like(x[:, 0])
    value, gradient = log_density(x)
    gain = torch.full_like(damping, torch.inf)
    done = 0
    while done < iterations and not bool((gain < _NEGLIGIBLE).all()):
        done += 1
        curvature, axes = _curvature(log_density, x, factor)
        slope = _times(axes.mT, _times(factor.mT, gradient))
        size = curvature.abs().clamp(min=1e-8)
        # At a saddle the promise is not small however small the gradient: say so.
        gain = (0.5 * slope.square() / size).sum(-1)
        gain = torch.where((curvature > 0).all(-1), gain, gain.clamp(min=2 * _NEGLIGIBLE))
        step = _Step(factor @ axes, slope, size)
        x, value, gradient, damping = _climb(log_density, step, x, value, gradient, damping)
        factor = _triangular((factor @ axes) * size.rsqrt()[:, None])
        if progress is not None:
            progress(done, float(value.max()))
    rising = ~(gain <= _PROMISING) | ~value.isfinite()
    return _End(x, value, gain < _NEGLIGIBLE, rising, factor, done)


class _Step:
    """A family of steps from one Newton model: shorter as the damping grows."""

    def __init__(self, axes: Tensor, slope: Tensor, size: Tensor) -> None:
        self._axes, self._slope, self._size = axes, slope, size
        self._farthest = _FARTHEST * slope.shape[-1] ** 0.5

    def at(self, damping: Tensor) -> Tensor:
        """The step in x, ``(restarts, n)``, for each restart's damping."""
        move = self._slope / (self._size * (1 + damping[:, None]))
        length = (move * self._size.sqrt()).norm(dim=-1, keepdim=True)
        return _times(self._axes, move * (self._farthest / length).clamp(max=1.0))


def _climb(
    log_density: LogDensity,
    step: _Step,
    x: Tensor,
    value: Tensor,
    gradient: Tensor,
    damping: Tensor,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Move every restart that finds a higher density; damp the others and try again."""
    pending = torch.ones_like(damping, dtype=torch.bool)
    origin = x
    for _ in range(_TRIES):
        there = origin + step.at(damping)
        new_value, new_gradient = log_density(there)
        higher = (new_value >= value - 1e-12 * value.abs()) & new_gradient.isfinite().all(-1)
        take = pending & higher & new_value.isfinite()
        x = torch.where(take[:, None], there, x)
        gradient = torch.where(take[:, None], new_gradient, gradient)
        value = torch.where(take, new_value, value)
        pending = pending & ~take
        if not bool(pending.any()):
            break
        damping = torch.where(pending, (4 * damping).clamp(min=1.0), damping)
    return x, value, gradient, torch.where(damping > 0.5, damping / 16, 0.0)


def _curvature(log_density: LogDensity, x: Tensor, factor: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues and axes of the negative Hessian in the coordinates of ``factor``."""
    ahead = _WIDTH * factor.mT
    _, gradient = log_density(x[:, None] + torch.cat([ahead, -ahead], 1))
    forward, backward = gradient.chunk(2, 1)
    hessian = -((forward - backward) @ factor) / (2 * _WIDTH)
    hessian = ((hessian + hessian.mT) / 2).nan_to_num(0.0, 0.0, 0.0)
    eigen = torch.linalg.eigh(hessian)
    return eigen.eigenvalues, eigen.eigenvectors


def _times(matrix: Tensor, vector: Tensor) -> Tensor:
    return (matrix @ vector[..., None]).squeeze(-1)


def _triangular(root: Tensor) -> Tensor:
    """The lower triangular L with L L' = root root' and a positive diagonal."""
    upper = torch.linalg.qr(root.mT, mode="r").R
    lower: Tensor = (upper * upper.diagonal(dim1=-2, dim2=-1).sign()[..., None]).mT
    return lower


# Relative gradient, max |g_j| max(|x_j|, 1) / max(|f|, 1) (Dennis & Schnabel 1983, section 7.2).
_FLAT, _STEEP = 1e-4, 1e-1


def _lbfgs(
    log_density: LogDensity,
    x: Tensor,
    iterations: int,
    progress: _Report | None,
) -> _End:
    position = torch.stack([_lbfgs_row(log_density, row, iterations) for row in x])
    value, gradient = log_density(position)
    steep = (gradient.abs() * position.abs().clamp(min=1.0)).amax(-1) / value.abs().clamp(min=1.0)
    if progress is not None:
        progress(iterations, float(value.max()))
    return _End(position, value, steep < _FLAT, ~(steep <= _STEEP), None, iterations)


def _lbfgs_row(log_density: LogDensity, start: Tensor, iterations: int) -> Tensor:
    x = torch.nn.Parameter(start.clone(), requires_grad=False)
    optimiser = without_compiler(torch.optim.LBFGS)(
        [x], max_iter=10 * iterations, history_size=20, tolerance_grad=1e-9,
        tolerance_change=1e-14, line_search_fn="strong_wolfe",
    )  # fmt: skip

    best, highest = start, -torch.inf

    def loss() -> float:
        nonlocal best, highest
        value, gradient = log_density(x)
        if float(value) > highest and bool(gradient.isfinite().all()):
            best, highest = x.detach().clone(), float(value)
        x.grad = -gradient
        return -float(value)

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return best  # the line search has no look at what is not finite, and may end there
