"""Gaussian processes written from their kernels, against NumPy."""

import re
from pathlib import Path

import nacre
import numpy as np
import pytest
import torch
from scipy import stats

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "gaussian_process"


def at(program, seed=0):
    rng = torch.Generator().manual_seed(seed)
    values, _ = program.constrain(0.3 * torch.randn(program.n, dtype=torch.float64, generator=rng))
    return values, {n: v.numpy() for n, v in values.items()}


def kernel(x, length):
    return np.exp(-((x[:, None] - x) ** 2) / (2 * length**2))


def test_the_regression():
    model = nacre.load(EXAMPLES / "regression.ppl")
    program = model.program(EXAMPLES / "curve.csv")
    values, v = at(program)
    x, y = np.loadtxt(EXAMPLES / "curve.csv", delimiter=",", skiprows=1).T
    c = v["height"] ** 2 * kernel(x, v["length"]) + v["noise"] ** 2 * np.eye(len(x))
    expected = stats.multivariate_normal.logpdf(y, np.zeros(len(x)), c)
    assert program.log_terms(values)["y"].item() == pytest.approx(expected)
    k = v["height"] ** 2 * np.exp(-((x - 3) ** 2) / (2 * v["length"] ** 2))
    found = program.complete(values, (), torch.Generator())["curve_at_3"]
    assert found.item() == pytest.approx(k @ np.linalg.solve(c, y))


def test_the_counts():
    program = nacre.load(EXAMPLES / "counts.ppl").program(EXAMPLES / "accidents.csv")
    values, v = at(program)
    t, counts = np.loadtxt(EXAMPLES / "accidents.csv", delimiter=",", skiprows=1).T
    factor = np.linalg.cholesky(kernel(t, v["length"]) + 1e-8 * np.eye(len(t)))
    rate = np.exp(v["level"] + v["height"] * factor @ v["z"])
    expected = stats.poisson.logpmf(counts, rate).sum()
    assert program.log_terms(values)["accidents"].item() == pytest.approx(expected)


def test_a_process_on_a_grid_by_two_eigendecompositions():
    """The model of the how-to: its factor is the density of all values, but for a constant."""
    page = (ROOT / "docs" / "how-to" / "gaussian-process.md").read_text(encoding="utf-8")
    (text,) = (m for m in re.findall(r"```ppl[^\n]*\n(.*?)```", page, re.S) if "eigen" in m)
    a, b = np.array([0.0, 0.7, 1.1, 2.0]), np.array([-1.0, 0.1, 0.5])
    grid = np.random.default_rng(1).normal(size=(4, 3))
    program = nacre.compile(text).program({"a": a, "b": b, "Y": grid})
    values, v = at(program)
    c = np.kron(kernel(a, v["length"]), kernel(b, v["length"])) + v["noise"] ** 2 * np.eye(12)
    exact = stats.multivariate_normal.logpdf(grid.ravel(), np.zeros(12), c) + 6 * np.log(2 * np.pi)
    assert program.log_terms(values)["grid"].item() == pytest.approx(exact)
    u = program.unconstrain(values).requires_grad_()
    inner, jacobian = program.constrain(u)
    (slope,) = torch.autograd.grad(program.log_density(inner) + jacobian, u)
    torch.testing.assert_close(program.log_density_and_gradient(u.detach())[1], slope)
