r"""Marked ones among n that are drawn, without putting back, from N of which k are marked.

.. math:: P(x \mid N, k, n) = \binom{k}{x} \binom{N - k}{n - x} / \binom{N}{n}
"""

from math import inf

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating, whole
from .restricted import restrictable
from .special import log_choose, up_to


def log_prob(x: Number, N: Number, k: Number, n: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, N, k, n = floating(x, N, k, n)
    inside = whole(x) & (x <= n) & (x <= k) & (n - x <= N - k)
    safe = [torch.where(inside, v, o) for v, o in ((x, 0.0), (k, 0.0), (N - k, 0.0), (n - x, 0.0))]
    value = log_choose(safe[1], safe[0]) + log_choose(safe[2], safe[3]) - log_choose(N, n)
    return torch.where(inside, value, -inf)


def cdf(x: Number, N: Number, k: Number, n: Number) -> Tensor:
    """Probability of a value up to ``x``: the sum of those from 0 on."""
    x, N, k, n = floating(x, N, k, n)
    return up_to(x, n, lambda j: log_prob(j, N[..., None], k[..., None], n[..., None]))


@restrictable()
def sample(
    N: Number,
    k: Number,
    n: Number,
    *,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Draws of the given shape, one by one from the urn; no gradient."""
    N, k, n = (v.detach() for v in draws.spread(N, k, n, shape=shape, rng=rng, otherwise=dtype))
    x = torch.zeros_like(n)
    for i in range(int(n.max()) if n.numel() else 0):
        marked = draws.uniform(n, rng=rng) * (N - i) < k - x
        x = x + (marked & (i < n))
    return x
