"""Where a term reads an element of a summed variable at all.

Behind a condition, ``if t > d then z[t - d]``, and in a clause about later steps, an index may
point beyond its axis wherever the term does not read it.
"""

from collections.abc import Iterator, Sequence

from ..graph import Node, Potential, scored
from ..reading import names_in
from ..recurrence import Guard, guarded_parts, references
from ..target import Builder, Size, Value
from ..typed import Apply, Expr
from ..types import Kind
from .align import align, together
from .scope import Laid, Scope


def is_read(scope: Scope, nodes: Sequence[Node], name: str) -> Value | None:
    """BOOL over the plates that terms share; None where an element is read for all that is known
    here.

    Conditions on latent values keep no index within its axis.
    """
    found: Laid | None = None
    for node in nodes:
        for guards in _guards(node, name):
            here: Laid | None = None
            for condition, holds in guards:
                here = _also(scope, "and", here, _known(scope, node, condition, holds=holds))
            if here is None:
                return None
            found = _also(scope, "or", found, here)
    return None if found is None else align(scope, found, nodes[0].plates, 0)


def within(b: Builder, at: Value, n: Size, read: Value) -> Value:
    """Positions along an axis, the first one where a position is beyond it and nothing is read.

    There the term is the same for all states, so that any element may have it.
    """
    number = b.to_float(at)
    beyond = b.apply("or", b.apply("lt", number, 0.0), b.apply("ge", number, b.size_value(n)))
    return b.where(b.apply("and", b.apply("not", read), beyond), b.size_index(0), at)


def is_computed(slot: Expr) -> bool:
    """Whether a position is the result of arithmetic, which may lead beyond the axis."""
    return isinstance(slot, Apply) and slot.type.kind is not Kind.INDEX


def checked(b: Builder, at: Value, n: Size) -> Value:
    """The same positions, looked up along the axis: torch refuses those beyond it, where what is
    added at an index may be written anywhere."""
    return b.make("take_along", (b.arange(n), at), shape=at.shape, dtype=at.dtype)


def _guards(node: Node, name: str) -> Iterator[tuple[Guard, ...]]:
    """The conditions around each element of a variable that a term reads."""
    if not node.plates:
        return
    role, dist = node.role, scored(node)
    parts: list[tuple[Expr, tuple[Guard, ...]]] = []
    if isinstance(role, Potential):
        parts.append((role.expr, ()))
    elif dist is not None:
        parts += guarded_parts(dist)
    for e, guards in parts:
        for r in references(e, node.plates[0], {name: 0}, guards):
            yield r.guards


def _known(scope: Scope, node: Node, condition: Expr, *, holds: bool) -> Laid | None:
    """A condition on data and indices alone."""
    if scope.states.keys() & set(names_in(condition)):
        return None
    laid = scope.lower(condition)
    if laid.value.batched or not set(laid.axes) <= set(node.plates):
        return None
    b = scope.builder
    return laid if holds else Laid(b.apply("not", laid.value), laid.axes, laid.event)


def _also(scope: Scope, fn: str, one: Laid | None, other: Laid | None) -> Laid | None:
    if one is None or other is None:
        return one or other
    (a, b), model = together(scope, [one, other])
    return Laid(scope.builder.apply(fn, a, b), model.axes, model.event)
