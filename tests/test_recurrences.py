"""Recurrences: densities, gradients and generated code, against slow and independent ones."""

import re
from collections.abc import Callable
from math import log, pi
from pathlib import Path

import numpy as np
import pytest
import torch
from agreement import assert_density_and_gradient
from clause_models import CLAUSES
from nacre.compiler import driver
from nacre.grammar.source import Source
from programs import arrays, graph_of, program_of

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SERIES = "data T: int\ndim time = 1..T\ndata y[time]: real\na ~ Normal(0, 1)\n"
PANEL = "data T: int\ndim time = 1..T, unit\ndata y[unit, time]: real\na ~ Normal(0, 1)\n"

MODELS = {
    "data alone": SERIES
    + "k[1] = 1\nk[t in 2..T] = k[t - 1] + y[t - 1]\ny[t in time] ~ Normal(a * k[t], 1)\n",
    "through a parameter": SERIES
    + "s[1] = 0.5\ns[t in 2..T] = exp(a) * sqrt(1 + (y[t - 1] - a)^2 + s[t - 1]^2)\n"
    + "y[t in time] ~ Normal(a, s[t])\n",
    "random first element": SERIES
    + "s[1] = a\ns[t in 2..T] = tanh(s[t - 1]) + t * a\ny[t in time] ~ Normal(s[t], 1)\n",
    "functions of one number": SERIES
    + "s[1] = exp(a)\n"
    + "s[t in 2..T] = log1p(exp(s[t - 1] * a)) + max(s[t - 1], a) / 3 + abs(y[t - 1])\n"
    + "y[t in time] ~ Normal(a, s[t])\n",
    "two lags": SERIES
    + "s[1] = 1\ns[2] = a\ns[t in 3..T] = a * s[t - 1] - 0.5 * s[t - 2]\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "two ranges": SERIES
    + "s[1] = 1\ns[t in 2..4] = a * s[t - 1]\ns[t in 5..T] = sin(s[t - 2]) + log(y[t - 3]^2)\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "ranges of the data": "data K: int\n"
    + SERIES
    + "s[t in 1..K] = a * t\ns[t in K + 1..T] = s[t - 1] / 2\ny[t in time] ~ Normal(s[t], 1)\n",
    "the last clause first": SERIES
    + "y[t in time] ~ Normal(s[t], 1)\ns[t in 2..T] = a * s[t - 1]\ns[1] = 1\n",
    "a branch": SERIES
    + "s[1] = 1\ns[t in 2..T] = if y[t - 1] > 0 then log(y[t - 1]) * s[t - 1] else a - s[t - 1]\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "mutual": (EXAMPLES / "recurrences" / "arma11.ppl").read_text(),
    "mutual in clauses": SERIES
    + "p[1] = a\np[t in 2..T] = p[t - 1] + 0.1 * q[t - 1]\n"
    + "q[1] = 1\nq[t in 2..T] = cos(q[t - 1]) - p[t]\ny[t in time] ~ Normal(p[t] + q[t], 1)\n",
    "the same step by its label": SERIES
    + "p[1] = 1 - q[1]\np[t in 2..T] = p[t - 1] - a * p[t - 1] * q[t - 1]\n"
    + "q[1] = inv_logit(a)\nq[t in 2..T] = q[t - 1] * p[t - 1]\ny[t in time] ~ Normal(p[t], 1)\n",
    "the same step by its label, behind a condition": SERIES
    + "p[t in time] = if t == 1 then 1 - q[1] else if t == 2 then q[first + 1] else p[t - 1] * a\n"
    + "q[1] = a\nq[t in 2..T] = cos(q[t - 1]) - p[t - 1]\ny[t in time] ~ Normal(p[t] + q[t], 1)\n",
    "ARMA as on paper": SERIES
    + "m[first] = a\nm[t in 2..T] = a + 0.5 * y[t - 1] + 0.3 * e[t - 1]\n"
    + "e[1] = y[1] - m[1]\ne[t in 2..T] = y[t] - m[t]\ny[t in time] ~ Normal(m[t], 1)\n",
    "two families of numbers, one step by its label": SERIES
    + "p[1] = q[first]\np[t in 2..T] = q[t] + p[t - 1]\n"
    + "q[1] = a\nq[t in 2..T] = a * p[t - 1]\ny[t in time] ~ Normal(p[t], 1)\n",
    "an element of an array": SERIES
    + "dim k = {u, v}\nw[k] = [1.0, 0.5]\np[1] = a\np[t in 2..T] = p[t - 1] - f[t - 1, v]\n"
    + "q[t in time, i in k] = p[t] * w[i] + (i == u)\n"
    + "f[t in time, i in k] = softmax(q[t, :])[i]\ny[t in time] ~ Normal(p[t], 1)\n",
    "an array of data, a step before": SERIES
    + "dim k = {u, v}\np[1] = a\np[t in 2..T] = f[t - 1, v] + a * p[t - 1]\n"
    + "f[t in time, k] = [0.5, 2] * y[t]\ny[t in time] ~ Normal(p[t], 1)\n",
    "arrays that are drawn among numbers": SERIES
    + "dim k = {u, v}\np[1] = a\np[t in 2..T] = p[t - 1] + z[t - 1, v] * z[t - 1, u]\n"
    + "z[t in time, k] ~ MvNormal([p[t], a], [[1, 0.2], [0.2, 2]])\n"
    + "y[t in time] ~ Normal(p[t], 1)\n",
    "a plate before": PANEL
    + "b[i in unit] ~ Normal(0, 1)\ns[i in unit, 1] = b[i]\n"
    + "s[i in unit, t in 2..T] = b[i] * s[i, t - 1] + a\n"
    + "y[i in unit, t in time] ~ Normal(s[i, t], 1)\n",
    "a plate behind, and across it": PANEL
    + "b[i in unit] ~ Normal(0, 1)\ns[1, i in unit] = b[i]\ns[t in 2..T, i in unit] = "
    + "tanh(a * s[t - 1, i] + sum(j in unit)(b[j] * s[t - 1, j]))\n"
    + "y[i in unit, t in time] ~ Normal(s[t, i], 1)\n",
    "random walks": (EXAMPLES / "recurrences" / "walk.ppl").read_text(),
    "random and computed": SERIES
    + "x[1] ~ Normal(0, 1)\nx[t in 2..T] ~ Normal(m[t - 1], 0.5)\n"
    + "m[1] = a\nm[t in 2..T] = 0.5 * m[t - 1] + a * x[t - 1]\n"
    + "y[t in time] ~ Normal(x[t] + m[t], 1)\n",
    "restricted": SERIES
    + "x[1] ~ HalfNormal(1)\nx[t in 2..T] ~ HalfNormal(x[t - 1] + 1)\n"
    + "y[t in time] ~ Normal(a, x[t])\n",
    "observed in clauses": SERIES + "y[1] ~ Normal(a, 2)\ny[t in 2..T] ~ Normal(a * y[t - 1], 1)\n",
    "two that are seen, each by the other": SERIES
    + "data u[time]: real\ny[1] ~ Normal(a, 1)\ny[t in 2..T] ~ Normal(y[t - 1] + a * u[t - 1], 1)\n"
    + "u[1] ~ Normal(y[1], 1)\nu[t in 2..T] ~ Normal(a * y[t], 1)\n",
    "two that are seen, behind conditions": SERIES
    + "data u[time]: real\ny[t in time] ~ Normal(if t == 1 then a else a * u[t - 1], 1)\n"
    + "u[t in time] ~ Normal(if t == 1 then 0 else u[t - 1] + a * y[t - 1], 1)\n",
    "renewal": SERIES
    + "w[k in time] = exp(-k / 3) * abs(y[k])\npred[1] = exp(a)\n"
    + "pred[t in 2..T] = (1 + a^2) * sum(j in 1..t - 1)(pred[j] * w[t - j])\n"
    + "y[t in time] ~ Normal(pred[t], 1)\n",
    "renewal in each unit, mutual": "data K: count\n"
    + PANEL
    + "b[i in unit] ~ HalfNormal(1)\nrate[t in time] ~ HalfNormal(1)\n"
    + "pred[t in 1..K, i in unit] = b[i]\n"
    + "pred[t in K + 1..T, i in unit] = left[t, i] * rate[t] * conv[t, i]\n"
    + "conv[t in 1..K, i in unit] = 0\n"
    + "conv[t in K + 1..T, i in unit] = sum(j in 1..t - 1)(pred[j, i] * exp(j - t))\n"
    + "total[1, i in unit] = 0\n"
    + "total[t in 2..T, i in unit] = total[t - 1, i] + pred[t - 1, i]\n"
    + "left[t in time, i in unit] = 1 / (1 + exp(total[t, i] - 3))\n"
    + "y[i in unit, t in time] ~ Normal(pred[t, i], 1)\n",
    "a weighted past, from lags": SERIES
    + "data u[time]: real\nw[k in time] = exp(-k / 3) * abs(u[k])\nx[1] = a\n"
    + "x[t in 2..T] = tanh(a * sum(k in 1..t - 1)(x[t - k] * w[k])) + 1\n"
    + "m[t in time] = sum(j in 1..t)(x[t + 1 - j] * w[j] / t)\n"
    + "y[t in time] ~ Normal(x[t] + m[t], 1)\n",
    "a weighted past, of parameters": PANEL
    + "data v[unit, time]: real\nb[i in unit] ~ Normal(0, 1)\n"
    + "x[1, i in unit] = b[i]\nx[2, i in unit] = a\n"
    + "x[t in 3..T, i in unit] = v[i, t] - sum(j in 1..t - 2)(x[j, i] * exp(a * (j - t)) * b[i])\n"
    + "y[i in unit, t in time] ~ Normal(x[t, i], 1)\n",
    "a weighted past, of other places": PANEL.replace("unit", "row")
    + "data v[row, time]: real\nx[i in row, 1] = a\nx[i in row, t in 2..T] = 1 + "
    + "0.3 * sum(k in row)(sum(j in 1..t - 1)(-x[k, j] * v[k, j] / (t - j)))\n"
    + "y[i in row, t in time] ~ Normal(x[i, t], 1)\n",
    "a weighted past of two, to the middle": SERIES
    + "data u[time]: real\np[1] = a\np[t in 2..T] = tanh(sum(j in 1..t - 1)(q[j] * u[j]))\n"
    + "q[1] = 1\nq[t in 2..T] = if t > 4 then sum(j in 2..t - 3)(p[j] * u[t - j]) else sin(p[t])\n"
    + "y[t in time] ~ Normal(p[t] - q[t], 1)\n",
    "weights outside of a recurrence": PANEL
    + "data s[unit, time]: real\nx[t in time, i in unit] ~ Normal(0, 1)\n"
    + "v[t in time] ~ Normal(0, 1)\n"
    + "m[t in time, i in unit] = sum(j in 1..t)(x[j, i] * s[i, t + 1 - j])\n"
    + "n[t in time, i in unit] = sum(j in 1..t)(v[j] * x[j, i] * s[i, t + 1 - j])\n"
    + "k[t in time] = sum(j in 1..t - 1)(v[j] * (t - j)) + sum(j in t..T)(v[j] * exp(a * j))\n"
    + "y[i in unit, t in time] ~ Normal(m[t, i] + n[t, i] + k[t], 1)\n",
    "sum of all errors": SERIES
    + "err[t in time] = y[t] - m[t]\nm[1] = a\n"
    + "m[t in 2..T] = a * sum(j in 1..t - 1)(err[j]) / t\ny[t in time] ~ Normal(m[t], 1)\n",
    "logarithms of the past": SERIES
    + "s[1] = exp(a)\ns[t in 2..T] = 1 + exp(logsumexp(j in 1..t - 1)(log(s[j]))) / t^2\n"
    + "y[t in time] ~ Normal(0, s[t])\n",
    "two ranges that end before": SERIES
    + "s[1] = a\ns[t in 2..T] = sum(j in 1..t - 1, k in j..t - 1)(s[j] * tanh(s[k])) / t^2\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "a sum of lags": SERIES
    + "s[1] = a\ns[2] = 1\ns[t in 3..T] = sum(k in 1..2)(s[t - k] / k)\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "a lag of the data": "data K: count\n"
    + SERIES
    + "s[t in 1..K] = a * t\ns[t in K + 1..T] = sin(s[t - K])\ny[t in time] ~ Normal(s[t], 1)\n",
    "lags of the data": "data K: count\n"
    + SERIES
    + "s[t in 1..K] = a * t\ns[t in K + 1..T] = sum(k in 1..K)(s[t - k] / (k + a^2))\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "a lag of each unit": PANEL
    + "data lag[unit]: int on (1, 2)\ns[i in unit, 1] = a\ns[i in unit, 2] = 1\n"
    + "s[i in unit, t in 3..T] = tanh(s[i, t - lag[i]] * a) + s[i, t - 1] / 3\n"
    + "y[i in unit, t in time] ~ Normal(s[i, t], 1)\n",
    "a tree": SERIES
    + "data parent[time]: int\nh[1] = a\nh[t in 2..T] = h[parent[t]] * a + 1 / t\n"
    + "y[t in time] ~ Normal(h[t], 1)\n",
    "forward algorithm": SERIES
    + "dim state = {calm, wild, odd}\nstart[state] ~ Dirichlet(2)\n"
    + "move[i in state, state] ~ Dirichlet(2)\n"
    + "data u[time]: real\nob[t in time, j in state] = -abs(u[t] - a) * (1 + (j == wild))\n"
    + "la[1, j in state] = log(start[j]) + ob[1, j]\n"
    + "la[t in 2..T, j in state] = "
    + "logsumexp(i in state)(la[t - 1, i] + log(move[i, j])) + ob[t, j]\n"
    + "last[j in state] = la[T, j]\ny[t in time] ~ Normal(logsumexp(last), 1)\n",
    "vector autoregression": PANEL
    + "A[i in unit, j in unit] ~ Normal(0, 1)\nm[i in unit, 1] = a\n"
    + "m[i in unit, t in 2..T] = sum(j in unit)(A[i, j] * tanh(m[j, t - 1])) + y[i, t - 1]\n"
    + "y[i in unit, t in time] ~ Normal(m[i, t], 1)\n",
    "vector autoregression of the data": PANEL
    + "A[i in unit, j in unit] ~ Normal(0, 1)\ny[i in unit, 1] ~ Normal(a, 1)\n"
    + "y[i in unit, t in 2..T] ~ Normal(sum(j in unit)(A[i, j] * y[j, t - 1]), 1)\n",
    "over different plates": PANEL
    + "s[1] = a\ns[t in 2..T] = sum(i in unit)(r[i, t - 1]) / 3\n"
    + "r[i in unit, t in time] = tanh(s[t] + b[i])\nb[i in unit] ~ Normal(0, 1)\n"
    + "y[i in unit, t in time] ~ Normal(r[i, t], 1)\n",
    "another index that moves": PANEL.replace("unit", "row")
    + "data g[time]: row\nb[i in row] ~ Normal(0, 1)\ns[i in row, 1] = b[i]\n"
    + "s[i in row, t in 2..T] = s[g[t], t - 1] / 2 + b[i]\n"
    + "y[i in row, t in time] ~ Normal(s[i, t], 1)\n",
    "clauses that begin at different places": SERIES
    + "p[1] = a\np[t in 2..T] = q[t - 1] / 2\nq[1] = 1\nq[2] = exp(a)\n"
    + "q[t in 3..T] = log(1 + q[t - 2]^2) + sqrt(1 + p[t]^2)\n"
    + "y[t in time] ~ Normal(q[t], 1)\n",
    "the first element, always": SERIES
    + "s[1] = a\ns[t in 2..T] = s[1] * tanh(s[t - 1]) + 1\ny[t in time] ~ Normal(s[t], 1)\n",
    "a guarded lag": SERIES
    + "s[1] = a\ns[t in 2..T] = 1 + (if t > 2 then sqrt(abs(s[t - 2])) else 0)\n"
    + "y[t in time] ~ Normal(s[t], 1)\n",
    "seasons": "data K: count\n"
    + SERIES
    + "x[t in 1..K] ~ Normal(0, 1)\n"
    + "x[t in K + 1..T] ~ Normal(-sum(k in 1..K)(x[t - k]), exp(a))\n"
    + "y[t in time] ~ Normal(x[t], 1)\n",
    "a random past": SERIES
    + "x[1] ~ Normal(0, 1)\nx[t in 2..T] ~ Normal(sum(j in 1..t - 1)(x[j] / j), exp(a))\n"
    + "y[t in time] ~ Normal(x[t], 1)\n",
    "running counts of the data": "dim dog\ndata K: int\ndim trial = 1..K\n"
    + "dim coef = 1..2\ndata shocked[dog, trial]: bool\nb[k in coef] ~ Normal(0, 1)\n"
    + "avoid[d in dog, 1] = 0\n"
    + "avoid[d in dog, t in 2..K] = avoid[d, t - 1] + 1 - shocked[d, t - 1]\n"
    + "shock[d in dog, t in trial] = sum(j in 1..t - 1)(shocked[d, j])\n"
    + "shocked[d in dog, t in trial] ~ "
    + "Bernoulli(logit = b[1] * avoid[d, t] + b[2] * shock[d, t])\n",
    "after the first occasion": "dim dog\ndata K: int\ndim trial = 1..K\n"
    + "data shocked[dog, trial]: bool\np ~ Uniform(0, 1)\nc ~ Uniform(0, 1)\n"
    + "shocked[d in dog, t in trial] ~ Bernoulli("
    + "if t > 1 then (if shocked[d, t - 1] == 1 then c else p) else p)\n",
    "a guard instead of a clause": PANEL
    + "before[i in unit, t in time] = if t > 1 then y[i, t - 1] else a\n"
    + "mean[i in unit, t in time] = tanh(a * before[i, t])\n"
    + "y[i in unit, t in time] ~ Normal(mean[i, t], 1)\n",
    "sums of what was observed before": SERIES
    + "so_far[t in time] = sum(j in 1..t - 1)(y[j])\n"
    + "y[t in time] ~ Normal(a * so_far[t], 1)\n",
    "one value that was observed": SERIES + "start = y[1]\ny[t in 2..T] ~ Normal(a * start, 1)\n",
    "values observed in no order": PANEL.replace("unit", "row")
    + "data near[row]: row\nother[i in row] = y[near[i], 1]\n"
    + "y[i in row, t in time] ~ Normal(a * other[i], 1)\n",
    "the last from all others": SERIES
    + "dim free = 1..T - 1\nf[i in free] ~ Normal(0, 1)\ns[t in 1..T - 1] = f[t]\ns[T] = -sum(f)\n"
    + "y[t in time] ~ Normal(s[t], exp(a))\n",
    "a lag from the data": "data K: int\n"
    + SERIES
    + "y[t in K + 1..T] ~ Normal(sum(k in 1..K)(a * y[t - k]), 1)\n",
}


