"""Distributions made of distributions, against formulas written out with scipy."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import torch
from nacre.compiler import driver
from nacre.runtime.model import Model
from programs import graph_of, program_of
from scipy import stats
from scipy.special import expit, logsumexp
from test_factors import gradient_gap

HEAD = """
dim row
data y[row]: {kind}
data c[row]: real
p ~ Beta(2, 2)
m ~ Normal(0, 1)
s ~ HalfNormal(1)
y[i in row] ~ {dist}
"""


class Case(NamedTuple):
    """A distribution as it is written, values to look at, and its log density there."""

    dist: str
    kind: str
    y: list
    expected: Callable[..., np.ndarray]  # of y, c, p, m, s


C = [0.5, -0.5, 1.0, 2.0]


def mixture(y, c, p, m, s):
    parts = [np.log(0.3) + stats.norm.logpdf(y, m, 1), np.log(0.7) + stats.norm.logpdf(y, 3, s)]
    return logsumexp(parts, axis=0)


def unlike(y, c, p, m, s):
    """A normal beside an exponential, which has no density below 0."""
    parts = [np.log(p) + stats.norm.logpdf(y, m, 1), np.log1p(-p) + stats.expon.logpdf(y)]
    return logsumexp(parts, axis=0)


def spike(y, c, p, m, s):
    return np.where(y == 0, np.log(p), np.log1p(-p) + stats.norm.logpdf(y, m, s))


def inflated(y, c, p, m, s):
    rest = np.log1p(-p) + stats.poisson.logpmf(y, s)
    return np.where(y == 0, np.logaddexp(np.log(p), rest), rest)


def hurdle(y, c, p, m, s):
    rest = np.log1p(-p) + stats.poisson.logpmf(y, s) - np.log1p(-np.exp(-s))
    return np.where(y == 0, np.log(p), rest)


def hurdle_of_lengths(y, c, p, m, s):
    with np.errstate(divide="ignore"):
        rest = np.log1p(-p) + stats.lognorm.logpdf(y, s, scale=np.exp(m))
    return np.where(y == 0, np.log(p), rest)


def censored(y, c, p, m, s):
    low, high = -1.0, 2.0
    inside = stats.norm.logpdf(y, m, s)
    tails = np.where(y <= low, stats.norm.logcdf(low, m, s), stats.norm.logsf(high, m, s))
    return np.where((y > low) & (y < high), inside, tails)


def censored_by_row(y, c, p, m, s):
    return np.where(y >= c, stats.norm.logsf(c, m, s), stats.norm.logpdf(y, m, s))


def censored_counts(y, c, p, m, s):
    upper = stats.poisson.logsf(3, s)  # 4 or more
    return np.where(y >= 4, upper, stats.poisson.logpmf(y, s))


def truncated(y, c, p, m, s):
    return stats.poisson.logpmf(y, s) - np.log(stats.poisson.cdf(5, s) - stats.poisson.cdf(0, s))


def chosen(y, c, p, m, s):
    return np.where(c > 0, stats.norm.logpdf(y, m, s), stats.laplace.logpdf(y, m, 1))


def nested(y, c, p, m, s):
    other = logsumexp(
        [np.log(0.5) + stats.norm.logpdf(y, 0, 1), np.log(0.5) + stats.norm.logpdf(y, 5, 1)], axis=0
    )
    return np.where(c > 0, stats.norm.logpdf(y, m, s), other)


CASES = {
    "mixture": Case(
        "Mixture([0.3, 0.7], Normal(m, 1), Normal(3, s))", "real", [-1.0, 0.0, 2.5, 9.0], mixture
    ),
    "unlike": Case(
        "Mixture([p, 1 - p], Normal(m, 1), Exponential(1))", "real", [-1.0, 0.0, 2.5, 1.0], unlike
    ),
    "spike": Case("Mixture([p, 1 - p], Delta(0), Normal(m, s))", "real", [0, 1.5, 0, -2], spike),
    "inflated": Case("ZeroInflated(p, Poisson(s))", "count", [0, 1, 0, 4], inflated),
    "inflated lengths": Case(
        "ZeroInflated(p, LogNormal(m, s))", "real", [0, 1.5, 0, 0.3], hurdle_of_lengths
    ),
    "hurdle": Case("Hurdle(p, Poisson(s))", "count", [0, 1, 0, 4], hurdle),
    "hurdle of lengths": Case(
        "Hurdle(p, LogNormal(m, s))", "real", [0, 1.5, 0, 0.3], hurdle_of_lengths
    ),
    "censored": Case("Censored(Normal(m, s), -1, 2)", "real", [-1, 0.3, 2, 1.9], censored),
    "censored by row": Case(
        "Censored(Normal(m, s), high = c[i])", "real", [0.5, -0.9, 0.0, 2.0], censored_by_row
    ),
    "censored counts": Case("Censored(Poisson(s), 0, 4)", "count", [0, 1, 4, 3], censored_counts),
    "truncated counts": Case("Poisson(s) on (1, 5)", "count", [1, 2, 5, 3], truncated),
    "choice": Case(
        "if c[i] > 0 then Normal(m, s) else Laplace(m, 1)", "real", [0, 1.5, 0, -2], chosen
    ),
    "nested": Case(
        "if c[i] > 0 then Normal(m, s) else Mixture([0.5, 0.5], Normal(0, 1), Normal(5, 1))",
        "real",
        [0, 1.5, 4, -2],
        nested,
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def program_for(case: Case):
    text = HEAD.format(kind=case.kind, dist=case.dist)
    return program_of(graph_of(text), {"y": case.y, "c": C})


@each_case
def test_log_density(case):
    program = program_for(case)
    position = torch.tensor([[0.3, -0.2, 0.4], [-1.0, 0.8, 0.1]], dtype=torch.float64)
    values, _ = program.constrain(position)
    found = program.log_terms(values)["y"]
    p, m, s = (values[n].numpy()[:, None] for n in "pms")
    each = case.expected(np.array(case.y, float), np.array(C), p, m, s)
    np.testing.assert_allclose(found, np.broadcast_to(each, (2, 4)).sum(-1), rtol=1e-10)


@each_case
def test_the_emitted_gradient_is_finite_and_autograds(case):
    program = program_for(case)
    rng = torch.Generator().manual_seed(3)
    position = torch.randn(6, 3, dtype=torch.float64, generator=rng)
    _, gradient = program.log_density_and_gradient(position)
    assert gradient.isfinite().all()
    assert gradient_gap(program, position) < 1e-9


@each_case
def test_draws_come_from_the_density(case):
    """Each value's share of the draws, or the share below some points, is what the density says."""
    text = HEAD.format(kind=case.kind, dist=case.dist)
    model = Model.compile(text).do({"p": 0.3, "m": 0.4, "s": 1.3})
    draws = model.simulate(20_000, {"y": case.y, "c": C}, seed=4)["y"].numpy()
    values = np.arange(0, 12.0) if case.kind == "count" else np.linspace(-12, 16, 5601)
    for row in range(4):
        with np.errstate(divide="ignore"):
            each = case.expected(values, np.full(1, C[row]), 0.3, 0.4, 1.3)
        mass = np.exp(np.broadcast_to(each, values.shape))
        if case.kind == "count":
            allowed = (values >= 1) & (values <= 5) if " on " in case.dist else values <= 11
            allowed &= values <= 4 if "Censored" in case.dist else True
            for value in values[allowed]:
                share = mass[values == value][0]
                assert abs((draws[:, row] == value).mean() - share) < 5 * np.sqrt(share / 20_000)
            assert np.isin(draws[:, row], values[allowed]).mean() > 0.999
        else:
            atoms = [v for v in (0.0, -1.0, 2.0, C[row]) if (draws[:, row] == v).mean() > 0.01]
            for atom in atoms:
                share = float(np.exp(case.expected(np.array([atom]), C[row], 0.3, 0.4, 1.3))[0])
                assert abs((draws[:, row] == atom).mean() - share) < 5 * np.sqrt(share / 20_000)
            low = -1.0 if "-1" in case.dist else -np.inf
            high = {"Censored(Normal(m, s), -1, 2)": 2.0}.get(case.dist, np.inf)
            high = C[row] if "c[i])" in case.dist and "high" in case.dist else high
            dense = (values > low) & (values < high) & ~np.isin(np.round(values, 9), atoms)
            cut = 0.7 if high > 0.7 else -0.8
            below = (mass * dense)[values < cut].sum() * (values[1] - values[0])
            below += sum((draws[:, row] == a).mean() for a in atoms if a < cut)
            assert abs((draws[:, row] < cut).mean() - below) < 0.02


