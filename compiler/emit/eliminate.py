"""Summing discrete variables out of the terms that read them (see `elimination` for the order).

A variable that is being summed out stands for all of its states, along an axis of its own; terms
that read it have that axis behind their plates. Eliminating it brings these terms to its own
plates, adds them, and reduces the axis: ``logsumexp`` for the density, ``max`` for the most
probable states. Everything is an ordinary operation of the target, so reverse mode follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..elimination import Factor, merged, onto, reads_of
from ..graph import Elements, Free, Latent, ModelGraph, Node, Summed
from ..target import DType, Value
from ..typed import Expr, IndexValue, IndexVar, OverDim
from ..types import Kind
from .align import align
from .density import Term
from .environment import patch, positions, size_of
from .gather import position
from .scope import Laid, Scope


@dataclass(frozen=True, slots=True)
class Piece:
    """Log weights: ``(*plates, *states)``, some axes perhaps of length 1."""

    factor: Factor
    value: Value
    states: tuple[IndexVar, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of one variable at its turn.

    Attributes:
        weights: unnormalised log probabilities of its states, (*plates, n_states), without any
            other state axis left when all later variables are known.
    """

    node: Node
    weights: Value


def summed_nodes(graph: ModelGraph) -> list[Node]:
    """Variables that are summed out, in the order of elimination."""
    nodes = [n for n in graph.nodes.values() if isinstance(n.role, Summed)]
    return sorted(nodes, key=lambda n: role_of(n).turn)


def role_of(node: Node) -> Summed:
    """The role of a node that is summed out."""
    assert isinstance(node.role, Summed)
    return node.role


def summing(scope: Scope, graph: ModelGraph, nodes: Sequence[Node]) -> Scope:
    """The scope in which these variables stand for all of their states."""
    inside = frozenset(n.name for n in graph.nodes.values() if isinstance(n.role, Latent | Free))
    return scope.summing({n.name: states(scope, n) for n in nodes}, inside)


def states(scope: Scope, node: Node) -> Laid:
    """The values that a summed variable, or every element of a joined one, takes in each state."""
    b, role = scope.builder, role_of(node)
    count = scope.var_size(role.axis)
    if not role.joined:
        return Laid(_as_values(scope, node, b.arange(count)), (role.axis,), ())
    each, n = scope.var_size(role.state), size_of(scope, node)
    shape = scope.shape(node.type.event)
    digits = b.input(
        f"{node.name}_states",
        (count, *shape),
        batched=False,
        dtype=DType.INT,
        source=f"(torch.arange({count})[:, None] // {each} ** torch.arange({n}) % {each})"
        f".reshape({', '.join(map(str, (count, *shape)))})",
    )
    return Laid(_as_values(scope, node, digits), (role.axis,), node.type.event)


def _as_values(scope: Scope, node: Node, state: Value) -> Value:
    return state if node.type.kind is Kind.INDEX else scope.builder.to_float(state)


# --- elimination --------------------------------------------------------------------------------


def eliminate(
    scope: Scope, graph: ModelGraph, terms: Sequence[Term], nodes: Sequence[Node], op: str
) -> tuple[list[Term], Table | None]:
    """Sum ``nodes``, in this order, out of the terms that read them.

    Args:
        scope: one in which they stand for all of their states (`summing`).
        op: ``logsumexp`` or ``max``.

    Returns:
        Terms without state axes, and the table of the last variable.
    """
    names = [n.name for n in nodes]
    pieces = [_piece(scope, graph, t, names) for t in terms if t.states]
    done = [t for t in terms if not t.states]
    table: Table | None = None
    for node in nodes:
        touching = [p for p in pieces if node.name in p.factor.reads]
        pieces = [p for p in pieces if node.name not in p.factor.reads]
        whole = _added(scope, [_onto(scope, p, node) for p in touching])
        whole, table = _reduced(scope, whole, node, op)
        if whole.factor.reads:
            pieces.append(whole)
        else:
            done.append(_term(scope, node, whole))
    return done, table


def _piece(scope: Scope, graph: ModelGraph, t: Term, names: Sequence[str]) -> Piece:
    joined = {n for n in names if role_of(graph.nodes[n]).joined}
    found = reads_of(t.node, names)
    reads = {
        n: () if n in joined else next(s for s in slots if s is not None)
        for n, slots in found.items()
    }
    return Piece(Factor(t.node.plates, reads), t.each, t.states)


def _onto(scope: Scope, piece: Piece, node: Node) -> Piece:
    """The piece over the plates of a variable that it reads."""
    factor = onto(piece.factor, node)
    assert factor is not None, "the order of elimination was found with the same rules"
    slots = piece.factor.reads[node.name]
    plain = [
        s.var for s in slots if isinstance(s, IndexValue) and isinstance(s.var.domain, OverDim)
    ]
    if len(plain) == len(slots) == len(set(plain)):
        value = _projected(scope, piece, plain)
    else:
        value = _collected(scope, piece, node, slots)
    return Piece(factor, value, piece.states)


def _full(scope: Scope, piece: Piece, plates: Sequence[IndexVar]) -> Value:
    """The weights with these plates at their full length, so that sums count every element."""
    shape = tuple(
        scope.var_size(p) if p in plates else n
        for p, n in zip(piece.factor.plates, piece.value.shape, strict=False)
    )
    return scope.builder.expand(piece.value, (*shape, *piece.value.shape[len(shape) :]))


