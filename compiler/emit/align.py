"""Alignment of operands by their axes.

An operand that lacks an axis of the result gets a unit axis in its place, so that right-aligned
broadcasting does what the index names say, for any leading batch.
"""

from collections.abc import Sequence
from operator import attrgetter

from ..target import Value
from ..typed import IndexVar
from .scope import Laid, Scope


def union(laids: Sequence[Laid]) -> tuple[IndexVar, ...]:
    """Every axis that occurs, in canonical order."""
    every = {v for laid in laids for v in laid.axes}
    return tuple(sorted(every, key=attrgetter("id"))) if len(every) > 1 else tuple(every)


def align(scope: Scope, laid: Laid, axes: tuple[IndexVar, ...], event_rank: int) -> Value:
    """``laid`` with a unit axis wherever it lacks one of ``axes``, or of the event.

    Leading unit axes are left out of values without a batch: there, broadcasting adds them.
    """
    if laid.axes == axes and len(laid.event) == event_rank:
        return laid.value
    if not laid.axes and not event_rank and not laid.value.batched:
        return laid.value  # a number, which most arguments are
    have = laid.axes
    rank = len(axes) + event_rank
    missing = [i - rank for i, v in enumerate(axes) if v not in have]
    missing += [-1 - i for i in reversed(range(event_rank - len(laid.event)))]
    if not laid.value.batched:
        while missing and missing[0] == -rank:
            missing, rank = missing[1:], rank - 1
    return scope.builder.unsqueeze(laid.value, tuple(missing)) if missing else laid.value


def together(scope: Scope, laids: Sequence[Laid]) -> tuple[list[Value], Laid]:
    """Operands aligned to each other, and a model of the result's axes (value of the first)."""
    first = laids[0]
    axes, rank = first.axes, len(first.event)
    alike = len(axes) < 2
    for x in laids:
        if x.axes != axes or len(x.event) != rank:
            alike = False
    if alike:
        return [x.value for x in laids], first
    axes = union(laids)
    event = max((laid.event for laid in laids), key=len)
    values = [align(scope, laid, axes, len(event)) for laid in laids]
    return values, Laid(values[0], axes, event)


def guard(scope: Scope, laid: Laid, safe: float) -> Laid:
    """A value, with a harmless number wherever the branch that it stands in is not taken."""
    b = scope.builder
    for condition in scope.guards:
        (c, v), model = together(scope, [condition, laid])
        laid = Laid(b.where(c, v, b.const(safe)), model.axes, model.event)
    return laid
