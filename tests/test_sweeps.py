"""Recurrences along two dimensions at once, against slow and independent ones."""

from math import comb

import nacre
import numpy as np
import pytest
import torch
from agreement import assert_density_and_gradient
from nacre.compiler.sweep import weights
from nacre.grammar.diagnostic import Rejected
from programs import graph_of, program_of

LATTICE = "data n, T: int\ndim row = 1..n, time = 1..T\ndata y[row, time]: real\na ~ Normal(0, 1)\n"
SEEN = "y[i in row, t in time] ~ Normal(x[i, t], 1)\n"

MODELS = {
    "conditions": LATTICE
    + "x[i in row, t in time] = if i == 1 then a * t else if t == 1 then a "
    + "else tanh(a * x[i - 1, t]) + x[i, t - 1] / 2 - x[i - 1, t - 1]\n"
    + SEEN,
    "clauses": LATTICE
    + "x[1, 1] = a\nx[1, t in 2..T] = x[1, t - 1] * a\nx[i in 2..n, 1] = sin(x[i - 1, 1])\n"
    + "x[i in 2..n, t in 2..T] = a * x[i - 1, t] + x[i, t - 1] / 2 + y[i - 1, t - 1]\n"
    + SEEN,
    "clauses by columns": LATTICE
    + "x[i in row, 1] = a * i\nx[1, t in 2..T] = a + t\n"
    + "x[i in 2..n, t in 2..T] = exp(-x[i - 1, t]^2) * a + x[i, t - 1] / (i + t)\n"
    + SEEN,
    "several parts": LATTICE
    + "x[i in 1..2, t in time] = a * t - i\nx[3, 1] = a\n"
    + "x[3, t in 2..T] = x[1, t - 1] + x[3, t - 1]\n"
    + "x[i in 4..n, 1] = x[i - 1, 1]\n"
    + "x[i in 4..n, t in 2..T] = cos(x[i - 2, t] * a) - x[i, t - 1] * x[i - 1, t - 1]\n"
    + SEEN,
    "forward along one": LATTICE
    + "x[i in row, t in time] = if t == 1 or i == n then a * t - i "
    + "else tanh(x[i + 1, t - 1]) + (if i > 1 then x[i - 1, t] * a else 1)\n"
    + SEEN,
    "clauses of one dimension": LATTICE
    + "x[i in row, 1] = a * i\n"
    + "x[i in row, t in 2..T] = x[i, t - 1] * a + (if i > 1 then sin(x[i - 1, t]) else 0)\n"
    + SEEN,
    "two families": LATTICE
    + "x[i in row, t in time] = a + (if i > 1 then z[i - 1, t] / 2 else t)\n"
    + "z[i in row, t in time] = x[i, t] * a - (if t > 1 then sin(x[i, t - 1]) else i)\n"
    + SEEN,
    "a plate between": LATTICE
    + "dim kind = {p, q}\nb[k in kind] ~ Normal(0, 1)\n"
    + "v[i in row, k in kind, t in time] = if i == 1 or t == 1 then b[k] "
    + "else v[i - 1, k, t] * a + sum(j in kind)(v[i, j, t - 1]) / 2\n"
    + "x[i in row, t in time] = v[i, p, t] - v[i, q, t]\n"
    + SEEN,
    "random": LATTICE
    + "s ~ HalfNormal(1)\nx[1, 1] ~ Normal(a, 1)\nx[1, t in 2..T] ~ Normal(x[1, t - 1], s)\n"
    + "x[i in 2..n, 1] ~ Normal(x[i - 1, 1], s)\n"
    + "x[i in 2..n, t in 2..T] ~ Normal((x[i - 1, t] + x[i, t - 1]) / 2, s)\n"
    + SEEN,
    "different laws": LATTICE
    + "x[1, t in time] ~ StudentT(4, a, 1)\nx[i in 2..n, 1] ~ Normal(x[i - 1, 1], 1)\n"
    + "x[i in 2..n, t in 2..T] ~ Cauchy(x[i - 1, t] * a + x[i, t - 1], 1)\n"
    + SEEN,
    "observed": LATTICE
    + "y[i in row, t in time] ~ Normal(if i == 1 or t == 1 then a "
    + "else a * y[i - 1, t] + y[i, t - 1] / 2, 1)\n",
    "data alone": LATTICE
    + "x[i in row, t in time] = if i == 1 or t == 1 then 1 else x[i - 1, t] + x[i, t - 1]\n"
    + "y[i in row, t in time] ~ Normal(a * x[i, t], 1)\n",
}


