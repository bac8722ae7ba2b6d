"""Laws of the torch samplers: right distribution, inside the support, from the generator alone.

Every test draws with a fixed seed, so it always does the same; the levels are such that a right
sampler passes with nearly any seed (p > 1e-4).
"""

from math import inf

import numpy as np
import pytest
import torch
from nacre.compiler.types import SupportName
from nacre.runtime.dist import draws
from scipy import stats

from .cases import CASES, CONTINUOUS, COVARIANCE, NUMBERS, SCALAR, Case, over

N = 20_000
LEVEL = 1e-4

# mass on one point, or more digits than a float has: the distribution is not continuous there
SMOOTH = {k: c for k, c in CONTINUOUS.items() if k not in ("gamma-small", "beta-horns")}


def rng(seed=11):
    return torch.Generator().manual_seed(seed)


def draw(case, *shape, seed=11, dtype=torch.float64):
    return case.sample(*case.tensors(dtype), shape=shape, rng=rng(seed))


def distribution_function(case):
    match case.family:
        case "LogitNormal":
            return lambda x: stats.norm(*case.params).cdf(np.log(x / (1 - x)))
        case _:
            return case.frozen.cdf


@over(SMOOTH)
def test_draws_follow_the_distribution_function(case):
    assert stats.kstest(draw(case, N).numpy(), distribution_function(case)).pvalue > LEVEL


@over({k: c for k, c in CONTINUOUS.items() if k not in SMOOTH})
def test_draws_of_extreme_shapes_have_the_right_quantiles(case):
    """Half of the mass is nearer to an end than floats resolve: quantiles still count right."""
    x = draw(case, N).numpy()
    levels = case.frozen.ppf([0.3, 0.6, 0.9])
    below = np.array([(x <= q).sum() for q in levels])
    p = [stats.binomtest(int(k), N, q).pvalue for k, q in zip(below, (0.3, 0.6, 0.9), strict=True)]
    assert min(p) > LEVEL


def chi_square(x, case):
    """p-value of counts against masses; rare values are pooled."""
    values, counts = np.unique(x, return_counts=True)
    span = np.arange(values.min(), values.max() + 1)
    expected = N * np.exp(case.log_prob(torch.tensor(span), *case.tensors()).numpy())
    seen = np.zeros(len(span))
    seen[(values - values.min()).astype(int)] = counts
    common = expected > 8
    rest_seen, rest = N - seen[common].sum(), N - expected[common].sum()
    if rest > 8:
        seen, expected = np.append(seen[common], rest_seen), np.append(expected[common], rest)
    else:
        seen, expected = seen[common], expected[common] * seen[common].sum() / (N - rest)
    return stats.chisquare(seen, expected).pvalue if len(seen) > 1 else 1.0


COUNTED = {k: c for k, c in SCALAR.items() if c.discrete and k != "poisson-large"}


@over(COUNTED)
def test_counts_follow_the_masses(case):
    assert chi_square(draw(case, N).numpy(), case) > LEVEL


def test_large_counts_have_their_mean_and_spread():
    case = CASES["poisson-large"]
    z = (draw(case, N) - case.params[0]) / case.params[0] ** 0.5
    assert abs(z.mean()) < 4.5 / N**0.5
    assert abs((z**2).mean() - 1) < 4.5 * (2 / N) ** 0.5


@over({k: c for k, c in CASES.items() if c.family == "Dirichlet"})
def test_dirichlet_marginals_are_beta(case):
    x, (a,) = draw(case, N).numpy(), case.params
    p = [stats.kstest(x[:, i], stats.beta(a[i], sum(a) - a[i]).cdf).pvalue for i in range(3)]
    assert min(p) > LEVEL
    np.testing.assert_allclose(x.sum(-1), 1)


def test_tiny_concentrations_keep_their_proportions():
    """All gamma variables underflow; a draw is then nearly one-hot, in proportion."""
    x = Case("Dirichlet", "", ([1e-4, 3e-4],), ()).sample(
        torch.tensor([1e-4, 3e-4], dtype=torch.float64), shape=(N,), rng=rng()
    )
    first = int((x[:, 0] > 0.5).sum())
    assert stats.binomtest(first, N, 0.25).pvalue > LEVEL