def data_for(text: str, length: int = 7) -> dict[str, object]:
    rng = np.random.default_rng(8)
    shape = (2, length) if ", time]" in text else (length,)
    return {
        "T": length,
        "y": rng.normal(size=shape),
        "K": 3,
        "sigma1": 0.7,
        "lag": [1, 2],
        "shocked": [[0, 1, 0], [1, 1, 0]],
        "u": rng.normal(size=length),
        "v": rng.normal(size=(2, length)),
        "s": rng.normal(size=(2, length)),
        "parent": [1, 1, 2, 1, 3, 2, 6],
        "near": [2, 1],
        "g": [1, 2, 2, 1, 2, 1, 1],
    }


@pytest.mark.parametrize("text", [*MODELS.values(), *CLAUSES.values()], ids=[*MODELS, *CLAUSES])
def test_density_and_gradient(text):
    program = program_of(graph_of(text), data_for(text))
    position = torch.from_numpy(np.random.default_rng(2).normal(size=(2, 3, program.n)) / 2)
    assert_density_and_gradient(program, position)


@pytest.mark.parametrize(
    ("dim", "clauses"),
    [
        ("0..T - 1", ("0", "1..T - 1")),
        ("1..2 * T", ("1", "2..T + T")),
        ("1..K * T", ("1..K", "K + 1..T * K")),
        ("0..K * (T + 1) - 1", ("0..K - 1", "K..K * T + K - 1")),
        ("1..max(K, T)", ("1", "2..max(K, T)")),
        ("-T..T", ("-T", "1 - T..T")),
    ],
)
def test_ends_are_compared_as_sums_and_products(dim, clauses):
    lefts = [c if ".." not in c else f"t in {c}" for c in clauses]
    text = f"data T, K: count\ndim time = {dim}\ndata y[time]: real\n"
    text += "".join(f"s[{left}] = 1\n" for left in lefts) + "y[t in time] ~ Normal(s[t], 1)\n"
    assert [len(node.clauses) for node in graph_of(text).nodes.values() if node.name == "s"] == [2]


