"""``constrain``, ``unconstrain`` and ``log_density_and_gradient``: the model as samplers see it.

A search for the mode wants the density of the model's own space, without the Jacobian. It subtracts
``log_jacobian_and_gradient``, which is short where a second gradient of everything would make the
module half as long again.
"""

from collections.abc import Sequence

from ...grammar.frozen import frozen
from ..differentiate import differentiate
from ..graph import ModelGraph, Node, Partly
from ..layout import Layout
from ..printer import Function
from ..target import Builder, Value
from .bijection import unconstrain as inverse
from .blocks import Unpacked, free_index
from .density import Term, ends
from .environment import environment
from .joint import add_up, from_vector, joint
from .log_density import from_values
from .places import size_of
from .scope import Scope


def vector_functions(scope: Scope, graph: ModelGraph, layout: Layout) -> list[Function]:
    """All functions of the flat unconstrained vector."""
    position = position_input(scope.builder, layout)
    free, unpacked = from_vector(layout, position)
    terms = joint(scope, graph, free, inline=True).terms
    at = _Position(scope, layout, position, tuple(unpacked))
    return [
        _constrain(at),
        _unconstrain(scope, graph, layout),
        _gradient(at, terms),
        _jacobian_gradient(at),
    ]


@frozen
class _Position:
    """A position and the blocks that it was unpacked into: all that three functions share."""

    scope: Scope
    layout: Layout
    vector: Value
    blocks: Sequence[Unpacked]

    def log_jacobian(self) -> Value:
        """Sum over the blocks."""
        return log_jacobian(self.scope.builder, self.blocks)


def position_input(
    b: Builder, layout: Layout, name: str = "position", of: str | None = None
) -> Value:
    """The flat vector as an argument of the emitted function."""
    return b.input(name, (layout.length,), batched=True, source=name, of=of)


def _constrain(at: _Position) -> Function:
    jacobian = at.scope.builder.broadcast_batch(at.log_jacobian(), at.vector)
    return Function(
        "constrain",
        ("position", "bound"),
        "Model-space values and log |d values / d position| (nats) at a position.\n\n"
        "position: (*batch, n). Returns name -> (*batch, *dimensions), and (*batch,).",
        ({u.block.name: u.value for u in at.blocks}, jacobian),
    )


def log_jacobian(b: Builder, unpacked: Sequence[Unpacked]) -> Value:
    """Sum over the blocks."""
    return add_up(b, [u.log_jacobian for u in unpacked if u.log_jacobian is not None])


def _unconstrain(scope: Scope, graph: ModelGraph, layout: Layout) -> Function:
    nodes = [graph.nodes[block.name] for block in layout.blocks]
    if any(n.support.low is not None or n.support.high is not None for n in nodes):
        inner = environment(scope, graph, from_values)
    else:  # nothing but the values themselves is read
        inner = scope.with_env({n.name: from_values(scope, n) for n in nodes})
    parts = [_coordinates(inner, node) for node in nodes]
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


def _gradient(at: _Position, terms: Sequence[Term]) -> Function:
    jacobians = [u.log_jacobian for u in at.blocks if u.log_jacobian is not None]
    total = add_up(at.scope.builder, [t.total for t in terms] + jacobians)
    return Function(
        "log_density_and_gradient",
        ("position", "bound"),
        "Value and gradient of the unconstrained log density, Jacobian included (nats).\n\n"
        "position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.",
        _by_position(at, total),
        fast=True,
    )


def _jacobian_gradient(at: _Position) -> Function:
    return Function(
        "log_jacobian_and_gradient",
        ("position", "bound"),
        "Value and gradient of log |d values / d position| (nats), as `constrain` returns it.\n\n"
        "position: (*batch, n). Returns (*batch,) and (*batch, n). Reverse mode, written out.",
        _by_position(at, at.log_jacobian()),
        fast=True,
    )


def _by_position(at: _Position, total: Value) -> tuple[Value, Value]:
    """A sum per batch, and its gradient as one vector."""
    b = at.scope.builder
    blocks = {u.block.name: u.u for u in at.blocks}
    wrt = [blocks[block.name] for block in at.layout.blocks]
    slopes = differentiate([(total, b.const(1.0))], wrt, b)
    gradient = flat_vector(at.scope, slopes, like=at.vector)
    if not wrt and total.batched:  # solutions of data alone count as batched, and have no batch
        total = b.make("batch_like", (total, at.vector), shape=(), batched=True, dtype=total.dtype)
    return b.broadcast_batch(total, at.vector), gradient


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
