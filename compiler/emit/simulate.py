"""``simulate`` and ``complete``: forward sampling along the graph."""

from collections.abc import Mapping, Sequence

from ..forward import cut_off
from ..graph import Derived, Free, Latent, ModelGraph, Node, Observed, Partly, scored
from ..printer import Function
from ..query import fixed_half
from ..stepwise import drawing_order, recurs
from ..target import Value
from .align import align
from .draws import draw
from .environment import environment, given_value, value_of
from .log_density import from_values
from .recurrence import Drawing, Kept, scanned
from .scope import Scope
from .sweep import swept
from .whole import over_all

_RANDOM = Latent | Observed | Partly
_INFERRED = Latent | Partly | Derived | Free


def simulate(scope: Scope, graph: ModelGraph) -> Function:
    """Draw every random variable from its distribution, evidence included.

    What follows from its own earlier elements is drawn step by step. Elements of data that no
    statement explains stay what they are.

    The caller has checked that every family has a sampler and an order in which to draw.
    """
    env = dict(scope.env)
    inner = scope.with_env(env)
    unread = cut_off(graph)
    for group in drawing_order(graph):
        if unread.issuperset(group):
            continue
        if recurs(graph, group):
            env.update(_stepped(inner, [graph.nodes[name] for name in group]))
            continue
        (name,) = group
        node = graph.nodes[name]
        dist = scored(node)
        env[name] = (
            _drawn(inner, node)
            if dist is not None
            else from_values(inner, node)
            if isinstance(node.role, Free)
            else value_of(inner, node)
        )
    return Function(
        "simulate",
        ("values", "bound", "batch", "rng"),
        "Independent forward draws of every variable; observed ones are drawn too.\n\n"
        "values: the model's `param`s, if it has any. Returns name -> (*batch, *dimensions);\n"
        "a variable that was intervened on has the value that its children see.",
        {
            n: env[fixed_half(n) if fixed_half(n) in env else n]
            for n in graph.nodes
            if isinstance(graph.nodes[n].role, _RANDOM | Derived | Free)
        },
    )


def _drawn(scope: Scope, node: Node) -> Value:
    """A fresh draw over whole dimensions."""
    b, whole, inside = scope.builder, *over_all(node)
    dist = scored(whole)
    assert dist is not None
    if inside is None:
        return draw(scope, whole, dist)
    test = scope.lower(inside)
    value = draw(scope.guarded(test), whole, dist)
    rank = len(node.type.event) - len(node.plates)
    mask = align(scope, test, whole.plates, 0)
    mask = b.unsqueeze(mask, tuple(range(-rank, 0))) if rank else mask
    return b.named(b.where(mask, value, _given(scope, node)), node.name, node.span)


def _stepped(scope: Scope, nodes: Sequence[Node]) -> dict[str, Value]:
    """Families that follow from earlier elements of each other."""
    members, kept = [], {}
    for node in nodes:
        whole, inside = over_all(node)
        members.append(whole)
        if inside is not None and scored(node) is not None:
            kept[node.name] = Kept(inside, _given(scope, node))

    def one(step: Scope, node: Node) -> Value:
        dist = scored(node)
        assert dist is not None
        return draw(step, node, dist)

    compute = scanned if members[0].across is None else swept
    return compute(scope, members, Drawing(one, kept))


def _given(scope: Scope, node: Node) -> Value:
    match node.role:
        case Observed(given=given):
            return given_value(scope, node, given)
        case role:
            raise AssertionError(f"`{node.name}` ({type(role).__name__}) is drawn in part")


def complete(
    scope: Scope,
    graph: ModelGraph,
    drawn: frozenset[str],
    states: Mapping[str, Value],
    name: str = "complete",
    known: Scope | None = None,
) -> Function:
    """Everything that follows from draws of the latent variables.

    Args:
        drawn: barren latent variables, which nothing observed depends on: drawn forward.
        states: values of the variables that were summed out, found given all others.
        name: of the function.
        known: where every variable has its value already, if nothing is drawn or summed out.
    """

    def free(inner: Scope, node: Node) -> Value:
        if node.name in states:
            return states[node.name]
        match node.role:
            case Latent(dist) | Partly(dist, None, _) if node.name in drawn:
                return draw(inner, node, dist)
            case _:
                return from_values(inner, node)

    inner = known or environment(scope, graph, free)
    return Function(
        name,
        ("values", "bound", "batch", "rng"),
        "Latent, derived and forward-drawn variables, given the inferred ones.\n\n"
        "values: name -> (*batch, *dimensions). Returns the same with all other variables.",
        {
            n: inner.env.get(fixed_half(n), inner.env[n])  # as its children see it
            for n in graph.nodes
            if isinstance(graph.nodes[n].role, _INFERRED)
        },
    )