def code_of(text: str) -> dict[str, str]:
    """Functions of the generated module."""
    module = driver.emit(graph_of(text), header="test").module.text
    return {part.split("(")[0]: part for part in re.split(r"^def ", module, flags=re.M)[1:]}


def loops(text: str, function: str) -> int:
    return code_of(text)[function].count("for t")


COMPILED = {  # loops in bind, in the log density, in its gradient
    "data alone": (1, 0, 0),
    "through a parameter": (0, 1, 2),
    "mutual": (0, 2, 4),  # the first element of the errors has a loop of its own
    "mutual in clauses": (0, 1, 2),
    "running counts of the data": (1, 0, 0),
    "renewal": (0, 1, 2),
    "weights outside of a recurrence": (0, 0, 0),
    "random walks": (0, 0, 0),
    "random and computed": (0, 1, 2),
    "observed in clauses": (0, 0, 0),
}


@pytest.mark.parametrize(("model", "expected"), COMPILED.items(), ids=COMPILED)
def test_the_compiler_chooses_how_to_compute_it(model, expected):
    functions = ("bind", "log_terms", "log_density_and_gradient")
    assert tuple(loops(MODELS[model], f) for f in functions) == expected


def test_what_does_not_depend_on_earlier_elements_stays_outside_of_the_loop():
    text = code_of(MODELS["through a parameter"])["log_terms"]
    (body,) = re.findall(r"for t in .*:\n((?:        .*\n)+)", text)
    assert body.count("\n") == 2, body
    assert "sqrt" in body and "exp" not in body


