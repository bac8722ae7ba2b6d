"""Differential equations: densities, gradients, batches and failures, against slow ones."""

import nacre
import numpy as np
import pytest
import torch
from agreement import slow_log_density
from nacre.compiler import driver
from nacre.grammar.diagnostic import Rejected
from programs import arrays, graph_of, program_of

TIGHT = ", rtol = 1e-11, atol = 1e-12"
HEAD = """dim row
data ts[row]: positive
data y[row]: real
a ~ LogNormal(0, 0.3)
b ~ LogNormal(-1, 0.3)
"""

MODELS = {
    "one state": HEAD
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n    u' = -a * u from b\n}}\n"
    + "y[n in row] ~ Normal(u[n], 1)\n",
    "two states, times computed": HEAD
    + f"ode t[n in row] = 2 * ts[n] from 0{TIGHT} {{\n"
    + "    u' = (a - 0.5 * v) * u from 1\n    v' = (b * u - 0.4) * v from a\n}\n"
    + "y[n in row] ~ Normal(u[n] * v[n], 1)\n",
    "a state that is not read": HEAD
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n"
    + "    u' = v from 1\n    v' = -a * u - b * v from 0\n    w' = u from 0\n}\n"
    + "y[n in row] ~ Normal(w[n], 1)\n",
    "time in the formula": HEAD
    + f"ode t[n in row] = ts[n] from 0.1{TIGHT} {{\n    u' = a * sin(b * t) from 0\n}}\n"
    + "y[n in row] ~ Normal(u[n], 1)\n",
    "an inferred beginning": HEAD
    + f"ode t[n in row] = ts[n] from -b{TIGHT} {{\n    u' = -a * u + t from 1\n}}\n"
    + "y[n in row] ~ Normal(u[n], 1)\n",
    "labels as times": "dim row = 1..4\n"
    + HEAD.partition("\n")[2]
    + f"ode t[n in row] = n from 1{TIGHT} {{\n    u' = -a * u from b\n}}\n"
    + "y[n in row] ~ Normal(u[n] + ts[n], 1)\n",
    "a constant slope": HEAD
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n    u' = a from 0\n    v' = 1 from b\n}}\n"
    + "y[n in row] ~ Normal(u[n] - v[n], 1)\n",
    "a family": "dim part = 1..3\n"
    + HEAD
    + "k[i in part] ~ LogNormal(-1, 0.2)\n"
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n"
    + "    flow[i in part] = k[i] * z[i]\n    total = sum(z)\n"
    + "    z[i in part]' = (if i == 1 then a else flow[i - 1]) - flow[i] - 0.1 * total * z[i]\n"
    + "        from b * i\n    out' = flow[3] from 0\n}\n"
    + "y[n in row] ~ Normal(sum(i in part)(i * z[n, i]) + out[n], 1)\n",
    "a table": "dim part = 1..2, site = {here, there}\n"
    + HEAD
    + "k[i in part, s in site] ~ Normal(0, 0.3)\n"
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n"
    + "    z[i in part, s in site]' = sum(j in part)(k[j, s] * z[j, s]) - 0.3 * z[i, s]\n"
    + "        from a + i\n}\n"
    + "y[n in row] ~ Normal(sum(z[n, :, here]) - z[n, 2, there], b)\n",
    "plates with times of their own": "dim unit\n"
    + HEAD.replace("ts[row]", "ts[unit, row]").replace("y[row]", "y[unit, row]")
    + "k[i in unit] ~ LogNormal(0, 0.3)\ndata begin[unit]: real\n"
    + f"ode t[i in unit, n in row] = ts[i, n] from begin[i]{TIGHT} {{\n"
    + "    loss = k[i] * gut\n"
    + "    gut' = -loss from a\n    blood' = loss - b * blood - t / 10 from begin[i]\n}\n"
    + "y[i in unit, n in row] ~ Normal(blood[i, n], 1)\n",
    "a family over plates": "dim unit, part = 1..2\n"
    + HEAD.replace("ts[row]", "ts[row]").replace("y[row]", "y[unit, row]")
    + "k[i in unit, p in part] ~ LogNormal(-1, 0.3)\n"
    + f"ode t[i in unit, n in row] = ts[n] from 0{TIGHT} {{\n"
    + "    out[p in part] = k[i, p] * z[p]\n"
    + "    z[p in part]' = sum(q in part)(out[q]) - 2 * out[p] + sum(z) / 9 from a * p + i_of[i]\n"
    + "}\ndata i_of[unit]: real\n"
    + "y[i in unit, n in row] ~ Normal(z[i, n, 1] - z[i, n, 2], b)\n",
    "a function, and definitions of the model": HEAD
    + "def rate(x, most) = most * x / (1 + x)\nc = a * b\n"
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n    u' = -rate(u, c) from 3\n}}\n"
    + "y[n in row] ~ Normal(u[n], 1)\n",
    "one system feeds another": HEAD
    + f"ode t[n in row] = ts[n] from 0{TIGHT} {{\n    u' = -a * u from 1\n}}\n"
    + f"last = u[3]\node s[n in row] = ts[n] from 0{TIGHT} {{\n    v' = last - b * v from 1\n}}\n"
    + "y[n in row] ~ Normal(v[n], 1)\n",
}


