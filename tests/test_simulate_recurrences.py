"""Draws of families that follow from themselves: given what came before, each is from its law."""

from collections.abc import Callable, Mapping

import nacre
import numpy as np
import pytest
import torch
from nacre.grammar.diagnostic import Rejected
from scipy import stats

T, N = 6, 4000
SERIES = "data T: int\ndim time = 1..T\n"
PANEL = "data T: int\ndim time = 1..T, row\n"
Arrays = Mapping[str, np.ndarray]
Y = np.linspace(-1, 2, T)


def garch(v: Arrays) -> np.ndarray:
    s = np.empty_like(v["y"])
    s[:, 0] = 1
    for t in range(1, T):
        s[:, t] = np.sqrt(0.5 + 0.3 * v["y"][:, t - 1] ** 2 + 0.4 * s[:, t - 1] ** 2)
    np.testing.assert_allclose(v["s"], s)
    return v["y"] / s


def autoregression(v: Arrays) -> np.ndarray:
    assert (v["y"][:, :2] == Y[:2]).all()  # not explained by the model: as given
    y = v["y"]
    return np.stack([y[:, t] - 0.5 * y[:, t - 1] - 0.3 * y[:, t - 2] for t in range(2, T)], -1)


def seasons(v: Arrays) -> np.ndarray:
    x = v["x"]
    means = [np.zeros(N)] * 3 + [-(x[:, t - 1] + x[:, t - 2] + x[:, t - 3]) for t in range(3, T)]
    return x - np.stack(means, -1)


def vector(v: Arrays) -> np.ndarray:
    y = v["y"]
    before = np.concatenate([np.zeros((N, 2, 1)), y[..., :-1]], -1)
    mean = np.einsum("nij,njt->nit", v["A"], before)
    return (y - mean).reshape(N, -1)


def past(v: Arrays) -> np.ndarray:
    x, w = v["x"], np.arange(1, T + 1)
    means = [np.zeros(N)] + [(x[:, :t] / w[:t]).sum(-1) for t in range(1, T)]
    return x - np.stack(means, -1)


def parents(v: Arrays) -> np.ndarray:
    h, parent = v["h"], np.array([0, 0, 0, 1, 2, 2])
    return np.concatenate([h[:, :1], (h - 0.5 * h[:, parent])[:, 1:]], -1)


def mixed(v: Arrays) -> np.ndarray:
    m = np.empty((N, T))
    m[:, 0] = 1
    for t in range(1, T):
        m[:, t] = 0.5 * m[:, t - 1] + v["x"][:, t - 1]
    np.testing.assert_allclose(v["m"], m)
    mean = np.concatenate([np.zeros((N, 1)), m[:, :-1]], -1)
    return v["x"] - mean


def partly(v: Arrays) -> np.ndarray:
    assert (v["y"][:, :1] == Y[:1]).all() and (v["y"][:, 4:] == Y[4:]).all()
    return v["y"][:, 1:4] - np.arange(2, 5)


def sums(v: Arrays) -> np.ndarray:
    before = np.cumsum(v["y"], -1) - v["y"]
    np.testing.assert_allclose(v["before"], before, atol=1e-12)
    return v["y"] - 0.3 * before


def guarded(v: Arrays) -> np.ndarray:
    before = np.concatenate([np.ones((N, 2, 1)), v["y"][..., :-1]], -1)
    np.testing.assert_allclose(v["before"], before)
    return (v["y"] - 0.5 * before).reshape(N, -1)


