r"""Lewandowski-Kurowicka-Joe distribution, of the lower Cholesky factor of a correlation matrix.

.. math:: p(L \mid \eta) = \frac{1}{c_n(\eta)} \prod_j L_{jj}^{n - j + 2 (\eta - 1)}

with :math:`\log c_n(\eta) = \log \Gamma_n(a) - n \log \Gamma(a)` at
:math:`a = \eta + \tfrac{n - 1}{2}`, where :math:`\Gamma_n` is the multivariate gamma function.
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .special import multigamma


def log_prob(x: Number, eta: Number) -> Tensor:
    """Log density with respect to the numbers below the diagonal.

    ``-inf`` for what is no such factor. Shapes: ``x`` (..., n, n), ``eta`` (...) -> (...).
    """
    x, eta = floating(x, eta)
    n = x.shape[-1]
    diagonal = x.diagonal(dim1=-2, dim2=-1)
    flat = (x.triu(1) == 0).all(-1).all(-1) & (((x**2).sum(-1) - 1).abs() < 1e-4).all(-1)
    inside = flat & (diagonal > 0).all(-1)
    logs = torch.where(inside[..., None], diagonal, 1.0).log()
    below = torch.arange(n - 1, -1, -1, dtype=x.dtype, device=x.device)
    total = ((below + 2 * (eta[..., None] - 1)) * logs).sum(-1)
    return torch.where(inside, total + log_volume(eta, n), -inf)


def log_volume(eta: Tensor, n: int) -> Tensor:
    """Minus the logarithm of the integral of det(R)^(eta - 1): the density's constant."""
    a = eta + 0.5 * (n - 1)
    return n * torch.lgamma(a) - multigamma(a, n)


def sample(
    eta: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of ``shape``, whose last two axes are the factor, by the extended onion method.

    Row i is a point of the sphere whose last coordinate is the root of a Beta variable: gamma
    variables give its square, and normal ones the direction of the rest.
    """
    (eta,) = floating(eta, otherwise=dtype)
    n = shape[-1]
    eta = eta.to(rng.device).expand(shape[:-2])
    rows = [torch.ones_like(eta)[..., None]]
    for i in range(1, n):
        rest = draws.gamma(torch.full_like(eta, 0.5 * i), rng=rng)
        last = draws.gamma(eta + 0.5 * (n - 1 - i), rng=rng)
        noise = draws.normal(eta[..., None].expand(*eta.shape, i), rng=rng)
        direction = noise / noise.norm(dim=-1, keepdim=True)
        length = (rest / (rest + last)).sqrt()[..., None]
        rows.append(torch.cat((direction * length, (last / (rest + last)).sqrt()[..., None]), -1))
    padded = [torch.nn.functional.pad(r, (0, n - r.shape[-1])) for r in rows]
    return torch.stack(padded, -2) if padded else eta.new_empty(shape)
