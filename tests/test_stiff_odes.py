"""Stiff systems: the implicit method against theory, scipy, autograd and finite differences."""

from dataclasses import dataclass

import nacre
import numpy as np
import pytest
import torch
from nacre.runtime.ode import Note, notes_of, radau
from programs import graph_of, program_of
from scipy.integrate import solve_ivp
from test_odes import MODELS, TIGHT, data_for, density_and_gradient_agree

STIFF = ", method = stiff, rtol = 1e-10, atol = 1e-12"
HEAD = "dim row\ndata ts[row]: positive\ndata y[row]: real\n"


@dataclass(frozen=True)
class Stiff:
    """A published problem.

    Attributes:
        system: parameters, and the equations between braces.
        times: at which it is solved.
        values: of the parameters.
        slope: the same right-hand side once more, in numpy.
        start: initial values, by state.
    """

    system: str
    times: tuple[float, ...]
    values: dict[str, float]
    slope: object
    start: dict[str, float]

    def text(self, options):
        read = " + ".join(f"{s}[n]" for s in self.start)
        return HEAD + self.system.replace("OPTIONS", options) + f"y[n in row] ~ Normal({read}, 1)\n"

    def program(self, options):
        return program_of(
            graph_of(self.text(options)), {"ts": self.times, "y": np.zeros(len(self.times))}
        )

    def solved(self, program, *points):
        """(points, states, times), all points in one batch."""
        values = {
            name: torch.tensor([p.get(name, x) for p in points]).double()
            for name, x in self.values.items()
        }
        found = program.complete(values, (len(points),), torch.Generator())
        return torch.stack([found[s] for s in self.start], 1).numpy()

    def by_scipy(self, method, values, rtol=1e-8, atol=1e-13):
        """From each time to the next, so that nothing is interpolated."""
        t, y, found = 0.0, np.array(list(self.start.values()), float), []
        for end in self.times:
            run = solve_ivp(self.slope, (t, end), y, method, args=(values,), rtol=rtol, atol=atol)
            assert run.success, run.message
            t, y = end, run.y[:, -1]
            found.append(y)
        return np.array(found).T


def robertson(t, y, p):
    slow, back, fast = p["k1"] * y[0], p["k3"] * y[1] * y[2], p["k2"] * y[1] ** 2
    return [back - slow, slow - back - fast, fast]


def van_der_pol(t, y, p):
    return [y[1], p["mu"] * (1 - y[0] ** 2) * y[1] - y[0]]


def binding(t, y, p):
    bind = p["on"] * y[0] * y[1] - p["off"] * y[2]
    return [-bind - p["kel"] * y[0], 0.2 - 0.2 * y[1] - bind, bind - p["kint"] * y[2]]


PROBLEMS = {
    "Robertson's reactions": Stiff(
        """k1 ~ LogNormal(log(0.04), 0.1)
k2 ~ LogNormal(log(3e7), 0.1)
k3 ~ LogNormal(log(1e4), 0.1)
ode t[n in row] = ts[n] from 0, OPTIONS {
    slow = k1 * a
    back = k3 * b * c
    fast = k2 * b * b
    a' = back - slow from 1
    b' = slow - back - fast from 0
    c' = fast from 0
}
""",
        (0.4, 40.0, 4e3, 4e4),
        {"k1": 0.04, "k2": 3e7, "k3": 1e4},
        robertson,
        {"a": 1, "b": 0, "c": 0},
    ),
    "van der Pol's oscillator": Stiff(
        """mu ~ LogNormal(log(1000), 0.1)
ode t[n in row] = ts[n] from 0, OPTIONS {
    x' = v from 2
    v' = mu * (1 - x^2) * v - x from 0
}
""",
        (1.0, 500.0, 900.0),
        {"mu": 1000.0},
        van_der_pol,
        {"x": 2, "v": 0},
    ),
    "a drug that binds its target": Stiff(
        """on ~ LogNormal(log(1e4), 0.1)
off ~ LogNormal(log(1e3), 0.1)
kel ~ LogNormal(log(0.1), 0.1)
kint ~ LogNormal(log(0.5), 0.1)
ode t[n in row] = ts[n] from 0, OPTIONS {
    bind = on * drug * target - off * complex
    drug' = -bind - kel * drug from 10
    target' = 0.2 - 0.2 * target - bind from 1
    complex' = bind - kint * complex from 0
}
""",
        (0.001, 1.0, 5.0, 20.0),
        {"on": 1e4, "off": 1e3, "kel": 0.1, "kint": 0.5},
        binding,
        {"drug": 10, "target": 1, "complex": 0},
    ),
}