@pytest.mark.parametrize("length", [1, 2])
def test_short_series(length):
    text = MODELS["random first element"]
    data = data_for(text, length)
    program = program_of(graph_of(text), data)
    position = torch.tensor([[0.3]], dtype=torch.float64, requires_grad=True)
    value, gradient = program.log_density_and_gradient(position)
    (expected,) = torch.autograd.grad(program.log_density({"a": position[:, 0]}).sum(), position)
    torch.testing.assert_close(gradient.detach(), expected)
    assert value.isfinite().all()


def test_generated_loops_run_under_vmap_and_grad():
    text = MODELS["two lags"]
    program = program_of(graph_of(text), data_for(text))
    position = torch.linspace(-1, 1, 5, dtype=torch.float64)[:, None]

    def density(a):
        return program.log_density({"a": a[0]})

    per_draw = torch.func.vmap(torch.func.grad(density))(position)
    torch.testing.assert_close(program.log_density_and_gradient(position)[1], per_draw)


def arma11(y: np.ndarray, mu: float, phi: float, theta: float, sigma: float) -> float:
    """Log density of ARMA(1, 1) up to a constant, written from the recursion."""
    total = -(mu**2) / 200 - phi**2 / 8 - theta**2 / 8 - log(1 + (sigma / 2.5) ** 2)
    expected, error = mu + phi * mu, 0.0
    for t, now in enumerate(y):
        if t > 0:
            expected = mu + phi * y[t - 1] + theta * error
        error = now - expected
        total += -0.5 * log(2 * pi) - log(sigma) - 0.5 * (error / sigma) ** 2
    return total


