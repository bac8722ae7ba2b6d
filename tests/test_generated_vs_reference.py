"""Generated code against the slow, obvious reading of the graph, on random models.

In value and gradient, statement by statement, after any mixture of `condition`, `do` and `prune`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import reference
import torch
from exploring import exploring
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from nacre.compiler import driver
from nacre.compiler.graph import Derived, ModelGraph, Node
from nacre.compiler.query import Target, Verb, outside
from nacre.compiler.types import SupportName
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.program import Program
from programs import arrays, graph_of, program_of
from random_models import RandomModel, models

REFUSED = {"Q631"}  # what a factor is about cannot be set
FEW = settings(
    exploring(40), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SOME = settings(FEW, max_examples=max(20, FEW.max_examples // 2))
MANY = settings(FEW, max_examples=100)


class Asked(NamedTuple):
    """A graph after some rewrites, with the values that they were given from outside."""

    graph: ModelGraph
    given: dict[str, object]


def plain(model: RandomModel, data) -> Asked:
    """The model as it stands."""
    return Asked(graph_of(model.text), {})


def queried(model: RandomModel, data) -> Asked:
    """The model after a few observations and interventions, on families and on elements."""
    assume(model.inside)
    graph, given = graph_of(model.text), {}
    for _ in range(data.draw(st.integers(1, 3), label="how many")):
        verb = data.draw(st.sampled_from(list(Verb)), label="verb")
        target, value = data.draw(targets(model), label="target")
        rewrite = driver.conditioned if verb is Verb.CONDITION else driver.intervened
        (key,) = (where := outside(verb, [target])).values()
        try:
            graph = rewrite(graph, where)
        except Rejected as refused:
            assert {d.code for d in refused.diagnostics} <= REFUSED
            continue
        given[key.key] = value
    return Asked(graph, given)


@st.composite
def targets(draw, model: RandomModel):
    """A latent variable or one element of it, with a value inside its support."""
    name = draw(st.sampled_from(sorted(model.inside)))
    dims = model.latent[name]
    element = ()
    if dims and draw(st.booleans()):
        element = tuple(draw(st.sampled_from(model.dims[d].words)) for d in dims)
    return Target(name, element), model.inside[name]


@dataclass(frozen=True)
class Case:
    """A program, a point to compare it at, and all that the reference needs."""

    program: Program
    graph: ModelGraph
    position: np.ndarray
    context: tuple[Mapping[str, object], ...]  # data, sizes, labels

    def constrain(self, at: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
        values, log_jacobian = self.program.constrain(torch.from_numpy(at))
        return arrays(values), float(log_jacobian)


def case_of(model: RandomModel, asked: Asked, *, prune: bool) -> Case:
    note(model.text)
    note(f"{model.data} {asked.given}")
    cut = driver.pruned(asked.graph) if prune else None
    program = program_of(asked.graph, model.data, outside=asked.given, cut=cut)
    note(program.text)
    context = (arrays(program.bound.tensors), program.bound.sizes, program.bound.labels)
    position = np.random.default_rng(len(model.text)).normal(0.0, 0.6, size=program.n)
    return Case(program, cut.graph if cut else asked.graph, position, context)


def check_density(case: Case) -> None:
    """Value and gradient, in a batch."""
    values, log_jacobian = case.constrain(case.position)
    total = reference.log_density(case.graph, values, *case.context) + log_jacobian
    assume(abs(total) < 1e6)
    batch = torch.from_numpy(np.stack([case.position, case.position + 0.1]))
    density, gradient = case.program.log_density_and_gradient(batch)
    np.testing.assert_allclose(density[0], total, rtol=1e-9, atol=1e-9)
    slope = reference.gradient(case.graph, case.position, case.constrain, *case.context)
    scale = 1 + abs(slope).max(initial=0)
    np.testing.assert_allclose(gradient[0], slope, rtol=2e-5, atol=2e-5 * scale)


def check_statements(case: Case) -> None:
    """The term of every statement, and the value of every definition."""
    values, _ = case.constrain(case.position)
    tensors = {n: torch.from_numpy(v) for n, v in values.items()}
    terms = {n: float(t) for n, t in case.program.log_terms(tensors).items()}
    expected = reference.log_terms(case.graph, values, *case.context)
    assert terms == pytest.approx(expected, rel=1e-9, abs=1e-9)
    whole = case.program.complete(tensors, (), torch.Generator())
    reading = reference.Reading(case.graph, values, *case.context)
    derived = [n.name for n in case.graph.nodes.values() if isinstance(n.role, Derived)]
    for name in derived:
        found, exact = np.asarray(whole[name]), reading.variable(name)
        np.testing.assert_allclose(np.broadcast_to(found, exact.shape), exact, err_msg=name)


def check_spaces(case: Case) -> None:
    """`unconstrain` inverts `constrain`, whose log Jacobian is that of its own derivative."""
    values, log_jacobian = case.constrain(case.position)
    again = case.program.unconstrain({n: torch.from_numpy(v) for n, v in values.items()})
    np.testing.assert_allclose(again, case.position, rtol=1e-8, atol=1e-8)

    def coordinates(at):
        values, _ = case.program.constrain(at)
        return torch.cat([free_part(case.graph.nodes[n], v).reshape(-1) for n, v in values.items()])

    if len(case.position) == 0:  # all of it is given
        assert log_jacobian == 0.0
        return
    matrix = torch.autograd.functional.jacobian(coordinates, torch.from_numpy(case.position))
    matrix = matrix[(matrix != 0).any(1)]  # given elements of a family do not move
    _, expected = np.linalg.slogdet(matrix)
    assert log_jacobian == pytest.approx(expected, rel=1e-8, abs=1e-8)


def free_part(node: Node, value: torch.Tensor) -> torch.Tensor:
    """The last number of a simplex follows from the others."""
    return value[..., :-1] if node.support.name is SupportName.SIMPLEX else value


def check_everything(case: Case) -> None:
    check_density(case)
    check_statements(case)
    check_spaces(case)


@FEW
@given(models(), st.data())
def test_a_model_as_it_stands(model, data):
    check_everything(case_of(model, plain(model, data), prune=False))


@FEW
@given(models(), st.data())
def test_after_condition_and_do(model, data):
    check_everything(case_of(model, queried(model, data), prune=False))


@FEW
@given(models(), st.data())
def test_after_pruning_too(model, data):
    case = case_of(model, queried(model, data), prune=True)
    check_density(case)
    check_spaces(case)


@SOME
@given(models(more=True), st.data())
def test_the_whole_language(model, data):
    check_density(case_of(model, queried(model, data), prune=data.draw(st.booleans())))


@SOME
@given(models(more=True), st.data())
def test_statements_of_the_whole_language(model, data):
    case = case_of(model, plain(model, data), prune=False)
    check_statements(case)
    check_spaces(case)


@pytest.mark.slow
@MANY
@given(models(more=True), st.data())
def test_many_models_of_the_whole_language(model, data):
    check_everything(case_of(model, queried(model, data), prune=False))


@pytest.mark.slow
@MANY
@given(models(), st.data())
def test_many_models_as_they_stand(model, data):
    check_everything(case_of(model, plain(model, data), prune=False))


@pytest.mark.slow
@MANY
@given(models(), st.data())
def test_many_models_after_condition_and_do(model, data):
    check_everything(case_of(model, queried(model, data), prune=False))


@pytest.mark.slow
@MANY
@given(models(), st.data())
def test_many_models_after_pruning_too(model, data):
    check_density(case_of(model, queried(model, data), prune=True))