@over({k: c for k, c in CASES.items() if c.family == "MvNormal"})
def test_whitened_draws_are_standard(case):
    centred = draw(case, N).numpy() - np.array(case.params[0])
    z = np.linalg.solve(np.linalg.cholesky(COVARIANCE), centred.T)
    assert min(stats.kstest(row, "norm").pvalue for row in z) > LEVEL
    off = np.corrcoef(z)[np.triu_indices(3, 1)]
    assert np.abs(off).max() < 4.5 / np.sqrt(N)


@over({k: c for k, c in CASES.items() if c.family == "Multinomial"})
def test_outcomes_of_trials_are_binomial(case):
    x = draw(case, N).numpy()
    n, p = case.params
    p = np.exp(p) / np.exp(p).sum() if case.form else p
    assert (x.sum(-1) == n).all()
    for seen, share in zip(x.T, p, strict=True):
        expected = N * stats.binom(n, share).pmf(np.arange(n + 1))
        pooled = expected > 8
        counts = np.bincount(seen.astype(int), minlength=int(n) + 1)
        both = [np.append(v[pooled], v[~pooled].sum() + 1e-9) for v in (counts, expected)]
        assert stats.chisquare(both[0], both[1] * both[0].sum() / both[1].sum()).pvalue > LEVEL


@over({k: c for k, c in CASES.items() if c.family == "DirichletMultinomial"})
def test_outcomes_of_trials_with_random_shares_are_beta_binomial(case):
    x = draw(case, N).numpy()
    n, a = case.params
    assert (x.sum(-1) == n).all()
    for seen, own in zip(x.T, a, strict=True):
        expected = N * stats.betabinom(n, own, sum(a) - own).pmf(np.arange(n + 1))
        counts = np.bincount(seen.astype(int), minlength=int(n) + 1)
        assert stats.chisquare(counts, expected).pvalue > LEVEL


@over({k: c for k, c in CASES.items() if c.family == "MvStudentT"})
def test_whitened_draws_are_student(case):
    centred = draw(case, N).numpy() - np.array(case.params[1])
    z = np.linalg.solve(np.linalg.cholesky(COVARIANCE), centred.T)
    df = case.params[0]
    assert min(stats.kstest(row, stats.t(df).cdf).pvalue for row in z) > LEVEL
    # one mixing number for each vector: squared lengths over n are an F variable
    assert stats.kstest((z**2).sum(0) / 3, stats.f(3, df).cdf).pvalue > LEVEL


@over(CASES)
def test_draws_are_inside_the_support(case):
    x = draw(case, 2_000)
    assert (case.log_prob(x, *case.tensors()) > -inf).all()


@over(CASES)
def test_one_seed_gives_one_draw_and_the_global_generator_is_left_alone(case):
    before = torch.get_rng_state()
    assert torch.equal(draw(case, 5), draw(case, 5))
    assert torch.equal(before, torch.get_rng_state())


@over(CASES)
def test_draws_keep_the_dtype_of_the_parameters(case):
    x = draw(case, 4, 2, dtype=torch.float32)
    assert x.dtype == (torch.int64 if case.row.support is SupportName.INDEX else torch.float32)
    assert x.shape[:2] == (4, 2)


@over(NUMBERS)
def test_numbers_alone_draw_in_the_dtype_asked_for(case):
    x = case.sample(*case.params, shape=(3,), rng=rng(), dtype=torch.float32)
    assert x.dtype == torch.float32
    assert case.sample(*case.params, shape=(3,), rng=rng()).dtype == torch.float64


@over(CASES)
def test_parameters_of_a_batch_spread_over_the_shape(case):
    """Parameters (4, 1) against a shape of (4, 2000): every row is its own distribution."""
    params = [torch.stack([p] * 4).unsqueeze(1) for p in case.tensors()]
    x = case.sample(*params, shape=(4, 2_000), rng=rng())
    assert x.shape[:2] == (4, 2_000)
    assert len({tuple(row.flatten()[:50].tolist()) for row in x}) == 4 or x.double().std() == 0


REPARAMETERISED = {k: c for k, c in CASES.items() if c.form_row.draw is not None}


@over(REPARAMETERISED)
def test_gradients_flow_through_draws(case):
    params = [p.requires_grad_() for p in case.tensors()]
    x = case.sample(*params, shape=(64,), rng=rng())
    gradients = torch.autograd.grad((x**2).sum(), params)
    assert all(g.isfinite().all() and (g != 0).any() for g in gradients)


