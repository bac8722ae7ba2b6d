"""Whether labels that the data bring stand in an order that a model may step along.

A model that speaks of what comes before what, ``z[t - 1]``, takes the labels in the order in which
the data have them. Numbers and dates have an order of their own: other ones are refused. What else
there is, names of weekdays or of stages, is in whatever order somebody put it in, and the user is
told which.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

# Years with months, quarters or weeks, days, and times of the day, the largest first.
_DATE = re.compile(
    r"(\d{4})[-/.]?[WQ]?(\d{1,2})"
    r"(?:[-/.](\d{1,2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2}))?)?Z?)?)?"
)
_NUMBER = re.compile(r"[+-]?\d+([.]\d*)?([eE][+-]?\d+)?")
_SHOWN = 4


class Turn(NamedTuple):
    """Two neighbouring labels of which the second is the earlier one."""

    before: str | int
    after: str | int
    what: str


def turn(labels: Sequence[str | int]) -> Turn | None:
    """Where numbers or dates do not go up, the first such place."""
    keys = _keys(labels)
    if keys is None:
        return None
    what, values = keys
    for k in range(len(labels) - 1):
        if not values[k] < values[k + 1]:  # type: ignore[operator]
            return Turn(labels[k], labels[k + 1], what)
    return None


def ascending(labels: Sequence[str | int]) -> tuple[str | int, ...]:
    """Numbers or dates, sorted."""
    keys = _keys(labels)
    assert keys is not None, "only they have an order of their own"
    order = sorted(range(len(labels)), key=lambda k: keys[1][k])  # type: ignore[arg-type,return-value]
    return tuple(labels[k] for k in order)


def note(dim: str, labels: Sequence[str | int]) -> str | None:
    """What the user should know of the order; None where there is nothing to be said."""
    if len(labels) < 2:
        return None
    if _keys(labels) is None:
        shown = ", ".join(str(x) for x in labels[:_SHOWN])
        rest = f", … {labels[-1]}" if len(labels) > _SHOWN else ""
        return f"`{dim}` runs in the order of the data: {shown}{rest}"
    gap = _gap(labels)
    if gap is None:
        return None
    return f"`{dim}` has no label between {gap[0]} and {gap[1]}: they are one step apart"


def _gap(labels: Sequence[str | int]) -> tuple[int, int] | None:
    for a, b in zip(labels, labels[1:], strict=False):
        if isinstance(a, int) and isinstance(b, int) and b != a + 1:
            return a, b
    return None


def _keys(labels: Sequence[str | int]) -> tuple[str, Sequence[object]] | None:
    """What to sort labels by, if they have an order of their own."""
    if all(isinstance(x, int) for x in labels):
        return "numbers", labels
    words = [str(x) for x in labels]
    if all(_NUMBER.fullmatch(w) for w in words):
        return "numbers", [float(w) for w in words]
    dates = [_DATE.fullmatch(w) for w in words]
    if all(dates):
        return "dates", [tuple(int(part or 0) for part in d.groups()) for d in dates if d]
    return None
