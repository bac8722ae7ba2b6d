"""Sizes and labels of the dimensions of a model, from the model and from what the data bring."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from ..compiler.graph import ModelGraph
from ..compiler.typed import Count, CountUp, Data, Dim, FromData, Names
from ..compiler.types import Kind
from ..grammar.diagnostic import Rejected
from . import sequence
from .complaints import binding
from .complaints import dimension as complaints
from .intake import Arrived, is_missing
from .values import Labels, Place, gaps, holds_text, texts, whole_numbers

# Labels are kept as a tuple: 50 million of them take about 2 GB.
MOST_LABELS = 50_000_000


@dataclass(frozen=True)
class Brought:
    """Everything that came with a name that the model knows.

    Attributes:
        data: for declared data, as arrays of the declared rank.
        entries: for dimensions: an entry of the dimension's own name.
        called: under which name a value of ``data`` was found, where that is another one.
    """

    data: Mapping[str, Arrived]
    entries: Mapping[str, Arrived]
    called: Mapping[str, str]

    def words(self, name: str) -> str:
        """How messages call an array."""
        other = self.called.get(name)
        return f"`{name}`" if other is None else f"`{name}` (column `{other}`)"


@dataclass(frozen=True)
class Sized:
    """The labels of one dimension and where they come from.

    Attributes:
        source: in words, for complaints about what does not fit them.
        note: something that the user should know, or None.
    """

    labels: tuple[str | int, ...]
    source: str
    note: str | None = None


def resolve(
    graph: ModelGraph, dim: Dim, brought: Brought, ends: Callable[[Count], tuple[float, float]]
) -> Sized | None:
    """The labels of one dimension; None where nothing says what they are.

    From the declaration if it has some; else from an entry of the dimension's own name, from arrays
    that carry labels, from index data that name them, or from the length of arrays. Index data that
    number the labels size a dimension only where nothing else does: the last groups may have no
    rows.

    Args:
        ends: evaluates the ends of a range.

    Raises:
        Rejected: D432 to D436, and what `ends` raises.
    """
    match dim.labels:
        case Names(labels=labels):
            return _checked(dim, Sized(labels, "declared in the model"), brought)
        case Count() as count:
            first, last = ends(count)
            counted = _counted(dim, first, last)
            source = f"{int(first)}..{int(last)} in the model"
            return _checked(dim, Sized(counted, source), brought)
        case CountUp(first=first):
            return _counted_up(graph, dim, int(ends(Count(first, first))[0]), brought)
        case FromData():
            found = _from_data(graph, dim, brought)
            return (
                found
                if found is None or dim.order is None
                else _in_order(graph, dim, found, brought)
            )


def _counted(dim: Dim, first: float, last: float) -> tuple[int, ...]:
    reason = None
    if not (first == np.floor(first) and last == np.floor(last)):  # false for NaN, true for inf
        reason = "its ends are not whole numbers"
    elif not abs(first) < 2**53 or not abs(last) < 2**53:
        reason = "its ends are too large"
    elif last < first - 1:
        reason = "it runs backwards"
    elif last - first >= MOST_LABELS:
        reason = f"at most {MOST_LABELS:,} labels are made"
    if reason is not None:
        raise Rejected([complaints.bad_range(dim.span, dim.name, first, last, reason)])
    return tuple(range(int(first), int(last) + 1))


def _from_data(graph: ModelGraph, dim: Dim, brought: Brought) -> Sized | None:
    over, into = _concerned(graph, dim, brought)
    note = None
    if dim.name in brought.entries:
        explicit = _explicit(dim, brought.entries[dim.name])
        if explicit is not None:
            return explicit
        if not into:
            _refuse(dim, "it lists some of them more than once")
        note = f"`{dim.name}` repeats its values, so it is not read as the labels of `{dim.name}`"
    found = _carried(dim, over, brought) or _named(dim, into, over, brought)
    found = found or _from_shapes(dim, over, brought) or _up_to_largest(dim, into, brought, 1)
    if found is None:
        return None
    _check_storable(dim, found.labels)
    return Sized(found.labels, found.source, found.note or note)


def _concerned(graph: ModelGraph, dim: Dim, brought: Brought) -> tuple[list[Data], list[Data]]:
    """The data that came over a dimension, and those that point into it."""
    came = [d for d in graph.data.values() if d.name in brought.data]
    over = [d for d in came if dim.name in d.type.event]
    into = [d for d in came if d.type.kind is Kind.INDEX and d.type.dim == dim.name]
    return over, into


def _in_order(graph: ModelGraph, dim: Dim, found: Sized, brought: Brought) -> Sized:
    """Labels along which the model steps: numbers and dates go up.

    Where all that is read by them brings its labels along, they are put in order; else the values
    are in the order of the labels, and that is refused.
    """
    wrong = sequence.turn(found.labels)
    if wrong is None:
        return replace(found, note=found.note or sequence.note(dim.name, found.labels))
    over, _ = _concerned(graph, dim, brought)
    named = all(d.type.event.index(dim.name) in brought.data[d.name].labels for d in over)
    if dim.name in brought.entries or not named:
        raise Rejected([complaints.not_in_order(dim.span, dim.name, found.source, wrong)])
    labels = sequence.ascending(found.labels)
    note = f"the labels of `{dim.name}` are put in order: {wrong.after} comes before {wrong.before}"
    return Sized(labels, found.source, note)


def _check_storable(dim: Dim, labels: Labels) -> None:
    """Refuse text that no file can hold, before a fit is spent on it."""
    if not labels or not isinstance(labels[0], str):
        return
    together = "".join(map(str, labels))
    try:
        together.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell
        _refuse(dim, "one of them is not valid Unicode")
    if "\0" in together:
        _refuse(dim, "one of them contains the character NUL")


def _counted_up(graph: ModelGraph, dim: Dim, first: int, brought: Brought) -> Sized | None:
    """Labels from a number on: as many as an array has, else up to the largest in index data."""
    over, into = _concerned(graph, dim, brought)
    entry = brought.entries.get(dim.name)
    explicit = None if entry is None else _explicit(dim, entry)
    carried = _carried(dim, over, brought)
    sized = explicit or carried or _from_shapes(dim, over, brought)
    if sized is None:
        return _up_to_largest(dim, into, brought, first)
    counted = tuple(range(first, first + len(sized.labels)))
    listed = explicit if entry is not None and entry.values.ndim else carried
    if listed is not None and listed.labels != counted:
        same_labels(dim, counted, listed.labels, listed.source)
        if listed is explicit:
            differ = next(p for p in zip(counted, listed.labels, strict=True) if p[0] != p[1])
            raise Rejected([complaints.other_order(dim.span, dim.name, listed.source, differ)])
    return Sized(counted, sized.source)


def could_size(data: Data, dim: str) -> bool:
    """Whether data, once given, say how long a dimension is."""
    return dim in data.type.event or (data.type.kind is Kind.INDEX and data.type.dim == dim)


# --- an entry of the dimension's own name -------------------------------------------------------


def _refuse(dim: Dim, reason: str) -> NoReturn:
    raise Rejected([complaints.bad_labels(dim.span, dim.name, reason)])


def _explicit(dim: Dim, entry: Arrived) -> Sized | None:
    """What the entry says: a size or labels; None for a list with repetitions."""
    values = entry.values
    if values.ndim == 0:
        size = values.item()
        number = not isinstance(size, str) and not is_missing(size)
        if number and size > MOST_LABELS:  # infinite ones among them
            _refuse(dim, f"a dimension has at most {MOST_LABELS:,} labels")
        if not number or size < 0 or size != int(size):
            _refuse(dim, "a single value must be a whole number, the size")
        return Sized(tuple(range(1, int(size) + 1)), f'"{dim.name}" in the data')
    if values.ndim > 1:
        _refuse(dim, "they are not a plain list")
    if len(values) > MOST_LABELS:
        _refuse(dim, f"a dimension has at most {MOST_LABELS:,} labels")
    labels = _as_labels(dim, values)
    if len(set(labels)) < len(labels):
        return None
    return Sized(labels, f'"{dim.name}" in the data')


def _as_labels(dim: Dim, values: np.ndarray) -> tuple[str | int, ...]:
    place = Place(dim.span, dim.name)
    if not holds_text(values):
        return tuple(whole_numbers(place, values).tolist())
    if not all(isinstance(x, str) or is_missing(x) for x in values.tolist()):
        _refuse(dim, "some are names and some are numbers")
    return tuple(texts(place, values))


def _checked(dim: Dim, declared: Sized, brought: Brought) -> Sized:
    """Declared labels, after a look at an entry of the same name, which must not contradict.

    A column that repeats labels belongs to the rows of some table, and says nothing here.
    """
    entry = brought.entries.get(dim.name)
    found = None if entry is None else _explicit(dim, entry)
    if entry is None or found is None or found.labels == declared.labels:
        return declared
    source = f'"{dim.name}" in the data'
    if entry.values.ndim == 0:
        if len(found.labels) != len(declared.labels):
            sizes = (declared.source, len(declared.labels)), (source, len(found.labels))
            raise Rejected([complaints.sizes_disagree(dim.span, dim.name, *sizes, None)])
        return declared
    same_labels(dim, declared.labels, found.labels, source)
    differ = next(p for p in zip(declared.labels, found.labels, strict=True) if p[0] != p[1])
    raise Rejected([complaints.other_order(dim.span, dim.name, source, differ)])


def same_labels(dim: Dim, known: Labels, found: Labels, source: str) -> None:
    """Refuse labels that are not the known ones in some order.

    Raises:
        Rejected: D435.
    """
    extra = sorted(set(map(str, known)) ^ set(map(str, found)))
    if extra or len(found) != len(known):
        raise Rejected(
            [complaints.labels_disagree(dim.span, dim.name, source, extra or list(map(str, found)))]
        )


# --- arrays -------------------------------------------------------------------------------------


def _carried(dim: Dim, over: Sequence[Data], brought: Brought) -> Sized | None:
    """Labels that an array over the dimension brings with it (a coordinate, the keys of a dict)."""
    for data in over:
        arrived = brought.data[data.name]
        found = arrived.labels.get(data.type.event.index(dim.name))
        if found is not None:
            labels = np.empty(len(found), dtype=object)
            labels[:] = found
            sized = _explicit(dim, Arrived(labels))
            if sized is None:
                _refuse(dim, f"{brought.words(data.name)} repeats some of them")
            return Sized(sized.labels, f"labels of {brought.words(data.name)}")
    return None


def _named(dim: Dim, into: Sequence[Data], over: Sequence[Data], brought: Brought) -> Sized | None:
    """Labels in the order in which index data first name them."""
    found: dict[str, None] = {}
    sources = []
    for data in into:
        values = _there(data, brought)
        if holds_text(values):
            found.update(dict.fromkeys(texts(Place(data.span, data.name), values)))
            sources.append(brought.words(data.name))
    if not sources:
        return None
    note = None
    if over:
        note = (
            f"the labels of `{dim.name}` are in the order in which {' and '.join(sources)} first "
            f"name them; `{over[0].name}` is read in that order"
        )
    return Sized(tuple(found), f"named in {' and '.join(sources)}", note)


def _there(data: Data, brought: Brought) -> np.ndarray:
    """Index data, without the missing ones where some may be missing."""
    values = brought.data[data.name].values
    return values if data.missing is None else values[~gaps(values)]


def _from_shapes(dim: Dim, over: Sequence[Data], brought: Brought) -> Sized | None:
    for data in over:
        values = brought.data[data.name].values
        axis = data.type.event.index(dim.name)
        # an empty list says nothing of the axes inside of it
        if axis < values.ndim and (values.ndim == len(data.type.event) or not values.size):
            labels = tuple(range(1, values.shape[axis] + 1))
            return Sized(labels, f"the length of {brought.words(data.name)}")
    return None


def _up_to_largest(dim: Dim, into: Sequence[Data], brought: Brought, first: int) -> Sized | None:
    """Labels from ``first`` to the largest number in index data."""
    largest, source = first - 1, None
    for data in into:
        place = Place(data.span, data.name)
        found = whole_numbers(place, _there(data, brought))
        source = source or f"the largest number in {brought.words(data.name)}"
        if not found.size:
            continue
        low, high = int(found.min()), int(found.max())
        if low < first:
            where = place.of(int(np.argmin(found)), found.shape)
            ends = (first, max(high, first))
            last = high if low == 0 and first == 1 else None
            raise Rejected(
                [binding.index_out_of_range(data.span, where, low, dim.name, ends, last)]
            )
        distinct = np.unique(found)
        if high - first + 1 > 10 * len(distinct) + 10:
            different = distinct.tolist()
            raise Rejected([complaints.sparse_index(data.span, data.name, dim.name, different)])
        if high > largest:
            largest, source = high, f"the largest number in {brought.words(data.name)}"
    return None if source is None else Sized(tuple(range(first, largest + 1)), source)
