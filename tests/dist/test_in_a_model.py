"""Every family as it is written in a model: checked, emitted, run."""

import nacre
import pytest
import torch
from scipy import stats

from .cases import CONTINUOUS, DISCRETE, over

SURE = ("binomial-sure", "poisson-zero")  # parameters at their own ends: the checker may object


def written(case):
    """The distribution of a case, as text."""
    pairs = zip(case.form_row.params, case.params, strict=True)
    named = [f"{p.name} = {int(v) if p.whole else v!r}" for p, v in pairs]
    return f"{case.family}({', '.join(named)})"


@over(CONTINUOUS)
def test_a_latent_variable_has_its_familys_density(case):
    program = nacre.compile(f"x ~ {written(case)}").program()
    x = case.x()
    expected = case.log_prob(x, *case.tensors())
    torch.testing.assert_close(program.log_density({"x": x}), expected)


@over(CONTINUOUS)
def test_the_emitted_gradient_is_the_slope_of_the_density(case):
    program = nacre.compile(f"x ~ {written(case)}").program()
    inner = sorted(case.points)[2:-2] or case.points
    position = program.unconstrain({"x": torch.tensor(inner, dtype=torch.float64)})
    value, gradient = program.log_density_and_gradient(position)
    u = position.clone().requires_grad_()
    values, log_jacobian = program.constrain(u)
    oracle = (case.log_prob(values["x"], *case.tensors()) + log_jacobian).sum()
    (expected,) = torch.autograd.grad(oracle, u)
    torch.testing.assert_close(value.sum(), oracle)
    torch.testing.assert_close(gradient, expected, rtol=1e-6, atol=1e-8)


@over({k: c for k, c in DISCRETE.items() if k not in SURE})
def test_an_observed_count_has_its_familys_mass(case):
    last = case.points[-1]
    program = nacre.compile(f"x ~ {written(case)}\nobserve x = {last}").program()
    expected = case.log_prob(torch.tensor(last), *case.tensors())
    torch.testing.assert_close(program.log_density({}), expected)


GUIDE = """
s ~ HalfNormal(1)
w ~ Uniform(0, 4)
q ~ Gamma(2, 1)
p ~ Beta(2, 2)
guide {
  param a: positive = 1.5
  param c: real = 0.3
  s ~ Normal(c, a) on (0, inf)
  w ~ Normal(c, a) on (0, 4)
  q ~ Gamma(a, 2) on (0, 5)
  p ~ Beta(a, 2)
}
"""

DRAWN = {
    "s": stats.truncnorm(-0.2, float("inf"), loc=0.3, scale=1.5).cdf,
    "w": stats.truncnorm(-0.2, 3.7 / 1.5, loc=0.3, scale=1.5).cdf,
    "q": lambda x: stats.gamma(1.5, scale=0.5).cdf(x) / stats.gamma(1.5, scale=0.5).cdf(5),
    "p": stats.beta(1.5, 2).cdf,
}


@pytest.fixture(scope="module")
def drawn():
    guide = nacre.compile(GUIDE).program(guides=["guide"]).guide("guide")
    rng, n = torch.Generator().manual_seed(3), 20_000
    normal = torch.randn(n, guide.n_normal, generator=rng, dtype=torch.float64)
    uniform = torch.rand(n, guide.n_uniform, generator=rng, dtype=torch.float64).clamp(1e-16)
    return guide.draw(guide.initial.expand(n, -1), normal, uniform, rng)


@pytest.mark.parametrize(("name", "cdf"), DRAWN.items(), ids=DRAWN.keys())
def test_guides_draw_from_restricted_families(drawn, name, cdf):
    values, _, _ = drawn
    assert stats.kstest(values[name].numpy(), cdf).pvalue > 1e-4


def test_a_guide_of_restricted_families_is_normalised(drawn):
    """The mean of p / q under q is the mass of p, which is 1."""
    _, log_q, log_p = drawn
    weight = (log_p - log_q).exp()
    assert abs(weight.mean() - 1) < 5 * weight.std() / len(weight) ** 0.5
