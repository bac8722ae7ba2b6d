"""Every family as it is written in a model: checked, emitted, run."""

import nacre
import numpy as np
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


GRADES = """
dim grade = {low, middle, high}
dim cut = 1..2
dim row
data y[row]: grade
data x[row]: real
b ~ Normal(0, 1)
c[cut] ~ Normal(0, 3) on ordered
y[i in row] ~ FAMILY(b * x[i], c)
"""
CUTS = {"OrderedLogistic": stats.logistic, "OrderedProbit": stats.norm}


@pytest.mark.parametrize("family", CUTS)
def test_grades_lie_between_cutpoints(family):
    data = {"x": [0.1, -0.4, 2.0, 0.0], "y": ["low", "high", "middle", "low"]}
    program = nacre.compile(GRADES.replace("FAMILY", family)).program(data)
    cuts = torch.tensor([-0.5, 1.3], dtype=torch.float64)
    values = {"b": torch.tensor(0.3, dtype=torch.float64), "c": cuts}
    ends = [-np.inf, -0.5, 1.3, np.inf]
    expected = stats.norm.logpdf(0.3) + stats.norm.logpdf(cuts, 0, 3).sum() + np.log(2)
    for x, k in zip(data["x"], (0, 2, 1, 0), strict=True):
        expected += np.log(np.diff(CUTS[family].cdf(np.array(ends) - 0.3 * x))[k])
    assert program.log_density(values).item() == pytest.approx(expected, rel=1e-12)
    position = program.unconstrain(values).requires_grad_()
    inner, log_jacobian = program.constrain(position)
    (slope,) = torch.autograd.grad(program.log_density(inner) + log_jacobian, position)
    _, gradient = program.log_density_and_gradient(position.detach())
    torch.testing.assert_close(gradient, slope)


def test_as_many_cutpoints_as_there_are_steps():
    text = GRADES.replace("FAMILY", "OrderedProbit").replace("cut = 1..2", "cut")
    data = {"x": [0.1], "y": ["low"], "cut": 3}
    with pytest.raises(nacre.Rejected, match="D440"):
        nacre.compile(text).program(data)


COUNTS = """
dim doc, word
data y[doc, word]: count
data n[doc]: count
p[word] ~ Dirichlet(2)
y[d in doc] ~ Multinomial(n[d], p)
"""


def test_rows_of_counts_are_drawn_as_one():
    y = np.array([[1, 2, 0], [0, 3, 1]])
    program = nacre.compile(COUNTS).program({"y": y, "n": [3, 4], "word": ["a", "b", "c"]})
    p = np.array([0.2, 0.5, 0.3])
    expected = stats.multinomial.logpmf(y, [3, 4], p).sum() + stats.dirichlet.logpdf(p, [2, 2, 2])
    assert program.log_density({"p": torch.tensor(p)}).item() == pytest.approx(expected)
    again = program.simulate((50,), torch.Generator().manual_seed(3))
    assert (again["y"].sum(-1) == torch.tensor([3, 4])).all()
