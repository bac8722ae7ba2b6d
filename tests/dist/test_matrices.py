"""Families of whole matrices: what is known of their draws, and where they do not exist."""

import numpy as np
import pytest
import torch
from nacre.compiler.formula import expand_density, expand_mean
from nacre.runtime.dist.special import multigamma
from scipy import special, stats

from .cases import CASES, COVARIANCE, over
from .test_draws import LEVEL, N, draw
from .test_formula import Inputs

LKJ = {k: c for k, c in CASES.items() if c.family.startswith("LKJ")}
WISHARTS = {k: c for k, c in CASES.items() if c.family.endswith("Wishart")}


def correlations(case):
    x = draw(case, N)
    return (x @ x.mT if case.family == "LKJCholesky" else x).numpy()


@over(LKJ)
def test_every_correlation_has_the_same_beta_marginal(case):
    r, a = correlations(case), case.params[0] + 0.5
    p = [
        stats.kstest((r[:, i, j] + 1) / 2, stats.beta(a, a).cdf).pvalue
        for i, j in zip(*np.tril_indices(3, -1), strict=True)
    ]
    assert min(p) > LEVEL


@over(LKJ)
def test_the_determinant_is_a_product_of_beta_variables(case):
    """Of the squared diagonal of the factor, row by row."""
    r, eta = correlations(case), case.params[0]
    diagonal = np.linalg.cholesky(r)[:, [1, 2], [1, 2]] ** 2
    p = [
        stats.kstest(diagonal[:, 0], stats.beta(eta + 0.5, 0.5).cdf).pvalue,
        stats.kstest(diagonal[:, 1], stats.beta(eta, 1.0).cdf).pvalue,
    ]
    assert min(p) > LEVEL


@over(WISHARTS)
def test_draws_have_the_mean_of_the_family(case):
    x, i = draw(case, N), Inputs(case, plates=0)
    (mean,) = i.run(expand_mean(i.b, case.row, case.form_row, i.args))
    error = x.std(0) / N**0.5
    assert ((x.mean(0) - mean[0].detach()).abs() < 5 * error).all()
    df, n = case.params[0], 3
    exact = df if case.family == "Wishart" else 1 / (df - n - 1)
    np.testing.assert_allclose(mean[0].detach(), exact * np.array(COVARIANCE))


@over({k: c for k, c in WISHARTS.items() if c.family == "Wishart"})
def test_quadratic_forms_of_wishart_draws_are_chi_squared(case):
    x, a = draw(case, N).numpy(), np.array([0.3, -1.0, 2.0])
    forms = np.einsum("i,nij,j->n", a, x, a) / (a @ np.array(COVARIANCE) @ a)
    assert stats.kstest(forms, stats.chi2(case.params[0]).cdf).pvalue > LEVEL


@over({k: c for k, c in WISHARTS.items() if c.family == "InverseWishart"})
def test_the_diagonal_of_inverse_wishart_draws_is_inverse_gamma(case):
    x, df = draw(case, N).numpy(), case.params[0]
    p = [
        stats.kstest(
            x[:, i, i], stats.invgamma((df - 2) / 2, scale=COVARIANCE[i][i] / 2).cdf
        ).pvalue
        for i in range(3)
    ]
    assert min(p) > LEVEL


@over(WISHARTS)
@pytest.mark.parametrize("df", (2.0, 0.5, 1.7))
def test_too_few_degrees_of_freedom_give_no_density_and_no_draw(case, df):
    """Gamma functions have values below zero: left alone, they would make up a density."""
    params = (torch.tensor(df, dtype=torch.float64), torch.tensor(COVARIANCE))
    assert case.log_prob(case.x(), *params).isnan().all()
    assert case.sample(*params, shape=(2,), rng=torch.Generator()).isnan().any()
    i = Inputs(case)
    i.tensors["df"] = torch.full((2,), df, dtype=torch.float64)
    value = expand_density(i.b, case.row, case.form_row, i.value("x", case.x()), i.args)
    assert i.run(value)[0].isnan().all()


@pytest.mark.parametrize("n", (0, 1, 2, 5))
def test_the_multivariate_gamma_function_is_scipys(n):
    a = torch.tensor([3.0, 11.5], dtype=torch.float64)
    expected = special.multigammaln(a.numpy(), n) if n else np.zeros(2)
    np.testing.assert_allclose(multigamma(a, n), expected, atol=1e-14)
