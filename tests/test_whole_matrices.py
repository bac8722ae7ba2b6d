"""Matrices of truth values where real numbers are meant: a unit matrix is `i == j`."""

import numpy as np
import pytest
import torch
from nacre.runtime.model import Model
from scipy import stats

HEAD = "dim k = {a, b}\nU[i in k, j in k] = i == j\n"
FORMULAS = {
    "logdet(U)": 0.0,
    "det(U)": 1.0,
    "sum(inverse(U))": 2.0,
    "sum(cholesky(U))": 2.0,
    "sum(eigenvalues(U))": 2.0,
    "sum(solve(U, U))": 2.0,
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_functions_of_a_unit_matrix(formula):
    program = Model.compile(f"{HEAD}x ~ Normal(0, 1)\nz = x + {formula}").program()
    values = program.complete({"x": torch.tensor(0.0).double()}, (), torch.Generator())
    assert values["z"].item() == pytest.approx(FORMULAS[formula])


def test_a_unit_matrix_is_the_scale_of_a_covariance():
    program = Model.compile(f"{HEAD}P[k, k] ~ Wishart(5, U)\nm[k] ~ MvNormal(0, cov = U)").program()
    P = torch.tensor([[2.0, 0.3], [0.3, 1.0]], dtype=torch.float64)
    terms = program.log_terms({"P": P, "m": torch.zeros(2, dtype=torch.float64)})
    assert terms["P"].item() == pytest.approx(stats.wishart.logpdf(P.numpy(), 5, np.eye(2)))
    value, gradient = program.log_density_and_gradient(torch.zeros(5, dtype=torch.float64))
    assert value.isfinite()
    assert gradient.isfinite().all()
    drawn = program.simulate((3,), torch.Generator().manual_seed(0))
    assert drawn["P"].shape == (3, 2, 2)
