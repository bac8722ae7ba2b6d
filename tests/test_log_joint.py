"""The density that a search for the mode climbs: that of the model's own space."""

import nacre
import pytest
import torch

MODEL = """
dim group = {a, b, c}
data y[group]: real
mu ~ Normal(0, 5)
tau ~ HalfNormal(2)
share ~ Beta(2, 3)
between ~ Normal(0, 1) on (mu, mu + 2)
part[group] ~ Dirichlet([1, 2, 3])
y[g in group] ~ Normal(mu + between * part[g], tau * share)
"""


@pytest.fixture(scope="module")
def program():
    return nacre.compile(MODEL).program({"y": [1.0, 2.0, 0.5]})


def test_it_has_no_jacobian_and_autograd_agrees_on_its_gradient(program):
    rng = torch.Generator().manual_seed(1)
    position = torch.randn(5, program.n, generator=rng, dtype=torch.float64).requires_grad_()
    expected = program.log_density(program.constrain(position)[0])
    (slope,) = torch.autograd.grad(expected.sum(), position)
    value, gradient = program.log_joint_and_gradient(position.detach())
    torch.testing.assert_close(value, expected.detach())
    torch.testing.assert_close(gradient, slope)
