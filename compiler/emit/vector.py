"""``constrain``, ``unconstrain`` and ``log_density_and_gradient``: the model as samplers see it.

A search for the mode wants the density of the model's own space, without the Jacobian. It subtracts
``log_jacobian_and_gradient``, which is short where a second gradient of everything would make the
module half as long again.
"""

from collections.abc import Sequence

from ..differentiate import differentiate
from ..graph import ModelGraph, Node, Partly
from ..layout import Layout
from ..printer import Function
from ..target import Builder, Value
from .bijection import unconstrain as inverse
from .blocks import Unpacked, free_index
from .density import ends
from .environment import environment, size_of
from .joint import add_up, from_vector, joint
from .log_density import from_values
from .scope import Scope


def vector_functions(scope: Scope, graph: ModelGraph, layout: Layout) -> list[Function]:
    """All functions of the flat unconstrained vector."""
    return [
        _constrain(scope, graph, layout),
        _unconstrain(scope, graph, layout),
        _gradient(scope, graph, layout),
        _jacobian_gradient(scope, graph, layout),
    ]


def position_input(
    b: Builder, layout: Layout, name: str = "position", of: str | None = None
) -> Value:
    """The flat vector as an argument of the emitted function."""
    return b.input(name, (layout.length,), batched=True, source=name, of=of)


def _constrain(scope: Scope, graph: ModelGraph, layout: Layout) -> Function:
    b = scope.builder
    position = position_input(b, layout)
    free, unpacked = from_vector(layout, position)
    environment(scope, graph, free)
    jacobian = b.broadcast_batch(log_jacobian(b, unpacked), position)
    return Function(
        "constrain",
        ("position", "bound"),
        "Model-space values and log |d values / d position| (nats) at a position.\n\n"
        "position: (*batch, n). Returns name -> (*batch, *dimensions), and (*batch,).",
        ({u.block.name: u.value for u in unpacked}, jacobian),
    )


def log_jacobian(b: Builder, unpacked: list[Unpacked]) -> Value:
    """Sum over the blocks."""
    return add_up(b, [u.log_jacobian for u in unpacked if u.log_jacobian is not None])


def _unconstrain(scope: Scope, graph: ModelGraph, layout: Layout) -> Function:
    inner = environment(scope, graph, from_values)
    parts = [_coordinates(inner, graph.nodes[block.name]) for block in layout.blocks]
    return Function(
        "unconstrain",
        ("values", "bound"),
        "The unconstrained position (*batch, n) of model-space values; inverse of `constrain`.",
        flat_vector(scope, parts, like=None),
    )


def _coordinates(scope: Scope, node: Node) -> Value:
    b = scope.builder
    low, high = ends(scope, node, node.support)
    u = inverse(b, node.support.name, scope.env[node.name], low, high)
    if isinstance(node.role, Partly):
        u = b.take(b.reshape(u, (size_of(scope, node),)), free_index(scope, node))
    return u


def _gradient(scope: Scope, graph: ModelGraph, layout: Layout) -> Function:
    b = scope.builder
    position = position_input(b, layout)
    free, unpacked = from_vector(layout, position)
    j = joint(scope, graph, free, inline=True)
    jacobians = [u.log_jacobian for u in unpacked if u.log_jacobian is not None]
    return Function(
        "log_density_and_gradient",
        ("position", "bound"),
        "Value and gradient of the unconstrained log density, Jacobian included (nats).\n\n"
        "position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.",
        _by_position(scope, add_up(b, [t.total for t in j.terms] + jacobians), layout, unpacked),
        fast=True,
    )


def _jacobian_gradient(scope: Scope, graph: ModelGraph, layout: Layout) -> Function:
    b = scope.builder
    free, unpacked = from_vector(layout, position_input(b, layout))
    environment(scope, graph, free)
    return Function(
        "log_jacobian_and_gradient",
        ("position", "bound"),
        "Value and gradient of log |d values / d position| (nats), as `constrain` returns it.\n\n"
        "position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.",
        _by_position(scope, log_jacobian(b, unpacked), layout, unpacked),
        fast=True,
    )


def _by_position(
    scope: Scope, total: Value, layout: Layout, unpacked: Sequence[Unpacked]
) -> tuple[Value, Value]:
    """A sum per batch, and its gradient as one vector."""
    b = scope.builder
    position = position_input(b, layout)
    blocks = {u.block.name: u.u for u in unpacked}
    wrt = [blocks[block.name] for block in layout.blocks]
    gradient = flat_vector(scope, differentiate([(total, b.const(1.0))], wrt, b), like=position)
    return b.broadcast_batch(total, position), gradient


def flat_vector(scope: Scope, parts: Sequence[Value], like: Value | None) -> Value:
    """Blocks joined into one vector ``(*batch, n)``; ``like`` lends its batch axes."""
    b = scope.builder
    if like is not None:
        parts = [b.broadcast_batch(part, like) for part in parts]
    whole = b.cat([_flat(scope, part) for part in parts])
    return whole if like is None else b.broadcast_batch(whole, like)  # no part: nothing had one


def _flat(scope: Scope, v: Value) -> Value:
    match v.shape:
        case ():
            return scope.builder.unsqueeze(v, (-1,))
        case (_,):
            return v
        case shape:
            return scope.builder.reshape(v, (scope.product(shape, f"flat_{v.id}"),))
