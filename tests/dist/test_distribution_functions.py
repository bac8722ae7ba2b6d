"""Laws of the distribution functions, quantiles and moments in the rows."""

from math import inf

import numpy as np
import pytest
import torch
from nacre.compiler.differentiate import differentiate
from nacre.compiler.formula import (
    expand_cdf,
    expand_draw,
    expand_log_mass,
    expand_mean,
    expand_survival,
    expand_variance,
    has_draw,
)
from nacre.runtime.dist import orderedlogistic, orderedprobit
from scipy import stats

from .cases import CASES, CONTINUOUS, COVARIANCE, NUMBERS, Case, over
from .test_draws import LEVEL
from .test_formula import AT_AN_END, Inputs, drawn, points

WITH_CDF = {k: c for k, c in NUMBERS.items() if c.row.cdf is not None}


@over({k: c for k, c in WITH_CDF.items() if c.form == c.row.forms[0].name})
def test_the_cdf_formula_is_the_cdf_function(case):
    i = Inputs(case, known=True)
    (actual,) = i.run(expand_cdf(i.b, case.row, i.args, i.value("x", points(case))))
    expected = case.module.cdf(points(case), *case.tensors())
    torch.testing.assert_close(actual, expected.expand(actual.shape), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("family", [orderedlogistic, orderedprobit])
def test_positions_up_to_any_number(family):
    x, cuts = torch.tensor([-1.0, -0.5, 0.5, 1.9, 2.0, 7.0]).double(), torch.tensor([-0.5, 1.3])
    mass = family.log_prob(torch.arange(3).double(), 0.4, cuts.double()).exp()
    expected = torch.stack([mass[: max(0, int(k) + 1)].sum() for k in x.floor()])
    torch.testing.assert_close(family.cdf(x, 0.4, cuts.double()), expected)


@over({k: c for k, c in WITH_CDF.items() if c.family != "LogitNormal"})
def test_every_form_has_scipys_cdf_and_upper_tail(case):
    i = Inputs(case, known=True)
    x = i.value("x", points(case))
    below, above = i.run(
        expand_cdf(i.b, case.row, i.args, x, case.form_row),
        expand_survival(i.b, case.row, i.args, x, case.form_row),
    )
    frozen = case.frozen
    np.testing.assert_allclose(below[0].detach(), frozen.cdf(case.points), rtol=1e-8, atol=1e-14)
    # a tail to its own precision only where the row has a formula for it
    atol = 1e-14 if case.row.survival is None else 1e-300
    np.testing.assert_allclose(above[0].detach(), frozen.sf(case.points), rtol=1e-8, atol=atol)


@over({k: c for k, c in CONTINUOUS.items() if c.row.quantile is not None})
def test_quantiles_undo_the_distribution_function(case):
    """By the draw between two ends: a level of one half between F(low) and F(high)."""
    i = Inputs(case)
    low, high = sorted(case.points)[1:3]
    half = HalfWay(i)
    ends = [i.b.const(e) for e in (low, high)]
    middle = expand_draw(
        i.b, case.row, case.form_row, i.args, (1,), half, low=ends[0], high=ends[1]
    )
    i.args = [i.b.unsqueeze(v, (-1,)) for v in i.leaves]
    levels = (expand_cdf(i.b, case.row, i.args, v, case.form_row) for v in (*ends, middle))
    below, up_to, at = i.run(*levels)
    torch.testing.assert_close(at, (0.5 * (below + up_to)).expand(at.shape), rtol=1e-9, atol=1e-14)


class HalfWay:
    """Noise that is always one half."""

    def __init__(self, inputs):
        self.b = inputs.b

    def uniform(self, shape):
        return self.b.expand(self.b.const(0.5), shape)


BETWEEN = {
    "normal": (Case("Normal", "", (0.3, 1.7), (0.0,)), {"low": 0.5, "high": 2.0}),
    "half of a normal": (Case("Normal", "", (0.3, 1.7), (0.0,)), {"low": 0.0}),
    "left of a cauchy": (Case("Cauchy", "", (0.3, 1.7), (0.0,)), {"high": -1.0}),
    "exponential": (Case("Exponential", "", (0.4,), (0.0,)), {"low": 1.0, "high": 3.0}),
    "uniform": (Case("Uniform", "", (-1.5, 2.0), (0.0,)), {"low": 0.0}),
}


@pytest.mark.parametrize(("case", "ends"), BETWEEN.values(), ids=BETWEEN.keys())
def test_restricted_draws_follow_the_restricted_family(case, ends):
    assert has_draw(case.row, case.form_row, restricted=True)
    i, draw = drawn(case, **ends)
    x = i.run(draw)[0][0].detach().numpy()
    low, high = ends.get("low", -inf), ends.get("high", inf)
    assert ((low <= x) & (x <= high)).all()
    below, up_to = case.frozen.cdf([low, high])
    assert stats.kstest(x, lambda v: (case.frozen.cdf(v) - below) / (up_to - below)).pvalue > LEVEL


FAR = {
    **{k: (c, c.edges[0] if c.edges else None, None) for k, c in WITH_CDF.items()},
    "normal tail": (CASES["normal"], 80.0, None),
    "normal left tail": (CASES["normal"], None, -80.0),
    "normal slice": (CASES["normal"], 9.0, 9.5),
    "logistic slice": (CASES["logistic-wide"], 90.0, 91.0),
    "exponential tail": (CASES["exponential"], 5e3, None),
    "exponential slice": (CASES["exponential"], 60.0, 61.0),
    "counts above": (CASES["poisson"], 1.0, None),
    "counts between": (CASES["poisson"], 2.0, 5.0),
    "tries": (CASES["geometric-logit"], 2.0, 5.0),
}


@pytest.mark.parametrize(("case", "low", "high"), FAR.values(), ids=FAR.keys())
def test_the_mass_of_an_interval_is_scipys(case, low, high):
    i = Inputs(case, plates=0, known=True)
    ends = [None if e is None else i.b.const(e) for e in (low, high)]
    (actual,) = i.run(expand_log_mass(i.b, case.row, case.form_row, i.args, *ends))
    expected = log_mass(case, low, high)
    np.testing.assert_allclose(actual.detach(), expected, rtol=1e-6, atol=1e-12)


def test_an_end_that_cuts_nothing_off_leaves_the_gradient_alone():
    """The distribution function of a LogNormal at 0 has the slope 0 * inf."""
    case = CASES["lognormal"]
    i = Inputs(case, plates=0)
    ends = (i.b.const(0.0), i.b.const(3.0))
    mass = expand_log_mass(i.b, case.row, case.form_row, i.args, *ends)
    free = expand_log_mass(i.b, case.row, case.form_row, i.args, None, ends[1])
    assert mass is free
    assert all(
        g.isfinite().all() for g in i.run(*differentiate([(mass, i.b.const(1.0))], i.leaves, i.b))
    )


def log_mass(case, low, high):
    if low is None and high is None:
        return 0.0
    frozen, step = case.frozen, 1 if case.discrete else 0
    if low is None:
        return frozen.logcdf(high)
    if high is None:
        return frozen.logsf(low - step)
    return np.log(frozen.sf(low - step) - frozen.sf(high))


MOMENTS = {
    k: c
    for k, c in NUMBERS.items()
    if c.family not in ("LogitNormal", "HalfStudentT") and k not in ("cauchy", "student-1")
}


@over({k: c for k, c in MOMENTS.items() if c.row.mean is not None})
def test_mean_and_variance_are_scipys(case):
    i = Inputs(case, plates=0)
    mean, variance = i.run(
        expand_mean(i.b, case.row, case.form_row, i.args),
        expand_variance(i.b, case.row, case.form_row, i.args),
    )
    np.testing.assert_allclose(mean.detach(), case.frozen.mean(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(variance.detach(), case.frozen.var(), rtol=1e-8, atol=1e-12)


def test_moments_of_half_of_a_student():
    """Against draws: scipy has no such distribution."""
    case = CASES["halfstudent"]
    i = Inputs(Case("HalfStudentT", "", (9.0, 2.5), ()), plates=0)
    mean, variance = i.run(
        expand_mean(i.b, case.row, case.form_row, i.args),
        expand_variance(i.b, case.row, case.form_row, i.args),
    )
    whole = stats.t(9.0, scale=2.5)
    half = 2 * whole.expect(lambda x: x, lb=0)
    assert mean[0].item() == pytest.approx(half)
    assert variance[0].item() == pytest.approx(whole.var() - half**2)


def test_moments_of_vectors():
    dirichlet, mv = CASES["dirichlet"], CASES["mvnormal-chol"]
    i, j = Inputs(dirichlet, plates=0), Inputs(mv, plates=0)
    expected = stats.dirichlet(dirichlet.params[0])
    moments = (
        f(i.b, dirichlet.row, dirichlet.form_row, i.args) for f in (expand_mean, expand_variance)
    )
    mean, variance = i.run(*moments)
    np.testing.assert_allclose(mean[0].detach(), expected.mean())
    np.testing.assert_allclose(variance[0].detach(), expected.var())
    moments = (f(j.b, mv.row, mv.form_row, j.args) for f in (expand_mean, expand_variance))
    mean, variance = j.run(*moments)
    np.testing.assert_allclose(mean[0].detach(), mv.params[0])
    np.testing.assert_allclose(variance[0].detach(), np.diag(COVARIANCE))


VECTOR_MOMENTS = {
    "multinomial": lambda n, p: (
        stats.multinomial(n, p).mean(),
        np.diag(stats.multinomial(n, p).cov()),
    ),
    "dirichletmultinomial": lambda n, a: (
        stats.dirichlet_multinomial(a, int(n)).mean(),
        stats.dirichlet_multinomial(a, int(n)).var(),
    ),
    "mvstudentt-cov": lambda df, loc, cov: (loc, np.diag(cov) * df / (df - 2)),
    "dirichlet": lambda a: (stats.dirichlet(a).mean(), stats.dirichlet(a).var()),
}


@pytest.mark.parametrize("name", VECTOR_MOMENTS)
def test_moments_of_vectors_stand_on_plates(name):
    case = CASES[name]
    i = Inputs(case)
    mean, variance = i.run(
        *(f(i.b, case.row, case.form_row, i.args) for f in (expand_mean, expand_variance))
    )
    expected = VECTOR_MOMENTS[name](*map(np.array, case.params))
    np.testing.assert_allclose(mean[0, 0].detach(), expected[0])
    np.testing.assert_allclose(variance[0, 0].detach(), expected[1])


@pytest.mark.parametrize("name", ["wishart", "inversewishart"])
def test_moments_of_covariances_are_scipys(name):
    case = CASES[name]
    df = 6.5  # the variance of an InverseWishart of three numbers needs more than 6
    i = Inputs(Case(case.family, "", (df, COVARIANCE), ()), plates=0)
    mean, variance = i.run(
        *(f(i.b, case.row, case.form_row, i.args) for f in (expand_mean, expand_variance))
    )
    frozen = getattr(stats, name.replace("inverse", "inv"))(df, COVARIANCE)
    np.testing.assert_allclose(mean[0].detach(), frozen.mean())
    np.testing.assert_allclose(variance[0].detach(), frozen.var())


SLOPED = {
    k: c
    for k, c in WITH_CDF.items()
    if c.form == c.row.forms[0].name and k not in AT_AN_END and c.family != "HyperGeometric"
}


@over(SLOPED)
def test_the_emitted_gradient_of_a_cdf_is_autograds(case):
    """What normalises a restricted support moves with the parameters."""
    i = Inputs(case, known=True)
    x = i.value("x", points(case))
    total = i.b.reduce("sum", expand_cdf(i.b, case.row, i.args, x), (-1,))
    actual = i.run(*differentiate([(total, i.b.const(1.0))], i.leaves, i.b))
    params = [i.tensors[p.name] for p in case.form_row.params]
    spread = (p.unsqueeze(1) if p.ndim else p for p in params)
    value = case.module.cdf(points(case), *spread).sum()
    moving = [i.tensors[v.name] for v in i.leaves]
    expected = torch.autograd.grad(value, moving)
    assert all(
        torch.allclose(a.expand(e.shape), e, rtol=1e-7, atol=1e-9)
        for a, e in zip(actual, expected, strict=True)
    )
