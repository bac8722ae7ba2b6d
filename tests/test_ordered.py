"""Vectors put in order: their density, their map from unconstrained space, their draws."""

import nacre
import numpy as np
import pytest
import torch
from nacre.compiler.driver import pruned
from nacre.compiler.types import SupportName
from nacre.grammar.diagnostic import Rejected
from programs import graph_of
from scipy import stats

THREE = "dim part = {a, b, c}\n"

VECTORS = {
    "reals": "mu[part] ~ Normal(0, 2) on ordered",
    "given a length": "mu ~ Normal([3, 10, 11], 1) on ordered",
    "positive": "mu[part] ~ Normal(0, 2) on positive_ordered",
    "positive by nature": "mu[part] ~ Exponential(1) on ordered",
    "between 0 and 1": "mu[part] ~ Beta(2, 2) on ordered",
    "between ends": "mu[part] ~ Uniform(-1, 3) on ordered",
    "a half line": "mu[part] ~ Pareto(2, 3) on ordered",
    "random ends": "s ~ HalfNormal(1)\nmu[part] ~ Uniform(-s, s) on ordered",
    "rows": "dim row = {x, y}\ns[i in row] ~ HalfNormal(1)\n"
    "mu[i in row, part] ~ Normal(0, s[i]) on ordered",
    "improper": "mu[part] ~ Flat() on ordered",
    "a normal vector": "C[i in part, j in part] = 0.5 + (i == j)\n"
    "mu ~ MvNormal(0, cov = C) on ordered",
}
every_vector = pytest.mark.parametrize("text", VECTORS.values(), ids=VECTORS)


def positions(program, n=6):
    rng = torch.Generator().manual_seed(1)
    return torch.randn(n, program.n, dtype=torch.float64, generator=rng)


@every_vector
def test_every_position_is_an_increasing_vector_and_comes_back(text):
    program = nacre.compile(THREE + text).program()
    u = positions(program)
    values, _ = program.constrain(u)
    assert (values["mu"].diff(dim=-1) > 0).all()
    assert program.log_density(values).isfinite().all()
    torch.testing.assert_close(program.unconstrain(values), u)


@every_vector
def test_the_jacobian_is_the_determinant_of_the_map(text):
    program = nacre.compile(THREE + text).program()
    u = positions(program)[0]

    def flat(at):
        return torch.cat([v.flatten() for v in program.constrain(at)[0].values()])

    slopes = torch.autograd.functional.jacobian(flat, u)
    torch.testing.assert_close(program.constrain(u)[1], slopes.det().abs().log())


@every_vector
def test_the_emitted_gradient_is_that_of_autograd(text):
    program = nacre.compile(THREE + text).program()
    u = positions(program).requires_grad_()
    values, log_jacobian = program.constrain(u)
    total = program.log_density(values) + log_jacobian
    (expected,) = torch.autograd.grad(total.sum(), u)
    value, gradient = program.log_density_and_gradient(u.detach())
    torch.testing.assert_close(value, total.detach())
    torch.testing.assert_close(gradient, expected)


NORMALISED = {
    "Normal(0.3, 1) on ordered": (-8.0, 8.0),
    "Normal(0.3, 1) on positive_ordered": (0.0, 9.0),
    "Exponential(2) on ordered": (0.0, 20.0),
    "Uniform(-1, 2) on ordered": (-1.0, 2.0),
    "Uniform(-1, 2) on positive_ordered": (0.0, 2.0),
    "Beta(2, 3) on ordered": (0.0, 1.0),
    "StudentT(9, 0, 1) on ordered": (-25.0, 25.0),
}


@pytest.mark.parametrize(("text", "ends"), NORMALISED.items(), ids=NORMALISED)
def test_the_density_of_numbers_that_are_alike_is_normalised(text, ends):
    """The integral over all pairs in order is 1."""
    program = nacre.compile(f"dim part = {{a, b}}\nmu[part] ~ {text}").program()
    nodes, weights = np.polynomial.legendre.leggauss(120)
    low, high = ends
    y = 0.5 * (low + high) + 0.5 * (high - low) * nodes  # the larger one, then those below it
    x = low + (y[:, None] - low) * (nodes + 1) / 2
    pairs = np.stack([x, np.broadcast_to(y[:, None], x.shape)], -1)
    density = program.log_density({"mu": torch.from_numpy(pairs)}).exp().numpy()
    area = weights[:, None] * 0.5 * (high - low) * weights * 0.5 * (y[:, None] - low)
    assert (density * area).sum() == pytest.approx(1.0, abs=2e-5)


def test_the_density_of_unlike_numbers_is_left_undivided():
    program = nacre.compile("mu ~ Normal([3, 10], [1, 2]) on ordered").program()
    x = np.array([2.5, 8.0])
    expected = stats.norm.logpdf(x, [3, 10], [1, 2]).sum()
    assert float(program.log_density({"mu": torch.from_numpy(x)})) == pytest.approx(expected)