OCCUPANCY = """
data n: int
dim site = 1..n, visit
data X[site, visit]: count
omega ~ Beta(2, 2)
a ~ Normal(0, 1)
b ~ Normal(0, 1)
w[i in site] ~ Bernoulli(omega)
z[i in site, j in visit] ~ if w[i] then Bernoulli(logit = a) else Delta(0)
X[i in site, j in visit] ~ if z[i, j] then Binomial(5, logit = b) else Delta(0)
"""


def test_nested_states_are_summed_out_plate_by_plate():
    """Occupied sites, visited when the species was there, seen in some of five trials."""
    X = np.array([[0, 2], [0, 0], [5, 0]])
    cut = driver.pruned(graph_of(OCCUPANCY))
    cut = driver.marginalised(cut, {"visit": 2})
    program = program_of(cut.graph, {"n": 3, "X": X.tolist()}, cut=cut)
    position = torch.tensor([[0.3, -0.2, 0.4], [-1.0, 0.8, -2.0]], dtype=torch.float64)
    found, gradient = program.log_density_and_gradient(position)
    values, jacobian = program.constrain(position)
    omega, a, b = (values[k].numpy()[:, None, None] for k in ("omega", "a", "b"))
    seen = expit(a) * stats.binom.pmf(X, 5, expit(b)) + (1 - expit(a)) * (X == 0)
    site = omega[..., 0] * seen.prod(-1) + (1 - omega[..., 0]) * (X == 0).all(-1)
    prior = stats.beta.logpdf(omega[:, 0, 0], 2, 2) + stats.norm.logpdf(a[:, 0, 0])
    prior += stats.norm.logpdf(b[:, 0, 0])
    np.testing.assert_allclose(found, np.log(site).sum(-1) + prior + jacobian.numpy(), rtol=1e-12)
    assert gradient.isfinite().all()
    step = 1e-6
    for k in range(3):
        d = torch.zeros(3, dtype=torch.float64)
        d[k] = step
        up, _ = program.log_density_and_gradient(position + d)
        down, _ = program.log_density_and_gradient(position - d)
        np.testing.assert_allclose(gradient[:, k], (up - down) / (2 * step), rtol=1e-6, atol=1e-6)


