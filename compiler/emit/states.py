"""What summing out left open: the states of discrete variables, given all other variables.

States are found backwards: the last variable of the elimination has one table of log weights; given
its state, so has the one before it, and so on. With weights summed over what went before this is
exact sampling from the joint posterior of all states; with weights maximised, the most probable
joint assignment. Probabilities of single states are the derivatives of the log evidence by the log
prior of each state.
"""

from collections import ChainMap
from collections.abc import Sequence

from ..differentiate import differentiate
from ..elimination import Unit, axes_of, units
from ..graph import ModelGraph, Node
from ..printer import Function
from ..reads import Factor
from ..target import Builder, DType, Value
from ..typed import Expr
from ..types import Extent, Kind
from .align import align
from .beyond import is_computed, within
from .eliminate import as_values, eliminate, probe, states, summed_nodes, summing
from .environment import environment
from .forward import Filtered
from .gather import At, Slot, indexed, slot_of
from .joint import add_up, all_terms
from .log_density import from_values
from .paths import Noise, chain_axes, earlier, first_largest, path
from .places import size_of
from .scope import Laid, Scope
from .weights import Table, role_of


def drawn_states(scope: Scope, graph: ModelGraph) -> dict[str, Value]:
    """An exact joint draw of all summed variables, given the ``values`` of the others."""
    return _backwards(scope, graph, "logsumexp", _Draw())


def most_probable_states(scope: Scope, graph: ModelGraph) -> dict[str, Value]:
    """The most probable joint assignment, given the ``values`` of the others."""
    found = _backwards(scope, graph, "max", _Choice())
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


def _backwards(scope: Scope, graph: ModelGraph, op: str, choose: "_Choice") -> dict[str, Value]:
    b, known = scope.builder, environment(scope, graph, from_values)
    env, found = dict(known.env), dict[str, Value]()
    ordered = sorted(units(graph), key=lambda u: role_of(u.nodes[0]).turn)
    alone = [u for u in ordered if u.along is None]
    tables = _eliminated(known, graph, ordered, op) if alone else {}
    positions: dict[str, Value] = {}
    for k in reversed(range(len(ordered))):
        unit, here = ordered[k], known.with_env(env)
        table = tables.get(unit.nodes[0].name)
        if isinstance(table, Table):
            weights = _of_known(known.with_env(ChainMap(positions, env)), graph, table)
            own = {unit.nodes[0].name: choose.one(here, unit.nodes[0], weights)}
        else:
            last = _eliminated(here, graph, ordered[: k + 1], op)[unit.nodes[0].name]
            assert isinstance(last, Filtered)
            own = path(last, choose.noise(b))
        for node in unit.nodes:
            positions[node.name] = b.to_index(own[node.name])
            env[node.name] = found[node.name] = _value(here, node, positions[node.name])
        for name, of, lag in chain_axes(unit):
            env[name] = _earlier(here, graph.nodes[of], env[of], lag)
            positions[name] = b.to_index(_earlier(here, graph.nodes[of], positions[of], lag))
    return found


def _eliminated(
    scope: Scope, graph: ModelGraph, some: Sequence[Unit], op: str
) -> dict[str, Table | Filtered]:
    """What is known of the first of all units at their turns, given the others."""
    nodes = [n for u in some for n in u.nodes]
    inside = summing(scope, graph, nodes)
    return eliminate(inside, graph, all_terms(inside, graph), nodes, op)[1]


def _of_known(scope: Scope, graph: ModelGraph, table: Table) -> Value:
    """Log weights of a variable's states, (*plates, n_states), now that the others are known.

    Args:
        scope: one in which the later variables are the positions of their states.
    """
    b, plates, weights = scope.builder, table.factor.plates, table.weights
    own, left = role_of(table.node).axis, list(table.states)
    names = {axis: name for name, axis in axes_of(graph).items()}
    for axis in [v for v in table.states if v is not own]:
        read = _position_read(scope, graph, table.factor, names[axis])
        position = b.to_rank(align(scope, read, plates, 0), len(plates))
        at = left.index(axis) - len(left)
        position = b.unsqueeze(position, tuple(range(-len(left), 0)))
        each = b.unsqueeze(b.arange(scope.var_size(axis)), tuple(range(at + 1, 0)))
        weights = b.where(b.apply("eq", position, each), weights, b.const(0.0))
        rank = len(plates) + len(left)
        weights = b.to_rank(b.reduce("sum", b.to_rank(weights, rank), (at,)), rank - 1)
        left.remove(axis)
    return weights


