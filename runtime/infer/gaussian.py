"""Gaussians over the unconstrained space: what an automatic guide is when it is done."""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

LOG_2PI = math.log(2.0 * math.pi)


@dataclass(frozen=True)
class Gaussian:
    """A multivariate normal, with a Cholesky factor or with independent coordinates.

    An independent coordinate without width is a point: its density does not count.

    Attributes:
        mean: ``(n,)``, in unconstrained space.
        factor: lower triangular ``(n, n)`` with positive diagonal, the covariance being
            ``factor @ factor.T``; or ``(n,)``, the standard deviations.
    """

    mean: Tensor
    factor: Tensor

    @property
    def sd(self) -> Tensor:
        """Marginal standard deviations, ``(n,)``."""
        return self.factor if self.factor.ndim == 1 else self.factor.norm(dim=-1)

    @property
    def covariance(self) -> Tensor:
        """``(n, n)``."""
        return self.factor.square().diag() if self.factor.ndim == 1 else self.factor @ self.factor.T

    def draw(self, count: int, *, rng: Generator) -> tuple[Tensor, Tensor]:
        """Draws ``(count, n)`` and their log densities ``(count,)``, nats."""
        shape = (count, self.mean.shape[0])
        z = torch.randn(shape, generator=rng, dtype=self.mean.dtype, device=self.mean.device)
        moved = z * self.factor if self.factor.ndim == 1 else z @ self.factor.T
        return self.mean + moved, self._log_density(z)

    def log_density(self, position: Tensor) -> Tensor:
        """Log density at ``position`` ``(*batch, n)``, normalised: ``(*batch,)``, nats."""
        away = position - self.mean
        if self.factor.ndim == 1:
            return self._log_density(torch.where(self.factor > 0, away / self.factor, 0.0))
        solved = torch.linalg.solve_triangular(self.factor, away[..., None], upper=False)
        return self._log_density(solved[..., 0])

    def _log_density(self, z: Tensor) -> Tensor:
        diagonal = self.factor if self.factor.ndim == 1 else self.factor.diagonal()
        if self.factor.ndim == 1 and not bool((diagonal > 0).all()):
            wide = diagonal > 0
            z, diagonal = z[..., wide], diagonal[wide]
        n = diagonal.shape[0]
        return -0.5 * z.square().sum(-1) - diagonal.log().sum() - 0.5 * n * LOG_2PI