MODELS: Mapping[str, tuple[str, Callable[[Arrays], np.ndarray]]] = {
    "walk": (
        SERIES + "x[1] ~ Normal(0, 2)\nx[t in 2..T] ~ Normal(0.5 * x[t - 1], 1)\n",
        lambda v: np.concatenate([v["x"][:, :1] / 2, v["x"][:, 1:] - 0.5 * v["x"][:, :-1]], -1),
    ),
    "a walk that begins by a guard": (
        SERIES + "x[t in time] ~ Normal(if t == 1 then 0 else x[t - 1], 1)\n",
        lambda v: np.diff(v["x"], prepend=0.0),
    ),
    "another law at first": (
        SERIES
        + "data y[time]: real\ny[1] ~ LogNormal(0, 1)\n"
        + "y[t in 2..T] ~ StudentT(1e9, y[t - 1], 1)\n",
        lambda v: np.concatenate([np.log(v["y"][:, :1]), np.diff(v["y"])], -1),
    ),
    "walks": (
        PANEL
        + "s ~ HalfNormal(1)\nx[i in row, 1] ~ Normal(0, 1)\n"
        + "x[i in row, t in 2..T] ~ Normal(x[i, t - 1], s)\n",
        lambda v: (np.diff(v["x"]) / v["s"][:, None, None]).reshape(N, -1),
    ),
    "garch": (
        SERIES
        + "data y[time]: real\ns[1] = 1.0\n"
        + "s[t in 2..T] = sqrt(0.5 + 0.3 * y[t - 1]^2 + 0.4 * s[t - 1]^2)\n"
        + "y[t in time] ~ Normal(0, s[t])\n",
        garch,
    ),
    "autoregression": (
        "data K: count\ndata b[lag]: real\ndim lag = 1..K\n"
        + SERIES
        + "data y[time]: real\ny[t in K + 1..T] ~ Normal(sum(k in lag)(b[k] * y[t - k]), 1)\n",
        autoregression,
    ),
    "seasons": (
        SERIES
        + "x[t in 1..3] ~ Normal(0, 1)\nx[t in 4..T] ~ Normal(-sum(k in 1..3)(x[t - k]), 1)\n",
        seasons,
    ),
    "vectors": (
        PANEL
        + "data y[row, time]: real\nA[i in row, j in row] ~ Normal(0, 1)\n"
        + "y[i in row, 1] ~ Normal(0, 1)\n"
        + "y[i in row, t in 2..T] ~ Normal(sum(j in row)(A[i, j] * y[j, t - 1]), 1)\n",
        vector,
    ),
    "all of the past": (
        SERIES + "x[1] ~ Normal(0, 1)\nx[t in 2..T] ~ Normal(sum(j in 1..t - 1)(x[j] / j), 1)\n",
        past,
    ),
    "a tree": (
        SERIES
        + "data parent[time]: int\nh[1] ~ Normal(0, 1)\n"
        + "h[t in 2..T] ~ Normal(h[parent[t]] / 2, 1)\n",
        parents,
    ),
    "random and computed": (
        SERIES
        + "x[1] ~ Normal(0, 1)\nx[t in 2..T] ~ Normal(m[t - 1], 1)\n"
        + "m[1] = 1\nm[t in 2..T] = 0.5 * m[t - 1] + x[t - 1]\n",
        mixed,
    ),
    "sums of what was drawn before": (
        SERIES
        + "data y[time]: real\nbefore[t in time] = sum(j in 1..t - 1)(y[j])\n"
        + "y[t in time] ~ Normal(0.3 * before[t], 1)\n",
        sums,
    ),
    "a guard instead of a clause": (
        PANEL
        + "data y[row, time]: real\n"
        + "before[i in row, t in time] = if t > 1 then y[i, t - 1] else 1\n"
        + "y[i in row, t in time] ~ Normal(before[i, t] / 2, 1)\n",
        guarded,
    ),
    "a part that does not recur": (
        SERIES + "data y[time]: real\ny[t in 2..4] ~ Normal(t, 1)\n",
        partly,
    ),
}


def drawn(text: str) -> dict[str, np.ndarray]:
    data = {"T": T, "K": 2, "b": [0.5, 0.3], "row": 2, "parent": [1, 1, 1, 2, 3, 3]}
    data["y"] = np.stack([Y, Y]) if "row, time" in text else Y
    return {k: v.numpy() for k, v in nacre.compile(text).simulate(N, data, seed=3).items()}


