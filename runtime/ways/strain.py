"""Differential equations whose solutions took many steps for stability alone."""

from collections.abc import Mapping, Sequence

from ...compiler.graph import Derived, ModelGraph
from ...compiler.typed import Solution
from ..ode import Note, notes_of

_MANY = 300  # explicit steps, below which implicit ones are no faster
_SHARE = 0.1  # of the draws: then most steps of inference, with its several particles, meet one


def strained(graph: ModelGraph, notes: Sequence[Note]) -> Mapping[str, int]:
    """The variables of stiff systems that were solved by many explicit steps, and how many.

    Args:
        graph: where the systems are.
        notes: taken of the solutions at the draws of a fit.
    """
    found: dict[str, int] = {}
    for node in graph.nodes.values():
        match node.role:
            case Derived(expr=Solution(system=system)):
                mine = [n.steps for n in notes_of(system.names, notes) if n.share >= _SHARE]
                if mine and max(mine) >= _MANY:
                    found[node.name] = max(mine)
            case _:
                pass
    return found
