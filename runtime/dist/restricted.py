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
_HALVINGS = 100  # more than a float64 has digits
_KEPT = 0.25  # of the draws of a round, below which more rounds cost more than an inversion


def restrictable(cdf: Sampler | None = None) -> Callable[[Sampler], Sampler]:
    """A decorator that lets a sampler take ``low=`` and ``high=``, and draw between them.

    Parameters go by position then, since some families have parameters of those names. Both ends
    belong to the interval. No gradient flows through a restricted draw.

    Draws outside are drawn again. Without a distribution function that is all, and nan marks what
    never came inside. With one, it ends once a round brings few draws inside; for the others a level
    between those of the ends is inverted. (Which of the two a draw comes from depends on the draws
    that were thrown away alone, so it has the same distribution.) Levels near 1 have few digits, so
    the far upper tail is coarse, and nan where it has no mass in floating point.

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
            x, outside = _some_inside(unrestricted, first, last)
            if outside.any():  # nothing else of the parameters is looked at from here on
                few = [v.expand(shape)[outside] for v in rest]
                x[outside] = _invert(lambda x: cdf(x, *few), first[outside], last[outside], rng)
            return x

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


def _some_inside(draw: Callable[[], Tensor], low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Draws, and which of them are still outside when it no longer pays to draw them again."""
    x = draw().detach().clone()
    outside = ~((low <= x) & (x <= high))
    before, left = x.numel(), int(outside.sum())
    while 0 < left <= (1 - _KEPT) * before:
        x = torch.where(outside, draw().detach(), x)
        outside = ~((low <= x) & (x <= high))
        before, left = left, int(outside.sum())
    return x, outside


def _invert(cdf: Cdf, low: Tensor, high: Tensor, rng: Generator) -> Tensor:
    below, up_to = _level(cdf, low, 0.0), _level(cdf, high, 1.0)
    level = below + draws.uniform(low, rng=rng) * (up_to - below)
    start = torch.where(low > -inf, low, torch.where(high < inf, high, 0.0))
    left = torch.where(low > -inf, low, _reach(cdf, level, start, -1.0))
    right = torch.where(high < inf, high, _reach(cdf, level, start, 1.0))
    found = _root(cdf, level, up_to - below, left, right)
    return torch.where(up_to > below, found.clamp(low, high), torch.nan)


def _root(cdf: Cdf, level: Tensor, mass: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Where a distribution function reaches levels, between points below and above them.

    It ends within rounding of the level, or with points that have no number between them; ``mass``
    is the range of all levels, beside which rounding has to be small. By inverse quadratic interpolation where three points lie on such a curve, else by halving.

    References:
        Chandrupatla (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a
        nonlinear function without using derivatives.
    """
    eps = torch.finfo(level.dtype).eps
    a, b = left, right  # the latest point, and the one on the other side
    fa, fb = cdf(a) - level, cdf(b) - level
    close = 4 * eps * torch.minimum(level, mass)
    found, known = right, torch.zeros_like(a, dtype=torch.bool)
    under, at = torch.ones_like(a, dtype=torch.bool), torch.full_like(a, 0.5)
    for _ in range(_HALVINGS):
        x = (1 - at) * a + at * b
        fx = cdf(x) - level
        now = fx < 0
        same = now == under
        c, fc = torch.where(same, a, b), torch.where(same, fa, fb)
        b, fb = torch.where(same, b, a), torch.where(same, fb, fa)
        a, fa, under = x, fx, now
        found = torch.where(known, found, torch.where(under & (fa < -close), b, a))
        least = eps * torch.maximum(a.abs(), b.abs()) / (a - b).abs()  # of a step, as a share
        known = known | (fa.abs() <= close) | ~(least < 0.5)
        if bool(known.all()):
            break
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        curved = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (
            fc - fb
        )
        smooth = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi) & curved.isfinite()
        at = torch.where(smooth, curved, 0.5)
        at = torch.minimum(torch.maximum(at, least), 1 - least).clamp(0, 1)
    return found


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