def test_coefficients():
    """The conditions that make Radau IIA what it is (Hairer & Wanner, IV.5)."""
    a, c, e = (np.array(x) for x in (radau.A, radau.C, radau.E))
    for k in range(1, 4):  # collocation: C(3)
        np.testing.assert_allclose(a @ c ** (k - 1), c**k / k, atol=1e-15)
    for k in range(1, 6):  # order 5: B(5)
        assert a[-1] @ c ** (k - 1) == pytest.approx(1 / k, abs=1e-15)
    # stiffly accurate, so that R(z) -> 1 - b A^-1 1 = 0
    assert 1 - a[-1] @ np.linalg.inv(a) @ np.ones(3) == pytest.approx(0, abs=1e-14)
    real = [x.real for x in np.linalg.eigvals(np.linalg.inv(a)) if abs(x.imag) < 1e-12]
    assert real == [pytest.approx(radau.MU, rel=1e-13)]
    # the other formula has order 3: with weights d on F and the slope before the step by 1 / MU
    d = a.T @ e / radau.MU
    for k in range(1, 4):
        assert a[-1] @ c ** (k - 1) + d @ c ** (k - 1) + (k == 1) / radau.MU == pytest.approx(
            1 / k, abs=1e-14
        )


@pytest.mark.parametrize(
    "name", [n for n in MODELS if n not in ("a table", "a state that is not read")]
)
def test_density_and_gradient(name):
    """Every kind of system is solved by implicit steps as well."""
    assert TIGHT in MODELS[name]
    density_and_gradient_agree(MODELS[name].replace(TIGHT, STIFF), 1e-7)


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_against_scipy(problem):
    """Two other methods of scipy's, and finite differences of one of them for the gradient."""
    program = problem.program("method = stiff, rtol = 1e-8, atol = 1e-12")
    (found,) = problem.solved(program, problem.values)
    exact = problem.by_scipy("Radau", problem.values)
    other = problem.by_scipy("BDF", problem.values, rtol=1e-8, atol=1e-12)
    scale = np.abs(exact) + 1e-6 * np.abs(exact).max(1, keepdims=True)
    assert (np.abs(found - exact) / scale).max() < 3e-6
    assert (np.abs(found - other) / scale).max() < 1e-3

    position = torch.log(torch.tensor(list(problem.values.values())).double())
    gradient = program.log_density_and_gradient(position)[1]

    def fit(values):
        total = problem.by_scipy("Radau", values).sum(0)
        return -0.5 * (total**2).sum()

    for i, (name, x) in enumerate(problem.values.items()):
        # at its prior's median, the density of the parameter on the unconstrained scale is level
        up, down = (fit({**problem.values, name: x * np.exp(s)}) for s in (1e-3, -1e-3))
        assert float(gradient[i]) == pytest.approx((up - down) / 2e-3, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_as_exact_as_asked_and_each_by_itself(problem):
    points = [problem.values, {n: 1.3 * x for n, x in problem.values.items()}]
    best = problem.solved(problem.program("method = stiff, rtol = 1e-8, atol = 1e-12"), *points)
    for rtol in (1e-4, 1e-6):
        program = problem.program(f"method = stiff, rtol = {rtol}, atol = {1e-4 * rtol}")
        both = problem.solved(program, *points)
        for point, beside in zip(points, both, strict=True):
            (alone,) = problem.solved(program, point)
            np.testing.assert_allclose(alone, beside, rtol=1e-9)
        assert (np.abs(both - best) / (1e-4 + np.abs(best))).max() < 50 * rtol


def test_steps_that_only_the_implicit_method_can_make():
    """A thousand steps: enough for one, and not a hundredth of what the other needs."""
    problem = PROBLEMS["Robertson's reactions"]
    for method, steps, fine in (("stiff", 300, True), ("nonstiff", 1000, False)):
        program = problem.program(f"method = {method}, max_steps = {steps}")
        found = problem.solved(program, problem.values)
        assert np.isfinite(found).all() == fine


@pytest.mark.parametrize(
    ("rate", "steps", "unfinished", "stiff"),
    [(1, 10_000, False, False), (1, 10, True, False), (1e3, 10_000, False, True),
     (1e6, 400, True, True)],
)  # fmt: skip
def test_what_is_noted_of_a_solution(rate, steps, unfinished, stiff):
    """Stiff is a system whose steps are as long as is stable, not one with many steps."""
    text = HEAD + (
        "a ~ LogNormal(0, 1)\n"
        f"ode t[n in row] = ts[n] from 0, max_steps = {steps} {{\n"
        f"    u' = {rate} * (a * sin(t) - u) from 1\n}}\ny[n in row] ~ Normal(u[n], 1)\n"
    )
    program = program_of(graph_of(text), {"ts": [1.0, 2.0, 5.0], "y": np.zeros(3)})
    watched, notes = program.watched()
    a = {"a": torch.tensor(1.0).double()}
    found = watched.complete(a, (), torch.Generator())["u"]
    torch.testing.assert_close(
        found, program.complete(a, (), torch.Generator())["u"], equal_nan=True
    )
    (note,) = notes
    assert (note.name, note.unfinished, note.stiff) == ("slope_u", unfinished, stiff)
    assert note.steps == steps or not unfinished


def test_notes_are_those_of_the_system_itself():
    """Not of one whose states only begin alike."""
    names = ("slope_u", "slope_u_2", "slope_u_v", "slope_uv")
    notes = [Note(name, 10, True, True, 1.0) for name in names]
    assert [n.name for n in notes_of(("u",), notes)] == ["slope_u", "slope_u_2"]
    assert [n.name for n in notes_of(("u", "v"), notes)] == ["slope_u_v"]


def test_gradients_of_explicit_steps_in_a_stiff_system():
    """Steps beyond what is stable pass for good while the state is smooth; derivatives explode."""
    problem = PROBLEMS["a drug that binds its target"]
    found = []
    for method, rtol in (("stiff", 1e-8), ("nonstiff", 1e-4), ("nonstiff", 1e-6)):
        text = problem.text(f"method = {method}, rtol = {rtol}, atol = {1e-3 * rtol}")
        program = program_of(graph_of(text), {"ts": [0.5, 1.0, 2.0], "y": np.zeros(3)})
        position = torch.tensor([100.0, 10.0, 0.1, 0.5]).double().log()
        found.append(program.log_density_and_gradient(position)[1])
    for slopes in found[1:]:
        torch.testing.assert_close(slopes, found[0], rtol=1e-4, atol=1e-3)


def test_oscillations_are_not_stiff():
    text = MODELS["two states, times computed"]
    program = program_of(graph_of(text), data_for(text))
    watched, notes = program.watched()
    watched.log_density_and_gradient(torch.zeros(2, dtype=torch.float64))
    (note,) = notes
    assert note.steps > 50 and not note.stiff


def test_batches_vmap_and_grad():
    text = MODELS["plates with times of their own"].replace(TIGHT, STIFF)
    program = program_of(graph_of(text), data_for(text))
    rng = torch.Generator().manual_seed(4)
    position = 0.5 * torch.randn(2, 3, program.n, generator=rng, dtype=torch.float64)
    value, gradient = program.log_density_and_gradient(position)

    def density(x):
        v, jacobian = program.constrain(x)
        return program.log_density(v) + jacobian

    alone = program.log_density_and_gradient(position[1, 2])
    torch.testing.assert_close(alone, (value[1, 2], gradient[1, 2]), rtol=1e-10, atol=1e-10)
    mapped = torch.func.vmap(torch.func.vmap(program.log_density_and_gradient))(position)
    torch.testing.assert_close(mapped, (value, gradient), rtol=1e-11, atol=1e-11)
    slopes, again = torch.func.vmap(torch.func.grad_and_value(density))(position[0])
    torch.testing.assert_close((again, slopes), (value[0], gradient[0]), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("equation", ["a * u^2", "log(0 - u)"])
def test_a_solution_that_fails_leaves_the_others_alone(equation):
    """u = 1 / (1 - a t) is infinite at t = 1 / a; and what has no slope has no solution."""
    text = (
        "dim row\ndata ts[row]: positive\ndata y[row]: real\na ~ LogNormal(0, 1)\n"
        f"ode t[n in row] = ts[n] from 0, method = stiff {{\n"
        f"    u' = if a > 2 then {equation} else -u from 1\n}}\n"
        "y[n in row] ~ Normal(u[n], 1)\n"
    )
    program = program_of(graph_of(text), {"ts": [0.2, 0.5, 1.0], "y": [1.0, 1.0, 2.0]})
    position = torch.tensor([[-1.0], [3.0], [-0.7]], dtype=torch.float64)
    value, gradient = program.log_density_and_gradient(position)
    assert value.isfinite().tolist() == [True, False, True]
    alone = program.log_density_and_gradient(position[::2])
    torch.testing.assert_close((value[::2], gradient[::2]), alone)


def test_a_large_system():
    """Heat in a rod of 40 pieces: its fastest rate is 1600 times its slowest."""
    text = (
        "dim piece = 1..40, row\ndata ts[row]: positive\ndata y[row]: real\na ~ LogNormal(0, 1)\n"
        "ode t[n in row] = ts[n] from 0, method = stiff, rtol = 1e-8 {\n"
        "    u[i in piece]' = 1681 * a * ((if i == 1 then 0 else u[i - 1]) - 2 * u[i]\n"
        "        + (if i == 40 then 0 else u[i + 1])) from sin(3.141592653589793 * i / 41)\n}\n"
        "y[n in row] ~ Normal(u[n, 20], 1)\n"
    )
    program = program_of(graph_of(text), {"ts": [0.01, 0.1, 0.5], "y": np.zeros(3)})
    a = torch.tensor([0.5, 1.0]).double()
    found = program.complete({"a": a}, (2,), torch.Generator())["u"][..., 19]
    rate = 4 * 1681 * np.sin(np.pi / 82) ** 2
    exact = np.sin(np.pi * 20 / 41) * np.exp(-rate * np.outer(a, [0.01, 0.1, 0.5]))
    np.testing.assert_allclose(found.numpy(), exact, rtol=1e-5, atol=1e-7)


RELAXING = (
    "dim day = 1..1\na ~ Normal(0, 1)\node t[d in day] = d from 0OPTIONS {\n"
    "    u' = RATE * (a * sin(t) - u) from 1\n}\ny ~ Normal(u[1], 1)\nobserve y = 1\n"
)


@pytest.mark.parametrize(
    ("rate", "options", "said"),
    [(1500, "", True), (1500, ", method = stiff", False), (5, "", False)],
)
def test_a_fit_says_that_its_system_is_stiff(rate, options, said):
    """After all went well, since the fit may have been slow: and it is no reason for distrust."""
    text = RELAXING.replace("RATE", str(rate)).replace("OPTIONS", options)
    found = nacre.compile(text).fit(method="map", steps=1)
    assert any("`u`" in n and "`method = stiff`" in n for n in found.notes) == said
    assert found.as_dict()["notes"] == list(found.notes)
    assert not any("stiff" in w for w in found.warnings)
