"""``scenario``: a named set of observations and interventions that the model itself holds."""

from ...grammar.diagnostic import Rejected
from ..graph import ModelGraph
from ..query import Query, in_file
from . import complaints


def read_scenario(graph: ModelGraph, name: str) -> Query:
    """What the scenario asks for; `condition` and `do` apply it, in either order.

    Raises:
        Rejected: Q610.
    """
    scenario = graph.scenarios.get(name)
    if scenario is None:
        raise Rejected([complaints.unknown_scenario(name, graph.scenarios)], graph.source)
    return in_file(scenario)