def data_for(text: str) -> dict[str, object]:
    rng = np.random.default_rng(8)
    times = np.cumsum(rng.uniform(0.3, 0.9, size=(2, 4)), 1)
    return {
        "ts": times if "ts[unit" in text else times[0],
        "y": rng.normal(size=(2, 4) if "y[unit" in text else 4),
        "begin": [-0.2, 0.1],
        "i_of": [0.5, 1.5],
    }


@pytest.mark.parametrize("text", MODELS.values(), ids=MODELS)
def test_density_and_gradient(text):
    density_and_gradient_agree(text, 1e-9)


def density_and_gradient_agree(text, close):
    """The value against scipy's solution; the emitted reverse mode against autograd and steps."""
    program = program_of(graph_of(text), data_for(text))
    rng = torch.Generator().manual_seed(3)
    position = 0.5 * torch.randn(2, program.n, generator=rng, dtype=torch.float64)
    value, gradient = program.log_density_and_gradient(position)
    values, jacobian = program.constrain(position)
    for i in range(2):
        at = arrays({name: v[i] for name, v in values.items()})
        slow = slow_log_density(program.graph, program.bound, at)
        assert float(value[i] - jacobian[i]) == pytest.approx(slow, rel=close, abs=close)

    def density(x):
        v, jacobian = program.constrain(x)
        return (program.log_density(v) + jacobian).sum()

    at = position.clone().requires_grad_()
    (auto,) = torch.autograd.grad(density(at), at)
    torch.testing.assert_close(gradient, auto, rtol=1e-9, atol=1e-9)
    step = 1e-5 * torch.eye(program.n, dtype=torch.float64)
    ahead = program.log_density_and_gradient(position[:, None] + step)[0]
    behind = program.log_density_and_gradient(position[:, None] - step)[0]
    slopes = (ahead - behind) / 2e-5
    torch.testing.assert_close(gradient, slopes, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["two states, times computed", "plates with times of their own"])