def test_a_mixture_over_a_dimension():
    text = """
dim row, part
data y[row]: real
theta[part] ~ Dirichlet(1)
mu[k in part] ~ Normal(0, 2)
y[i in row] ~ Mixture(k in part)(theta[k], Normal(mu[k], 1))
"""
    y = [0.5, -1.0, 3.0]
    program = program_of(graph_of(text), {"y": y, "part": 3})
    rng = torch.Generator().manual_seed(5)
    position = torch.randn(4, program.n, dtype=torch.float64, generator=rng)
    values, _ = program.constrain(position)
    theta, mu = values["theta"].numpy(), values["mu"].numpy()
    parts = np.log(theta)[:, None] + stats.norm.logpdf(np.array(y)[:, None], mu[:, None], 1)
    expected = logsumexp(parts, axis=-1).sum(-1)
    np.testing.assert_allclose(program.log_terms(values)["y"], expected, rtol=1e-12)
    assert gradient_gap(program, position) < 1e-10


def test_the_same_mixture_summed_out_by_its_states():
    """A mixture is what is left of a label when it is summed out."""
    data = {"y": [0.5, -1.0, 3.0]}
    head = "dim row, part = {a, b}\ndata y[row]: real\nmu[k in part] ~ Normal(0, 2)\n"
    labels = head + "w[k in part] = if k == a then 0.3 else 0.7\n"
    labels += "z[i in row] ~ Categorical(w)\ny[i in row] ~ Normal(mu[z[i]], 1)"
    whole = head + "y[i in row] ~ Mixture([0.3, 0.7], Normal(mu[a], 1), Normal(mu[b], 1))"
    cut = driver.marginalised(driver.pruned(graph_of(labels)), {"row": 3})
    summed = program_of(cut.graph, data, cut=cut)
    mixed = program_of(graph_of(whole), data)
    position = torch.tensor([[0.3, -1.2], [2.0, 0.1]], dtype=torch.float64)
    for one, other in zip(
        summed.log_density_and_gradient(position), mixed.log_density_and_gradient(position),
        strict=True,
    ):  # fmt: skip
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_a_latent_mixture_is_fitted():
    text = "x ~ Mixture([0.5, 0.5], Normal(0, 1), Normal(0, 3))\ny ~ Normal(x, 1)\nobserve y = 2"
    program = program_of(graph_of(text), {})
    position = torch.tensor([[0.3], [-2.0]], dtype=torch.float64)
    assert gradient_gap(program, position) < 1e-12


