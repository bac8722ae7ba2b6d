"""A fit with an automatic guide, whole: starting points, coordinates, steps, a Gaussian."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor

from .autoguide import Guide, Kind, Target, make_guide
from .gaussian import Gaussian
from .noise import streams
from .objective import LogDensity
from .outcome import Outcome
from .restore import StateError, need
from .result import Fit, Settings
from .settle import Settling, Start, settle, unsettled
from .starting import ParamStart, starting_points
from .stopping import Plateau
from .svi import Report, fit

AUTOMATIC = Settings(steps=10_000, rate=0.01, cooldown=0.5, stop=Plateau())
"""Settings that suit every automatic guide, because the start makes all models look alike."""

LARGEST_SETTLED = 300
"""Above so many coordinates no start is looked for: it would take 2n points a round."""


_PARAM_SCALE = 0.3
"""Steps of a param in units of the rate: 0.003, as with a guide of one's own."""


class Posterior(NamedTuple):
    """What is being approximated.

    Attributes:
        log_density: value and gradient in unconstrained space, ``(*batch, n)``, Jacobian included
            (for `Kind.POINT`: with the Jacobian the mode in unconstrained space is found, without
            it the mode in the model's own space).
        names: one readable name per coordinate.
        initial: ``(restarts, n)`` positions to start from; None looks for some.
        params: coordinates that are optimised and have no distribution, and where they start.
        diagnose: a position ``(n,)`` whose density or gradient is not finite, to a sentence that
            names the statement at fault.
    """

    log_density: LogDensity
    names: tuple[str, ...]
    initial: Tensor | None = None
    diagnose: Callable[[Tensor], str] | None = None
    params: ParamStart | None = None


@dataclass(frozen=True)
class GuideFit:
    """A fit with an automatic guide.

    Attributes:
        kind: which guide.
        guide: the best restart's, in unconstrained space.
        restarts: every restart's guide.
        run: how it went; ``run.best`` says which restart ``guide`` is.
        start: the coordinates the parameters of ``run`` refer to.
    """

    kind: Kind
    guide: Gaussian
    restarts: tuple[Gaussian, ...]
    run: Fit
    start: Start

    @property
    def outcome(self) -> Outcome:
        """How the fit ended, as advice."""
        return self.run.outcome

    @property
    def state(self) -> dict[str, Tensor]:
        """What `fit_guide` needs to go on, as plain tensors."""
        return {
            **self.run.state,
            "start.centre": self.start.centre,
            "start.factor": self.start.factor,
            "start.rounds": torch.tensor(self.start.rounds),
        }


def fit_guide(
    posterior: Posterior,
    kind: Kind,
    *,
    rng: Generator,
    settings: Settings = AUTOMATIC,
    settling: Settling | None = Settling(),  # noqa: B008  an immutable tuple
    particles: int = 8,
    restarts: int = 1,
    dtype: torch.dtype = torch.float64,
    resume: Mapping[str, Tensor] | None = None,
    progress: Report | None = None,
) -> GuideFit:
    """Fit an automatic guide to a posterior.

    The start (`settle`) does most of the work for up to `LARGEST_SETTLED` coordinates, and the
    steps the rest. With ``settling=None``, for a density that is itself random (minibatches) or
    dear, the guide starts with standard deviations of 0.1.

    Raises:
        InferenceError: no finite starting point was found.
        UnknownOptimiserError: no optimiser has that name.
        StateError: ``resume`` is not a state of such a run.
    """
    source = streams(rng, 2)
    if resume is None:
        start = _start(posterior, streams(source[0], restarts), settling, dtype)
    else:
        start = _started(resume, (restarts, len(posterior.names)), dtype)
    if kind is Kind.FULL_RANK and start.factor.ndim == 2:
        start = start._replace(factor=start.factor.diag_embed())
    points = None if posterior.params is None else posterior.params.is_param
    target = Target(posterior.log_density, posterior.names, start, particles, points)
    guide = make_guide(kind, target)
    run = fit(
        guide, settings, rng=source[1], restarts=start.centre.shape[0], resume=resume,
        progress=progress, diagnose=_at_a_position(guide, posterior),
    )  # fmt: skip
    gaussians = tuple(guide.gaussian(run.params, row) for row in range(start.centre.shape[0]))
    return GuideFit(kind, gaussians[run.best], gaussians, run, start)


def _started(state: Mapping[str, Tensor], shape: tuple[int, int], dtype: torch.dtype) -> Start:
    """Where an earlier run began.

    Raises:
        StateError: its state does not say, or it is no place of this run.
    """
    names = ("start.centre", "start.factor", "start.rounds")
    centre, factor, rounds = (need(state, name) for name in names)
    fits = centre.shape == shape and factor.shape in (shape, (*shape, shape[1]))
    if not fits or {centre.dtype, factor.dtype} != {dtype} or rounds.shape:
        raise StateError("its start has another shape")
    return Start(centre, factor, int(rounds))


def _start(
    posterior: Posterior,
    rngs: tuple[Generator, ...],
    settling: Settling | None,
    dtype: torch.dtype,
) -> Start:
    n = len(posterior.names)
    centre = posterior.initial
    if centre is None:
        centre = starting_points(
            posterior.log_density, n, rngs, dtype=dtype, params=posterior.params
        )
    if posterior.params is not None:
        start = unsettled(centre)
        wide = torch.where(posterior.params.is_param, _PARAM_SCALE, start.factor)
        return start._replace(factor=wide)
    if settling is None or n > LARGEST_SETTLED:
        return unsettled(centre)
    return settle(posterior.log_density, centre, rngs, settling)


def _at_a_position(guide: Guide, posterior: Posterior) -> Callable[[Tensor, Any, int], str] | None:
    """A diagnosis by position, made one by parameters and noise."""
    inner = posterior.diagnose
    if inner is None:
        return None

    def diagnose(params: Tensor, noise: Any, restart: int) -> str:
        positions = guide.positions(params, noise)
        value, gradient = posterior.log_density(positions)
        sound = value.isfinite() & gradient.isfinite().all(-1)
        bad = int((~sound[restart]).to(torch.uint8).argmax())
        return inner(positions[restart, bad])

    return diagnose
