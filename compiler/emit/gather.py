"""Indexing: ``base[slots]`` as the cheapest array operation that gives it.

A family indexed by its own plates is a transposition (usually nothing at all), a constant index is
a pick, one computed index is a ``take`` along one axis, and everything else is a ``take`` from the
flattened array at a linear index. Indices that depend on data alone are computed once, at bind.
"""

from collections.abc import Sequence

from ...grammar.frozen import frozen
from ..target import DType, Value
from ..typed import (
    Const,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    OverDim,
    Stack,
    Var,
    WholeAxis,
)
from ..types import Extent, Kind
from .align import align, union
from .scope import Laid, Scope


@frozen
class Along:
    """The slot is the index variable that runs over exactly this axis."""

    var: IndexVar


@frozen
class All:
    """The slot keeps the whole axis."""


@frozen
class At:
    """The slot is a computed position, laid out over its own axes."""

    index: Laid


Slot = Along | All | At


def element(scope: Scope, e: Element) -> Laid:
    """The value of ``base[slots]``."""
    if isinstance(e.base, Stack):
        return _from_literal(scope, e, e.base)
    base = scope.lower(e.base)
    if isinstance(e.base, Var) and e.base.name in scope.states and not base.event:
        return base  # an element that is summed out may take the same states, whichever it is
    return _indexed(scope, e, base)


def _indexed(scope: Scope, e: Element, base: Laid) -> Laid:
    """Elements of an array that may itself vary along the state axes of what is summed out."""
    slots = [slot_of(scope, s, extent) for s, extent in zip(e.slots, base.event, strict=True)]
    return indexed(scope, base, slots)


def indexed(scope: Scope, base: Laid, taken: Sequence[Slot]) -> Laid:
    """Elements of an array at a slot for every axis of its event."""
    slots: list[Slot] = [*[Along(v) for v in base.axes], *taken]
    along = [s.var for s in slots if isinstance(s, Along)]
    computed = [s for s in slots if isinstance(s, At)]
    constant = [s for s in computed if not s.index.axes and not s.index.value.batched]
    base_value = base.value
    extents: list[Extent] = [*[1] * len(base.axes), *base.event]
    if constant:
        base_value, extents, slots = _pick(scope, base_value, extents, slots)
        computed = [s for s in computed if s not in constant]
    if not computed and len(set(along)) == len(along):
        return _transposed(scope, base_value, slots, extents)
    if (
        len(computed) == 1
        and not computed[0].index.value.batched
        and len(set(along)) == len(along)
        and not set(along) & set(computed[0].index.axes)
    ):
        return _take(scope, base_value, slots, extents)
    return _linear(scope, base_value, slots, extents)


def slot_of(scope: Scope, slot: Expr | WholeAxis, extent: Extent) -> Slot:
    """What a written slot takes of an axis."""
    match slot:
        case WholeAxis():
            return All()
        case IndexValue(var=var) if isinstance(var.domain, OverDim) and var.domain.dim == extent:
            return Along(var)
        case Var(name=name) | Element(base=Var(name=name)) if name in scope.states:
            states = scope.states[name]
            if not states.event and states.axes[0].domain == OverDim(str(extent)):
                return Along(states.axes[0])
            return At(position(scope, slot, extent))
        case _:
            return At(position(scope, slot, extent))


def position(scope: Scope, slot: Expr, extent: Extent) -> Laid:
    """Zero-based positions (INT) of an index expression along an axis."""
    b = scope.builder
    laid = scope.lower(slot)
    value = laid.value
    if slot.type.kind is not Kind.INDEX:
        first = scope.number(scope.first_label(extent)) if isinstance(extent, str) else b.const(1)
        value = b.to_index(b.apply("sub", value, first))
    elif value.dtype is not DType.INT:
        value = b.to_index(value)
    laid = Laid(value, laid.axes, laid.event)
    if isinstance(slot, Label | Const):
        return laid
    for condition in scope.guards:  # where the branch is not taken, any position will do
        # A condition on latent values keeps no position in range: the position would have to be
        # valid for every value of them.
        if not condition.value.batched:
            laid = _clamp(scope, laid, condition)
    return laid


def _clamp(scope: Scope, laid: Laid, condition: Laid) -> Laid:
    axes = union([laid, condition])
    c = align(scope, condition, axes, 0)
    v = align(scope, laid, axes, 0)
    return Laid(scope.builder.where(c, v, scope.builder.size_index(0)), axes, ())


def _from_literal(scope: Scope, e: Element, base: Stack) -> Laid:
    """``[a, b, c][i]``: pick for a constant, take where the items are plain, else a selection."""
    slot = e.slots[0]
    if isinstance(slot, Const) and len(e.slots) == 1:
        return scope.lower(base.items[int(slot.value) - 1])
    laid = scope.lower(base)
    if laid.axes:
        return _indexed(scope, e, laid)
    slots = [slot_of(scope, s, extent) for s, extent in zip(e.slots, laid.event, strict=True)]
    return _linear(scope, laid.value, slots, list(laid.event))


