"""A graph with the evidence and interventions of the command line, without torch."""

from collections.abc import Sequence

from ...compiler import driver
from ...compiler.graph import ModelGraph
from ...compiler.query import Verb, outside
from ..targets import spread
from .assignments import assignments, only_one


def rewritten(
    graph: ModelGraph, observe: Sequence[str], do: Sequence[str], scenarios: Sequence[str]
) -> tuple[ModelGraph, dict[str, object]]:
    """The graph after the requests, and the values that came with them, if any did.

    Values are by what they are data of: ``condition:x``, ``do:x[3]``.

    Raises:
        Rejected: Q6xx, what a rewrite refuses; Q685, Q686, Q691.
    """
    values: dict[str, object] = {}
    if (scenario := only_one("--scenario", scenarios)) is not None:
        graph = driver.in_scenario(graph, scenario)
    for flag, texts, verb, rewrite in (
        ("--observe", observe, Verb.CONDITION, driver.conditioned),
        ("--do", do, Verb.DO, driver.intervened),
    ):
        if texts:
            given = [t if "=" in t.split("]")[-1] else f"{t}=?" for t in texts]
            asked = spread(assignments(flag, given))
            graph = rewrite(graph, outside(verb, asked))
            values |= {f"{verb.value}:{t}": v for t, v in asked.items() if v != "?"}
    return graph, values