def test_draws_are_sorted_and_have_the_distribution_of_order_statistics():
    model = nacre.compile(THREE + "mu[part] ~ Exponential(2) on ordered")
    mu = model.simulate(4000, seed=2)["mu"].numpy()
    assert (np.diff(mu) > 0).all()
    smallest, _, largest = mu.T
    assert stats.kstest(smallest, stats.expon(scale=1 / 6).cdf).pvalue > 1e-4
    assert stats.kstest(largest, lambda x: stats.expon(scale=0.5).cdf(x) ** 3).pvalue > 1e-4


def test_draws_between_ends_stay_there():
    mu = nacre.compile(THREE + "mu[part] ~ Normal(0, 1) on positive_ordered").simulate(500)["mu"]
    assert (mu > 0).all()
    assert (mu.diff(dim=-1) > 0).all()


def test_unlike_numbers_are_not_simulated():
    with pytest.raises(Rejected, match="different distributions") as refused:
        nacre.compile("mu ~ Normal([3, 10], 1) on ordered").simulate(10)
    assert [d.code for d in refused.value.diagnostics] == ["Q673"]


def test_what_cannot_be_drawn_is_inferred_though_nothing_depends_on_it():
    text = "mu ~ Normal([3, 10], 1) on ordered\nx ~ Normal(0, 1)\ny ~ Normal(x, 1)\nobserve y = 1\n"
    cut = pruned(graph_of(text))
    assert "mu" in cut.graph.nodes
    assert not cut.barren


@pytest.mark.parametrize("mu", [[1.0, 3.0, 2.0], [1.0, 1.0, 2.0]], ids=("falling", "equal"))
def test_a_given_vector_must_increase(mu):
    model = nacre.compile(THREE + "data mu[part]: real\nmu ~ Normal(0, 2) on ordered")
    with pytest.raises(Rejected, match="greater than the one before"):
        model.program({"mu": mu})


def test_a_given_vector_must_be_positive_where_it_says_so():
    model = nacre.compile(THREE + "data mu[part]: real\nmu ~ Normal(0, 2) on positive_ordered")
    with pytest.raises(Rejected, match="greater than 0"):
        model.program({"mu": [-1.0, 1.0, 2.0]})


GUIDED = """
dim part = {a, b}
mu[part] ~ Normal(0, 1) on ordered
guide {
    param s: positive = 1.5
    mu[part] ~ Normal(0.2, s) on ordered
}
"""


def guided(n, seed):
    """The guide, its starting values and standard noise for ``n`` draws."""
    guide = nacre.compile(GUIDED).program(guides=["guide"]).guide("guide")
    rng = torch.Generator().manual_seed(seed)
    normal = torch.randn(n, guide.n_normal, generator=rng, dtype=torch.float64)
    uniform = torch.rand(n, guide.n_uniform, generator=rng, dtype=torch.float64)
    return guide, guide.initial.expand(n, -1), normal, uniform, rng


def test_a_guide_of_numbers_in_order_is_normalised():
    """The mean of p / q under q is the mass of p, which is 1."""
    n = 20_000
    guide, params, normal, uniform, rng = guided(n, seed=3)
    values, log_q, log_p = guide.draw(params, normal, uniform, rng)
    assert (values["mu"].diff(dim=-1) > 0).all()
    weight = (log_p - log_q).exp()
    assert abs(weight.mean() - 1) < 5 * weight.std() / n**0.5


def test_the_gradient_of_a_guide_in_order_flows_through_the_sorting():
    """On average it is the slope of E_q[log p - log q] in the guide's scale."""
    n, s = 100_000, 1.5
    guide, params, normal, uniform, rng = guided(n, seed=5)
    baseline = torch.zeros(n, 0, dtype=torch.float64)
    _, gradient, _ = guide.elbo_and_gradient(params, normal, uniform, baseline, rng)
    assert not guide.score_sites
    # sorting cancels in log p - log q: twice d/d(log s) of log s - (s^2 + m^2) / 2
    expected = 2 * (1 - s**2)
    error = gradient[:, 0].std() / n**0.5
    assert abs(gradient[:, 0].mean() - expected) < 5 * error


@pytest.mark.parametrize(
    ("dist", "name", "ends"),
    [
        ("Normal(0, 1) on ordered", SupportName.ORDERED, (None, None)),
        ("Normal(0, 1) on positive_ordered", SupportName.POSITIVE_ORDERED, (None, None)),
        ("Gamma(2, 1) on ordered", SupportName.POSITIVE_ORDERED, (None, None)),
        ("Beta(2, 1) on ordered", SupportName.ORDERED, (0, 1)),
        ("Uniform(-1, 4) on positive_ordered", SupportName.ORDERED, (0, 4)),
    ],
)
def test_the_support_is_the_familys_own_in_order(dist, name, ends):
    support = graph_of(f"{THREE}mu[part] ~ {dist}").nodes["mu"].support
    found = [None if e is None else e.value for e in (support.low, support.high)]
    assert (support.name, *found) == (name, *ends)
