r"""Inverse Gaussian (Wald) distribution: when a drifting Brownian motion first reaches a level.

.. math:: p(x \mid \mu, \lambda) = \sqrt{\frac{\lambda}{2 \pi x^3}}
    \exp\left(-\frac{\lambda (x - \mu)^2}{2 \mu^2 x}\right), \quad x > 0

References:
    Michael, Schucany, Haas (1976), for the sampler.
"""

from math import inf, log, pi

import torch
from torch import Generator, Tensor

from . import draws, normal
from .arguments import Number, Shape, floating
from .restricted import restrictable


def log_prob(x: Number, mu: Number, shape: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` below 0; the arguments broadcast together."""
    x, mu, shape = floating(x, mu, shape)
    inside = x > 0
    x = torch.where(inside, x, 1.0)
    value = 0.5 * (shape.log() - log(2 * pi)) - 1.5 * x.log() - 0.5 * shape * (x / mu - 1) ** 2 / x
    return torch.where(inside, value, -inf)


def cdf(x: Number, mu: Number, shape: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, mu, shape = floating(x, mu, shape)
    inside = (x > 0) & (x < inf)
    safe = torch.where(inside, x, 1.0)
    root = (shape / safe).sqrt()
    back: Tensor = torch.special.log_ndtr(-root * (safe / mu + 1))
    value = normal.cdf(root * (safe / mu - 1), 0.0, 1.0) + torch.exp(2 * shape / mu + back)
    return torch.where(inside, value, (x > 0).to(value.dtype))


@restrictable(cdf)
def sample(
    mu: Number, shape_: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape; gradients flow to the parameters.

    ``shape_`` is the family's own parameter, ``shape`` that of the result.
    """
    mu, shape_ = draws.spread(mu, shape_, shape=shape, rng=rng, otherwise=dtype)
    return mu * std_inverse_gaussian(shape_ / mu, rng)


def std_inverse_gaussian(shape: Tensor, rng: Generator) -> Tensor:
    r"""One draw of mean 1 per element; gradients flow to the shape.

    A draw moves with it as its level stays: :math:`dy/d\lambda = -F_\lambda / F_y`, which is
    :math:`y / \lambda - 2 \sqrt{y^3 / \lambda} \, M(r)` with
    :math:`r = (y + 1) \sqrt{\lambda / y}` and the ratio of Mills M.

    References:
        Figurnov, Mohamed, Mnih (2018), implicit reparameterisation.
    """
    at = shape.detach()
    # the smaller root of a quadratic in a squared normal number, or its mirror image 1 / root
    half = 0.5 * draws.normal(at, rng=rng) ** 2 / at
    root = 1 / (1 + half + (half * (2 + half)).sqrt())
    y = torch.where(draws.uniform(at, rng=rng) * (1 + root) <= 1, root, 1 / root)
    back = (0.5 * at / y).sqrt() * (y + 1)
    away = (2 * pi * y**3 / at).sqrt() * torch.special.erfcx(back)
    draw: Tensor = y + (y / at - away) * (shape - at)
    return draw