def test_first_and_last_are_labels_of_what_counts():
    text = SERIES + "x[t in time] ~ Normal(0, 1)\nd = x[last] - x[first]\n"
    named = text + "first = 2\ny[t in time] ~ Normal(d + 0 * first, 1)\n"  # a name comes before
    for model, begin in ((text + "y[t in time] ~ Normal(d, 1)\n", 0), (named, 1)):
        program = program_of(graph_of(model), data_for(text))
        x = torch.linspace(1, 2, 7, dtype=torch.float64) ** 2
        values = {"a": torch.tensor(0.0), "x": x}
        found = program.complete(values, (), torch.Generator().manual_seed(1))["d"]
        assert found.item() == pytest.approx((x[6] - x[begin]).item())


def test_arma_is_the_textbook_recursion():
    data = data_for("", 40)
    program = program_of(graph_of(MODELS["mutual"]), data)
    rng = np.random.default_rng(5)
    points = rng.normal(size=(20, 4))
    points[:, 3] = np.exp(points[:, 3])
    names = ("mu", "phi", "theta", "sigma")
    values = {n: torch.from_numpy(points[:, i].copy()) for i, n in enumerate(names)}
    actual = program.log_density(values).numpy()
    off = actual - [arma11(np.asarray(data["y"]), *p) for p in points]
    assert np.ptp(off) < 1e-9 * np.abs(actual).max()


