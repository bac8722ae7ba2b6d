"""The improper prior: constant on the real numbers. It cannot be drawn from."""

import torch
from torch import Tensor

from .arguments import Number, floating


def log_prob(x: Number) -> Tensor:
    """Zero everywhere."""
    (x,) = floating(x)
    return torch.zeros_like(x)
