"""Blocks of a flat vector: their offsets, and what they hold in model space."""

from collections.abc import Iterable

from ...grammar.frozen import frozen
from ..graph import Elements, Free, Latent, ModelGraph, Node, Partly
from ..layout import Block, Layout
from ..present import Present
from ..target import DType, Size, Value
from ..types import SupportName
from . import bijection, matrix, missing
from .density import ends
from .patches import patch
from .places import positions, size_of
from .scope import Scope


@frozen
class Unpacked:
    """One block in both spaces.

    Attributes:
        u: unconstrained coordinates, shape ``Block.free``; gradients are taken by them.
        value: the whole variable in model space.
        log_jacobian: summed over the block, or None for 0.
    """

    block: Block
    u: Value
    value: Value
    log_jacobian: Value | None


def free_nodes(graph: ModelGraph) -> tuple[Node, ...]:
    """Nodes that own a part of the unconstrained vector, in topological order.

    Discrete latents have no unconstrained coordinates and are left out.
    """
    nodes = (graph.nodes[name] for name in graph.order)
    return tuple(
        n
        for n in nodes
        if isinstance(n.role, Latent | Partly | Free) and not n.support.name.is_discrete
    )


def lay_out(scope: Scope, nodes: Iterable[Node], prefix: str) -> Layout:
    """Assign each node its slice; offsets are integers while the sizes allow it."""
    b = scope.builder
    blocks: list[Block] = []
    start: Size = 0
    for node in nodes:
        shape = scope.shape(node.type.event)
        free, count, given = _free_shape(scope, node, shape)
        if isinstance(start, int) and isinstance(count, int):
            stop: Size = start + count
        elif start == 0:
            stop = count
        else:
            stop = b.host(f"{prefix}_after_{node.name}", f"{start} + {count}")
        blocks.append(Block(node.name, node.support, node.type.event, free, start, stop, given))
        start = stop
    return Layout(tuple(blocks), start)


def free_shape(scope: Scope, node: Node) -> tuple[Size, ...]:
    """Trailing shape of a variable's unconstrained coordinates."""
    return _free_shape(scope, node, scope.shape(node.type.event))[0]


def _free_shape(
    scope: Scope, node: Node, shape: tuple[Size, ...]
) -> tuple[tuple[Size, ...], Size, int]:
    b = scope.builder
    match node.role:
        case Partly(observed=Present()):
            gaps = missing.n_missing(scope, node)
            return (gaps,), gaps, 0
        case Partly(observed=observed, barren=barren):
            taken = sum(len(e.labels) for e in (observed, barren) if e is not None)
            n = size_of(scope, node)
            count: Size = (
                n - taken if isinstance(n, int) else b.host(f"{node.name}_free", f"{n} - {taken}")
            )
            return (count,), count, taken
        case _:
            pass
    if node.support.name is SupportName.SIMPLEX:
        shape = (*shape[:-1], bijection.one_less(b, shape[-1]))
    if node.support.name.is_matrix:
        shape = (*shape[:-2], matrix.coordinates(b, node.support.name, shape[-1]))
    return shape, scope.product(shape, f"n_all_{node.name}") if shape else 1, 0


def unpack_block(scope: Scope, node: Node, block: Block, vector: Value) -> Unpacked:
    """One block of an unconstrained vector, in model space."""
    b = scope.builder
    if not block.free:
        u = b.pick(vector, block.start)
    else:
        u = b.slice(vector, block.start, block.stop)
        if len(block.free) > 1:
            u = b.reshape(u, block.free)
    low, high = ends(scope, node, node.support)
    match node.role:
        case Partly():
            index = free_index(scope, node)
            low, high = (_at_free(scope, node, e, index) for e in (low, high))
            part, jacobian = bijection.constrain(b, node.support.name, u, low, high, 0)
            value = fill(scope, node, part, index)
        case _:
            n = scope.size(node.type.event[-1]) if node.type.event else 1
            value, jacobian = bijection.constrain(b, node.support.name, u, low, high, n)
    if isinstance(node.role, Free):
        jacobian = None  # optimised, not integrated over: the density is not carried along
    if value is not u:
        b.named(u, f"u_{node.name}", node.span)
    if jacobian is not None and jacobian.shape:
        jacobian = b.reduce("sum", jacobian, tuple(range(-len(jacobian.shape), 0)))
    return Unpacked(block, u, b.named(value, node.name, node.span), jacobian)


def free_index(scope: Scope, node: Node) -> Value:
    """INT vector: positions of the free elements in the flattened family."""
    assert isinstance(node.role, Partly)
    if isinstance(node.role.observed, Present):
        return missing.missing_at(scope, node)
    taken = [
        at
        for elements in (node.role.observed, node.role.barren)
        if isinstance(elements, Elements)
        for at in positions(scope, node, elements)
    ]
    n = size_of(scope, node)
    count = _free_shape(scope, node, scope.shape(node.type.event))[1]
    return scope.builder.input(
        f"{node.name}_free_at",
        (count,),
        batched=False,
        dtype=DType.INT,
        source=f"torch.tensor([i for i in range({n}) if i not in ({', '.join(taken)},)],"
        " dtype=torch.long)",
    )


def fill(scope: Scope, node: Node, part: Value, index: Value) -> Value:
    """The whole family: given elements in their places, free ones from ``part``."""
    assert isinstance(node.role, Partly)
    b = scope.builder
    shape = scope.shape(node.type.event)
    if isinstance(node.role.observed, Present):
        base = missing.filled(scope, node)
        if (besides := node.role.observed.besides) is not None:
            base = patch(scope, node, base, besides)
        flat = b.reshape(base, (size_of(scope, node),))
        return b.reshape(b.scatter(flat, index, part), shape)
    # elements that are not scored hold any value of the support, so that no term of theirs is nan
    low, high = ends(scope, node, node.support)
    middle, _ = bijection.constrain(b, node.support.name, b.const(0.0), low, high, 0)
    base = b.expand(middle, shape)
    if node.role.observed is not None:
        base = patch(scope, node, base, node.role.observed)
    flat = b.reshape(base, (size_of(scope, node),))
    return b.reshape(b.scatter(flat, index, part), shape)


def _at_free(scope: Scope, node: Node, end: Value | None, index: Value) -> Value | None:
    if end is None or not end.shape:
        return end
    b = scope.builder
    whole = b.expand(end, scope.shape(node.type.event))
    return b.take(b.reshape(whole, (size_of(scope, node),)), index)
