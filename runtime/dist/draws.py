"""Standard noise from a generator: the only place that draws, and that touches private samplers.

Every function takes ``rng``; results are on its device. ``torch.distributions`` is not used because
it cannot be given a generator.
"""

import torch
from torch import Generator, Tensor, dtype

from .arguments import Number, Shape, floating


def spread(
    *params: Number, shape: Shape, rng: Generator, otherwise: dtype, event: int = 0
) -> tuple[Tensor, ...]:
    """Parameters of a draw: of one dtype, on the generator's device, expanded to ``shape``.

    Shapes: each (..., *own event) broadcasts to (*shape, *own event), where the last ``event`` axes
    are the own event. ``otherwise`` is the dtype when no parameter is a floating tensor.
    """
    ready = (p.to(rng.device) for p in floating(*params, otherwise=otherwise))
    return tuple(p.expand((*shape, *p.shape[p.ndim - event :])) for p in ready)


def normal(like: Tensor, *, rng: Generator) -> Tensor:
    """Standard normal numbers in the shape and dtype of ``like``."""
    return torch.randn(like.shape, generator=rng, dtype=like.dtype, device=rng.device)


def uniform(like: Tensor, *, rng: Generator) -> Tensor:
    """Uniform numbers on the open unit interval in the shape and dtype of ``like``.

    ``torch.rand`` gives multiples of half an epsilon, 0 included. A 0 becomes half of the smallest
    step: a logarithm of it stays where the logarithms of its neighbours are.
    """
    u = torch.rand(like.shape, generator=rng, dtype=like.dtype, device=rng.device)
    return u.clamp(min=torch.finfo(like.dtype).eps / 4)


def gamma(shape: Tensor, *, rng: Generator) -> Tensor:
    """One standard gamma number per element; gradients flow to ``shape``.

    References:
        Figurnov, Mohamed, Mnih (2018), implicit reparameterisation; torch implements it.
    """
    return torch._standard_gamma(shape, generator=rng)


def log_gamma(shape: Tensor, *, rng: Generator) -> Tensor:
    r"""The logarithm of one standard gamma number per element; gradients flow to ``shape``.

    With :math:`G_{a+1}` gamma and :math:`U` uniform, :math:`G_{a+1} U^{1/a}` has shape :math:`a`.
    Shapes far below 1, whose draws underflow, keep their logarithm.

    References:
        Marsaglia, Tsang (2000), section 6.
    """
    return gamma(shape + 1, rng=rng).log() + uniform(shape, rng=rng).log() / shape


def poisson(rate: Tensor, *, rng: Generator) -> Tensor:
    """One Poisson number per element, in the dtype of ``rate``; no gradient."""
    return torch.poisson(rate.detach(), generator=rng)


def binomial(n: Tensor, p: Tensor, *, rng: Generator) -> Tensor:
    """One binomial number per element, in the dtype of the arguments; no gradient."""
    return torch.binomial(n.detach(), p.detach(), generator=rng)
