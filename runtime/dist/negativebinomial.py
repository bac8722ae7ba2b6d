r"""Poisson distribution whose rate is a gamma variable.

By its mean (or the mean's logarithm) and the shape of that gamma variable: the variance is
:math:`\mu + \mu^2 / \phi`, and the Poisson distribution is the limit of a large :math:`\phi`.

.. math:: P(x \mid \mu, \phi) = \frac{\Gamma(x + \phi)}{x! \Gamma(\phi)}
    \left(\frac{\mu}{\mu + \phi}\right)^x \left(\frac{\phi}{\mu + \phi}\right)^\phi
"""

from math import inf

import torch
from torch import Generator, Tensor
from torch.nn.functional import logsigmoid

from . import draws
from .arguments import Number, Shape, floating, whole
from .incomplete_beta import betainc
from .restricted import restrictable
from .special import log_rising, xlog1py, xlogy


def log_prob(x: Number, mu: Number, phi: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, mu, phi = floating(x, mu, phi)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    value = xlogy(x, mu) - x * (mu + phi).log() - phi * torch.log1p(mu / phi)
    value = value + log_rising(phi, x) - torch.lgamma(x + 1)
    return torch.where(inside, value, -inf)


def log_prob_log(x: Number, log: Number, phi: Number) -> Tensor:
    """Log probability of ``x``, ``-inf`` off the support; the arguments broadcast together."""
    x, log, phi = floating(x, log, phi)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    ratio = log - phi.log()
    value = x * logsigmoid(ratio) + phi * logsigmoid(-ratio)
    value = value + log_rising(phi, x) - torch.lgamma(x + 1)
    return torch.where(inside, value, -inf)


def cdf(x: Number, mu: Number, phi: Number) -> Tensor:
    """Probability of a value up to ``x``."""
    x, mu, phi = floating(x, mu, phi)
    x = x.floor()
    return torch.where(x < 0, 0.0, betainc(phi, x.clamp(min=0) + 1, phi / (mu + phi)))


@restrictable()
def sample(
    mu: Number, phi: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    mu, phi = draws.spread(mu, phi, shape=shape, rng=rng, otherwise=dtype)
    return draws.poisson(draws.gamma(phi, rng=rng) * (mu / phi), rng=rng)


@restrictable()
def sample_log(
    log: Number, phi: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    log, phi = draws.spread(log, phi, shape=shape, rng=rng, otherwise=dtype)
    return draws.poisson(draws.gamma(phi, rng=rng) * (log.exp() / phi), rng=rng)


def log_prob_p(x: Number, n: Number, p: Number) -> Tensor:
    """Log probability of ``x`` failures before success number ``n``, each of probability ``p``."""
    x, n, p = floating(x, n, p)
    inside = whole(x)
    x = torch.where(inside, x, 0.0)
    value = xlog1py(x, -p) + xlogy(n, p) + log_rising(n, x) - torch.lgamma(x + 1)
    return torch.where(inside, value, -inf)


@restrictable()
def sample_p(
    n: Number, p: Number, *, shape: Shape, rng: Generator, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Draws of the given shape, in the dtype of the parameters; no gradient."""
    n, p = draws.spread(n, p, shape=shape, rng=rng, otherwise=dtype)
    return draws.poisson(draws.gamma(n, rng=rng) * ((1 - p) / p), rng=rng)
