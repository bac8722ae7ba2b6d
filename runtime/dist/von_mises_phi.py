r"""The distribution function of the von Mises distribution around 0, on the whole line.

.. math:: G(\theta, \kappa) = \frac{1}{2} + \int_0^\theta
    \frac{e^{\kappa \cos t}}{2 \pi I_0(\kappa)} dt

It grows by 1 with every turn, so that the probability of an arc from ``a`` to ``b`` is
``G(b) - G(a)`` wherever the arc lies. Between ``-pi`` and 0 the density rises; the part of it below
``theta``, from where it is ``e^-40`` of what it is at ``theta``, is integrated by Fejer's first
rule, the same steps for all arguments. The derivative in the concentration is the same integral,
times ``cos t`` less its mean.
"""

from math import pi

import torch
from torch import Tensor

from .arguments import Number, common_shape, floating
from .quadrature import fejer

_DROP = 40.0  # where the integrand is below any digit of the integral


def von_mises_phi(angle: Number, concentration: Number) -> Tensor:
    """G, with a gradient in both arguments. Shapes: both broadcast together.

    Example:
        >>> von_mises_phi(0.0, 2.0).item()
        0.5
    """
    angle, concentration = floating(angle, concentration)
    at, kappa = angle.detach(), concentration.detach()
    shape = common_shape(at.shape, kappa.shape)
    turns, side, (mass, moved) = _parts(at.expand(shape), kappa.expand(shape))
    value = turns + torch.where(side, mass, 1 - mass)
    fall = torch.exp(-2 * kappa * torch.sin(0.5 * at) ** 2)
    by_angle = fall / (2 * pi * torch.special.i0e(kappa))
    by_kappa = torch.where(side, moved, -moved)
    total: Tensor = value + by_angle * (angle - at) + by_kappa * (concentration - kappa)
    return total


def von_mises_phi_by_concentration(angle: Number, concentration: Number) -> Tensor:
    """Derivative of `von_mises_phi` in the concentration. Without a gradient of its own."""
    at, kappa = (v.detach() for v in floating(angle, concentration))
    shape = common_shape(at.shape, kappa.shape)
    _, side, (_, moved) = _parts(at.expand(shape), kappa.expand(shape))
    return torch.where(side, moved, -moved)


def _parts(angle: Tensor, kappa: Tensor) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
    """Whole turns, whether the rest is left of 0, and its integrals."""
    turns = torch.floor(angle / (2 * pi) + 0.5)
    rest = angle - 2 * pi * turns
    return turns, rest <= 0, _integrals(-rest.abs()[..., None], kappa[..., None])


def _integrals(angle: Tensor, kappa: Tensor) -> tuple[Tensor, Tensor]:
    """Of the density up to a negative angle, and of its derivative in the concentration."""
    square = torch.sin(0.5 * angle) ** 2
    # cos(angle) - cos(far) = drop / kappa, by half the angles, which keep their digits
    far = 2 * (square + 0.5 * _DROP / kappa).clamp(max=1.0).sqrt().asin()
    length = (far + angle).clamp(min=0.0)
    t = angle - length * torch.tensor(_NODES, dtype=angle.dtype, device=angle.device)
    squares = torch.sin(0.5 * t) ** 2
    scale = torch.special.i0e(kappa)
    density = torch.exp(-2 * kappa * squares) / (2 * pi * scale)
    mass = density * length * torch.tensor(_WEIGHTS, dtype=angle.dtype, device=angle.device)
    # cos t less its mean I1 / I0, each as what is missing to 1
    less = 1 - torch.special.i1e(kappa) / scale
    return mass.sum(-1), (mass * (less - 2 * squares)).sum(-1)


_NODES, _WEIGHTS = fejer(64)