def renewal(v: dict[str, np.ndarray], T: int, w: np.ndarray) -> np.ndarray:
    pred = [np.exp(v["a"])]
    for t in range(1, T):
        pred.append((1 + v["a"] ** 2) * sum(pred[j] * w[t - j - 1] for j in range(t)))
    return np.stack(pred, -1)


def test_a_renewal_process_is_the_textbook_sum():
    text = MODELS["renewal"]
    data = data_for(text)
    program = program_of(graph_of(text), data)
    v = {"a": torch.tensor([0.1, -0.2, 0.4], dtype=torch.float64)}
    found = arrays(program.complete(v, (3,), torch.Generator().manual_seed(1)))
    y = np.asarray(data["y"])
    w = np.exp(-np.arange(1, 8) / 3) * abs(y)
    np.testing.assert_allclose(found["pred"], renewal(arrays(v), 7, w), rtol=1e-12)


def test_adjoints_of_single_numbers_are_one_multiplication_a_step():
    text = code_of(MODELS["through a parameter"])["log_density_and_gradient"]
    *_, back = re.findall(r"for t.* in .*:\n((?:        .*\n)+)", text)
    assert back.count("\n") == 2 and back.count("torch.") == 1 and "addcmul" in back, back


def test_weighted_sums_of_the_past_are_no_gathers():
    """In a loop every element is added to later sums; outside they are products of matrices."""
    for model in ("renewal", "a weighted past, from lags", "a weighted past, of parameters"):
        for function in ("log_terms", "log_density_and_gradient"):
            text = code_of(MODELS[model])[function]
            inside = "".join(re.findall(r"for t.* in .*:\n((?:        .*\n)+)", text))
            assert "where" not in inside and "index_add" not in inside and "addcmul" in inside
    text = code_of(MODELS["weights outside of a recurrence"])["log_terms"]
    assert "einsum" in text and " @ " in text