def test_batches_vmap_and_grad(name):
    """Any leading axes; one at a time, all at once, and under `torch.func`."""
    program = program_of(graph_of(MODELS[name]), data_for(MODELS[name]))
    rng = torch.Generator().manual_seed(4)
    position = 0.5 * torch.randn(2, 3, program.n, generator=rng, dtype=torch.float64)
    value, gradient = program.log_density_and_gradient(position)
    assert value.shape == (2, 3) and gradient.shape == position.shape

    def density(x):
        v, jacobian = program.constrain(x)
        return program.log_density(v) + jacobian

    for i, j in ((0, 0), (1, 2)):  # exactly: what is computed beside it does not matter
        alone = program.log_density_and_gradient(position[i, j])
        torch.testing.assert_close(alone[0], value[i, j], rtol=1e-13, atol=1e-13)
        torch.testing.assert_close(alone[1], gradient[i, j], rtol=1e-12, atol=1e-12)
    mapped = torch.func.vmap(torch.func.vmap(program.log_density_and_gradient))(position)
    torch.testing.assert_close(mapped, (value, gradient), rtol=1e-12, atol=1e-12)
    slopes, again = torch.func.vmap(torch.func.grad_and_value(density))(position[0])
    torch.testing.assert_close(again, value[0], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(slopes, gradient[0], rtol=1e-11, atol=1e-11)
    jacobian = torch.func.jacrev(density)(position[0])
    assert jacobian.shape == (3, 3, program.n)
    torch.testing.assert_close(jacobian.diagonal().T, gradient[0], rtol=1e-11, atol=1e-11)


def test_large_systems_are_walked_back_stage_by_stage():
    """More states than are worth a matrix each, and the same gradient."""
    text = MODELS["a family"].replace("1..3", "1..15").replace("flow[3]", "flow[15]")
    program = program_of(graph_of(text), data_for(text))
    position = torch.full((program.n,), -0.1, dtype=torch.float64)
    gradient = program.log_density_and_gradient(position)[1]
    step = 1e-5 * torch.eye(program.n, dtype=torch.float64)
    ahead, behind = (program.log_density_and_gradient(position + s * step)[0] for s in (1, -1))
    torch.testing.assert_close(gradient, (ahead - behind) / 2e-5, rtol=1e-5, atol=1e-5)


BLOWS_UP = HEAD + (
    "ode t[n in row] = ts[n] from 0 {\n    u' = a * u^2 from 1\n}\ny[n in row] ~ Normal(u[n], 1)\n"
)


def test_a_solution_that_fails_leaves_the_others_alone():
    """u = 1 / (1 - a t) is infinite at t = 1 / a."""
    program = program_of(graph_of(BLOWS_UP), {"ts": [0.2, 0.5, 1.0], "y": [1.0, 1.0, 2.0]})
    position = torch.tensor([[-1.0, 0.0], [3.0, 0.0], [-0.7, 0.1]], dtype=torch.float64)
    value, gradient = program.log_density_and_gradient(position)
    assert value.isfinite().tolist() == [True, False, True]
    alone = program.log_density_and_gradient(position[::2])
    torch.testing.assert_close((value[::2], gradient[::2]), alone)


def test_too_many_steps_fail():
    text = MODELS["one state"].replace("1e-12", "1e-12, max_steps = 3")
    program = program_of(graph_of(text), data_for(text))
    assert program.log_density_and_gradient(torch.zeros(2, dtype=torch.float64))[0].isnan()


def test_the_first_time_may_be_the_beginning():
    text = MODELS["two states, times computed"].replace("from 0,", "from 2 * ts[1],")
    text = text.replace("dim row\n", "dim row = 1..4\n")
    program = program_of(graph_of(text), data_for(text))
    rng = torch.Generator().manual_seed(1)
    values = {"a": torch.tensor([1.5, 2.0]).double(), "b": torch.tensor([0.3, 0.4]).double()}
    found = program.complete(values, (2,), rng)
    torch.testing.assert_close(found["u"][:, 0], torch.ones(2).double())
    torch.testing.assert_close(found["v"][:, 0], values["a"])


def test_a_step_is_as_exact_as_asked():
    """Against the exponential, over six powers of ten of the tolerance."""
    errors = []
    for rtol in (1e-4, 1e-7, 1e-10):
        text = MODELS["one state"].replace(TIGHT, f", rtol = {rtol}, atol = 1e-15")
        data = data_for(text)
        program = program_of(graph_of(text), data)
        values = {"a": torch.tensor(2.0).double(), "b": torch.tensor(3.0).double()}
        u = program.complete(values, (), torch.Generator())["u"]
        exact = 3 * torch.exp(-2 * torch.tensor(data["ts"]))
        errors.append(float((u / exact - 1).abs().max()) / rtol)
    assert max(errors) < 30


def test_what_is_asked_of_a_solution():
    """Every state depends on all that its system reads; draws and completions agree."""
    graph = graph_of(MODELS["two states, times computed"])
    assert set(graph.nodes["u"].parents) == {"a", "b", "ts"}
    program = program_of(graph, data_for(""))
    rng = torch.Generator().manual_seed(1)
    drawn = program.simulate((5,), rng)
    assert drawn["u"].shape == drawn["v"].shape == drawn["y"].shape == (5, 4)
    again = program.complete({n: drawn[n] for n in ("a", "b")}, (5,), rng)
    torch.testing.assert_close(again["u"], drawn["u"])


def test_interventions():
    """On a parameter, and on the solution itself."""
    model, data = nacre.compile(MODELS["two states, times computed"]), data_for("")
    plain = model.simulate(4, data, seed=3)
    drawn = model.do(a=2.0).simulate(4, data, seed=3)
    assert not torch.allclose(drawn["u"], plain["u"])
    held = model.do(u=1.0).simulate(4, data, seed=3)
    assert (held["u"] == 1).all() and float(held["v"].std()) > 0


def test_a_code_of_two_functions_is_printed_once():
    """Every function of the module solves with the same two."""
    graph = graph_of(MODELS["two states, times computed"])
    text = driver.emit(graph, header="m").module.text
    assert text.count("def slope_u_v(t, state,") == text.count("def pull_u_v(t, state,") == 1
    assert "_2(t, state" not in text


def test_times_that_do_not_increase_are_refused():
    with pytest.raises(Rejected) as refused:
        program_of(graph_of(MODELS["one state"]), {"ts": [1.0, 1.0], "y": [0.0, 0.0]})
    assert [d.code for d in refused.value.diagnostics] == ["D465"]


def test_a_solution_of_data_alone_has_the_batch_of_the_position():
    """What no latent variable has a part in counts for every position."""
    text = (
        "dim d = 1..2\ndata ts[d], y[d]: positive\n"
        "ode c[n in d] = ts[n] from 0 { u' = -u from 1 }\ny[i in d] ~ Normal(u[i], 1)"
    )
    program = program_of(graph_of(text), {"ts": [0.1, 0.2], "y": [0.5, 0.6]})
    density, slope = program.log_density_and_gradient(torch.zeros(3, 0, dtype=torch.float64))
    assert density.shape == (3,)
    assert slope.shape == (3, 0)
    mean = torch.exp(-torch.tensor([0.1, 0.2], dtype=torch.float64))
    seen = torch.tensor([0.5, 0.6], dtype=torch.float64)
    exact = torch.distributions.Normal(mean, 1.0).log_prob(seen).sum()
    torch.testing.assert_close(density, exact.expand(3), rtol=1e-6, atol=1e-6)
