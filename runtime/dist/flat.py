"""The improper prior: constant on the real numbers. It is drawn between two ends alone."""

import torch
from torch import Generator, Tensor

from . import draws
from .arguments import Number, Shape, floating


def log_prob(x: Number) -> Tensor:
    """Zero everywhere."""
    (x,) = floating(x)
    return torch.zeros_like(x)


def sample(
    *,
    low: Number,
    high: Number,
    shape: Shape,
    rng: Generator,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Uniform draws between the ends, which the density says nothing about; nan for ends that are
    infinite or in the wrong order."""
    low, high = draws.spread(low, high, shape=shape, rng=rng, otherwise=dtype)
    drawn = low + (high - low) * draws.uniform(low, rng=rng)
    return torch.where(low < high, drawn, torch.nan)