@pytest.mark.parametrize("model", MODELS)
def test_what_is_new_in_each_step_is_standard_normal_and_independent(model):
    text, innovations = MODELS[model]
    found = innovations(drawn(text))
    assert found.shape[0] == N
    for column in found.T:
        assert stats.kstest(column, "norm").pvalue > 1e-4
    # products of independent standard normals have mean 0 and variance 1
    z = (found.T @ found / N)[~np.eye(found.shape[1], dtype=bool)] * np.sqrt(N)
    assert np.abs(z).max(initial=0.0) < 5


def test_a_discrete_chain_moves_by_its_matrix():
    move = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])
    text = SERIES + (
        "dim state = {a, b, c}\ndata start[state], move[state, state]: unit\n"
        "z[1] ~ Categorical(start)\nz[t in 2..T] ~ Categorical(move[z[t - 1], :])\n"
        "y[t in time] ~ Normal(if z[t] == b then 5 else 0, 0.1)\n"
    )
    v = nacre.compile(text).simulate(N, {"T": T, "start": [0.2, 0.3, 0.5], "move": move}, seed=3)
    z = v["z"].numpy()
    counts = np.bincount(z[:, 0], minlength=3)
    assert stats.chisquare(counts, N * np.array([0.2, 0.3, 0.5])).pvalue > 1e-4
    for state in range(3):
        after = z[:, 1:][z[:, :-1] == state]
        counts = np.bincount(after, minlength=3)
        assert stats.chisquare(counts, len(after) * move[state]).pvalue > 1e-4
    assert ((v["y"].numpy() > 2.5) == (z == 1)).all()


@pytest.mark.parametrize("between", ["", "z[i in row] = y[near[i]]\n"], ids=["read", "defined"])
def test_what_reads_its_own_values_in_no_order_is_not_simulated(between):
    text = (
        "dim row\ndata near[row]: row\ndata y[row]: real\na ~ Normal(0, 1)\n"
        f"{between}y[i in row] ~ Normal(a * {'z[i]' if between else 'y[near[i]]'}, 1)\n"
    )
    model = nacre.compile(text)
    with pytest.raises(Rejected) as refused:
        model.simulate(3, {"near": [2, 1], "y": [0, 0]})
    assert [d.code for d in refused.value.diagnostics] == ["Q673"]


def test_draws_of_steps_follow_the_seed():
    text = MODELS["walk"][0]
    one, two, other = (
        nacre.compile(text).simulate(5, {"T": T}, seed=seed)["x"] for seed in (1, 1, 2)
    )
    torch.testing.assert_close(one, two)
    assert (one != other).all()


DRAWN = "dim row, group\ndata y[row]: real\nm ~ Normal(0, 1)\n"


@pytest.mark.parametrize(
    "text",
    [
        DRAWN + "y[i in row] ~ Normal(m, 1)\n",
        DRAWN + "data g[row]: group\ny[i in row] ~ Normal(m, 1)\ng[i in row] ~ Categorical(p)\n"
        "p[k in group] = 0.25\n",
        DRAWN + "z[i in row] = y[i]^2\ny[i in row] ~ HalfNormal(1)\n",
    ],
)
def test_data_that_are_drawn_need_not_be_given(text):
    v = nacre.compile(text).simulate(N, {"row": 3, "group": 4}, seed=1)
    assert v["y"].shape == (N, 3)
    assert v["y"].var() > 0.3


def test_data_that_something_else_reads_must_be_given():
    text = "data n: count\ndim row = 1..n\nn ~ Poisson(3)\nx[i in row] ~ Normal(0, 1)\n"
    with pytest.raises(Rejected) as refused:
        nacre.compile(text).simulate(3, {})
    assert [d.code for d in refused.value.diagnostics] == ["D421"]


def test_given_data_are_drawn_all_the_same():
    model = nacre.compile(DRAWN + "y[i in row] ~ Normal(m, 1)\n")
    one = model.simulate(5, {"row": 2, "group": 1}, seed=1)["y"]
    two = model.simulate(5, {"y": [7, 8], "group": 1}, seed=1)["y"]
    torch.testing.assert_close(one, two)
