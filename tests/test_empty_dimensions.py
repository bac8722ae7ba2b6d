"""Dimensions without elements: sums are 0, statements over them add nothing."""

import torch
from nacre.runtime.model import Model

TEXT = """
dim group, row
data group_of[row]: group
data x[row]: real
data y[row]: real
s ~ HalfNormal(1)
mu[g in group] ~ Normal(0, s)
t = sum(i in row)(x[i])
y[i in row] ~ Normal(mu[group_of[i]] + t, 1)
"""
NOTHING = {"group_of": [], "x": [], "y": []}


def program(**more):
    return Model.compile(TEXT, "m.ppl").program({**NOTHING, **more})


def test_a_plate_of_no_elements_adds_nothing_to_the_density():
    values = {"s": torch.tensor(0.5).double(), "mu": torch.tensor([0.1, -0.2]).double()}
    found = program(group=["a", "b"]).log_density(values)
    half = torch.distributions.HalfNormal(1.0).log_prob(values["s"])
    assert torch.allclose(
        found, half + torch.distributions.Normal(0.0, 0.5).log_prob(values["mu"]).sum()
    )


def test_it_is_simulated_and_fitted():
    drawn = program().simulate((3,), torch.Generator().manual_seed(1))
    assert drawn["mu"].shape == (3, 0) and drawn["y"].shape == (3, 0)
    assert torch.equal(drawn["t"], torch.zeros(3, dtype=drawn["t"].dtype))
    fit = Model.compile(TEXT, "m.ppl").fit(NOTHING, steps=200)
    assert abs(fit.summary()["s"]["mean"] - 0.8) < 0.4


def test_a_mean_in_a_statement_over_nothing_is_never_taken():
    text = "dim row\ndata x[row]: real\ny[i in row] ~ Normal(mean(x), 1)\nz ~ Normal(0, 1)\n"
    drawn = (
        Model.compile(text, "m.ppl")
        .program({"x": []})
        .simulate((2,), torch.Generator().manual_seed(1))
    )
    assert drawn["y"].shape == (2, 0)
