"""From a model's text to a program with data, for tests: every stage, nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import torch
from nacre.compiler import driver
from nacre.compiler.graph import ModelGraph
from nacre.compiler.rewrite.prune import Pruned
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data
from nacre.runtime.program import Program

NOTHING: Mapping[str, object] = MappingProxyType({})


def graph_of(text: str, name: str = "test.ppl") -> ModelGraph:
    """The graph of a model's text."""
    return driver.graph_of(driver.front(Source(name, text)))


def program_of(
    graph: ModelGraph,
    data: Mapping[str, object],
    *,
    outside: Mapping[str, object] = NOTHING,
    cut: Pruned | None = None,
) -> Program:
    """Generated code for a graph, with its data bound.

    Args:
        outside: values that came with the query, by key.
        cut: what is left of the graph for inference.
    """
    bound = bind_data(graph, data, outside=outside)
    emission = driver.emit(graph, header=graph.source.name, cut=cut)
    return Program(cut.graph if cut else graph, emission, bound, torch.float64)


def arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """Tensors as numpy arrays."""
    return {name: t.detach().numpy() for name, t in tensors.items()}
