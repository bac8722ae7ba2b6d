"""Recurrences: densities, gradients and generated code, against slow and independent ones."""

import re
from collections.abc import Callable
from math import log, pi
from pathlib import Path

import numpy as np
import pytest
import reference
import torch
from nacre.compiler import driver
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data
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
    "a lag from the data": "data K: int\n"
    + SERIES
    + "y[t in K + 1..T] ~ Normal(sum(k in 1..K)(a * y[t - k]), 1)\n",
}


def data_for(text: str, length: int = 7) -> dict[str, object]:
    rng = np.random.default_rng(8)
    shape = (2, length) if "y[unit, time]" in text else (length,)
    return {"T": length, "y": rng.normal(size=shape), "K": 3, "sigma1": 0.7}


@pytest.mark.parametrize("text", MODELS.values(), ids=MODELS)
def test_density_and_gradient(text):
    """The value against the slow evaluator; the emitted reverse mode against autograd."""
    graph, data = graph_of(text), data_for(text)
    program = program_of(graph, data)
    position = torch.from_numpy(np.random.default_rng(2).normal(size=(2, 3, program.n)) / 2)
    value, gradient = program.log_density_and_gradient(position)
    leaf = position.clone().requires_grad_()
    values, log_jacobian = program.constrain(leaf)
    total = program.log_density(values) + log_jacobian
    (expected,) = torch.autograd.grad(total.sum(), leaf)
    torch.testing.assert_close(value, total.detach(), rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(gradient, expected, rtol=1e-9, atol=1e-9)
    bound = bind_data(graph, data)
    slow = reference.log_density(
        graph,
        {name: v.detach().numpy()[1, 2] for name, v in values.items()},
        arrays(bound.tensors),
        bound.sizes,
        bound.labels,
    )
    assert slow == pytest.approx((total - log_jacobian)[1, 2].item(), rel=1e-10, abs=1e-10)


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