def _position_read(scope: Scope, graph: ModelGraph, factor: Factor, name: str) -> Laid:
    """Position of the state of the element of a variable that a factor reads."""
    node, value = graph.nodes[name], scope.env[name]
    slots = factor.reads[name]
    if not slots:
        return Laid(value, (), ())
    extents = node.type.event
    taken = [_inside(scope, s, extent) for s, extent in zip(slots, extents, strict=True)]
    return indexed(scope, Laid(value, (), extents), taken)


def _inside(scope: Scope, slot: Expr, extent: Extent) -> Slot:
    """What a slot takes; the first element where a computed position is beyond the axis.

    There nothing was read, or summing would have refused it: any element has the same weights.
    """
    taken = slot_of(scope, slot, extent)
    if not (isinstance(taken, At) and is_computed(slot)):
        return taken
    b, index = scope.builder, taken.index
    value = within(b, index.value, scope.size(extent), b.const(False, DType.BOOL))
    return At(Laid(value, index.axes, index.event))


def _earlier(scope: Scope, node: Node, value: Value, lag: int) -> Value:
    chain = role_of(node).chain
    assert chain is not None
    shifted = earlier(value, scope.builder, node.plates.index(chain.along), lag)
    return scope.builder.to_index(shifted) if node.type.kind is Kind.INDEX else shifted


class _Choice:
    """The most probable states."""

    def one(self, scope: Scope, node: Node, weights: Value) -> Value:
        """Positions of states, from their log weights along the last axis."""
        plates = () if role_of(node).joined else tuple(scope.var_size(p) for p in node.plates)
        b = scope.builder
        return b.expand(b.to_index(first_largest(b, weights)), plates)

    def noise(self, b: Builder) -> Noise:
        """What is added to log weights of which the largest is chosen."""
        return lambda shape: None


class _Draw(_Choice):
    """States drawn from their probabilities."""

    def one(self, scope: Scope, node: Node, weights: Value) -> Value:
        """Positions of states, from their log weights along the last axis."""
        plates = () if role_of(node).joined else tuple(scope.var_size(p) for p in node.plates)
        return scope.builder.sample(
            "Categorical", "logit", [weights], plates, dtype=DType.INT, span=node.span
        )

    def noise(self, b: Builder) -> Noise:
        """Standard Gumbel noise: the largest of the sums is a draw."""
        return lambda shape: b.sample("Gumbel", "", [b.const(0.0), b.const(1.0)], shape)


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
        value = as_values(scope, node, state)
    return b.named(value, node.name, node.span)


def _probabilities(scope: Scope, graph: ModelGraph) -> dict[str, Value]:
    b, nodes = scope.builder, summed_nodes(graph)
    inside = summing(environment(scope, graph, from_values), graph, nodes)
    probes = {n.name: probe(inside, n) for n in nodes}
    extra = list(probes.values())
    done, _ = eliminate(inside, graph, all_terms(inside, graph), nodes, "logsumexp", extra)
    log_evidence = add_up(b, [t.total for t in done])
    wrt = [p.value for p in extra]
    slopes = differentiate([(log_evidence, b.const(1.0))], wrt, b)
    return {n.name: _of_states(scope, n, slope) for n, slope in zip(nodes, slopes, strict=True)}


def _of_states(scope: Scope, node: Node, slope: Value) -> Value:
    """Probabilities over the variable's own states, (*plates, n_states)."""
    b, role = scope.builder, role_of(node)
    slope = b.over_batch(slope)
    if not role.joined:
        return slope
    # every element has the same probabilities of joint states: those of its own are sums of them
    table = states(scope, node).value
    table = b.permute(b.to_float(table), (*range(1, table.rank), 0))
    each = b.to_float(as_values(scope, node, b.arange(scope.var_size(role.state))))
    is_state = b.to_float(b.apply("eq", b.unsqueeze(table, (-1,)), each))
    return b.reduce("sum", b.apply("mul", b.unsqueeze(slope, (-1,)), is_state), (-2,))
