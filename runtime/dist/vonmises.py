r"""Von Mises distribution of an angle: the normal distribution of the circle.

.. math:: p(x \mid \mu, \kappa) = \frac{e^{\kappa \cos(x - \mu)}}{2 \pi I_0(\kappa)}, \quad
    -\pi \le x \le \pi

References:
    Best, Fisher (1979), Efficient simulation of the von Mises distribution.
"""

from math import inf, log, pi

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating
from .restricted import restrictable
from .von_mises_phi import von_mises_phi

_ROUNDS = 1_000  # of rejection; a round keeps two of three, whatever the concentration


def log_prob(x: Number, loc: Number, concentration: Number) -> Tensor:
    """Log density at ``x``, ``-inf`` outside [-pi, pi]; the arguments broadcast together."""
    x, loc, concentration = floating(x, loc, concentration)
    inside = x.abs() <= pi
    # 1 - cos by half the angle: its digits matter where the concentration is large
    fall = 2 * concentration * torch.sin(0.5 * (x - loc)) ** 2
    value = -fall - torch.special.i0e(concentration).log() - log(2 * pi)
    return torch.where(inside, value, -inf)


def cdf(x: Number, loc: Number, concentration: Number) -> Tensor:
    """Probability of an angle between -pi and ``x``."""
    x, loc, concentration = floating(x, loc, concentration)
    first = von_mises_phi(-pi - loc, concentration)
    return von_mises_phi(x.clamp(-pi, pi) - loc, concentration) - first


@restrictable(cdf)
def sample(
    loc: Number,
    concentration: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape, in [-pi, pi]; no gradient."""
    loc, kappa = draws.spread(loc, concentration, shape=shape, rng=rng, otherwise=dtype)
    loc, kappa = loc.detach(), kappa.detach()
    # of a wrapped Cauchy envelope; its parameter loses its digits where the angle is free anyway
    tau = 1 + (1 + 4 * kappa**2).sqrt()
    rho = 2 * kappa / (tau + (2 * tau).sqrt())
    small = kappa < 1e-4
    r = torch.where(small, 1.0, (1 + rho**2) / (2 * torch.where(small, 1.0, rho)))
    cosine, done = torch.zeros_like(kappa), small.clone()
    for _ in range(_ROUNDS):
        if done.all():
            break
        z = torch.cos(pi * draws.uniform(kappa, rng=rng))
        f = (1 + r * z) / (r + z)
        c = kappa * (r - f)
        u = draws.uniform(kappa, rng=rng)
        kept = ((c * (2 - c) > u) | ((c / u).log() + 1 - c >= 0)) & ~done
        cosine, done = torch.where(kept, f, cosine), done | kept
    angle = torch.where(small, pi * draws.uniform(kappa, rng=rng), cosine.clamp(-1, 1).acos())
    side = torch.where(draws.uniform(kappa, rng=rng) < 0.5, -1.0, 1.0)
    return torch.remainder(loc + side * angle + pi, 2 * pi) - pi
