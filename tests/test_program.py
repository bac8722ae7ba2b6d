"""Programs: one text that runs eagerly, under torch.func and torch.compile, alone, in any batch."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import nacre
import numpy as np
import pytest
import torch
from nacre.runtime.program import Program


class Case(NamedTuple):
    """A model with its data."""

    text: str
    data: dict[str, object] = {}  # noqa: RUF012  only read

    @property
    def model(self) -> nacre.Model:
        return nacre.compile(self.text)

    @property
    def program(self) -> Program:
        return self.model.program(self.data)


SCALE = Case("""
weight ~ Normal(8.5, 1.0)
measurement ~ Normal(weight, 0.75)
observe measurement = 9.5
""")

RADON = Case(
    """
dim county = {AITKIN, "BIG STONE", COOK}, house
data floor[house], log_radon[house]: real
data county_of[house]: county
mu ~ Normal(0, 10)
tau ~ HalfNormal(1)
beta ~ Normal(0, 10)
sigma ~ HalfNormal(1)
alpha[c in county] ~ Normal(mu, tau)
log_radon[h in house] ~ Normal(alpha[county_of[h]] + beta * floor[h], sigma)
""",
    {
        "floor": [0, 1, 0, 0, 1],
        "log_radon": [0.3, -0.4, 1.2, 0.9, 0.1],
        "county_of": ["COOK", "AITKIN", "COOK", "BIG STONE", "AITKIN"],
    },
)

SUPPORTS = Case("""
dim part = {a, b, c}, unit = 1..2
low ~ Normal(0, 1)
width ~ HalfNormal(1)
rate ~ Gamma(2, 1)
share ~ Beta(2, 3)
between ~ Normal(0, 1) on (low, low + width)
above ~ Normal(0, 1) on (low, inf)
below[i in unit] ~ Normal(0, i) on (-inf, low)
inside[i in unit] ~ Uniform(low, low + i * width)
flat[i in unit] ~ Flat() on (0, i)
shares[part] ~ Dirichlet([2, 1, 1])
each[i in unit, part] ~ Dirichlet([1, 2, 3])
line[part] ~ MvNormal(0, cov = [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 2]])
""")

CASES = {"scale": SCALE, "radon": RADON, "supports": SUPPORTS}


@pytest.fixture(params=CASES)
def case(request) -> Case:
    return CASES[request.param]


def positions(program: Program, *batch: int) -> torch.Tensor:
    """Points of the unconstrained space."""
    rng = torch.Generator().manual_seed(3)
    return 0.7 * torch.randn(*batch, program.n, generator=rng, dtype=torch.float64)


def same(found: object, expected: object) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


# --- how it may be run ----------------------------------------------------------------------------


def test_the_gradient_of_the_readable_density(case):
    """Autograd through ``constrain`` and ``log_density`` gives what the compiler wrote out."""
    program = case.program
    at = positions(program)

    def density(position: torch.Tensor) -> torch.Tensor:
        values, log_jacobian = program.constrain(position)
        return program.log_density(values) + log_jacobian

    gradient, value = torch.func.grad_and_value(density)(at)
    same(program.log_density_and_gradient(at), (value, gradient))


def test_mapped_over_a_batch(case):
    program = case.program
    at = positions(program, 4)
    mapped = torch.func.vmap(program.log_density_and_gradient)(at)
    same(mapped, program.log_density_and_gradient(at))
    same(torch.func.vmap(program.constrain)(at), program.constrain(at))


def test_the_hessian_is_that_of_the_gradient(case):
    """Twice: autograd through the gradient that the compiler wrote out."""
    program = case.program
    at = positions(program)
    written = torch.func.jacrev(lambda u: program.log_density_and_gradient(u)[1])(at)
    traced = torch.func.hessian(lambda u: program.log_density_and_gradient(u)[0])(at)
    same(written, traced)


def compiled(case: Case, backend: str) -> tuple[Callable[..., object], Program]:
    """The emitted function through torch's compiler, with no break in its graph."""
    torch._dynamo.reset()
    program = case.program
    function = program._functions["log_density_and_gradient"]
    whole = torch.compile(function, fullgraph=True, backend=backend)
    return lambda at: whole(at, program._bound), program


def test_captured_as_one_graph(case):
    run, program = compiled(case, "eager")
    at = positions(program, 2)
    same(run(at), program.log_density_and_gradient(at))


@pytest.mark.slow
def test_compiled_as_one_graph():
    run, program = compiled(RADON, "inductor")
    at = positions(program, 2)
    same(run(at), program.log_density_and_gradient(at))


ALONE = """
import json, sys, torch, model
asked = json.load(open("asked.json"))
data = {n: torch.tensor(v, dtype=torch.long if n == "county_of" else torch.float64)
        for n, v in asked["data"].items()}
bound = model.bind(data, asked["sizes"], asked["labels"])
at = torch.tensor(asked["at"], dtype=torch.float64)
value, gradient = model.log_density_and_gradient(at, bound)
ours = sorted(m for m in sys.modules if m.startswith("nacre."))
print(json.dumps([value.item(), gradient.tolist(), ours]))
"""


def test_alone_in_a_fresh_process(tmp_path):
    """The generated file needs torch and the density functions, and nothing else of ours."""
    program = RADON.program
    at = positions(program)
    (tmp_path / "model.py").write_text(RADON.model.code)
    bound = program.bound
    asked = {
        "data": {n: v.tolist() for n, v in bound.tensors.items()},
        "sizes": dict(bound.sizes),
        "labels": {n: list(v) for n, v in bound.labels.items()},
        "at": at.tolist(),
    }
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    value, gradient, modules = json.loads(done.stdout)
    found = [torch.tensor(x, dtype=torch.float64) for x in (value, gradient)]
    same(tuple(found), program.log_density_and_gradient(at))
    assert {m.split(".")[1] for m in modules} <= {"runtime"}