MOVES = {
    "gamma": (Case("Gamma", "", (2.5, 0.7), ()), (1 / 0.7, -2.5 / 0.7**2)),
    "gamma-small": (Case("Gamma", "", (0.05, 2.0), ()), (0.5, -0.05 / 4)),
    "beta": (Case("Beta", "", (2.0, 3.5), ()), (3.5 / 5.5**2, -2.0 / 5.5**2)),
    "beta-horns": (Case("Beta", "", (0.3, 0.1), ()), (0.1 / 0.16, -0.3 / 0.16)),
    "student": (Case("StudentT", "", (4.5, -0.4, 0.6), ()), (0.0, 1.0, 0.0)),
    "weibull": (Case("Weibull", "", (1.0, 2.0), ()), (-2.0 * (1 - 0.5772156649), 1.0)),
    "inversegaussian": (Case("InverseGaussian", "", (1.4, 2.3), ()), (1.0, 0.0)),
    "normal": (Case("Normal", "", (0.3, 1.7), ()), (1.0, 0.0)),
    "lognormal": (Case("LogNormal", "", (0.0, 0.5), ()), (np.exp(0.125), 0.5 * np.exp(0.125))),
}


@pytest.mark.parametrize(("case", "slopes"), MOVES.values(), ids=MOVES.keys())
def test_the_mean_of_the_gradient_is_the_gradient_of_the_mean(case, slopes):
    params = [p.expand(N).clone().requires_grad_() for p in case.tensors()]
    x = case.sample(*params, shape=(N,), rng=rng())
    gradients = torch.stack(torch.autograd.grad(x.sum(), params))
    error = gradients.std(-1) / N**0.5
    assert ((gradients.mean(-1) - torch.tensor(slopes)).abs() < 4.5 * error + 1e-12).all()


SQUARES = {
    "inversegaussian": (CASES["inversegaussian"], (3 * 1.4**2 / 2.3, -(1.4**3) / 2.3**2)),
    "inversegaussian-wide": (Case("InverseGaussian", "", (3.0, 1.0), ()), (27.0, -27.0)),
}


@pytest.mark.parametrize(("case", "slopes"), SQUARES.values(), ids=SQUARES.keys())
def test_the_gradient_of_the_variance_comes_from_the_draws(case, slopes):
    """Of ``mu^3 / shape``: the mean alone says nothing about the shape."""
    params = [p.expand(10 * N).clone().requires_grad_() for p in case.tensors()]
    x = case.sample(*params, shape=(10 * N,), rng=rng())
    gradients = torch.stack(torch.autograd.grad(((x - case.params[0]) ** 2).sum(), params))
    error = gradients.std(-1) / (10 * N) ** 0.5
    assert ((gradients.mean(-1) - torch.tensor(slopes)).abs() < 4.5 * error).all()


def test_uniform_noise_never_touches_the_ends():
    """float32 has few enough steps for a plain draw to hit 0."""
    u = draws.uniform(torch.empty(30_000_000, dtype=torch.float32), rng=rng())
    assert 0 < u.min() < 1e-6
    assert 1 - 1e-6 < u.max() < 1


CERTAIN = {
    "bernoulli 1": (Case("Bernoulli", "", (1.0,), ()), 1.0),
    "bernoulli 0": (Case("Bernoulli", "", (0.0,), ()), 0.0),
    "binomial 1": (Case("Binomial", "", (7.0, 1.0), ()), 7.0),
    "binomial 0": (Case("Binomial", "", (7.0, 0.0), ()), 0.0),
    "poisson 0": (Case("Poisson", "", (0.0,), ()), 0.0),
    "geometric 1": (Case("Geometric", "", (1.0,), ()), 0.0),
    "categorical": (Case("Categorical", "", ([0.0, 1.0, 0.0],), ()), 1.0),
    "delta": (Case("Delta", "", (2.5,), ()), 2.5),
}


@pytest.mark.parametrize(("case", "value"), CERTAIN.values(), ids=CERTAIN.keys())
def test_certain_outcomes_are_certain(case, value):
    assert set(draw(case, 500).tolist()) == {value}
