"""Summing discrete variables out of the terms that read them (see `elimination` for the order).

A variable that is being summed out stands for all of its states, along an axis of its own; terms
that read it have that axis behind their plates. Eliminating it brings these terms to its own
plates, adds them, and reduces the axis: ``logsumexp`` for the density, ``max`` for the most
probable states. Everything is an ordinary operation of the target, so reverse mode follows.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from ..elimination import Unit, axes_of, met, read_by, units
from ..graph import Elements, Free, Lagged, Latent, ModelGraph, Node, Summed
from ..present import Present
from ..reads import Factor, onto, own_slots, reads_of, reduced
from ..target import DType, Value
from ..typed import Expr, IndexValue, IndexVar, OverDim, OverRange
from ..types import Kind
from . import missing
from .align import align
from .beyond import checked, is_computed, is_read, within
from .density import Term
from .forward import Filtered, forward
from .gather import position
from .patches import dtype_of, is_among, patch
from .places import size_of
from .scope import Laid, Scope
from .weights import Piece, Table, role_of, with_states

_SAME_RULES = "the order of elimination was found with the same rules"


def summed_nodes(graph: ModelGraph) -> list[Node]:
    """Variables that are summed out, in the order of elimination."""
    nodes = [n for n in graph.nodes.values() if isinstance(n.role, Summed)]
    return sorted(nodes, key=lambda n: role_of(n).turn)


def inside_of(graph: ModelGraph) -> frozenset[str]:
    """Variables that are never on the edge of their support: bijections keep them inside."""
    return frozenset(n.name for n in graph.nodes.values() if isinstance(n.role, Latent | Free))


def summing(scope: Scope, graph: ModelGraph, nodes: Sequence[Node]) -> Scope:
    """The scope in which these variables stand for all of their states."""
    inside = inside_of(graph)
    known = {n.name: states(scope, n) for n in nodes}
    earlier = {
        n.name: Laid(known[n.role.of].value, (n.role.axis,), ())
        for n in graph.nodes.values()
        if isinstance(n.role, Lagged) and n.role.of in known
    }
    return scope.summing({**known, **earlier}, inside)


def states(scope: Scope, node: Node) -> Laid:
    """The values that a summed variable, or every element of a joined one, takes in each state."""
    b, role = scope.builder, role_of(node)
    count = scope.var_size(role.axis)
    if not role.joined:
        return Laid(as_values(scope, node, b.arange(count)), (role.axis,), ())
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
    return Laid(as_values(scope, node, digits), (role.axis,), node.type.event)


def as_values(scope: Scope, node: Node, state: Value) -> Value:
    """The values that states stand for, by their positions from 0."""
    if node.type.kind is Kind.INDEX:
        return state
    b, value, domain = scope.builder, scope.builder.to_float(state), role_of(node).state.domain
    if not isinstance(domain, OverRange):
        return value
    return b.apply("add", value, b.to_float(scope.lower(domain.first).value))


# --- elimination --------------------------------------------------------------------------------


def eliminate(
    scope: Scope,
    graph: ModelGraph,
    terms: Sequence[Term],
    nodes: Sequence[Node],
    op: str,
    extra: Sequence[Piece] = (),
) -> tuple[list[Term], dict[str, Table | Filtered]]:
    """Sum ``nodes``, in this order, out of the terms that read them.

    Args:
        scope: one in which they stand for all of their states (`summing`).
        op: ``logsumexp`` or ``max``.
        extra: log weights beside those of the terms.

    Returns:
        Terms without state axes, and what is known of every variable and every chain at its turn,
        by the name of its first variable.
    """
    names = {n.name for n in nodes}
    every = axes_of(graph)
    axes = {n: every[n] for n in scope.states}
    open_ = _Open([*_pieces(scope, graph, terms, nodes), *extra])
    done = [t for t in terms if not t.states]
    known: dict[str, Table | Filtered] = {}
    for unit in sorted(units(graph), key=lambda u: role_of(u.nodes[0]).turn):
        if not names.issuperset(n.name for n in unit.nodes):
            continue
        touching = open_.taken(unit.names)
        over = [_onto(scope, p, unit, graph) for p in touching]
        whole = met([p.factor for p in touching], unit)
        assert whole is not None, _SAME_RULES
        rest = reduced(whole, unit.names, unit.along)
        assert rest is not None, _SAME_RULES
        name = unit.nodes[0].name
        if unit.along is None:
            value, known[name] = _reduced(scope, _added(scope, over, whole), unit.nodes[0], op)
        else:
            value, known[name] = forward(scope, unit, over, axes, op)
        found = Piece(rest, value.value, value.states, terms=_terms_of(touching, rest))
        if rest.reads:
            open_.add(found)
        else:
            done.append(_term(scope, unit.nodes[0], found))
    return done, known


def _terms_of(pieces: Sequence[Piece], rest: Factor) -> tuple[Node, ...]:
    """The statements that make up what is left of some pieces; none where plates changed."""
    read = [p for p in pieces if p.factor.reads.keys() & rest.reads.keys()]
    known = all(p.terms and p.factor.plates == rest.plates for p in read)
    return tuple(node for p in read for node in p.terms) if known else ()


class _Open:
    """Log weights from which something is still to be summed out, by what they read."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces: dict[int, Piece] = {}
        self.readers: dict[str, list[int]] = {}
        self.count = 0
        for piece in pieces:
            self.add(piece)

    def add(self, piece: Piece) -> None:
        """One more."""
        self.count += 1
        self.pieces[self.count] = piece
        for name in piece.factor.reads:
            self.readers.setdefault(name, []).append(self.count)

    def taken(self, names: Collection[str]) -> list[Piece]:
        """All that read one of these, in order, taken out."""
        numbers = {k for name in names for k in self.readers.pop(name, ())}
        return [self.pieces.pop(k) for k in sorted(numbers) if k in self.pieces]


