"""The JSON files of a fit: strict JSON, in a fixed order, validated when read."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, nan

from ..values import Labels

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # what may be half of a surrogate pair
_DEEPEST = 50


def encode(value: object) -> bytes:
    """Strict JSON; NaN and infinity become null.

    Raises:
        TypeError: something that JSON does not have.
    """
    return (json.dumps(_finite(value), indent=1, ensure_ascii=False) + "\n").encode()


def _finite(value: object) -> object:
    match value:
        case float():
            return value if isfinite(value) else None
        case Mapping():
            return {_key(k): _finite(v) for k, v in value.items()}
        case str() | None | bool() | int():
            return value
        case Sequence():
            return [_finite(v) for v in value]
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys must be text, not {type(key).__name__}")
    return key


def decode(content: bytes) -> dict[str, object]:
    """The object that the file holds.

    Raises:
        ValueError: it is not JSON, or no object.
    """
    try:
        found = json.loads(content.decode())  # bytes would be read as any encoding there is
    except json.JSONDecodeError as e:
        raise ValueError(f"it is not JSON (line {e.lineno}, column {e.colno})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("it is not a JSON object")
    if _is_deep(found):
        raise ValueError("it is nested too deeply")
    if _HALF.search(content) and not _is_text(found):
        raise ValueError("it has half a character")
    return found


def _is_text(found: object) -> bool:
    """Whether all its strings can be written."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_deep(found: object) -> bool:
    """Whether there are more levels than anything of ours has."""
    level: list[object] = [found]
    for _ in range(_DEEPEST):
        level = [x for part in level for x in _parts(part) if isinstance(x, dict | list)]
        if not level:
            return False
    return True


def _parts(part: object) -> Iterable[object]:
    if isinstance(part, dict):
        return part.values()
    return part if isinstance(part, list) else ()


def encode_labels(labels: Mapping[str, Labels]) -> dict[str, object]:
    """Labels by dimension; those that count take two numbers instead of a list."""
    return {dim: _compact(tuple(found)) for dim, found in labels.items()}


def _compact(labels: tuple[str | int, ...]) -> object:
    if labels and all(isinstance(x, int) for x in labels):
        first = int(labels[0])
        if labels == tuple(range(first, first + len(labels))):
            return {"first": first, "last": first + len(labels) - 1}
    return list(labels)


def decode_labels(stored: object, most: int) -> dict[str, tuple[str | int, ...]]:
    """The inverse of `encode_labels`.

    Args:
        most: largest number of labels believed.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(stored, dict):
        raise ValueError("labels are not an object")
    return {dim: _expanded(found, most) for dim, found in stored.items()}


def _expanded(found: object, most: int) -> tuple[str | int, ...]:
    match found:
        case {"first": int(first), "last": int(last)}:
            if not 0 <= last - first < most:
                raise ValueError(f"{last - first + 1:,} labels")
            return tuple(range(first, last + 1))
        case list() if all(type(x) in (str, int) for x in found):
            return tuple(found)
        case _:
            raise ValueError("labels are neither a list nor a range")


def decode_rows(stored: Mapping[str, object]) -> dict[str, dict[str, float]]:
    """Rows of a summary; null is NaN.

    Raises:
        ValueError: it is something else.
    """
    rows: dict[str, dict[str, float]] = {}
    for name, row in stored.items():
        if not isinstance(row, dict) or not all(
            x is None or type(x) in (int, float) for x in row.values()
        ):
            raise ValueError(f"the row {name!r} is not numbers")
        try:
            rows[name] = {k: nan if x is None else float(x) for k, x in row.items()}
        except OverflowError:
            raise ValueError(f"the row {name!r} has a number that is too large") from None
    return rows


def decode_dims(stored: object) -> dict[str, tuple[str | int, ...]]:
    """Axes by variable.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(stored, dict) or not all(
        isinstance(axes, list) and all(type(a) in (str, int) for a in axes)
        for axes in stored.values()
    ):
        raise ValueError("the dimensions of variables are not lists of names")
    return {name: tuple(axes) for name, axes in stored.items()}