# --- batches --------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(1,), (3,), (2, 3), (0,)], ids=str)
def test_every_row_of_a_batch_is_as_if_alone(batch, case):
    program = case.program
    at = positions(program, *batch)
    value, gradient = program.log_density_and_gradient(at)
    values, log_jacobian = program.constrain(at)
    joint = program.log_density(values)
    assert value.shape == log_jacobian.shape == joint.shape == batch
    assert gradient.shape == at.shape
    for where in np.ndindex(batch):
        alone, its_jacobian = program.constrain(at[where])
        same((value[where], gradient[where]), program.log_density_and_gradient(at[where]))
        same(({n: v[where] for n, v in values.items()}, log_jacobian[where]), (alone, its_jacobian))
        same(joint[where], program.log_density(alone))


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)], ids=str)
def test_draws_come_in_any_batch(batch, case):
    program = case.program
    rng = torch.Generator().manual_seed(1)
    names = case.model.graph.nodes
    values, _ = program.constrain(positions(program, *batch))
    done = program.complete(values, batch, rng)
    assert all(torch.as_tensor(done[n]).shape[: len(batch)] == batch for n in values)
    assert {n for n, node in names.items() if "Latent" in type(node.role).__name__} <= set(done)


def test_simulated_batches_have_the_shape_of_the_batch():
    drawn = RADON.program.simulate((2, 3), torch.Generator().manual_seed(1))
    assert {n: tuple(v.shape) for n, v in drawn.items()} == {
        "mu": (2, 3), "tau": (2, 3), "beta": (2, 3), "sigma": (2, 3),
        "alpha": (2, 3, 3), "log_radon": (2, 3, 5),
    }  # fmt: skip


# --- spaces ---------------------------------------------------------------------------------------


def test_the_density_splits_into_its_parts(case):
    program = case.program
    at = positions(program, 3)
    values, log_jacobian = program.constrain(at)
    terms = program.log_terms(values)
    joint = program.log_density(values)
    same(sum(terms.values()), joint)
    same(program.log_density_and_gradient(at)[0], joint + log_jacobian)
    same(program.log_joint_and_gradient(at)[0], joint)


def test_there_and_back(case):
    program = case.program
    at = positions(program, 3)
    same(program.unconstrain(program.constrain(at)[0]), at)


def test_values_lie_in_their_supports():
    program = SUPPORTS.program
    v, _ = program.constrain(4 * positions(program, 100))
    low, width, i = v["low"][:, None], v["width"][:, None], torch.tensor([1.0, 2.0])
    assert bool((v["width"] > 0).all() and (v["rate"] > 0).all())
    assert bool(((v["share"] > 0) & (v["share"] < 1)).all())
    assert bool(((v["between"] >= v["low"]) & (v["between"] <= v["low"] + v["width"])).all())
    assert bool((v["above"] >= v["low"]).all())
    assert bool((v["below"] <= low).all())
    assert bool(((v["inside"] >= low) & (v["inside"] <= low + i * width)).all())
    assert bool(((v["flat"] > 0) & (v["flat"] < i)).all())
    same(v["shares"].sum(-1), torch.ones(100).double())
    same(v["each"].sum(-1), torch.ones(100, 2).double())


SIMPLEXES = {"shares", "each"}


def test_the_log_jacobian_is_that_of_the_map(case):
    """Of a simplex all elements but the last are coordinates: the last follows from them."""
    program = case.program

    def coordinates(position: torch.Tensor) -> torch.Tensor:
        values, _ = program.constrain(position)
        kept = [v[..., :-1] if n in SIMPLEXES else v for n, v in values.items()]
        return torch.cat([v.flatten() for v in kept])

    at = positions(program)
    jacobian = torch.func.jacrev(coordinates)(at)
    _, log_jacobian = program.constrain(at)
    same(torch.linalg.slogdet(jacobian).logabsdet, log_jacobian)


def test_coordinates_have_names():
    assert RADON.program.coordinates == (
        *("mu", "tau", "beta", "sigma"),
        *("alpha[AITKIN]", "alpha[BIG STONE]", "alpha[COOK]"),
    )
    assert len(SUPPORTS.program.coordinates) == SUPPORTS.program.n


def test_single_precision_is_kept():
    program = RADON.model.program(RADON.data, dtype=torch.float32)
    at = torch.zeros(program.n, dtype=torch.float32)
    value, gradient = program.log_density_and_gradient(at)
    values, log_jacobian = program.constrain(at)
    drawn = program.simulate((2,), torch.Generator().manual_seed(1))
    found = [value, gradient, log_jacobian, *values.values(), *drawn.values()]
    assert {t.dtype for t in found} == {torch.float32}
    exact, _ = RADON.program.log_density_and_gradient(at.double())
    assert float(value) == pytest.approx(float(exact), rel=1e-5)


# --- failures -------------------------------------------------------------------------------------


def test_a_failure_inside_shows_the_statement():
    model = nacre.compile("dim i = {a, b}\nx[i] ~ MvNormal(0, cov = [[1, 0], [0, 1]])\n")
    with pytest.raises(nacre.Rejected) as caught:
        model.log_density({"x": torch.zeros(5).double()})
    assert caught.value.diagnostics[0].code == "R501"
    assert "2 | x[i] ~ MvNormal" in str(caught.value)
