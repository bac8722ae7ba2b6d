r"""Automatic guides: Gaussians in the unconstrained space, with gradients written out by hand.

A guide has parameters in the coordinates of a `Start`, :math:`x = c + A w`, where the posterior is
nearly round, so one learning rate suits every model. With :math:`w = m + L z` and
:math:`g = A^\top \nabla \log p(x)`, the bound of one particle is
:math:`\log p(x) + \log|A| + \log|L| + \tfrac12 |z|^2 + \tfrac n2 \log 2\pi`, and its gradient is
taken along the path of :math:`w` alone, leaving out the score of the guide, whose mean is zero
("sticking the landing", Roeder, Wu & Duvenaud 2017):

.. math:: u = g + L^{-\top} z, \qquad \nabla_m = u, \qquad \nabla_L = \mathrm{tril}(u z^\top).

Where the guide fits exactly, :math:`u` vanishes for every :math:`z`, and with it all noise. On
radon (89 coordinates, 8 particles, 3,000 steps) the bound ends 0.01 nats below its optimum with
it and 0.5 below with the closed-form entropy in its place.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

import torch
from torch import Generator, Tensor

from .gaussian import LOG_2PI, Gaussian
from .noise import normals
from .objective import LogDensity, Objective
from .settle import Start


class Kind(Enum):
    """Automatic guides by the name a user gives."""

    MEAN_FIELD = "mean-field"
    FULL_RANK = "full-rank"
    POINT = "point"


class Target(NamedTuple):
    """A log density in unconstrained space, and the coordinates to search it in.

    Attributes:
        log_density: value and gradient at ``(*batch, n)``, Jacobian included.
        names: one name per coordinate.
        start: coordinates, for as many restarts as will be run.
        particles: draws per step, averaged.
        points: ``(n,)`` bool, coordinates that are optimised and have no width (`MeanField` alone);
            None for none.
    """

    log_density: LogDensity
    names: tuple[str, ...]
    start: Start
    particles: int = 8
    points: Tensor | None = None


class Guide(Objective, Protocol):
    """An objective whose result is a position or a Gaussian over positions."""

    def gaussian(self, params: Tensor, restart: int) -> Gaussian:
        """The guide at ``params`` ``(restarts, n)``, in unconstrained space."""
        ...

    def positions(self, params: Tensor, noise: Tensor) -> Tensor:
        """Where the particles of a step were, ``(restarts, particles, n)``, unconstrained."""
        ...


class FullRank:
    """Parameters: the mean (n), then the factor's lower triangle by rows, logs on its diagonal."""

    def __init__(self, target: Target) -> None:
        """The guide for as many restarts as ``target.start`` has."""
        size = len(target.names)
        self._target = target
        self._size = size
        self.n = size + size * (size + 1) // 2
        rows, columns = torch.tril_indices(size, size)
        self._packed = rows * size + columns
        # Where each entry of the square finds its parameter; above the diagonal, a padding zero.
        self._square = torch.full((size * size,), rows.shape[0])
        self._square[self._packed] = torch.arange(rows.shape[0])
        self._pad = target.start.centre.new_zeros((target.start.centre.shape[0], 1))
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        names = target.names
        self.names = tuple(f"mean {name}" for name in names) + tuple(
            f"factor {names[i]}, {names[j]}" for i, j in pairs
        )

    def initial(self, rngs: Sequence[Generator]) -> Tensor:
        """The start itself: mean zero, factor the identity."""
        return self._pad.new_zeros((len(rngs), self.n))

    def memory(self, restarts: int) -> Tensor:
        """Nothing is remembered between steps."""
        return self._pad.new_empty((restarts, 0))

    def draw_noise(self, steps: int, rngs: Sequence[Generator]) -> Sequence[Tensor]:
        """Standard normals, ``(restarts, particles, size)`` a step."""
        shape = (steps, self._target.particles, self._size)
        return normals(rngs, shape, self._pad.dtype).unbind(1)

    def value_and_gradient(
        self, params: Tensor, noise: Tensor, memory: Tensor, shared: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """See the module: the bound and its path gradient, averaged over particles."""
        factor = self._factor(params)
        value, slope = self._evaluate(params, factor, noise)
        u = slope + torch.linalg.solve_triangular(factor.mT, noise.mT, upper=True).mT
        outer = u.mT @ noise / noise.shape[1]
        diagonal = outer.diagonal(dim1=-2, dim2=-1)
        diagonal.mul_(factor.diagonal(dim1=-2, dim2=-1))  # the diagonal's parameters are logs
        packed = outer.flatten(-2).index_select(-1, self._packed)
        return value.mean(-1), torch.cat([u.mean(1), packed], -1), memory

    def draws(self, params: Tensor, count: int, rngs: Sequence[Generator]) -> Tensor:
        """The bound at fresh particles, ``(restarts, count)``."""
        noise = normals(rngs, (count, self._size), params.dtype)
        return self._evaluate(params, self._factor(params), noise)[0]

    def gaussian(self, params: Tensor, restart: int) -> Gaussian:
        """The guide at ``params`` ``(restarts, n)``, in unconstrained space."""
        start = self._target.start
        factor = start.factor[restart] @ self._factor(params)[restart]
        moved = start.factor[restart] @ params[restart, : self._size]
        return Gaussian(start.centre[restart] + moved, factor)

    def positions(self, params: Tensor, noise: Tensor) -> Tensor:
        """Where the particles of a step were, ``(restarts, particles, size)``."""
        w = params[:, None, : self._size] + noise @ self._factor(params).mT
        return self._target.start.move(w)

    def _factor(self, params: Tensor) -> Tensor:
        padded = torch.cat([params[:, self._size :], self._pad], -1)
        factor = padded.index_select(-1, self._square).view(-1, self._size, self._size)
        factor.diagonal(dim1=-2, dim2=-1).exp_()
        return factor

    def _evaluate(self, params: Tensor, factor: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """The bound per particle, and the gradient of log p in the start's coordinates."""
        start = self._target.start
        w = params[:, None, : self._size] + noise @ factor.mT
        value, gradient = self._target.log_density(start.move(w))
        both = factor.diagonal(dim1=-2, dim2=-1) * start.factor.diagonal(dim1=-2, dim2=-1)
        constant = both.log().sum(-1, keepdim=True) + 0.5 * self._size * LOG_2PI
        return value + 0.5 * noise.square().sum(-1) + constant, start.pull(gradient)


class MeanField:
    """Parameters: the mean (n) in the start's coordinates, then log scales (n).

    The scales are relative to 1 / sqrt(diagonal of the start's precision), which is where they end
    for a normal posterior. The mean moves in the start's own, whitened coordinates: the family is
    the same, and correlations do not slow its mean down.
    """

    def __init__(self, target: Target) -> None:
        """The guide for as many restarts as ``target.start`` has."""
        self._target = target
        self._size = len(target.names)
        self.n = 2 * self._size
        factor = target.start.factor
        whitened = factor.ndim == 3
        # Column norms of the inverse factor are the roots of the precision's diagonal.
        self._scale = torch.linalg.inv(factor).norm(dim=-2).reciprocal() if whitened else factor
        self.names = tuple(f"{what} {name}" for what in ("mean", "scale") for name in target.names)
        self._wide = None if target.points is None else (~target.points).to(factor.dtype)

    def initial(self, rngs: Sequence[Generator]) -> Tensor:
        """The start itself."""
        return self._scale.new_zeros((len(rngs), self.n))

    def memory(self, restarts: int) -> Tensor:
        """Nothing is remembered between steps."""
        return self._scale.new_empty((restarts, 0))

    def draw_noise(self, steps: int, rngs: Sequence[Generator]) -> Sequence[Tensor]:
        """Standard normals, ``(restarts, particles, size)`` a step."""
        shape = (steps, self._target.particles, self._size)
        return self._narrowed(normals(rngs, shape, self._scale.dtype)).unbind(1)

    def value_and_gradient(
        self, params: Tensor, noise: Tensor, memory: Tensor, shared: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """See the module, with a diagonal factor for the noise."""
        mean, scale = self._unpack(params)
        value, gradient = self._target.log_density(mean[:, None] + scale[:, None] * noise)
        u = gradient + noise / scale[:, None]
        slope = self._target.start.pull(u.mean(1, keepdim=True))
        spread = (u * noise).mean(1) * scale
        bound = (value + 0.5 * noise.square().sum(-1)).mean(-1) + self._constant(scale)
        return bound, torch.cat([slope[:, 0], spread], -1), memory

    def draws(self, params: Tensor, count: int, rngs: Sequence[Generator]) -> Tensor:
        """The bound at fresh particles, ``(restarts, count)``."""
        mean, scale = self._unpack(params)
        noise = self._narrowed(normals(rngs, (count, self._size), params.dtype))
        value, _ = self._target.log_density(mean[:, None] + scale[:, None] * noise)
        return value + 0.5 * noise.square().sum(-1) + self._constant(scale)[:, None]

    def gaussian(self, params: Tensor, restart: int) -> Gaussian:
        """The guide at ``params`` ``(restarts, n)``, in unconstrained space."""
        mean, scale = self._unpack(params)
        return Gaussian(mean[restart], self._narrowed(scale[restart]))

    def positions(self, params: Tensor, noise: Tensor) -> Tensor:
        """Where the particles of a step were, ``(restarts, particles, size)``."""
        mean, scale = self._unpack(params)
        return mean[:, None] + scale[:, None] * noise

    def _unpack(self, params: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and scale in unconstrained space, ``(restarts, size)`` each."""
        mean = self._target.start.move(params[:, None, : self._size])[:, 0]
        return mean, self._scale * params[:, self._size :].exp()

    def _narrowed(self, width: Tensor) -> Tensor:
        """Noise or widths, 0 where the guide has none."""
        return width if self._wide is None else width * self._wide

    def _constant(self, scale: Tensor) -> Tensor:
        if self._wide is None:
            return scale.log().sum(-1) + 0.5 * self._size * LOG_2PI
        return (scale.log() * self._wide).sum(-1) + 0.5 * float(self._wide.sum()) * LOG_2PI


class Point:
    """Parameters: one position per restart, in the start's coordinates; nothing is random.

    The value is the log density itself, so the run climbs to its mode. Which mode that is depends
    on the log density: with the Jacobian it is the mode in unconstrained space, without it the
    mode in the model's own space.
    """

    def __init__(self, target: Target) -> None:
        """The guide for as many restarts as ``target.start`` has."""
        self._target = target
        self.n = len(target.names)
        self.names = target.names

    def initial(self, rngs: Sequence[Generator]) -> Tensor:
        """The centre of the start."""
        return torch.zeros_like(self._target.start.centre)

    def memory(self, restarts: int) -> Tensor:
        """Nothing is remembered between steps."""
        return self._target.start.centre.new_empty((restarts, 0))

    def draw_noise(self, steps: int, rngs: Sequence[Generator]) -> Sequence[Tensor]:
        """Nothing is drawn: empty tensors."""
        return [self._target.start.centre.new_empty((len(rngs), 1, 0))] * steps

    def value_and_gradient(
        self, params: Tensor, noise: Tensor, memory: Tensor, shared: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The log density and its gradient in the start's coordinates."""
        value, gradient = self._target.log_density(self.positions(params, noise))
        return value[:, 0], self._target.start.pull(gradient)[:, 0], memory

    def draws(self, params: Tensor, count: int, rngs: Sequence[Generator]) -> Tensor:
        """The log density, ``(restarts, count)``: the same number ``count`` times."""
        value, _ = self._target.log_density(self.positions(params, params))
        return value.expand(-1, count)

    def gaussian(self, params: Tensor, restart: int) -> Gaussian:
        """A normal without width at the position."""
        position = self.positions(params, params)[restart, 0]
        return Gaussian(position, torch.zeros_like(position))

    def positions(self, params: Tensor, noise: Tensor) -> Tensor:
        """The position itself, ``(restarts, 1, n)``."""
        return self._target.start.move(params[:, None])


def make_guide(kind: Kind, target: Target) -> Guide:
    """The guide of this kind over ``target``."""
    match kind:
        case Kind.MEAN_FIELD:
            return MeanField(target)
        case Kind.FULL_RANK:
            return FullRank(target)
        case Kind.POINT:
            return Point(target)