def _pieces(
    scope: Scope, graph: ModelGraph, terms: Sequence[Term], nodes: Sequence[Node]
) -> Iterator[Piece]:
    """Log weights of the terms; of each first element of a chain; and of what is given."""
    names = scope.states.keys()
    joined = {n.name for n in nodes if role_of(n).joined}
    for t in (t for t in terms if t.states):
        found = reads_of(t.node, names)
        reads = {
            n: () if n in joined else next(s for s in slots if s is not None)
            for n, slots in found.items()
        }
        each = t.each if t.node.name in names else _counted(scope, t)
        yield Piece(Factor(t.node.plates, reads), each, t.states, t.first, (t.node,))
    for node in nodes:
        if (known := given_states(scope, node)) is not None:
            yield Piece(_own_factor(node), known, (role_of(node).axis,))


def _counted(scope: Scope, t: Term) -> Value:
    """The term of a chain whose states are known, at the steps for which it counts."""
    if t.first is None:
        return t.each
    b, chain = scope.builder, role_of(t.node).chain
    assert chain is not None
    k = t.node.plates.index(chain.along)
    first = b.apply("eq", b.to_float(scope.positions(chain.along)), 0.0)
    rank = len(t.node.plates) + len(t.states)
    first = b.unsqueeze(first, tuple(range(k + 1 - rank, 0)))
    yes, no = (t.each, b.const(0.0)) if t.first else (b.const(0.0), t.each)
    return b.to_rank(b.where(first, yes, no), rank)


def _own_factor(node: Node) -> Factor:
    slots = () if role_of(node).joined else own_slots(node.plates)
    return Factor(node.plates, {node.name: slots})


def probe(scope: Scope, node: Node) -> Piece:
    """Log weights of 0 for the states of every element: by them the evidence is differentiated."""
    b = scope.builder
    sizes = (*scope.shape(node.type.event), scope.var_size(role_of(node).axis))
    zeros = b.make("tensor", (b.const(0.0),), shape=(), dtype=DType.FLOAT)
    each = b.expand(zeros, sizes)
    # a value of its own for every variable, by which the evidence can be differentiated
    each = b.make("over_batch", (each,), (node.name,), shape=sizes, batched=True)
    return Piece(_own_factor(node), each, (role_of(node).axis,))


