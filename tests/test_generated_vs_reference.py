"""Generated code against the slow, obvious reading of the graph, on random models.

In value and gradient, statement by statement, after any mixture of `condition`, `do` and `prune`.
"""

from typing import NamedTuple

import numpy as np
import pytest
import reference
import torch
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from nacre.compiler import driver
from nacre.compiler.graph import ModelGraph
from nacre.compiler.query import Target, Verb, outside
from programs import arrays, graph_of, program_of
from random_models import RandomModel, models

FEW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MANY = settings(FEW, max_examples=600)


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
        graph = rewrite(graph, where)
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


def at_random(n: int, model: RandomModel) -> np.ndarray:
    """A point of the unconstrained space."""
    return np.random.default_rng(len(model.text)).normal(0.0, 0.6, size=n)


def check_agreement(model: RandomModel, asked: Asked, *, prune: bool) -> None:
    """Values, terms, gradient and the round trip of one program."""
    note(model.text)
    note(f"{model.data}")
    note(f"{asked.given}")
    cut = driver.pruned(asked.graph) if prune else None
    graph = cut.graph if cut else asked.graph
    program = program_of(asked.graph, model.data, outside=asked.given, cut=cut)
    note(program.text)
    sizes, labels = program.bound.sizes, program.bound.labels
    data = arrays(program.bound.tensors)
    position = at_random(program.n, model)

    def constrain(at):
        values, log_jacobian = program.constrain(torch.from_numpy(at))
        return arrays(values), float(log_jacobian)

    values, log_jacobian = constrain(position)
    expected = reference.log_terms(graph, values, data, sizes, labels)
    total = sum(expected.values())
    assume(abs(total) < 1e6)
    batch = torch.from_numpy(np.stack([position, position + 0.1]))
    density, gradient = program.log_density_and_gradient(batch)
    np.testing.assert_allclose(density[0], total + log_jacobian, rtol=1e-9, atol=1e-9)
    slope = reference.gradient(graph, position, constrain, data, sizes, labels)
    np.testing.assert_allclose(
        gradient[0], slope, rtol=2e-5, atol=2e-5 * (1 + abs(slope).max(initial=0))
    )
    again = program.unconstrain({n: torch.from_numpy(v) for n, v in values.items()})
    np.testing.assert_allclose(again, position, rtol=1e-8, atol=1e-8)
    if cut is None:
        terms = program.log_terms({n: torch.from_numpy(v) for n, v in values.items()})
        found = {n: float(t) for n, t in terms.items()}
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@FEW
@given(models(), st.data())
def test_a_model_as_it_stands(model, data):
    check_agreement(model, plain(model, data), prune=False)


@FEW
@given(models(), st.data())
def test_after_condition_and_do(model, data):
    check_agreement(model, queried(model, data), prune=False)


@FEW
@given(models(), st.data())
def test_after_pruning_too(model, data):
    check_agreement(model, queried(model, data), prune=True)


@pytest.mark.slow
@MANY
@given(models(), st.data())
def test_many_models_as_they_stand(model, data):
    check_agreement(model, plain(model, data), prune=False)


@pytest.mark.slow
@MANY
@given(models(), st.data(), st.booleans())
def test_many_models_after_condition_and_do(model, data, prune):
    check_agreement(model, queried(model, data), prune=prune)
