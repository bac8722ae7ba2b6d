"""Values that are labels of a dimension: numbers as they are, outside of generated code.

What a fit or a simulation says of such a variable is held against formulas of it in the model
(``1 * z``), against sums over all states in numpy, and against what data mean by the same numbers.
"""

import nacre
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nacre.runtime.label_values import to_labels, to_positions

STATES = """
dim s = 1..3, r
data y[r]: real
p[i in s] = 1/3
z[i in r] ~ Categorical(p)
w[i in r] = z[i]
v[i in r] = 1 * z[i]
y[i in r] ~ Normal(10 * z[i], 1)
"""
SEEN = {"y": [10.1, 19.8, 30.2]}
CHANGE = """
dim year = 1990..1995
data y[year]: real
p[t in year] = 1/6
c ~ Categorical(p)
y[t in year] ~ Normal(if t < c then 0 else 2, 1)
"""
STEPS = {"y": [0.3, -0.4, 0.9, 1.9, 1.4, 2.2]}
WORDS = """
dim g = {calm, wild}, r
data y[r]: real
p[i in g] = 0.5
z[i in r] ~ Categorical(p)
y[i in r] ~ Normal(if z[i] == wild then 10 else 0, 1)
"""


@pytest.fixture(scope="module")
def states():
    return nacre.compile(STATES).fit(SEEN, seed=0, draws=20)


def test_draws_are_the_numbers_that_formulas_of_them_read(states):
    for name in "zwv":
        assert (states.posterior[name].flat == [1, 2, 3]).all()
        assert [states.summary()[f"{name}[{i}]"]["mean"] for i in (1, 2, 3)] == [1, 2, 3]
    assert (states.most_probable()["z"] == [1, 2, 3]).all()
    assert states.state_probabilities()["z"].argmax(-1).tolist() == [0, 1, 2]


def test_so_are_those_of_a_fit_that_was_stored_and_of_its_tree(states, tmp_path):
    states.save(tmp_path / "fit")
    again = nacre.load_fit(tmp_path / "fit")
    for name in "zw":
        assert (again.posterior[name].flat == [1, 2, 3]).all()
        assert (again.to_arviz()["posterior"][name].values == [1, 2, 3]).all()
    assert again.summary().as_dict() == states.summary().as_dict()


def test_so_is_the_most_probable_state_at_a_mode():
    fit = nacre.compile(STATES).fit(SEEN, method="map")
    assert (fit.posterior["z"].flat == [1, 2, 3]).all()


def test_a_change_point_is_a_year():
    fit = nacre.compile(CHANGE).fit(STEPS, seed=1, draws=4000)
    y, years = np.array(STEPS["y"]), np.arange(1990, 1996)
    heights = np.array([-0.5 * ((y - np.where(years < c, 0, 2)) ** 2).sum() for c in years])
    share = np.exp(heights - heights.max())
    share /= share.sum()
    assert fit.state_probabilities()["c"] == pytest.approx(share, rel=1e-10)
    mean, sd = (years * share).sum(), np.sqrt((years**2 * share).sum() - (years * share).sum() ** 2)
    assert fit.posterior["c"].mean() == pytest.approx(mean, abs=5 * sd / 4000**0.5)
    assert (fit.most_probable()["c"] == years[share.argmax()]).all()


def test_a_draw_that_is_given_back_is_the_same_state():
    model = nacre.compile(CHANGE)
    for year in (1990, 1993, 1995):
        seen = model.condition(c=year)
        drawn = seen.do(c=year).simulate(3, {"year": 6}, seed=1)["c"]
        assert drawn.tolist() == [year] * 3
    drawn = model.simulate(500, {"year": 6}, seed=2)["c"]
    assert set(drawn.tolist()) == set(range(1990, 1996))


@pytest.mark.parametrize("labels", [[1990, 1995, 2000], [7, 3, 5], [1, 2, 3], [0, 1, 2]])
def test_labels_that_come_with_the_data(labels):
    model = nacre.compile(
        "dim k, r\ndata m[k]: real\ndata y[r]: real\np[i in k] = 1/3\n"
        "z[i in r] ~ Categorical(p)\ny[i in r] ~ Normal(m[z[i]], 1)\n"
    )
    data = {"k": labels, "m": [-50, 0, 50], "y": [49, -50, 1, 51]}
    expected = [labels[i] for i in (2, 0, 1, 2)]
    assert (model.fit(data, draws=5).posterior["z"].flat == expected).all()
    fake = model.simulate(50, {**data, "r": 4}, seed=3)
    at = np.array([labels.index(x) for x in fake["z"].ravel().tolist()]).reshape(50, 4)
    away = fake["y"].numpy() - np.array(data["m"])[at]
    assert np.abs(away).max() < 6
    densities = model.log_density({"z": fake["z"]}, data)
    y = np.array(data["y"])
    expected = -0.5 * ((y - np.array(data["m"])[at]) ** 2 + np.log(2 * np.pi)).sum(1)
    assert densities.numpy() == pytest.approx(expected - 4 * np.log(3), rel=1e-12)


def test_words_are_positions_from_0():
    model = nacre.compile(WORDS)
    fit = model.fit({"y": [0.1, 9.7]}, draws=5)
    assert (fit.posterior["z"].flat == [0, 1]).all()
    assert (fit.most_probable()["z"] == [0, 1]).all()
    assert set(model.simulate(20, {"r": 2})["z"].ravel().tolist()) == {0, 1}
    high, low = model.log_density({"z": [[0, 1], [1, 0]]}, {"y": [0.1, 9.7]})
    assert high > low + 50