def data_for(n: int = 5, T: int = 4) -> dict[str, object]:
    return {"n": n, "T": T, "y": np.random.default_rng(8).normal(size=(n, T))}


@pytest.mark.parametrize("shape", [(5, 4), (4, 6), (4, 1)], ids=str)
@pytest.mark.parametrize("model", MODELS)
def test_density_and_gradient(model, shape):
    program = program_of(graph_of(MODELS[model]), data_for(*shape))
    position = torch.from_numpy(np.random.default_rng(2).normal(size=(2, 3, program.n)) / 2)
    assert_density_and_gradient(program, position)


def test_paths_on_a_lattice_are_counted():
    values = program_of(graph_of(MODELS["data alone"]), data_for(5, 7)).complete(
        {"a": torch.tensor(0.1, dtype=torch.float64)}, (), torch.Generator()
    )
    expected = [[comb(i + t, i) for t in range(7)] for i in range(5)]
    assert values["x"].tolist() == expected


def test_the_distance_of_two_words_is_the_textbook_table():
    text = (
        "data n, m: int\ndim i = 0..n, j = 0..m\ndata s[i], t[j]: int\n"
        "d[a in i, b in j] = if a == 0 then b else if b == 0 then a else "
        "min(min(d[a - 1, b] + 1, d[a, b - 1] + 1), d[a - 1, b - 1] + (s[a] != t[b]))\n"
        "x ~ Normal(d[n, m], 1)\n"
    )
    word, other = "kitten", "sitting"
    data = {"n": 6, "m": 7, "s": [0, *map(ord, word)], "t": [0, *map(ord, other)]}
    v = nacre.compile(text).simulate(1, data)
    assert v["d"][..., 6, 7].item() == 3


@pytest.mark.parametrize("transform", [torch.func.vmap, torch.func.grad], ids=["vmap", "grad"])
def test_fronts_run_under_torch_func(transform):
    program = program_of(graph_of(MODELS["clauses"]), data_for())
    position = torch.tensor([[0.3], [-0.5]], dtype=torch.float64)
    whole, gradient = program.log_density_and_gradient(position)

    def one(p):
        return program.log_density_and_gradient(p)[0]

    if transform is torch.func.vmap:
        torch.testing.assert_close(torch.func.vmap(one)(position), whole)
    else:
        torch.testing.assert_close(torch.func.vmap(torch.func.grad(one))(position), gradient)


# --- draws ---------------------------------------------------------------------------------------

N = 4000


def assert_standard_normal(z: np.ndarray) -> None:
    z = z.reshape(N, -1)
    assert np.abs(z.mean(0)).max() < 5 / np.sqrt(N)
    assert np.abs(z.std(0) - 1).max() < 0.06
    together = (z.T @ z / N)[~np.eye(z.shape[1], dtype=bool)] * np.sqrt(N)
    assert np.abs(together).max() < 5


