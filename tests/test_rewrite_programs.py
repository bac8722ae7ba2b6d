"""Generated code of rewritten graphs against the slow reading of the same graphs."""

import numpy as np
import pytest
import reference
import torch
from hypothesis import Phase, given, settings
from nacre.compiler import driver
from nacre.compiler.graph import Latent, Partly
from nacre.compiler.query import Verb, outside
from nacre.compiler.rewrite.targets import parse_target
from programs import arrays, graph_of, program_of
from random_graphs import DATA, LABELS, SIZES, requests


@settings(deadline=None, max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(requests())
def test_the_density_of_what_is_left_after_pruning(request):
    graph = driver.conditioned(request.graph, request.evidence)
    graph = driver.intervened(graph, request.interventions)
    cut = driver.pruned(graph)
    program = program_of(graph, DATA, cut=cut)
    values, position = {}, torch.linspace(-1, 1, program.n, dtype=torch.float64)
    if any(isinstance(n.role, Latent | Partly) for n in cut.graph.nodes.values()):
        values, _ = program.constrain(position)
        expected = reference.log_density(cut.graph, arrays(values), DATA, SIZES, LABELS)
        assert float(program.log_joint_and_gradient(position)[0]) == pytest.approx(expected)
    done = program.complete(values, (), torch.Generator().manual_seed(1))
    drawn = [n for n in cut.barren if not n.startswith("do(")]
    assert all(torch.isfinite(torch.as_tensor(done[name])).all() for name in drawn)


SERIES = (
    "data T: int\ndim time = 1..T\ndata y[time]: real\nm ~ Normal(0, 1)\n"
    "y[t in 2..T] ~ Normal(m * y[t-1], 1)\n"
)
DATA_OF_SERIES = {"T": 4, "y": [1.0, 2.0, 3.0, 4.0]}
VALUES = {"y": [2.0, 0.5, -1.0, 3.0]}


@pytest.mark.parametrize(
    ("seen", "done"),
    [
        ((), ("y[1]",)),
        ((), ("y",)),
        (("y[3]",), ("y[2]",)),
        (("y",), ("y", "y[2]")),
        (("y", "y[4]"), ()),
    ],
    ids=["element", "all", "element seen", "all and element", "all seen and element"],
)
def test_a_series_with_replaced_values(seen, done):
    """A family that reads its own, possibly patched, values."""
    graph = graph_of(SERIES)
    graph = driver.conditioned(graph, outside(Verb.CONDITION, map(parse_target, seen)))
    graph = driver.intervened(graph, outside(Verb.DO, map(parse_target, done)))
    given_values = {
        f"{verb}:{target}": VALUES.get(target, -3.0)
        for verb, targets in (("condition", seen), ("do", done))
        for target in targets
    }
    cut = driver.pruned(graph)
    program = program_of(graph, DATA_OF_SERIES, outside=given_values, cut=cut)
    expected = reference.log_density(
        cut.graph,
        {"m": np.array(0.3)},
        {**DATA_OF_SERIES, **given_values},
        {"time": 4},
        {"time": [1, 2, 3, 4]},
    )
    position = torch.tensor([0.3], dtype=torch.float64)
    assert float(program.log_joint_and_gradient(position)[0]) == pytest.approx(expected)
