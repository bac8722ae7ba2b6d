"""``without``: the model with some of its factors left out."""

from collections.abc import Collection
from dataclasses import replace

from ...grammar.diagnostic import Rejected
from ..graph import ModelGraph, Potential
from . import complaints


def without(graph: ModelGraph, names: Collection[str]) -> ModelGraph:
    """The graph without these factors: their terms are gone, all variables stay.

    Raises:
        Rejected: Q633.
    """
    factors = [n.name for n in graph.nodes.values() if isinstance(n.role, Potential)]
    unknown = [complaints.not_a_factor(n, factors) for n in names if n not in factors]
    if unknown:
        raise Rejected(unknown, graph.source)
    left = {n: node for n, node in graph.nodes.items() if n not in names}
    return replace(graph, nodes=left)