def test_what_is_new_in_each_element_is_standard_normal_and_independent():
    v = nacre.compile(MODELS["random"]).simulate(N, data_for(3, 4), seed=2)
    x, s = v["x"].numpy(), v["s"].numpy()[:, None, None]
    new = np.concatenate(
        [
            (x[:, :1, :1] - v["a"].numpy()[:, None, None]).reshape(N, -1),
            (np.diff(x[:, :1], axis=2) / s).reshape(N, -1),
            (np.diff(x[:, :, :1], axis=1) / s).reshape(N, -1),
            ((x[:, 1:, 1:] - (x[:, :-1, 1:] + x[:, 1:, :-1]) / 2) / s).reshape(N, -1),
        ],
        axis=1,
    )
    assert_standard_normal(new)
    assert_standard_normal(v["y"].numpy() - x)


def test_what_is_observed_is_drawn_front_by_front():
    v = nacre.compile(MODELS["observed"]).simulate(N, data_for(3, 4), seed=2)
    y, a = v["y"].numpy(), v["a"].numpy()[:, None, None]
    assert_standard_normal(y[:, 1:, 1:] - a * y[:, :-1, 1:] - y[:, 1:, :-1] / 2)
    assert_standard_normal(y[:, 0] - a[:, 0])


def test_elements_that_no_statement_explains_are_taken_from_the_data():
    text = LATTICE + "y[i in 2..n, t in 2..T] ~ Normal(y[i - 1, t] + y[i, t - 1] / 2, 1)\n"
    data = data_for(3, 4)
    y = nacre.compile(text).simulate(N, data, seed=2)["y"].numpy()
    assert (y[:, 0] == data["y"][0]).all()
    assert (y[:, :, 0] == data["y"][:, 0]).all()
    assert_standard_normal(y[:, 1:, 1:] - y[:, :-1, 1:] - y[:, 1:, :-1] / 2)


def test_states_on_a_lattice_are_drawn():
    text = (
        "dim row = 1..3, col = 1..3\nz[i in row, t in col] ~ Bernoulli("
        "if i == 1 or t == 1 then 0.5 else 0.1 + 0.4 * z[i - 1, t] + 0.4 * z[i, t - 1])\n"
    )
    z = nacre.compile(text).simulate(20000, seed=1)["z"].numpy()
    up, left = z[:, 1, 2], z[:, 2, 1]
    for a in (0, 1):
        for b in (0, 1):
            here = z[:, 2, 2][(up == a) & (left == b)]
            assert here.mean() == pytest.approx(0.1 + 0.4 * a + 0.4 * b, abs=0.03)


# --- the order -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lags", "expected"),
    [
        ([(1, 0), (0, 1)], (1, 1)),
        ([(1, 0), (-1, 1)], (1, 2)),
        ([(1, -1), (0, 1)], (2, 1)),
        ([(1, -3), (0, 1)], (4, 1)),
        ([(1, 0), (-1, 0)], None),
        ([(1, -9), (0, 1)], None),
    ],
)
def test_weights_lead_every_lag_back(lags, expected):
    assert weights(lags) == expected


def refused(text: str) -> list[str]:
    with pytest.raises(Rejected) as found:
        nacre.compile(text)
    return [d.code for d in found.value.diagnostics]


HEAD = "dim row = 1..4, col = 1..5\ndata near[row]: int\na ~ Normal(0, 1)\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x[i in row, t in col] = if i == 1 then a else x[i - 1, t] + x[i, t - 1]\n", "E373"),
        ("x[1, t in col] = a\nx[i in 2..4, 1] = a\nx[i in 2..4, t in 3..5] = x[i - 1, t]\n",
         "E374"),
        ("x[i in row, t in col] = if i == 1 or t == 1 then a "
         "else x[i - 1, t] + x[i, t - 1] * x[near[i], t - 1]\n", "E490"),
        ("x[i in row, t in col] = if i == 1 or i == 4 or t == 1 or t == 5 then a "
         "else x[i - 1, t + 1] + x[i + 1, t - 1]\n", "E491"),
    ],
)  # fmt: skip
def test_what_has_no_beginning_is_refused(text, code):
    assert refused(HEAD + text) == [code]
