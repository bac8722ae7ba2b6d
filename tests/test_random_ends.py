"""Observed values under supports whose ends are random: nothing is possible beyond them."""

from math import inf

import numpy as np
import pytest
import torch
from nacre import Rejected
from nacre.runtime.model import Model
from scipy import stats

ROWS = "dim row\ndata y[row]: real\ntheta ~ Normal(3, 2)\n"
Y = [0.5, 1.2, 2.5]


def truncated(theta):
    return stats.truncnorm(-1.0, theta - 1.0, 1.0, 1.0)


# A model, and the log density of Y at theta by scipy.
MODELS = {
    "uniform": ("Uniform(0, theta)", lambda t: stats.uniform(0, t).logpdf(Y).sum()),
    "uniform above": ("Uniform(3 - theta, 3)", lambda t: stats.uniform(3 - t, t).logpdf(Y).sum()),
    "pareto": (
        "Pareto(exp(-theta), 2)",
        lambda t: stats.pareto(2, scale=np.exp(-t)).logpdf(Y).sum(),
    ),
    "triangular": (
        "Triangular(0, 0, theta)",
        lambda t: stats.triang(0.0, 0, t).logpdf(Y).sum(),
    ),
    "cut": ("Normal(1, 1) on (0, theta)", lambda t: truncated(t).logpdf(Y).sum()),
}


@pytest.mark.parametrize("theta", [0.3, 2.0, 2.6, 4.0])
@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_possible_beyond_a_random_end(name, theta):
    written, expected = MODELS[name]
    program = Model.compile(f"{ROWS}y[i in row] ~ {written}").program({"y": Y})
    at = torch.tensor(theta, dtype=torch.float64)
    with np.errstate(divide="ignore"):
        right = expected(theta)
    term = program.log_terms({"theta": at})["y"].item()
    assert term == pytest.approx(right)
    value, gradient = program.log_density_and_gradient(at[None])
    assert value.item() == pytest.approx(right + stats.norm.logpdf(theta, 3, 2))
    assert gradient.isfinite().all()


def test_one_row_outside_is_enough_and_only_that_row():
    text = "dim row\ndata y[row]: real\nb[i in row] ~ HalfNormal(3)\ny[i in row] ~ Uniform(0, b[i])"
    program = Model.compile(text).program({"y": Y})
    b = torch.tensor([1.0, 1.0, 3.0], dtype=torch.float64)
    assert program.log_terms({"b": b})["y"].item() == -inf
    position = torch.stack([b.log(), torch.full((3,), 3.0).double().log()])
    values, gradient = program.log_density_and_gradient(position)
    assert values[0] == -inf
    assert values[1].isfinite()
    assert gradient.isfinite().all()


def test_what_is_missing_lies_nowhere():
    """Dropped rows have no value that could be outside."""
    text = f"{ROWS}y[i in row] ~ Uniform(0, theta)\nobserve y missing drop"
    program = Model.compile(text).program({"y": [0.5, float("nan"), 2.5]})
    for theta, expected in ((2.6, -2 * np.log(2.6)), (2.0, -inf)):
        at = torch.tensor(theta, dtype=torch.float64)
        assert program.log_terms({"theta": at})["y"].item() == pytest.approx(expected)


def test_some_elements_are_given():
    text = "dim row = 1..3\ntheta ~ Normal(3, 2)\nx[i in row] ~ Normal(0, 1) on (-inf, theta)"
    model = Model.compile(text).condition({"x[2]": 1.5})
    program = model.program()
    values, _ = program.constrain(torch.tensor([1.0, 0.2, -0.4], dtype=torch.float64))
    assert program.log_terms(values)["x"].item() == -inf
    values, _ = program.constrain(torch.tensor([2.0, 0.2, -0.4], dtype=torch.float64))
    assert program.log_terms(values)["x"].isfinite()


def test_the_fault_is_named():
    model = Model.compile(f"{ROWS}y[i in row] ~ Uniform(0, theta)")
    with pytest.raises(Rejected, match="a value of it lies beyond its support, whose ends are"):
        model.fit({"y": [0.5, 1e9]}, steps=64)
