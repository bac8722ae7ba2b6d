"""Where params start: their initial values, and how far the weights of networks are spread."""

from collections.abc import Sequence

from ..graph import Derived, Fixed, Free, Input, ModelGraph, Node, Observed
from ..layout import Layout
from ..networks import Spread
from ..printer import Function
from ..target import Builder, Value
from . import bijection
from .blocks import free_shape
from .density import ends
from .environment import spread as spread_out
from .environment import value_of
from .scope import Scope
from .vector import flat_vector


def initial(scope: Scope, node: Node) -> Value:
    """The unconstrained starting values of a param, in full layout."""
    b = scope.builder
    assert isinstance(node.role, Free)
    shape = free_shape(scope, node)
    if node.role.initial is None:  # the middle of the support: 0 in unconstrained space
        return b.expand(b.const(0.0), shape)
    laid = scope.lower(node.role.initial)
    value = spread_out(scope, laid, node.plates) if laid.axes or not laid.event else laid.value
    low, high = ends(scope, node, node.support)
    return b.expand(bijection.unconstrain(b, node.support.name, value, low, high), shape)


def initial_function(scope: Scope, prefix: str, nodes: Sequence[Node]) -> Function:
    """``guide_initial``: the starting values of a guide's params."""
    return Function(
        f"{prefix}_initial",
        ("bound",),
        "Unconstrained starting values of the guide's parameters: (n_params,).",
        flat_vector(scope, [initial(scope, n) for n in nodes], None),
    )


def spread_function(scope: Scope, prefix: str, nodes: Sequence[Node]) -> list[Function]:
    """``guide_spread``, where anything starts at random."""
    if not any(isinstance(n.role, Free) and n.role.spread for n in nodes):
        return []
    return [
        Function(
            f"{prefix}_spread",
            ("bound",),
            "Standard deviations of random starts around those values: (n_params,).",
            flat_vector(scope, [_deviation(scope, n) for n in nodes], None),
        )
    ]


def param_start(scope: Scope, graph: ModelGraph, layout: Layout) -> list[Function]:
    """``param_start``, for a model with params of its own."""
    nodes = [graph.nodes[block.name] for block in layout.blocks]
    if not any(isinstance(n.role, Free) for n in nodes):
        return []
    inner = _of_data(scope, graph)
    b = scope.builder
    zero = b.const(0.0)
    values, deviations, marks = [], [], []
    for node, block in zip(nodes, layout.blocks, strict=True):
        is_param = isinstance(node.role, Free)
        values.append(initial(inner, node) if is_param else b.expand(zero, block.free))
        deviations.append(b.expand(_deviation(scope, node), block.free))
        marks.append(b.expand(b.const(float(is_param)), block.free))
    return [
        Function(
            "param_start",
            ("bound",),
            "Where the model's `param`s start: unconstrained values, standard deviations of\n"
            "random starts around them, and 1 at each coordinate of a param, else 0. Each (n,).",
            tuple(flat_vector(scope, part, None) for part in (values, deviations, marks)),
        )
    ]


def starting_params(scope: Scope, graph: ModelGraph) -> list[Function]:
    """``starting_params``, for a model with params of its own: where a simulation has them."""
    free = [n for n in graph.nodes.values() if isinstance(n.role, Free)]
    if not free:
        return []
    inner, b = _of_data(scope, graph), scope.builder

    def value(node: Node) -> Value:
        n = scope.size(node.type.event[-1]) if node.type.event else 1
        low, high = ends(inner, node, node.support)
        u = initial(inner, node)
        return bijection.constrain(b, node.support.name, u, low, high, n)[0]

    values = {n.name: b.expand(value(n), scope.shape(n.type.event)) for n in free}
    spreads = {n.name: _deviation(scope, n) for n in free}
    return [
        Function(
            "starting_params",
            ("bound",),
            "The model's `param`s where they start, and the standard deviations of random starts.",
            (values, spreads),
        )
    ]


def _of_data(scope: Scope, graph: ModelGraph) -> Scope:
    """A scope with the variables that initial values may read: those of data alone."""
    env: dict[str, Value] = {}
    inner = scope.with_env(env)
    for name in graph.order:
        node = graph.nodes[name]
        match node.role:
            case Input() | Fixed() | Observed():
                env[name] = value_of(inner, node)
            case Derived() if all(p in env for p in node.parents):
                env[name] = value_of(inner, node)
            case _:
                pass
    return inner


def _deviation(scope: Scope, node: Node) -> Value:
    b, shape = scope.builder, free_shape(scope, node)
    spread = node.role.spread if isinstance(node.role, Free) else None
    return b.expand(b.const(0.0) if spread is None else _of_layer(scope, spread), shape)


def _of_layer(scope: Scope, spread: Spread) -> Value:
    """The root of 2 / (fan_in + fan_out), or of 2 / fan_in."""
    b: Builder = scope.builder
    fans = b.size_value(b.total_of_sizes(scope.shape(spread.inputs)))
    if spread.outputs is not None:
        fan_out = b.size_value(b.product_of_sizes(scope.shape(spread.outputs)))
        fans = b.apply("add", fans, fan_out)
    return b.apply("sqrt", b.apply("div", b.const(2.0), fans))
