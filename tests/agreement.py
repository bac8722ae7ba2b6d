"""Generated code beside the slow evaluator and autograd, for tests of many models."""

from collections.abc import Mapping

import numpy as np
import pytest
import reference
import torch
from nacre.compiler.graph import ModelGraph
from nacre.runtime.data import Bound
from nacre.runtime.program import Program
from programs import arrays


def slow_log_density(graph: ModelGraph, bound: Bound, values: Mapping[str, np.ndarray]) -> float:
    """The joint log density in model space, by the slow evaluator."""
    return reference.log_density(graph, values, arrays(bound.tensors), bound.sizes, bound.labels)


def assert_density_and_gradient(
    program: Program, position: torch.Tensor, *, whole: Program | None = None
) -> None:
    """The value against the slow evaluator; the emitted reverse mode against autograd.

    Args:
        position: ``(*batch, coordinates)``; the slow evaluator reads the last of the batch.
        whole: the program that autograd and the slow evaluator go by, where it is another.
    """
    whole = whole or program
    value, gradient = program.log_density_and_gradient(position)
    leaf = position.clone().requires_grad_()
    values, log_jacobian = program.constrain(leaf)
    total = whole.log_density(values) + log_jacobian
    (expected,) = torch.autograd.grad(total.sum(), leaf)
    torch.testing.assert_close(value, total.detach(), rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(gradient, expected, rtol=1e-9, atol=1e-9)
    last = (-1,) * (position.ndim - 1)
    one = {name: v[last] for name, v in arrays(values).items()}
    slow = slow_log_density(whole.graph, whole.bound, one)
    assert slow == pytest.approx((total - log_jacobian)[last].item(), rel=1e-10, abs=1e-10)
