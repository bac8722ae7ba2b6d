r"""A Gaussian near the posterior within a few dozen batched gradient calls, before any Adam step.

Gaussian variational inference by natural gradients (Opper & Archambeau 2009; Khan & Rue 2023,
"The Bayesian learning rule"): with precision :math:`P` and mean :math:`m` of the guide,

.. math:: P \leftarrow \mathbb{E}_q[-\nabla^2 \log p], \qquad
          m \leftarrow m + P^{-1} \mathbb{E}_q[\nabla \log p].

Both expectations come from gradients alone. Points are drawn in pairs :math:`m \pm L r q_j`, the
:math:`q_j` being the columns of a random rotation: by Stein's identity the mean Hessian is the
regression of the gradients on the points, and with such points it is exact for a quadratic log
density, whatever the scales and correlations. So flat-prior regressions whose standard deviations
span four decades settle in about ten rounds.

This is not Laplace's method, and on purpose. The joint density of a centred hierarchical model
has no mode (it grows without bound as the group scale goes to zero) but averages over a guide of
finite width are bounded there; a Newton search dives into the funnel, this does not. Negative
curvature counts by its absolute value, a round that lowers the bound is tried again with smaller
steps, and once the rounds agree their precisions are averaged. What remains for the stochastic
steps is small, and is taken in the coordinates found here, in which the posterior is nearly round.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .noise import normals
from .objective import LogDensity


class Settling(NamedTuple):
    """How to look for the start.

    Attributes:
        rounds: the most rounds; each costs two to a few calls of all points.
        averaged: rounds to average once settled.
        points: evaluate at least so many points a round (and at least 2n, in multiples of 2n).
        rows: the most points in one call, to bound memory.
        scale: standard deviation of the first guess in every coordinate.
    """

    rounds: int = 40
    averaged: int = 10
    points: int = 64
    rows: int = 1024
    scale: float = 0.1


class Start(NamedTuple):
    """Coordinates w in which the posterior is nearly a standard normal: x = centre + factor @ w.

    Attributes:
        centre: ``(restarts, n)``.
        factor: lower triangular, ``(restarts, n, n)``; or ``(restarts, n)``, a diagonal.
        rounds: rounds done; 0 when nothing was looked for.
    """

    centre: Tensor
    factor: Tensor
    rounds: int

    def move(self, w: Tensor) -> Tensor:
        """From w to x: ``(restarts, particles, n)`` to the same."""
        moved = w @ self.factor.mT if self.factor.ndim == 3 else w * self.factor[:, None]
        return self.centre[:, None] + moved

    def pull(self, gradient: Tensor) -> Tensor:
        """A gradient with respect to x as one with respect to w; shapes as in `move`."""
        if self.factor.ndim == 3:
            return gradient @ self.factor
        return gradient * self.factor[:, None]


_GROWTH = 100.0  # a round changes no variance by more than this factor
_FARTHEST = 1000.0  # and moves the mean by no more than this many sds per sqrt(n)
_SETTLED = 0.01  # nats that a round would still change the guide by,
_NOISY = 0.005  # or nats per coordinate, once a round no longer halves it
_TRIES = 10


def unsettled(centre: Tensor, scale: float = 0.1) -> Start:
    """The start of a run that does not look for one: independent coordinates of equal scale."""
    return Start(centre, torch.full_like(centre, scale), 0)


def settle(
    log_density: LogDensity,
    centre: Tensor,
    rngs: Sequence[Generator],
    settings: Settling = Settling(),  # noqa: B008  an immutable tuple
) -> Start:
    """Fit a Gaussian per restart, starting around ``centre`` ``(restarts, n)``.

    Limits: a round in which a point is not finite is taken for one that lowers the bound; a restart
    whose first round already fails keeps the first guess. Cost per round is two batched calls of
    ``max(2n, points)`` points a restart, and an eigendecomposition of an n by n matrix.
    """
    search = _Search(log_density, rngs, settings)
    with torch.inference_mode():
        mean, factor, rounds = search.run(
            centre, torch.full_like(centre, settings.scale).diag_embed()
        )
    return Start(mean.clone(), factor.clone(), rounds)


class _Moments(NamedTuple):
    """What a round learns, in coordinates where the guide is standard normal."""

    bound: Tensor  # (R,) mean log density + log determinant
    slope: Tensor  # (R, n) mean gradient
    curvature: Tensor  # (R, n) eigenvalues of the mean negative Hessian
    axes: Tensor  # (R, n, n) its eigenvectors


class _Search(NamedTuple):
    log_density: LogDensity
    rngs: Sequence[Generator]
    settings: Settling

    def run(self, mean: Tensor, factor: Tensor) -> tuple[Tensor, Tensor, int]:
        """Rounds until every restart has averaged enough, or their number runs out."""
        restarts = mean.shape[0]
        damping = mean.new_zeros(restarts)
        agreed = mean.new_zeros(restarts)  # rounds since a restart settled
        previous = mean.new_full((restarts,), torch.inf)
        for done in range(self.settings.rounds):
            points = self._points(mean)
            now = self._learn(mean, factor, points)
            if not bool(now.curvature.isfinite().all()):
                return mean, factor, done
            change = _change(now)
            level = (change < _NOISY * mean.shape[-1]) & (change > previous / 2)
            settled = ((change < _SETTLED) | level) & (damping == 0)
            previous = change
            agreed = agreed + (settled | (agreed > 0))
            mean, factor, damping = self._move(mean, factor, points, now, damping, agreed)
            if bool((agreed > self.settings.averaged).all()):
                return mean, factor, done + 1
        return mean, factor, self.settings.rounds

    def _points(self, mean: Tensor) -> Tensor:
        """Pairs ``(R, points, n)`` with mean zero and second moment exactly the identity."""
        n = mean.shape[-1]
        blocks = max(1, -(-self.settings.points // (2 * n)))
        spread = normals(self.rngs, (blocks, n, n + 1), mean.dtype)
        turned, _ = torch.linalg.qr(spread[..., :n])
        # Radii of normal draws, rescaled: their fourth moments then see the tails as well.
        radius = spread[..., 0].norm(dim=-1)
        radius = radius * (n / radius.square().mean(-1, keepdim=True)).sqrt()
        half = (turned * radius[..., None, None]).flatten(1, 2)
        return torch.cat([half, -half], 1)

    def _evaluate(self, mean: Tensor, factor: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """Bound ``(R,)`` and gradients ``(R, points, n)`` in the guide's coordinates."""
        position = mean[:, None] + points @ factor.mT
        flat = position.flatten(0, 1)
        parts = [self.log_density(rows) for rows in torch.split(flat, self.settings.rows)]
        value = torch.cat([part[0] for part in parts]).view(position.shape[:-1])
        gradient = torch.cat([part[1] for part in parts]).view(position.shape)
        bound = value.mean(-1) + factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
        return bound, gradient @ factor

    def _learn(self, mean: Tensor, factor: Tensor, points: Tensor) -> _Moments:
        bound, gradient = self._evaluate(mean, factor, points)
        hessian = -(points.mT @ gradient) / points.shape[1]
        hessian = (hessian + hessian.mT) / 2
        sound = bound.isfinite() & hessian.isfinite().all(-1).all(-1)
        eye = torch.eye(mean.shape[-1], dtype=mean.dtype, device=mean.device)
        hessian = torch.where(sound[:, None, None], hessian, eye)
        slope = torch.where(sound[:, None], gradient.mean(1), 0.0)
        curvature, axes = torch.linalg.eigh(hessian)
        return _Moments(bound, slope, curvature, axes)

    def _move(
        self,
        mean: Tensor,
        factor: Tensor,
        points: Tensor,
        now: _Moments,
        damping: Tensor,
        agreed: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Step every restart; restarts whose bound falls try again with more damping."""
        averaging = agreed > 0
        pending = torch.ones_like(averaging)
        new_mean, new_factor = mean, factor
        for _ in range(_TRIES):
            tried_mean, tried_factor = _step(mean, factor, now, damping, agreed)
            bound, _ = self._evaluate(tried_mean, tried_factor, points)
            better = bound >= now.bound - 1e-9 * now.bound.abs()
            take = pending & (better | (averaging & bound.isfinite()))
            new_mean = torch.where(take[:, None], tried_mean, new_mean)
            new_factor = torch.where(take[:, None, None], tried_factor, new_factor)
            pending = pending & ~take
            if not bool(pending.any()):
                break
            damping = torch.where(pending, (4 * damping).clamp(min=0.5), damping)
        eased = torch.where(damping > 0.2, damping / 4, 0.0)
        return new_mean, new_factor, torch.where(pending, damping, eased)


def _change(now: _Moments) -> Tensor:
    """KL divergence, nats, between the guide and what an undamped round would make of it."""
    curvature = now.curvature.abs().clamp(min=1 / _GROWTH)
    slope = (now.axes.mT @ now.slope[..., None])[..., 0]
    shift = (slope / curvature).square() * curvature
    return 0.5 * (shift + 1 / curvature - 1 + curvature.log()).sum(-1)


def _step(
    mean: Tensor, factor: Tensor, now: _Moments, damping: Tensor, agreed: Tensor
) -> tuple[Tensor, Tensor]:
    """The natural-gradient step, damped while searching and averaged (1/k) once settled."""
    damping, weight = damping[:, None], 1 / (1 + agreed[:, None])
    share = 1 / (1 + damping)
    curvature = now.curvature.abs().clamp(min=1 / _GROWTH)
    slope = (now.axes.mT @ now.slope[..., None])[..., 0]
    move = weight * slope / (curvature + damping)
    farthest = _FARTHEST * mean.shape[-1] ** 0.5
    move = move * (farthest / move.norm(dim=-1, keepdim=True)).clamp(max=1.0)
    precision = (1 - weight) + weight * curvature.clamp(max=_GROWTH) ** share
    shrunk = now.axes * precision.rsqrt()[:, None, :]
    mean = mean + (factor @ (now.axes @ move[..., None]))[..., 0]
    root = factor @ shrunk
    # The root of the new covariance is square but not triangular; qr makes it so without
    # squaring its condition number, as forming the covariance would.
    upper = torch.linalg.qr(root.mT, mode="r").R
    signs = upper.diagonal(dim1=-2, dim2=-1).sign()
    return mean, (upper * signs[..., None]).mT
