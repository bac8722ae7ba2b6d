"""What a model is made of, as plain data: what ``nacre info`` prints and programs read."""

from collections.abc import Iterator
from dataclasses import asdict

from ..grammar.frozen import frozen
from .graph import (
    Derived,
    Fixed,
    Free,
    Input,
    Lagged,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Potential,
    Role,
    Summed,
)
from .networks import Network, is_weight
from .typed import Count, CountUp, Dim, Dist, FromData, Names


@frozen
class Variable:
    """One variable of a graph.

    Attributes:
        role: latent, observed, partly observed, fixed, derived, factor, param, network or
            data.
        dims: extents: dimension names, or lengths of unnamed axes.
        support: the set its values live on.
        distribution: family, for what has one.
        parents: variables that its distribution or formula reads.
        line: where it is declared, from 1.
    """

    name: str
    role: str
    dims: tuple[str | int, ...]
    support: str
    distribution: str | None
    parents: tuple[str, ...]
    line: int


@frozen
class Facts:
    """A graph as plain data."""

    dims: dict[str, str]
    variables: tuple[Variable, ...]
    guides: tuple[str, ...]
    scenarios: tuple[str, ...]

    def of_role(self, *roles: str) -> tuple[Variable, ...]:
        """Variables with one of these roles, in source order."""
        return tuple(v for v in self.variables if v.role in roles)

    def as_json(self) -> dict[str, object]:
        """The same for ``json.dumps``."""
        return asdict(self)


def facts(graph: ModelGraph) -> Facts:
    """Read the facts off a graph."""
    return Facts(
        {name: labels(dim) for name, dim in graph.dims.items() if not is_weight(name)},
        tuple(_variables(graph)),
        tuple(graph.guides),
        tuple(graph.scenarios),
    )


def role_name(role: Role) -> str:
    """A role in one word or two."""
    match role:
        case Latent():
            return "latent"
        case Observed():
            return "observed"
        case Partly(observed=seen):
            return "partly observed" if seen is not None else "latent"
        case Summed() | Lagged():
            return "summed out"
        case Fixed() | Patched():
            return "fixed"
        case Derived():
            return "derived"
        case Potential():
            return "factor"
        case Free():
            return "param"
        case Input():
            return "data"


def labels(dim: Dim) -> str:
    """Where the labels of a dimension come from."""
    match dim.labels:
        case FromData():
            return "from the data"
        case Names(words):
            return "{" + ", ".join(words) + "}"
        case Count():
            return "counted"
        case CountUp():
            return "counted, as far as the data go"


def _variables(graph: ModelGraph) -> Iterator[Variable]:
    yield from (_network(graph, n) for n in graph.networks if not n.owner)
    for node in graph.nodes.values():
        if is_weight(node.name):  # the network stands for them
            continue
        dist = _dist(node)
        yield Variable(
            node.name,
            role_name(node.role),
            node.type.event,
            node.support.dim or node.support.name.value,
            dist.family if dist else None,
            tuple(dict.fromkeys(p.partition(".")[0] for p in node.parents)),
            graph.source.line_col(node.span.start)[0],
        )


def _network(graph: ModelGraph, network: Network) -> Variable:
    """A network of the model, with its weights."""
    kind = "module"
    if network.layers is not None:
        words = [*map(str, network.layers.widths), network.layers.activation]
        kind = f"mlp({', '.join(words)})"
    line = graph.source.line_col(network.span.start)[0]
    return Variable(network.name, "network", network.outputs, "real", kind, (), line)


def _dist(node: Node) -> Dist | None:
    match node.role:
        case Latent(dist) | Observed(dist, _) | Partly(dist, _, _) | Summed(dist=dist):
            return dist
        case _:
            return None
