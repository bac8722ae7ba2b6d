"""Arrays of declared data as numbers or positions, with every doubtful element named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from ..grammar.diagnostic import Rejected
from ..grammar.source import Span
from .complaints import binding as complaints
from .complaints.cells import advice as cell_advice
from .intake import is_missing
from .readers.gaps import GAPS

Labels = Sequence[str | int]

_EXACT = 2.0**53  # below it every whole number is one of float64
_NUMBERS = frozenset((int, float, bool, type(None)))
_TRUTH: Mapping[str, float] = {"true": 1.0, "false": 0.0}
_ANSWERS: Mapping[str, float] = {
    **{word: 1.0 for word in ("t", "yes", "y")},
    **{word: 0.0 for word in ("f", "no", "n")},
}


@dataclass(frozen=True)
class Place:
    """Names the elements of one array in messages.

    Attributes:
        at: its declaration.
        labels: per axis; shorter than the array's rank when the labels are not known yet, and then
            axes are counted from 1.
        drawn: its name, if the model says how it is distributed.
        extents: its axes as declared.
        truth: whether it is declared to hold truth values.
        read: whether something is computed from it, so that no value can be left out.
        discrete: whether its values have no gradient, so that none can be inferred.
    """

    at: Span
    name: str
    labels: tuple[Labels, ...] = ()
    drawn: str | None = None
    extents: tuple[str | int, ...] = ()
    truth: bool = False
    read: bool = False
    discrete: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """What the model may say of missing values."""
        return (*(() if self.read else ("drop",)), *(() if self.discrete else ("impute",)))

    def of(self, index: int, shape: Sequence[int]) -> str:
        """The element at a flat index: ```y[AITKIN]` (row 3)``."""
        where = [int(i) for i in np.unravel_index(index, tuple(shape))]
        if not where:
            return f"`{self.name}`"
        known = list(self.labels) + [range(1, n + 1) for n in shape[len(self.labels) :]]
        words = [labels[i] for i, labels in zip(where, known, strict=True)]
        row = "" if words[0] == where[0] + 1 else f" (row {where[0] + 1})"
        return f"`{self.name}[{', '.join(map(str, words))}]`{row}"


def gaps(values: np.ndarray) -> np.ndarray:
    """Which elements have no value: bool, shape as ``values``."""
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.kind != "O":
        return np.zeros(values.shape, dtype=bool)
    found = values.ravel().tolist()
    lacking = {x: is_missing(x) for x in set(found)}  # once for each of the different ones
    return np.fromiter(map(lacking.__getitem__, found), bool, len(found)).reshape(values.shape)


def numbers(place: Place, values: np.ndarray, *, may_lack: bool = False) -> np.ndarray:
    """All elements as finite float64 numbers; true and false are 1 and 0.

    Args:
        may_lack: whether elements may be missing; they are nan.

    Raises:
        Rejected: D425 a missing one, D426 text or a date, D427 an infinite one.
    """
    plain = values.dtype.kind in "biuf"
    found = values.astype(np.float64, copy=False) if plain else _parsed(place, values)
    finite = np.isfinite(found)
    if finite.all():
        return np.asarray(found, order="C")
    lacking = np.isnan(found)
    if may_lack:
        finite |= lacking
        if finite.all():
            return np.asarray(found, order="C")
    elif lacking.any():
        first = int(np.argmax(lacking))
        raise Rejected(
            [
                complaints.value_missing(
                    place.at,
                    place.of(first, found.shape),
                    int(lacking.sum()),
                    place.drawn,
                    place.name if place.extents else None,
                    place.extents,
                    place.rules,
                )
            ]
        )
    first = int(np.argmin(finite))
    raise Rejected(
        [complaints.not_finite(place.at, place.of(first, found.shape), float(found.flat[first]))]
    )


def _parsed(place: Place, values: np.ndarray) -> np.ndarray:
    cells = values.ravel().tolist()
    if set(map(type, cells)) <= _NUMBERS:
        try:
            return values.astype(np.float64)
        except OverflowError:  # of a whole number; found below
            pass
    found, wrong = np.empty(len(cells)), list[int]()
    for i, x in enumerate(cells):
        try:
            found[i] = np.nan if is_missing(x) else _number(x, place.truth)
        except (ValueError, TypeError):
            wrong.append(i)
        except OverflowError:  # a whole number beyond the range of float64
            found[i] = np.inf
    if wrong:
        first = place.of(wrong[0], values.shape)
        mostly = 2 * len(wrong) >= len(cells)
        hint = cell_advice(str(cells[wrong[0]]), place.name, place.extents, mostly=mostly)
        raise Rejected(
            [complaints.not_a_number(place.at, first, cells[wrong[0]], len(wrong), hint)]
        )
    return found.reshape(values.shape)


def _number(x: object, truth: bool) -> float:
    """Raises ValueError or TypeError for what is none, OverflowError for one that is too large."""
    if isinstance(x, str):
        word = x.strip()
        if word in GAPS:
            return float("nan")
        if word.lower() in _TRUTH:
            return _TRUTH[word.lower()]
        if truth and word.lower() in _ANSWERS:
            return _ANSWERS[word.lower()]
        if "_" in word:
            raise ValueError
        return float(word)
    if isinstance(x, bool | int | float | Decimal | np.number | np.bool_):
        return float(x)
    raise TypeError


def inexact(values: np.ndarray) -> np.ndarray:
    """Which numbers are so large that not every whole number near them is one of float64."""
    return np.asarray(np.abs(values) >= _EXACT)


def whole_numbers(place: Place, values: np.ndarray) -> np.ndarray:
    """All elements as int64.

    Raises:
        Rejected: D425, D426, D427, and D428 for a fraction or a number of too many digits.
    """
    found = numbers(place, values)
    for wrong, wanted in (
        (found != np.round(found), "a label or a whole number"),
        # beyond that two ids may be one number of float64
        (inexact(found), "a label or a whole number of at most 15 digits"),
    ):
        if wrong.any():
            first = int(np.argmax(wrong))
            named, x = place.of(first, found.shape), float(found.flat[first])
            raise Rejected(
                [complaints.outside_support(place.at, named, x, wanted, int(wrong.sum()))]
            )
    return found.astype(np.int64)


def holds_text(values: np.ndarray) -> bool:
    """Whether index data name their labels, rather than number them."""
    if values.dtype.kind in "biuf":
        return False
    if values.size and type(first := values.flat[0]) is str and first.strip():
        return True  # as it mostly is: the others need not be looked at
    found = values.ravel().tolist()
    may = any(issubclass(t, str) for t in set(map(type, found)))
    return may and any(isinstance(x, str) and x.strip() for x in found)


def texts(place: Place, values: np.ndarray) -> list[str]:
    """All elements as text, flat; whole numbers among them as they are written.

    Raises:
        Rejected: D425 a missing one.
    """
    found = values.ravel().tolist()
    if set(map(type, found)) == {str} and all(map(str.strip, set(found))):
        return found
    gaps = [i for i, x in enumerate(found) if is_missing(x)]
    if gaps:
        named = place.of(gaps[0], values.shape)
        d = complaints.value_missing(place.at, named, len(gaps), place.drawn, rules=place.rules)
        raise Rejected([d])
    return [str(int(x)) if isinstance(x, float) and x.is_integer() else str(x) for x in found]


def positions(
    place: Place, values: np.ndarray, dim: str, labels: Labels, declared_at: Span
) -> np.ndarray:
    """Index data as positions from 0 along a dimension: int64, shape as ``values``.

    Text is looked up among the labels. Numbers are labels of a dimension whose labels are numbers,
    and positions from 1 of any other.

    Raises:
        Rejected: D425 to D428 as for numbers, D429 an unknown label, D430 a number out of range.
    """
    if holds_text(values):
        return _looked_up(place, values, dim, labels, declared_at)
    found = whole_numbers(place, values)
    numbered = _as_range(labels)
    if numbered is None:
        known = np.asarray(labels, dtype=np.int64)
        order = np.argsort(known)
        at = np.searchsorted(known, found, sorter=order).clip(max=len(known) - 1)
        result, good = order[at], known[order[at]] == found
        ends = (int(known.min()), int(known.max()))
    else:
        result = found - numbered.start
        good = (result >= 0) & (result < len(numbered))
        ends = (numbered.start, numbered.stop - 1)
    if good.all():
        return np.asarray(result, order="C")
    first = int(np.argmin(good))
    zero_based = ends[0] == 1 and int(found.min()) == 0 and int(found.max()) < max(ends[1], 1)
    raise Rejected(
        [
            complaints.index_out_of_range(
                place.at,
                place.of(first, found.shape),
                float(found.flat[first]),
                dim,
                ends,
                ends[1] - 1 if zero_based else None,
                words=bool(len(labels)) and isinstance(labels[0], str),
            )
        ]
    )


def _as_range(labels: Labels) -> range | None:
    """What numbers mean along this dimension, where they are consecutive."""
    if not len(labels) or isinstance(labels[0], str):
        return range(1, len(labels) + 1)
    counting = range(int(labels[0]), int(labels[0]) + len(labels))
    return counting if all(a == b for a, b in zip(labels, counting, strict=True)) else None


def _looked_up(
    place: Place, values: np.ndarray, dim: str, labels: Labels, declared_at: Span
) -> np.ndarray:
    position = {str(label): i for i, label in enumerate(labels)}
    found = texts(place, values)
    try:
        result = np.fromiter(map(position.__getitem__, found), np.int64, len(found))
    except KeyError:
        first = next(i for i, x in enumerate(found) if x not in position)
        named = place.of(first, values.shape)
        raise Rejected(
            [complaints.unknown_label(place.at, named, found[first], dim, labels, declared_at)]
        ) from None
    return result.reshape(values.shape)
