"""Draws between two ends: what ``D(...) on (low, high)`` draws."""

from collections.abc import Callable
from functools import wraps
from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating

Sampler = Callable[..., Tensor]
Cdf = Callable[[Tensor], Tensor]

_ROUNDS = 10_000  # of rejection: enough where one draw in a thousand is inside
_DOUBLINGS = 1_100  # from 1 past the largest float
_HALVINGS = 80  # more than a float64 has digits


def restrictable(cdf: Sampler | None = None) -> Callable[[Sampler], Sampler]:
    """A decorator that lets a sampler take ``low=`` and ``high=``, and draw between them.

    Parameters go by position then, since some families have parameters of those names. Both ends
    belong to the interval. No gradient flows through a restricted draw.

    Without a distribution function, draws outside are drawn again; nan marks what never came
    inside. With one, a level between those of the ends is inverted by bisection. Levels near 1 have
    few digits, so the far upper tail is coarse, and nan where it has no mass in floating point.

    Args:
        cdf: the family's distribution function, over ``x`` and the sampler's parameters, if it is
            continuous.
    """

    def wrap(sampler: Sampler) -> Sampler:
        @wraps(sampler)
        def sample(
            *params: Number,
            low: Number | None = None,
            high: Number | None = None,
            shape: Shape,
            rng: Generator,
            dtype: torch.dtype = torch.float64,
        ) -> Tensor:
            def unrestricted() -> Tensor:
                return sampler(*params, shape=shape, rng=rng, dtype=dtype)

            if low is None and high is None:
                return unrestricted()
            ends = (-inf if low is None else low, inf if high is None else high)
            first, last, *rest = (
                v.detach().to(rng.device) for v in floating(*ends, *params, otherwise=dtype)
            )
            first, last = first.expand(shape), last.expand(shape)
            if cdf is None:
                return _reject(unrestricted, first, last)
            return _invert(lambda x: cdf(x, *rest), first, last, rng)

        return sample

    return wrap


def _reject(draw: Callable[[], Tensor], low: Tensor, high: Tensor) -> Tensor:
    x = draw().detach()
    for _ in range(_ROUNDS):
        outside = ~((low <= x) & (x <= high))
        if not outside.any():
            return x
        x = torch.where(outside, draw().detach(), x)
    return torch.where((low <= x) & (x <= high), x, torch.nan)


def _invert(cdf: Cdf, low: Tensor, high: Tensor, rng: Generator) -> Tensor:
    below, up_to = _level(cdf, low, 0.0), _level(cdf, high, 1.0)
    level = below + draws.uniform(low, rng=rng) * (up_to - below)
    start = torch.where(low > -inf, low, torch.where(high < inf, high, 0.0))
    left = torch.where(low > -inf, low, _reach(cdf, level, start, -1.0))
    right = torch.where(high < inf, high, _reach(cdf, level, start, 1.0))
    for _ in range(_HALVINGS):
        middle = 0.5 * left + 0.5 * right
        under = cdf(middle) < level
        left, right = torch.where(under, middle, left), torch.where(under, right, middle)
    return torch.where(up_to > below, right.clamp(low, high), torch.nan)


def _level(cdf: Cdf, end: Tensor, infinite: float) -> Tensor:
    """The distribution function at an end, which may be infinite."""
    finite = end.isfinite()
    return torch.where(finite, cdf(torch.where(finite, end, 0.0)), infinite)


def _reach(cdf: Cdf, level: Tensor, start: Tensor, sign: float) -> Tensor:
    """A point so far on that side of ``start`` that the level lies between."""
    step = torch.ones_like(start)
    for _ in range(_DOUBLINGS):
        at = cdf(start + sign * step)
        short = (at < level) if sign > 0 else (at > level)
        if not short.any():
            break
        step = torch.where(short, 2 * step, step)
    return start + sign * step