def test_what_is_no_label_has_no_probability():
    model = nacre.compile(STATES)
    rows = torch.tensor([[1, 2, 3], [0, 2, 3], [1, 2, 4]])
    found = model.log_density({"z": rows}, SEEN)
    assert found.isfinite().tolist() == [True, False, False]
    assert model.log_density({"z": [1.0, 2.5, 3.0]}, SEEN) == -torch.inf
    one_by_one = torch.func.vmap(lambda z: model.log_density({"z": z}, SEEN))(rows)
    assert torch.equal(one_by_one, found)


def test_a_program_has_positions():
    program = nacre.compile(STATES).program(SEEN)
    inside = program.log_density({"z": torch.tensor([0, 1, 2])})
    assert inside == nacre.compile(STATES).log_density({"z": [1, 2, 3]}, SEEN)


def test_a_chain_and_a_step_of_it_that_is_given():
    model = nacre.compile(
        "dim s = 0..1, t = 1..5\ndata y[t]: real\nmove[a in s, s] ~ Dirichlet([4, 4])\n"
        "start[s] = [0.5, 0.5]\n"
        "z[1] ~ Categorical(start)\nz[i in 2..5] ~ Categorical(move[z[i - 1], :])\n"
        "y[i in t] ~ Normal(20 * z[i], 1)\nobserve z[3] = 1\n"
    )
    fit = model.fit({"y": [0.1, 19.0, 20.5, -0.3, 0.2]}, draws=10, steps=200)
    assert (fit.posterior["z"].flat == [0, 1, 1, 0, 0]).all()
    assert (fit.most_probable()["z"] == [0, 1, 1, 0, 0]).all()


def test_a_guide_of_the_model_draws_them_too():
    model = nacre.compile(
        "dim s = 4..5\np[i in s] = 0.5\nz ~ Categorical(p)\nv = 1 * z\ny ~ Normal(z, 0.2)\n"
        "observe y = 5\nguide {\n  param q[s]: simplex\n  z ~ Categorical(q)\n}\n"
    )
    fit = model.fit(steps=1500, seed=1, draws=500)
    z, v = (fit.posterior[name].flat for name in "zv")
    assert (z == v).all()
    assert z.mean() == pytest.approx(5, abs=0.1)


def test_the_data_of_a_stored_fit_are_the_labels_that_were_given():
    model = nacre.compile(
        "dim s = 5..7, r\ndata z[r]: s\np[s] ~ Dirichlet(1)\nz[i in r] ~ Categorical(p)\n"
        "observe z missing drop\n"
    )
    fit = model.fit({"z": [5, 7, None, 6]}, steps=100, draws=10)
    found = fit.to_arviz()["observed_data"]["z"].values
    np.testing.assert_array_equal(found, [5, 7, np.nan, 6])
    fit = model.fit({"z": [5, 7, 7, 6]}, steps=100, draws=10)
    assert fit.to_arviz()["observed_data"]["z"].values.tolist() == [5, 7, 7, 6]


def test_what_was_missing_comes_back_as_a_label():
    model = nacre.compile(
        "dim s = 5..7, r\ndata z[r]: s\ndata y[r]: real\np[i in s] = 1/3\n"
        "z[i in r] ~ Categorical(p)\ny[i in r] ~ Normal(10 * z[i], 1)\nobserve z missing impute\n"
    )
    fit = model.fit({"z": [5, None, 6], "y": [50, 70, 60]}, draws=10)
    assert (fit.posterior["z"].flat == [5, 7, 6]).all()
    assert fit.summary()["z[2]"]["mean"] == 7


def test_one_label_for_many_is_called_by_its_name():
    more = "a ~ Normal(0, 1)\nx ~ Normal(a, 1)\nobserve x = 1\n"
    numbers, words = nacre.compile(STATES + more), nacre.compile(WORDS + more)
    assert numbers.condition(z=2).fit(SEEN, steps=50).notes[0] == "`z` = 2 for all 3 elements of it"
    found = words.condition(z="wild").fit({"y": [0.1, 9.7]}, steps=50).notes
    assert found[0] == "`z` = wild for all 2 elements of it"


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=8, unique=True), st.data())
def test_there_and_back(labels, data):
    nodes = nacre.compile(WORDS).graph.nodes
    at = torch.tensor(data.draw(st.lists(st.integers(0, len(labels) - 1), max_size=9))).long()
    outside = to_labels({"z": at, "y": at}, nodes, {"g": labels, "r": ()})
    assert outside["z"].tolist() == [labels[i] for i in at.tolist()]
    assert torch.equal(outside["y"], at)
    back = to_positions(outside, nodes, {"g": labels, "r": ()})
    assert torch.equal(back["z"], at)


@pytest.mark.parametrize(
    ("given", "codes", "hint"),
    [
        ({"a": 1.0}, ["Q678", "Q678"], "what needs one: `a`, `sigma` and `z`"),
        ({"a": 1.0, "sgma": 2.0, "z": 0.0}, ["Q678"], "`sgma` is given: call it `sigma`"),
    ],
)
def test_a_density_without_a_value_of_everything_is_refused(given, codes, hint):
    model = nacre.compile(
        "a ~ Normal(0, 1)\nsigma ~ HalfNormal(1)\nz ~ Bernoulli(0.5)\n"
        "y ~ Normal(a + z, sigma)\nobserve y = 1\n"
    )
    for density in (model.log_density, lambda v: model.program().log_terms(v)):
        with pytest.raises(nacre.Rejected) as caught:
            density({k: torch.tensor(v) for k, v in given.items()})
        assert [d.code for d in caught.value.diagnostics] == codes
        assert caught.value.diagnostics[0].hint == hint
        assert str(caught.value).count("HalfNormal") == 1
