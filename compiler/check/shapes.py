"""Axes and events: what two arrays must share to be used together."""

from collections.abc import Iterable

from .. import typed
from ..types import Extent
from .context import Context

Event = tuple[Extent, ...]


def axes_of(types: Iterable[typed.Type]) -> tuple[typed.IndexVar, ...]:
    """Index variables that any of several expressions depends on, in canonical order."""
    several: list[tuple[typed.IndexVar, ...]] = []
    for t in types:
        if t.axes and t.axes not in several:
            several.append(t.axes)
    if len(several) < 2:  # nearly always
        return several[0] if several else ()
    found = {v.id: v for axes in several for v in axes}
    return tuple([found[i] for i in sorted(found)])


def fits(ctx: Context, a: Extent, b: Extent) -> bool:
    """Whether two axes can be one: the same dimension, or lengths not known to differ.

    Two different dimensions never fit, whatever their lengths.
    """
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    m, n = ctx.size_of(a), ctx.size_of(b)
    return m is None or n is None or m == n


def events_fit(ctx: Context, a: Event, b: Event) -> bool:
    """Whether two arrays have the same shape."""
    return len(a) == len(b) and all(fits(ctx, x, y) for x, y in zip(a, b, strict=True))


def joined(ctx: Context, a: Event, b: Event) -> Event | None:
    """Shape of an elementwise result: numbers go with anything, arrays with their like."""
    if not a or not b:
        return a or b
    if not events_fit(ctx, a, b):
        return None
    return tuple(x if isinstance(x, str) else y for x, y in zip(a, b, strict=True))