def test_a_forward_algorithm_sums_over_all_paths():
    """The recursion against the sum over every path of states."""
    text = MODELS["forward algorithm"]
    data = data_for(text, 4)
    data["u"] = np.asarray(data["u"])[:4]
    program = program_of(graph_of(text), data)
    rng = np.random.default_rng(3)
    start, move = rng.dirichlet([1, 1, 1]), rng.dirichlet([1, 1, 1], size=3)
    v = {"a": torch.tensor(0.3), "start": torch.from_numpy(start), "move": torch.from_numpy(move)}
    found = arrays(program.complete(v, (), torch.Generator().manual_seed(1)))
    ob = -abs(np.asarray(data["u"])[:, None] - 0.3) * np.array([1, 2, 1])
    total = 0.0
    for path in np.ndindex(3, 3, 3, 3):
        weight = start[path[0]] * np.exp(ob[0, path[0]])
        for t in range(1, 4):
            weight *= move[path[t - 1], path[t]] * np.exp(ob[t, path[t]])
        total += weight
    assert np.logaddexp.reduce(found["last"]) == pytest.approx(log(total), rel=1e-7)


SUMS = {  # the length of each sum depends on another index
    "sum(j in 1..n[i])(x[j])": lambda x, n: [x[:k].sum() for k in n],
    "prod(j in n[i]..4)(x[j])": lambda x, n: [x[k - 1 : 4].prod() for k in n],
    "logsumexp(j in 1..n[i] + 1)(x[j])": lambda x, n: [np.logaddexp.reduce(x[: k + 1]) for k in n],
    "max(j in n[i]..n[i] + 1)(x[j])": lambda x, n: [x[k - 1 : k + 1].max() for k in n],
    "mean(j in 1..n[i])(log(j) * x[j])": lambda x, n: [
        (np.log(np.arange(1, k + 1)) * x[:k]).mean() for k in n
    ],
    "sum(j in 1..n[i], k in 1..j - 1)(x[j] / x[k])": lambda x, n: [
        sum(x[j] / x[k] for j in range(m) for k in range(j)) for m in n
    ],
}


