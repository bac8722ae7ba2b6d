"""Params that start from the data whose distribution they are in."""

import numpy as np
import pytest
import torch
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.model import Model

TEXT = """
dim row
data y[row]: real
param m: real = mean(y)
param s: positive = sd(y)
y[i in row] ~ Normal(m, s)
"""
Y = [1.0, 2.0, 3.0, 7.0]


def rng():
    return torch.Generator().manual_seed(1)


def test_a_start_may_read_what_is_drawn_with_the_param():
    start = Model.compile(TEXT, "m.ppl").program({"y": Y}).starting_params(rng())
    assert float(start["m"]) == pytest.approx(np.mean(Y))
    assert float(start["s"]) == pytest.approx(np.std(Y, ddof=1))


def test_the_mode_is_the_maximum_of_the_likelihood():
    found = Model.compile(TEXT, "m.ppl").fit({"y": Y}, method="map").params
    assert float(found["m"]) == pytest.approx(np.mean(Y), abs=1e-4)
    assert float(found["s"]) == pytest.approx(np.std(Y), abs=1e-4)


def test_a_simulation_starts_from_the_data_and_draws_others():
    program = Model.compile(TEXT, "m.ppl").program({"y": Y})
    drawn = program.simulate((4000,), rng(), program.starting_params(rng()))
    assert float(drawn["y"].mean()) == pytest.approx(np.mean(Y), abs=0.1)
    assert float(drawn["y"].std()) == pytest.approx(np.std(Y, ddof=1), abs=0.1)


def test_the_density_does_not_depend_on_the_start():
    program = Model.compile(TEXT, "m.ppl").program({"y": Y})
    other = Model.compile(TEXT.replace("mean(y)", "0").replace("sd(y)", "1"), "m.ppl")
    at = {"m": torch.tensor([0.3, 2.0]).double(), "s": torch.tensor([0.5, 1.0]).double()}
    y = torch.tensor(Y).double()
    expected = torch.distributions.Normal(at["m"][:, None], at["s"][:, None]).log_prob(y).sum(1)
    assert torch.allclose(program.log_density(at), expected)
    assert torch.equal(program.log_density(at), other.program({"y": Y}).log_density(at))


BOUNDS = "dim row\ndata y[row]: real\nparam m: real on (min(y), 9)\ny[i in row] ~ Normal(m, 1)\n"
PRIOR = "dim row\ndata y[row]: real\nm ~ Normal(mean(y), 1)\ny[i in row] ~ Normal(m, 1)\n"


@pytest.mark.parametrize("text", [BOUNDS, PRIOR])
def test_what_is_in_the_density_is_a_circle_still(text):
    with pytest.raises(Rejected) as refused:
        Model.compile(text, "m.ppl")
    assert "E214" in str(refused.value)