def test_vectors_mix_too():
    text = """
dim k = {a, b}
data y[k]: real
C[i in k, j in k] = 1.0 * (i == j)
m ~ Normal(0, 1)
y ~ Mixture([0.4, 0.6], MvNormal(m, cov = C), MvNormal(3, cov = C))
"""
    program = program_of(graph_of(text), {"y": [0.5, 1.0]})
    found = program.log_terms({"m": torch.tensor(0.3, dtype=torch.float64)})["y"].item()
    one = stats.norm.logpdf([0.5, 1.0], 0.3, 1).sum()
    two = stats.norm.logpdf([0.5, 1.0], 3, 1).sum()
    assert found == pytest.approx(np.logaddexp(np.log(0.4) + one, np.log(0.6) + two))


def test_the_density_of_a_mixture_as_an_expression():
    text = "x ~ Normal(0, 1)\nfactor f = logpdf(Mixture([0.5, 0.5], Normal(0, 1), Normal(4, 1)), x)"
    program = program_of(graph_of(text), {})
    found = program.log_terms({"x": torch.tensor(1.0, dtype=torch.float64)})["f"].item()
    parts = stats.norm.logpdf(1, [0, 4], 1) + np.log(0.5)
    assert found == pytest.approx(logsumexp(parts))


def test_a_latent_count_between_ends_is_summed_out():
    text = "k ~ Poisson(2) on (0, 6)\ny ~ Normal(k, 1)\nm ~ Normal(0, 1)\nx ~ Normal(m, 1)\n"
    text += "observe y = 2.5\nobserve x = 0"
    cut = driver.marginalised(driver.pruned(graph_of(text)))
    program = program_of(cut.graph, {}, cut=cut)
    found, _ = program.log_density_and_gradient(torch.zeros(1, dtype=torch.float64))
    k = np.arange(7)
    weights = stats.poisson.pmf(k, 2) / stats.poisson.cdf(6, 2)
    expected = np.log((weights * stats.norm.pdf(2.5, k, 1)).sum()) + 2 * stats.norm.logpdf(0)
    assert found.item() == pytest.approx(expected)


def test_parameters_of_a_part_stay_one_number_for_all_rows():
    """A latent size is never outside of what it may be, so no row needs another in its place."""
    text = (
        "dim row\ndata y[row]: count\nphi ~ Gamma(2, 1)\nm ~ Normal(0, 1)\n"
        "y[i in row] ~ ZeroInflated(0.2, NegativeBinomial(log = m, phi = phi))"
    )
    gradient = Model.compile(text).code.split("def log_density_and_gradient")[1]
    assert gradient.split("\ndef ")[0].count("phi.lgamma()") == 1
    assert "phi[..., None].lgamma()" not in gradient
