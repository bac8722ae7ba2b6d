"""One value from outside, in whatever Python type, as a rectangular numpy array with its labels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np

from ..grammar.diagnostic import Rejected
from ..grammar.source import Span
from .arrays import as_numpy
from .complaints import binding as complaints
from .complaints import files
from .complaints.wording import counted


@dataclass(frozen=True, eq=False)
class Arrived:
    """What came for one name, before anything is known of its declaration.

    Attributes:
        values: of a numeric or boolean dtype, or objects (numbers, text, None where nothing is).
        dims: names of the axes where the value brings some, else None.
        labels: by axis number, for axes that bring labels of their own.
    """

    values: np.ndarray
    dims: tuple[str, ...] | None = None
    labels: Mapping[int, tuple[Any, ...]] = field(default_factory=dict)

    def transposed(self, dims: Sequence[str]) -> "Arrived":
        """With the axes in this order, if they have exactly these names; else as it is."""
        if self.dims is None or self.dims == tuple(dims) or sorted(self.dims) != sorted(dims):
            return self
        order = [self.dims.index(d) for d in dims]
        labels = {order.index(i): found for i, found in self.labels.items()}
        return Arrived(self.values.transpose(order), tuple(dims), labels)


def entries(raw: Any) -> dict[str, object]:
    """Named values of a mapping, a data frame, an ``xarray.Dataset`` or a list of rows.

    Raises:
        Rejected: D404 for two columns of one name.
        TypeError: it is none of these.
    """
    if hasattr(raw, "data_vars"):  # xarray: a mapping of these alone, but its coordinates are data
        return {str(name): raw[name] for name in raw.variables}
    if isinstance(raw, Mapping):
        return {str(name): raw[name] for name in raw}
    names = column_names(raw)
    if names is not None:
        twice = [n for n, times in Counter(map(str, names)).items() if times > 1]
        if twice:
            raise Rejected([files.column_twice(twice[0])])
        return {str(name): raw[name] for name in names}
    if isinstance(raw, Sequence) and all(isinstance(row, Mapping) for row in raw):
        found = dict.fromkeys(name for row in raw for name in row)
        return {str(name): [row.get(name) for row in raw] for name in found}
    hint = ': give it a name, {"y": …}' if hasattr(raw, "__array__") else ""
    raise TypeError(
        "data must be a mapping from names to values, a data frame, or a list of rows, "
        f"not {type(raw).__name__}{hint}"
    )


def column_names(raw: Any) -> list[Any] | None:
    """Of a frame of pandas or polars, a table of pyarrow or a structured array; else None."""
    if hasattr(raw, "column_names"):
        return list(raw.column_names)
    if hasattr(raw, "columns") and hasattr(raw, "__getitem__"):
        return list(raw.columns)
    fields = getattr(getattr(raw, "dtype", None), "names", None)
    return None if fields is None else list(fields)


def take_in(at: Span, name: str, value: Any) -> Arrived:
    """The value as an array; the types of torch, pandas and xarray are told by what they offer.

    Args:
        at: the declaration that wants it, for complaints.

    Raises:
        Rejected: D424 for ragged lists, D426 for what has no numbers or text in it.
    """
    if hasattr(value, "dims") and hasattr(value, "coords"):  # xarray, or our netCDF reader
        return _labelled(at, name, value)
    if isinstance(value, Mapping):  # {"AITKIN": 1.5, ...}
        return Arrived(_array(at, name, list(value.values())), None, {0: tuple(value)})
    columns = column_names(value)
    if columns is not None and hasattr(value, "to_numpy"):  # a frame for a matrix
        return _framed(at, name, value, columns)
    if hasattr(value, "to_numpy") and hasattr(value, "index"):  # a pandas Series
        index = value.index
        if index.nlevels > 1 and all(isinstance(n, str) for n in index.names):
            return _labelled(at, name, value.to_xarray())
        found = _array(at, name, value.to_numpy())
        # an index without a name is only a numbering of rows
        own = isinstance(index.name, str)
        return Arrived(found, (index.name,) if own else None, {0: tuple(index)} if own else {})
    return Arrived(_array(at, name, value))


_NOTHING = ("NAType", "NaTType")  # of pandas, too
_LABELS_OF_PANDAS = ("Interval", "Period")  # bins and months; known by name, as NA is

# What the elements of lists mostly are: no lists, and nothing foreign.
_PLAIN = frozenset((str, int, float, bool, type(None)))


def is_missing(value: object) -> bool:
    """Whether one object stands for no value: None, NaN, the NA of pandas, an empty text."""
    if isinstance(value, str):
        return not value.strip()
    if value is None or type(value).__name__ in _NOTHING:
        return True
    return not isinstance(value, np.ndarray) and bool(value != value)


def _framed(at: Span, name: str, value: Any, columns: Sequence[Any]) -> Arrived:
    """A frame as a matrix: names of columns, and of rows that have some, label its axes."""
    labels: dict[int, tuple[Any, ...]] = {}
    index = getattr(value, "index", None)
    if index is not None and index.nlevels == 1 and isinstance(index.name, str):
        labels[0] = tuple(index)
    if all(isinstance(c, str) for c in columns):
        labels[1] = tuple(columns)
    return Arrived(_array(at, name, value.to_numpy()), None, labels)


def _labelled(at: Span, name: str, value: Any) -> Arrived:
    dims = tuple(str(d) for d in value.dims)
    labels = {
        i: tuple(np.asarray(value.coords[d]).tolist())
        for i, d in enumerate(value.dims)
        if d in value.coords
    }
    return Arrived(_array(at, name, value.values), dims, labels)


def _array(at: Span, name: str, value: Any) -> np.ndarray:
    value = _as_array(value)
    if isinstance(value, list) and str in set(map(type, value)) <= _PLAIN:
        return _rectangle(at, name, value)
    try:
        found = np.asarray(value)
    except ValueError:  # lists of different lengths, or tensors inside lists
        found = np.empty((), dtype=object)
    if found.dtype.kind in "biuf":
        return found
    if found.dtype.kind == "M":
        return as_dates(found)
    if found.dtype.kind in "cm":
        what = "complex" if found.dtype.kind == "c" else "timedelta64"
        raise Rejected([complaints.foreign(at, f"`{name}`", what)])
    if isinstance(value, np.ndarray) and found.dtype.kind in "SUO":
        return _decoded(at, name, found)
    # numpy turns [1.5, "x"] into two texts: what was written is taken from the lists themselves
    return _rectangle(at, name, value)


def _as_array(value: Any) -> Any:
    """What knows how to be an array, as one; what is masked in it is missing."""
    if hasattr(value, "detach"):
        return as_numpy(value)
    if isinstance(value, np.ma.MaskedArray):
        if value.dtype.kind in "biuf":
            return np.ma.filled(value.astype(np.float64), np.nan)
        return np.ma.filled(value.astype(object), None)
    if hasattr(value, "__array__") and not isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    return value


def as_dates(found: np.ndarray) -> np.ndarray:
    """Points in time as text, ``2024-05-01`` where none has a time of day; objects."""
    whole = found.astype("datetime64[D]")
    days = bool(np.all((whole == found) | np.isnat(found)))
    texts = np.datetime_as_string(whole if days else found.astype("datetime64[s]"))
    result = np.empty(found.shape, dtype=object)
    result[...] = texts
    result[np.isnat(found)] = None
    return result


def _decoded(at: Span, name: str, found: np.ndarray) -> np.ndarray:
    written = found.ravel().tolist() if found.dtype.kind in "SO" else []
    if any(issubclass(t, bytes) for t in set(map(type, written))):
        try:
            texts = [x.decode() if isinstance(x, bytes) else x for x in written]
        except UnicodeDecodeError:
            raise Rejected([complaints.foreign(at, f"`{name}`", "bytes")]) from None
        decoded = np.empty(len(texts), dtype=object)
        decoded[:] = texts
        return decoded.reshape(found.shape)
    _refuse_foreign(at, name, written)
    return _worded(found.astype(object, copy=False))


def _worded(found: np.ndarray) -> np.ndarray:
    """With days, bins and months as the words that they are written with."""
    cells = found.ravel().tolist()
    kinds = {t for t in set(map(type, cells)) - _PLAIN if not issubclass(t, str)}
    days = {t for t in kinds if issubclass(t, date)}
    other = {t for t in kinds if t.__name__ in _LABELS_OF_PANDAS}
    if not days and not other:
        return found
    there = [None if is_missing(x) else x for x in cells]
    if all(x is None or (isinstance(x, date) and not getattr(x, "tzinfo", 0)) for x in there):
        return as_dates(np.array(there, dtype="datetime64[us]")).reshape(found.shape)
    words = np.empty(len(cells), dtype=object)
    words[:] = [str(x) if type(x) in days | other and x is not None else x for x in there]
    return words.reshape(found.shape)


def _rectangle(at: Span, name: str, value: Any) -> np.ndarray:
    """Nested sequences as an array of objects; refuses ragged ones and foreign types."""
    shape: list[int] = []
    level = [value]
    while level and not set(map(type, level)) <= _PLAIN and any(_is_list(x) for x in level):
        lengths = [len(x) if _is_list(x) else None for x in level]
        wrong = next((i for i, n in enumerate(lengths) if n != lengths[0]), None)
        if wrong is not None:
            place = (
                f"row {wrong + 1}" if len(shape) == 1 else f"list {wrong + 1} at depth {len(shape)}"
            )
            raise Rejected(
                [complaints.ragged(at, name, place, _length(lengths[wrong]), _length(lengths[0]))]
            )
        shape.append(len(level[0]))
        level = list(chain.from_iterable(level))
    _refuse_foreign(at, name, level)
    found = np.empty(len(level), dtype=object)
    found[:] = level
    return _worded(found.reshape(shape))


def _refuse_foreign(at: Span, name: str, elements: list[Any]) -> None:
    """Refuse what is neither a number nor a label; looked at type by type, for there are millions.

    Raises:
        Rejected: D426.
    """
    foreign = {
        t
        for t in set(map(type, elements)) - _PLAIN
        if not issubclass(t, str | int | float | np.generic | Decimal | date)
        and t.__name__ not in (*_LABELS_OF_PANDAS, *_NOTHING)
    }
    for i, x in enumerate(elements) if foreign else ():
        if type(x) in foreign:
            place = f"`{name}`" if len(elements) == 1 else f"element {i + 1} of `{name}`"
            raise Rejected([complaints.foreign(at, place, type(x).__name__)])


def _is_list(x: object) -> bool:
    if isinstance(x, np.ndarray):
        return x.ndim > 0
    return isinstance(x, Sequence) and not isinstance(x, str | bytes)


def _length(n: int | None) -> str:
    return "no list" if n is None else f"{counted(n, 'element')} long"
