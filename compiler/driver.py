"""The pipeline, as one list: text, tree, typed model, graph, rewritten graph, torch source.

The only module that imports passes. Between passes the graph's laws are verified: a broken one is
the fault of the pass named in the message, never of a user.

Passes that a query asks for are imported when it does: `nacre check` needs none of them.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..grammar.collector import uncollected
from ..grammar.diagnostic import Rejected
from ..grammar.parse import parse
from ..grammar.source import Source
from .build import build
from .check import check
from .composite import is_mixed
from .evidence import outside_keys
from .forward import unsimulable as unsimulable
from .graph import (
    Free,
    Given,
    Latent,
    ModelGraph,
    Node,
    Partly,
)
from .query import Target
from .rewrite.prune import Pruned, prune
from .typed import Model
from .verify import verify

if TYPE_CHECKING:
    from .elimination import Step
    from .emit.module import Emission


def front(source: Source) -> Model:
    """Parse and check a text.

    Raises:
        Rejected: E1xx to E3xx.
    """
    return check(parse(source), source)


@uncollected
def graph_of(model: Model) -> ModelGraph:
    """The dependency graph of a checked model."""
    return verify(build(model), after="build")


def conditioned(graph: ModelGraph, evidence: Mapping[Target, Given]) -> ModelGraph:
    """The graph of p(. | evidence)."""
    from .rewrite.condition import condition

    return verify(condition(graph, evidence), after="condition")


def intervened(graph: ModelGraph, interventions: Mapping[Target, Given]) -> ModelGraph:
    """The graph of p(. | do(interventions))."""
    from .rewrite.do import do

    return verify(do(graph, interventions), after="do")


def freed(graph: ModelGraph, names: Collection[str]) -> ModelGraph:
    """The graph without the evidence on these variables."""
    from .rewrite.condition import uncondition

    return verify(uncondition(graph, names), after="uncondition")


def without_factors(graph: ModelGraph, names: Collection[str]) -> ModelGraph:
    """The graph with these factors left out."""
    from .rewrite.without import without

    return verify(without(graph, names), after="without")


def in_scenario(graph: ModelGraph, name: str) -> ModelGraph:
    """The graph with the observations and interventions of one of the model's scenarios.

    Raises:
        Rejected: Q610, when the model has no such scenario.
    """
    from .rewrite.scenario import read_scenario

    query = read_scenario(graph, name)
    return intervened(conditioned(graph, query.evidence), query.interventions)


@uncollected
def pruned(graph: ModelGraph, keep: Collection[str] | None = None) -> Pruned:
    """What matters for the posterior, and what can be drawn forward afterwards."""
    result = prune(graph, keep)
    if result.graph is not graph:
        verify(result.graph, after="prune")
    return result


@uncollected
def marginalised(cut: Pruned, sizes: Mapping[str, int] = MappingProxyType({})) -> Pruned:
    """The same cut with its discrete latent variables summed out.

    Args:
        sizes: lengths of dimensions, as far as they are known beside those the model fixes.

    Raises:
        Rejected: Q620 to Q626, Q640.
    """
    names = [n.name for n in discrete_latents(cut.graph)]
    if not names:
        return cut
    from .rewrite.marginalise import marginalise

    graph = verify(marginalise(cut.graph, names, sizes), after="marginalise")
    return cut._replace(graph=graph)


def summed_out(graph: ModelGraph) -> Pruned | None:
    """The whole graph with its discrete latent variables summed out, as far as the model says how.

    None where there are none, where the plan has to wait for the data, and where guides draw them.
    """
    if graph.guides or not discrete_latents(graph):
        return None
    try:
        return marginalised(Pruned(graph, (), graph))
    except Rejected:
        return None


def elimination(graph: ModelGraph) -> "tuple[Step, ...]":
    """How the discrete latent variables of a graph would be summed out, as far as the model says.

    Raises:
        Rejected: Q620 to Q626, Q640.
    """
    from .elimination import Stuck, known_sizes, order

    cut = marginalised(pruned(graph))
    found = order(cut.graph, known_sizes(graph.dims))
    return () if isinstance(found, Stuck) else found


@uncollected
def emit(
    graph: ModelGraph,
    *,
    header: str,
    cut: Pruned | None = None,
    guides: Collection[str] = (),
) -> "Emission":
    """Torch source of a graph.

    Args:
        cut: what is left of the graph for inference; without it, nothing is pruned.
        guides: names of the guides to emit.
    """
    # not at the top: half of the start-up time, which `nacre check` and `graph` do without
    from .emit.module import Request, emit

    cut = cut or Pruned(graph, (), graph)
    return emit(
        Request(
            whole=graph,
            inferred=cut.graph,
            forward=cut.forward,
            drawn=cut.barren,
            guides=tuple(guides),
            can_simulate=not unsimulable(graph),
            has_gradient=not discrete_latents(cut.graph),
        ),
        header,
    )


def is_inferable(graph: ModelGraph) -> bool:
    """Whether anything is left to infer."""
    return any(isinstance(n.role, Latent | Partly | Free) for n in graph.nodes.values())


def discrete_latents(graph: ModelGraph) -> tuple[Node, ...]:
    """Latent variables without a gradient."""
    return tuple(
        node
        for node in graph.nodes.values()
        if isinstance(node.role, Latent | Partly) and node.support.name.is_discrete
    )


def mixed_latents(graph: ModelGraph) -> tuple[Node, ...]:
    """Latent variables with point masses beside a density."""
    return tuple(
        node
        for node in graph.nodes.values()
        if isinstance(node.role, Latent | Partly) and is_mixed(node.role.dist)
    )


def undrawn(graph: ModelGraph, cut: Pruned, guide: str) -> tuple[Node, ...]:
    """Latent variables that a guide does not draw, since the file observes them."""
    from .emit.guide_graph import guide_graphs

    model, family = guide_graphs(graph, cut.graph, graph.guides[guide])
    latent = (n for n in model.nodes.values() if isinstance(n.role, Latent | Partly))
    return tuple(n for n in latent if n.name not in family.nodes)


def keys_read(graph: ModelGraph) -> frozenset[str]:
    """Keys of the outside values that the graph still reads."""
    return frozenset(key for node in graph.nodes.values() for key in outside_keys(node))