@pytest.mark.parametrize("formula", SUMS)
def test_sums_of_varying_length(formula):
    text = "dim row, time = 1..5\ndata n[row]: int on (1, 4)\nx[t in time] ~ Normal(0, 1)\n"
    text += f"z[i in row] = {formula}\ndata y[row]: real\ny[i in row] ~ Normal(z[i], 1)\n"
    n = np.array([4, 1, 3])
    program = program_of(graph_of(text), {"n": n, "y": np.zeros(3)})
    position = torch.from_numpy(np.random.default_rng(2).normal(size=(2, 5)))
    found = arrays(program.complete({"x": position}, (2,), torch.Generator()))["z"]
    for z, x in zip(found, position.numpy(), strict=True):
        np.testing.assert_allclose(z, SUMS[formula](x, n), rtol=1e-12)
    _, gradient = program.log_density_and_gradient(position)
    leaf = position.clone().requires_grad_()
    (expected,) = torch.autograd.grad(program.log_density({"x": leaf}).sum(), leaf)
    torch.testing.assert_close(gradient, expected)


def test_the_longest_range_is_as_long_as_it_must_be():
    text = "dim row\ndata n[row]: int\nx[i in row] = sum(j in 1..n[i])(j)\n"
    text += "y[i in row] ~ Normal(x[i], 1)\n"
    for n in ([2, 5], [0, 0], [-3, 1]):
        program = program_of(graph_of(text), {"n": n})
        found = program.complete({"y": torch.zeros(2)}, (), torch.Generator())["x"]
        assert found.tolist() == [sum(range(1, k + 1)) for k in n]


def test_a_positive_recurrence_is_known_to_be_positive():
    text = SERIES + (
        "h[1] = 1\nh[t in 2..T] = 0.1 + a^2 * y[t - 1]^2 + 0.5 * h[t - 1]\n"
        "y[t in time] ~ Normal(0, sqrt(h[t]))\n"
    )
    assert driver.front(Source("model.ppl", text)).warnings == ()


FORWARD: dict[str, Callable[[dict[str, np.ndarray]], bool]] = {
    "through a parameter": lambda v: np.allclose(
        v["s"][:, 1:],
        np.exp(v["a"])[:, None]
        * np.sqrt(1 + (v["y"][:-1] - v["a"][:, None]) ** 2 + v["s"][:, :-1] ** 2),
    ),
}


@pytest.mark.parametrize("model", FORWARD)
def test_derived_values_come_back(model):
    text = MODELS[model]
    data = data_for(text)
    program = program_of(graph_of(text), data)
    rng = torch.Generator().manual_seed(1)
    found = program.complete({"a": torch.tensor([0.1, -0.2], dtype=torch.float64)}, (2,), rng)
    assert FORWARD[model]({**arrays(found), "y": np.asarray(data["y"])})


def test_a_random_recurrence_that_nothing_observes_is_inferred():
    graph = graph_of(SERIES + "x[1] ~ Normal(0, 1)\nx[t in 2..T] ~ Normal(x[t - 1], a^2 + 1)\n"
                     "y[t in time] ~ Normal(a, 1)\n")  # fmt: skip
    assert "x" in driver.pruned(graph).graph.nodes