def _onto(scope: Scope, piece: Piece, unit: Unit, graph: ModelGraph) -> Piece:
    """The piece over the plates of a unit that it reads."""
    name = read_by(piece.factor, unit)
    factor = onto(piece.factor, name, unit.plates)
    assert factor is not None, "the order of elimination was found with the same rules"
    slots = piece.factor.reads[name]
    plain = [
        s.var for s in slots if isinstance(s, IndexValue) and isinstance(s.var.domain, OverDim)
    ]
    if len(plain) == len(slots) == len(set(plain)):
        value = _projected(scope, piece, plain)
    else:
        value = _collected(scope, piece, name, unit, slots)
    return Piece(factor, value, piece.states, piece.first)


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


def _collected(scope: Scope, piece: Piece, name: str, unit: Unit, slots: Sequence[Expr]) -> Value:
    """What every element of the variable gets from the elements that read it, by their index."""
    b, plates = scope.builder, piece.factor.plates
    node = unit.nodes[0]
    sizes = scope.shape(node.type.event)
    linear = b.const(0, DType.INT)
    read = is_read(scope, piece.terms, name)
    lengths = tuple(scope.var_size(p) for p in plates)
    count = b.product_of_sizes(lengths)
    for slot, extent, n in zip(slots, node.type.event, sizes, strict=True):
        here = align(scope, position(scope, slot, extent), plates, 0)
        if read is not None:
            here = within(b, here, n, read)
        here = b.reshape(b.expand(here, lengths), (count,))
        if is_computed(slot):
            here = checked(b, here, n)
        linear = b.apply("add", b.apply("mul", linear, b.size_index(n)), here)
    index = b.expand(linear, (count,))
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


def _added(scope: Scope, pieces: Sequence[Piece], factor: Factor) -> Piece:
    b, plates = scope.builder, len(factor.plates)
    axes = tuple(sorted({v for p in pieces for v in p.states}, key=lambda v: v.id))
    total: Value | None = None
    for p in pieces:
        value = with_states(scope, p, axes, plates)
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
    return Piece(piece.factor, value, left), Table(node, weights, piece.states, piece.factor)


def _term(scope: Scope, node: Node, piece: Piece) -> Term:
    b, plates = scope.builder, piece.factor.plates
    value = _full(scope, piece, plates)
    total = b.reduce("sum", value, tuple(range(-len(plates), 0))) if plates else value
    return Term(node, value, total)


# --- elements whose state is given --------------------------------------------------------------


def given_states(scope: Scope, node: Node) -> Value | None:
    """No weight for states that some elements are known not to be in; None if none are known.

    Shapes: (*plates, n_states).
    """
    b, role = scope.builder, role_of(node)
    if role.observed is None:
        return None
    value, known = _given_states(scope, node, role.observed)
    at = states(scope, node).value  # (n_states,), or (n_states, *dims) where joined
    if role.joined:
        at = b.permute(at, (*range(1, at.rank), 0))
    differs = b.apply("ne", b.unsqueeze(value, (-1,)), at)
    impossible = b.apply("and", b.unsqueeze(known, (-1,)), differs)
    return b.where(impossible, b.const(float("-inf")), b.const(0.0))


def _given_states(scope: Scope, node: Node, seen: Elements | Present) -> tuple[Value, Value]:
    """States over the family, and which of them are given."""
    b, shape = scope.builder, scope.shape(node.type.event)
    if isinstance(seen, Present):
        value = missing.filled(scope, node)
        value = value if seen.besides is None else patch(scope, node, value, seen.besides)
        return value, b.apply("not", missing.is_missing(scope, node))
    value = patch(scope, node, b.expand(b.const(0, dtype_of(node)), shape), seen)
    return value, is_among(scope, node, seen, f"{node.name}_is_given")