def _projected(scope: Scope, piece: Piece, kept: Sequence[IndexVar]) -> Value:
    """Sums over the plates that are not kept, and the others in this order."""
    b, plates = scope.builder, piece.factor.plates
    gone = [p for p in plates if p not in kept]
    value = _full(scope, piece, gone)
    axes = tuple(plates.index(p) - value.rank for p in gone)
    value = b.to_rank(b.reduce("sum", value, axes), value.rank - len(axes)) if axes else value
    left = [p for p in plates if p in kept]
    order = (*(left.index(p) for p in kept), *range(len(left), value.rank))
    return b.permute(value, order)


def _collected(scope: Scope, piece: Piece, node: Node, slots: Sequence[Expr]) -> Value:
    """What every element of the variable gets from the elements that read it, by their index."""
    b, plates = scope.builder, piece.factor.plates
    sizes = scope.shape(node.type.event)
    linear = b.const(0, DType.INT)
    for slot, extent, n in zip(slots, node.type.event, sizes, strict=True):
        here = align(scope, position(scope, slot, extent), plates, 0)
        linear = b.apply("add", b.apply("mul", linear, b.size_index(n)), here)
    lengths = tuple(scope.var_size(p) for p in plates)
    count = b.product_of_sizes(lengths)
    index = b.reshape(b.expand(linear, lengths), (count,))
    value = _full(scope, piece, plates)
    k, rank = len(plates), value.rank
    value = b.permute(value, (*range(k, rank), *range(k)))
    rest = value.shape[: rank - k]
    value = b.reshape(value, (*rest, count))
    nothing = b.expand(b.const(0.0), (*rest, size_of(scope, node)))
    if value.batched:
        nothing = b.broadcast_batch(nothing, value)
    whole = b.reshape(b.index_add(nothing, index, value), (*rest, *sizes))
    return b.permute(whole, (*range(len(rest), len(rest) + len(sizes)), *range(len(rest))))


def _added(scope: Scope, pieces: Sequence[Piece]) -> Piece:
    b = scope.builder
    factor = merged([p.factor for p in pieces])
    assert factor is not None, "the order of elimination was found with the same rules"
    axes = tuple(sorted({v for p in pieces for v in p.states}, key=lambda v: v.id))
    total: Value | None = None
    for p in pieces:
        rank = len(factor.plates) + len(axes)
        missing = tuple(
            i + len(factor.plates) - rank for i, v in enumerate(axes) if v not in p.states
        )
        value = b.unsqueeze(p.value, missing)
        total = value if total is None else b.apply("add", total, value)
    assert total is not None
    return Piece(factor, total, axes)


def _reduced(scope: Scope, piece: Piece, node: Node, op: str) -> tuple[Piece, Table]:
    b, axis = scope.builder, role_of(node).axis
    at = len(piece.factor.plates) + piece.states.index(axis)
    rank = len(piece.factor.plates) + len(piece.states)
    full = list(b.to_rank(piece.value, rank).shape)
    full[at] = scope.var_size(axis)
    weights = b.expand(piece.value, tuple(full))
    value = b.to_rank(b.reduce(op, weights, (at - rank,)), rank - 1)
    left = tuple(v for v in piece.states if v is not axis)
    return Piece(piece.factor, value, left), Table(node, weights)


def _term(scope: Scope, node: Node, piece: Piece) -> Term:
    b, plates = scope.builder, piece.factor.plates
    value = _full(scope, piece, plates)
    total = b.reduce("sum", value, tuple(range(-len(plates), 0))) if plates else value
    return Term(node, value, total)


# --- elements whose state is given --------------------------------------------------------------


def given_states(scope: Scope, node: Node, each: Value) -> Value:
    """The variable's own term, with no weight on states that some elements are known not to be in.

    Shapes: each (*plates, n_states) -> the same.
    """
    b, role = scope.builder, role_of(node)
    if role.observed is None:
        return each
    shape = scope.shape(node.type.event)
    kind = DType.INT if node.type.kind is Kind.INDEX else DType.FLOAT
    value = patch(scope, node, b.expand(b.const(0, kind), shape), role.observed)
    known = _mask(scope, node, role.observed)
    at = states(scope, node).value  # (n_states,), or (n_states, *dims) where joined
    if role.joined:
        at = b.permute(at, (*range(1, at.rank), 0))
    differs = b.apply("ne", b.unsqueeze(value, (-1,)), at)
    impossible = b.apply("and", b.unsqueeze(known, (-1,)), differs)
    return b.where(impossible, b.const(float("-inf")), each)


def _mask(scope: Scope, node: Node, elements: Elements) -> Value:
    """BOOL over the family: which elements are given."""
    at = ", ".join(positions(scope, node, elements))
    shape = scope.shape(node.type.event)
    sizes = ", ".join(map(str, shape))
    return scope.builder.input(
        f"{node.name}_is_given",
        shape,
        batched=False,
        dtype=DType.BOOL,
        source=f"torch.tensor([i in ({at},) for i in range({size_of(scope, node)})])"
        f".reshape({sizes})",
    )
