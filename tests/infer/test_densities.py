"""The densities these tests rely on agree with their own derivatives."""

import pytest
import torch

ALL = ["gaussian", "widely scaled", "radon", "earnings", "eight schools", "logistic", "funnel"]


@pytest.mark.parametrize("known", ALL, indirect=True)
def test_the_gradient_is_that_of_the_value(known, seeded):
    x = 0.3 * torch.randn(4, len(known.names), generator=seeded(), dtype=torch.float64)
    value, gradient = known.log_density(x.requires_grad_())
    (expected,) = torch.autograd.grad(value.sum(), x)
    torch.testing.assert_close(gradient, expected, rtol=1e-7, atol=1e-9)
