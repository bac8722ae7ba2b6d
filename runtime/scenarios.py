"""Scenarios of a model by name."""

from ..compiler import driver
from ..compiler.graph import ModelGraph
from ..grammar.diagnostic import Rejected
from .complaints import query as complaints


def apply(graph: ModelGraph, name: str) -> ModelGraph:
    """The graph with the observations and interventions of a scenario.

    Raises:
        Rejected: Q672, when the model has no such scenario.
    """
    if name not in graph.scenarios:
        raise Rejected([complaints.unknown_scenario(name, graph.scenarios)], graph.source)
    return driver.in_scenario(graph, name)
