"""What summing out left open: the states of discrete variables, given all other variables.

States are found backwards: the last variable of the elimination has one table of log weights; given
its state, so has the one before it, and so on. With weights summed over what went before this is
exact sampling from the joint posterior of all states; with weights maximised, the most probable
joint assignment. Probabilities of single states are the derivatives of the log evidence by the log
prior of each state.
"""

from collections.abc import Callable
from dataclasses import replace

from ..differentiate import differentiate
from ..graph import ModelGraph, Node
from ..printer import Function
from ..target import DType, Value
from ..types import Kind
from .eliminate import eliminate, role_of, states, summed_nodes, summing
from .environment import environment, size_of
from .joint import add_up, all_terms
from .log_density import from_values
from .scope import Scope

Choose = Callable[[Scope, Node, Value], Value]  # positions of states, from their log weights


def drawn_states(scope: Scope, graph: ModelGraph) -> dict[str, Value]:
    """An exact joint draw of all summed variables, given the ``values`` of the others."""
    return _backwards(scope, graph, "logsumexp", _draw)


def most_probable_states(scope: Scope, graph: ModelGraph) -> dict[str, Value]:
    """The most probable joint assignment, given the ``values`` of the others."""
    found = _backwards(scope, graph, "max", _best)
    return {n: scope.builder.over_batch(v) for n, v in found.items()}


def functions_of_states(scope: Scope, graph: ModelGraph) -> list[Function]:
    """``state_probabilities`` and ``most_probable``."""
    arguments = ("values", "bound", "batch")
    return [
        Function(
            "state_probabilities",
            arguments,
            "Probability of every state of each summed variable, given all other variables.\n\n"
            "values: name -> (*batch, *dims). Returns name -> (*batch, *dims, n_states).",
            _probabilities(scope, graph),
        ),
        Function(
            "most_probable",
            arguments,
            "The most probable joint states of all summed variables, given all other variables.\n\n"
            "values: name -> (*batch, *dimensions). Returns name -> (*batch, *dimensions).",
            most_probable_states(scope, graph),
        ),
    ]


def _backwards(scope: Scope, graph: ModelGraph, op: str, choose: Choose) -> dict[str, Value]:
    known = environment(scope, graph, from_values)
    env, found = dict(known.env), dict[str, Value]()
    nodes = summed_nodes(graph)
    for k in reversed(range(len(nodes))):
        node, here = nodes[k], known.with_env(env)
        inside = summing(here, graph, nodes[: k + 1])
        _, table = eliminate(inside, graph, all_terms(inside, graph), nodes[: k + 1], op)
        assert table is not None
        env[node.name] = found[node.name] = _value(here, node, choose(here, node, table.weights))
    return found


def _draw(scope: Scope, node: Node, weights: Value) -> Value:
    plates = () if role_of(node).joined else tuple(scope.var_size(p) for p in node.plates)
    return scope.builder.sample(
        "Categorical", "logit", [weights], plates, dtype=DType.INT, span=node.span
    )


def _best(scope: Scope, node: Node, weights: Value) -> Value:
    b, n = scope.builder, weights.shape[-1]
    best = b.reduce("max", weights, (-1,), keepdim=True)
    at = b.where(b.apply("ge", weights, best), b.to_float(b.arange(n)), b.size_value(n))
    position = b.to_index(b.reduce("min", at, (-1,)))
    plates = () if role_of(node).joined else tuple(scope.var_size(p) for p in node.plates)
    return b.expand(position, plates)


def _value(scope: Scope, node: Node, state: Value) -> Value:
    """The variable over all of its dimensions, by the positions of its states."""
    b = scope.builder
    if role_of(node).joined:
        n, shape = size_of(scope, node), scope.shape(node.type.event)
        table = states(scope, node).value
        flat = b.reshape(table, (b.product_of_sizes(table.shape),))
        first = b.apply("mul", b.unsqueeze(state, (-1,)), b.size_index(n))
        index = b.apply("add", first, b.arange(n))
        value = b.reshape(b.gather(flat, index), shape)
    else:
        value = state if node.type.kind is Kind.INDEX else b.to_float(state)
    return b.named(value, node.name, node.span)


def _probabilities(scope: Scope, graph: ModelGraph) -> dict[str, Value]:
    b, nodes = scope.builder, summed_nodes(graph)
    inside = summing(environment(scope, graph, from_values), graph, nodes)
    priors: dict[str, Value] = {}
    terms = []
    for t in all_terms(inside, graph):
        if t.node.name in inside.states:
            axes = (*t.node.plates, *t.states)
            each = b.expand(t.each, tuple(scope.var_size(v) for v in axes))
            if each.host:
                each = b.make("tensor", (each,), shape=(), dtype=each.dtype)
            # a value of its own, by which the evidence can be differentiated
            each = b.make("over_batch", (each,), shape=each.shape, batched=True)
            priors[t.node.name] = each
            t = replace(t, each=each)
        terms.append(t)
    done, _ = eliminate(inside, graph, terms, nodes, "logsumexp")
    log_evidence = add_up(b, [t.total for t in done])
    names = list(priors)
    slopes = differentiate([(log_evidence, b.const(1.0))], [priors[n] for n in names], b)
    by_name = {t.node.name: t for t in terms}
    found: dict[str, Value] = {}
    for name, slope in zip(names, slopes, strict=True):
        node = graph.nodes[name]
        found[name] = _of_states(scope, node, slope, by_name[name].states.index(role_of(node).axis))
    return found


def _of_states(scope: Scope, node: Node, slope: Value, at: int) -> Value:
    """Probabilities over the variable's own states, from those of all states that its prior reads.

    Shapes: slope (*plates, *states), where states number ``at`` are its own.
    """
    b, role, k = scope.builder, role_of(node), len(node.plates)
    others = tuple(i - slope.rank for i in range(k, slope.rank) if i != k + at)
    slope = b.reduce("sum", slope, others) if others else slope
    slope = b.over_batch(slope)
    if not role.joined:
        return slope
    table = states(scope, node).value
    table = b.permute(b.to_float(table), (*range(1, table.rank), 0))
    each = b.to_float(b.arange(scope.var_size(role.state)))
    is_state = b.to_float(b.apply("eq", b.unsqueeze(table, (-1,)), each))
    return b.reduce("sum", b.apply("mul", b.unsqueeze(slope, (-1,)), is_state), (-2,))
