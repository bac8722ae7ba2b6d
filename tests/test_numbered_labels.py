"""Labels of a dimension that counts, given by data as the numbers that they are.

Each model is written twice, with ``data y: int`` and with ``data y`` declared as labels. Both mean
the same: densities, slopes, draws and what becomes of missing values.
"""

import nacre
import numpy as np
import pytest
import torch
from nacre.compiler import driver
from nacre.grammar.diagnostic import Rejected
from programs import graph_of, program_of
from reference import log_density

HEAD = "data N: int\ndim row = 1..N\ndim grade = 0..3\ndata y[row]: {kind}\n"
SCORES = "w[g in grade] ~ Normal(0, 1)\n"
MODELS = {
    "logits": SCORES + "y[n in row] ~ Categorical(logit = w)\n",
    "probabilities": "p[grade] ~ Dirichlet(1)\ny[n in row] ~ Categorical(p)\n",
    "choice": SCORES
    + "z[n in row] ~ Bernoulli(0.3)\n"
    + "v[g in grade] = 2 * w[g]\n"
    + "y[n in row] ~ if z[n] then Categorical(logit = w) else Categorical(logit = v)\n",
    "chain": "P[s in grade, grade] ~ Dirichlet(1)\nstart[grade] = [0.1, 0.2, 0.3, 0.4]\n"
    "y[1] ~ Categorical(start)\ny[n in 2..N] ~ Categorical(P[y[n - 1], :])\n",
    "factor": SCORES + "factor f[n in row] = logpdf(Categorical(logit = w), y[n])\n",
    "end of a range": SCORES + "x[n in row] ~ Normal(sum(g in 0..y[n])(w[g]), 1)\n"
    "left[n in row] = sum(k in y[n]..3)(w[k])\n",
    "imputed": SCORES + "y[n in row] ~ Categorical(logit = w)\nobserve y missing impute\n",
    "dropped": SCORES + "y[n in row] ~ Categorical(logit = w)\nobserve y missing drop\n",
}
Y = [0, 1, 3, 3, 2, 0]


def data_for(name: str) -> dict[str, object]:
    y = [None if name in ("imputed", "dropped") and i == 2 else v for i, v in enumerate(Y)]
    return {"N": len(Y), "y": y}


def program(name: str, kind: str):
    graph = graph_of(HEAD.format(kind=kind) + MODELS[name])
    bound = driver.marginalised(driver.pruned(graph))
    return program_of(graph, data_for(name), cut=bound)


@pytest.mark.parametrize("name", MODELS)
def test_numbers_and_labels_mean_the_same(name):
    numbers, labels = (program(name, kind) for kind in ("int", "grade"))
    rng = torch.Generator().manual_seed(5)
    position = torch.randn(7, len(labels.coordinates), generator=rng, dtype=torch.float64)
    found, slope = numbers.log_density_and_gradient(position)
    expected, wanted = labels.log_density_and_gradient(position)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(slope, wanted, rtol=1e-12, atol=1e-12)
    step = 1e-5 * torch.ones_like(position)
    high, low = (numbers.log_density_and_gradient(position + e)[0] for e in (step, -step))
    torch.testing.assert_close((high - low) / 2e-5, slope.sum(-1), rtol=1e-6, atol=1e-7)


def test_the_density_is_that_of_the_reference():
    text = HEAD.format(kind="count") + MODELS["logits"]
    w = np.array([0.3, -0.2, 1.1, 0.5])
    graph = graph_of(text)
    found = program_of(graph, data_for("logits")).log_terms({"w": torch.tensor(w)[None]})
    expected = sum(w[y] - np.log(np.exp(w).sum()) for y in Y)
    assert float(found["y"][0]) == pytest.approx(expected, rel=1e-12)
    given = {"N": np.array(6.0), "y": np.array(Y, float)}
    context = {"row": 6, "grade": 4}, {"row": range(1, 7), "grade": range(4)}
    slow = log_density(graph, {"w": w}, given, *context)
    normal = -0.5 * (w**2).sum() - 2 * np.log(2 * np.pi)
    assert slow == pytest.approx(expected + normal, rel=1e-12)


def test_draws_are_numbers_of_the_labels():
    text = HEAD.format(kind="int").replace("0..3", "5..7") + (
        "P[s in grade, g in grade] = if g == (if s == 7 then 5 else s + 1) then 1 else 0\n"
        "start[grade] = [0.5, 0.2, 0.3]\n"
        "y[1] ~ Categorical(start)\ny[n in 2..N] ~ Categorical(P[y[n - 1], :])\n"
    )
    y = nacre.compile(text).simulate(2000, {"N": 4, "y": [5, 6, 7, 5]}, seed=1)["y"].numpy()
    assert set(np.unique(y)) == {5, 6, 7}
    assert (y[:, 1:] == np.where(y[:, :-1] == 7, 5, y[:, :-1] + 1)).all()
    assert (y[:, 0] == 5).mean() == pytest.approx(0.5, abs=0.05)


def test_the_highest_number_of_the_data_may_say_how_many_labels_there_are():
    text = (
        "dim row\ndata y[row]: count\ndata top: int = max(y)\ndim grade = 0..top\n"
        "p[grade] ~ Dirichlet(1)\ny[n in row] ~ Categorical(p)\n"
    )
    bound = program_of(graph_of(text), {"y": Y})
    assert bound.constrain(torch.zeros(1, 3, dtype=torch.float64))[0]["p"].shape == (1, 4)


def test_a_number_that_is_no_label_is_refused_with_its_place():
    text = HEAD.format(kind="int") + MODELS["logits"]
    with pytest.raises(Rejected) as refused:
        program_of(graph_of(text), {"N": 3, "y": [0, 4, 1]})
    (d,) = refused.value.diagnostics
    assert d.code == "D438"
    assert "`y[2]` is 4" in d.message
    assert "from 0 to 3" in d.message


COUNTED = (
    "data T: count\ndim row = 1..T\ndata y[row]: real\n"
    "h[i in row] ~ Normal(0, 1)\ny[i in row] ~ Normal(h[i], 1)\n"
)


@pytest.mark.parametrize("verb", ["do", "condition"])
@pytest.mark.parametrize("label", [0, 7])
def test_a_number_beyond_a_length_that_the_data_say_is_no_label(verb, label):
    model = getattr(nacre.compile(COUNTED), verb)({f"h[{label}]": 1.0})
    with pytest.raises(nacre.Rejected, match=f"{label} is not a label of the dimension") as caught:
        model.fit({"T": 2, "y": [0.5, 1.0]})
    assert [d.code for d in caught.value.diagnostics] == ["D439"]
