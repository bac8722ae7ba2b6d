"""Dimensions that count as far as the data go: ``dim grade = 0..last``."""

import nacre
import numpy as np
import pytest
from agreement import slow_log_density
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data, read_data
from programs import graph_of
from scipy.special import log_softmax
from scipy.stats import norm

GRADES = """\
dim row, grade = 0..last
data y[row]: grade
data m: int = max(y)
dim step = 1..m
hard[s in step] ~ Normal(0, 3)
score[g in grade] = 0.5 * g - sum(s in 1..g)(hard[s])
y[n in row] ~ Categorical(logit = score)
"""
OVER = "dim row, grade = 0..last\ndata y[row]: grade\ndata w[grade]: real\n"


def test_the_largest_number_is_the_end():
    data = {"y": [0, 3, 1, 3]}
    graph = graph_of(GRADES)
    bound = bind_data(graph, data)
    assert bound.labels["grade"] == (0, 1, 2, 3) and bound.labels["step"] == (1, 2, 3)
    hard = np.array([0.3, -0.5, 1.0])
    score = log_softmax(0.5 * np.arange(4) - np.append(0, hard.cumsum()))
    expected = norm.logpdf(hard, 0, 3).sum() + score[data["y"]].sum()
    assert slow_log_density(graph, bound, {"hard": hard}) == pytest.approx(expected)
    found = nacre.compile(GRADES).log_density({"hard": hard}, data)
    assert found.item() == pytest.approx(expected)


def test_numbers_and_labels_of_such_a_dimension_are_what_they_say():
    text = OVER + "a = w[2] + w[first] + sum(g in first + 1..last)(g * w[g])\nfactor f = a\n"
    w = [1.0, 10.0, 100.0, 1000.0]
    found = nacre.compile(text).log_density({}, {"y": [1, 3], "w": w})
    assert found.item() == pytest.approx(100 + 1 + 10 + 200 + 3000)


def test_it_may_recur():
    text = (
        "dim row, year = 1990..last\ndata year_of[row]: year\ndata y[row]: real\n"
        "x[1990] ~ Normal(0, 1)\nx[t in 1991..last] ~ Normal(x[t - 1], 0.5)\n"
        "y[i in row] ~ Normal(x[year_of[i]], 1)\n"
    )
    data = {"year_of": [1992, 1990], "y": [1.0, 2.0]}
    x = np.array([0.1, 0.2, 0.5])
    expected = norm.logpdf(0.1) + norm.logpdf(np.diff(x), 0, 0.5).sum()
    expected += norm.logpdf([1.0, 2.0], x[[2, 0]]).sum()
    model = nacre.compile(text)
    assert model.log_density({"x": x}, data).item() == pytest.approx(expected)
    assert "x[1991]" in str(model.fit(data, seed=1).summary())


def test_it_is_drawn_as_far_as_is_given():
    text = GRADES.replace(" = max(y)", "")  # what is drawn can size nothing
    draws = nacre.compile(text).simulate(50, {"row": 4, "m": 2, "grade": 3}, seed=1)
    assert set(np.unique(draws["y"])) <= {0, 1, 2}


@pytest.mark.parametrize(
    ("data", "labels"),
    [
        ({"y": [1, 0], "w": [1, 2, 3]}, (0, 1, 2)),  # the last grades may have no rows
        ({"y": [1, 0], "w": [1, 2, 3], "grade": [0, 1, 2]}, (0, 1, 2)),
        ({"y": [1, 0], "w": [1, 2, 3], "grade": 3}, (0, 1, 2)),
        ({"y": [], "w": []}, ()),
    ],
)
def test_where_the_end_comes_from(data, labels):
    assert bind_data(graph_of(OVER), data).labels["grade"] == labels


def test_rows_of_a_table_may_be_in_any_order(tmp_path):
    (tmp_path / "w.csv").write_text("grade,w\n2,0.2\n0,0.1\n1,0.3\n")
    (tmp_path / "y.json").write_text('{"y": [1, 1]}')
    bound = bind_data(graph_of(OVER), read_data([tmp_path / "w.csv", tmp_path / "y.json"]))
    assert bound.labels["grade"] == (0, 1, 2)
    assert bound.tensors["w"].tolist() == [0.1, 0.3, 0.2]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"y": [-1, 2], "w": [1, 2, 3]}, "D430"),
        ({"y": [3, 2], "w": [1, 2, 3]}, "D430"),
        ({"y": [1, 2], "w": [1, 2, 3], "grade": [1, 2, 3]}, "D435"),
        ({"y": [1, 2], "w": [1, 2, 3], "grade": [1, 0, 2]}, "D436"),
        ({"y": ["low", "high"], "w": [1, 2, 3]}, "D429"),
    ],
)
def test_what_does_not_fit_is_refused(data, code):
    with pytest.raises(Rejected, match=code):
        bind_data(graph_of(OVER), data)


@pytest.mark.parametrize(("y", "code"), [([-1, 2], "D430"), ([0, 1990], "D434")])
def test_index_data_alone_are_looked_at_too(y, code):
    with pytest.raises(Rejected, match=code):
        bind_data(graph_of(GRADES), {"y": y})