def _pick(
    scope: Scope, value: Value, extents: list[Extent], slots: list[Slot]
) -> tuple[Value, list[Extent], list[Slot]]:
    """Constant positions first: each removes its axis."""
    b = scope.builder
    extents, slots = list(extents), list(slots)
    for i in reversed(range(len(slots))):
        slot = slots[i]
        if isinstance(slot, At) and not slot.index.axes and not slot.index.value.batched:
            rank = len(slots)
            if i != rank - 1:
                value = b.permute(value, (*(j for j in range(rank) if j != i), i))
            value = b.pick_at(value, slot.index.value)
            del slots[i], extents[i]
    return value, extents, slots


def _canonical(scope: Scope, value: Value, axes: list[IndexVar], rest: list[Extent]) -> Laid:
    """Reorder ``(*axes, *rest)`` so that the axes stand in order of their ids."""
    if len(axes) < 2:
        return Laid(value, tuple(axes), tuple(rest))
    order = sorted(range(len(axes)), key=lambda i: axes[i].id)
    full = (*order, *range(len(axes), len(axes) + len(rest)))
    if full != tuple(range(len(full))):
        value = scope.builder.permute(value, full)
    return Laid(value, tuple(axes[i] for i in order), tuple(rest))


def _transposed(scope: Scope, value: Value, slots: list[Slot], extents: list[Extent]) -> Laid:
    """Only whole axes and plates: at most a transposition."""
    along = [i for i, s in enumerate(slots) if isinstance(s, Along)]
    whole = [i for i, s in enumerate(slots) if isinstance(s, All)]
    order = (*along, *whole)
    if order != tuple(range(len(slots))):
        value = scope.builder.permute(value, order)
    axes = [s.var for s in slots if isinstance(s, Along)]
    return _canonical(scope, value, axes, [extents[i] for i in whole])


def _take(scope: Scope, value: Value, slots: list[Slot], extents: list[Extent]) -> Laid:
    """One computed index along one axis: ``alpha[county_of[h]]``."""
    b = scope.builder
    (at,) = (i for i, s in enumerate(slots) if isinstance(s, At))
    index = slots[at]
    assert isinstance(index, At)
    along = [i for i, s in enumerate(slots) if isinstance(s, Along)]
    whole = [i for i, s in enumerate(slots) if isinstance(s, All)]
    order = (*along, *whole, at)
    if order != tuple(range(len(slots))):
        value = b.permute(value, order)
    value = b.take(value, index.index.value)
    n_along, n_whole, n_index = len(along), len(whole), len(index.index.axes)
    if n_whole and n_index:  # whole axes are the event: they come last
        value = b.permute(
            value,
            (
                *range(n_along),
                *range(n_along + n_whole, n_along + n_whole + n_index),
                *range(n_along, n_along + n_whole),
            ),
        )
    axes = [s.var for s in slots if isinstance(s, Along)] + list(index.index.axes)
    return _canonical(scope, value, axes, [extents[i] for i in whole])


def _linear(scope: Scope, value: Value, slots: list[Slot], extents: list[Extent]) -> Laid:
    """The general case: one linear index into the flattened array."""
    b = scope.builder
    sizes = [
        scope.var_size(s.var) if isinstance(s, Along) else scope.size(x)
        for s, x in zip(slots, extents, strict=True)
    ]
    laids: list[Laid | None] = []
    for s in slots:
        match s:
            case Along(var):
                laids.append(Laid(scope.positions(var), (var,), ()))
            case At(index):
                laids.append(index)
            case All():
                laids.append(None)
    axes = union([x for x in laids if x is not None])
    whole = [i for i, x in enumerate(laids) if x is None]
    linear: Value | None = None
    for i, laid in enumerate(laids):
        if laid is None:  # its own trailing axis, as part of the event
            k = whole.index(i)
            position = b.arange(sizes[i])
            trailing = tuple(range(-(len(whole) - 1 - k), 0))
            position = b.unsqueeze(position, trailing) if trailing else position
        else:
            position = align(scope, laid, axes, 0)
            if whole:
                position = b.unsqueeze(position, tuple(range(-len(whole), 0)))
        if linear is None:
            linear = position
        else:
            linear = b.apply("add", b.apply("mul", linear, b.size_index(sizes[i])), position)
    assert linear is not None
    flat = b.reshape(value, (scope.product(tuple(sizes), f"flat_{len(scope.sizes)}"),))
    taken = b.gather(flat, linear) if linear.batched else b.take(flat, linear)
    return Laid(taken, axes, tuple(extents[i] for i in whole))
