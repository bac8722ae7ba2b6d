"""Columns of tables under the labels that their rows carry.

Rows of a table may be named by a column called like a dimension. A column of data over that
dimension is then read by those names, not by the order of the rows: a table of counties may list
them in any order, beside a table of houses. Data over several dimensions are read from a long
table, which has a row for every combination.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compiler.graph import ModelGraph
from ..compiler.typed import Data, Names
from ..compiler.types import Kind
from ..grammar.diagnostic import Diagnostic, Rejected
from .complaints import files, keys
from .complaints.wording import listed, plain, quoted
from .intake import as_dates, entries, is_missing
from .readers.labelled import LabelledArray, Table, Tables


@dataclass(frozen=True, eq=False)
class _Key:
    """The names of rows along one dimension.

    Attributes:
        labels: different ones, in order.
        at: for every row, the position of its label.
    """

    labels: np.ndarray
    at: np.ndarray

    @property
    def is_unique(self) -> bool:
        """Whether no two rows have the same name."""
        return len(self.labels) == len(self.at)


def by_label(graph: ModelGraph, raw: Any) -> tuple[dict[str, object], Sequence[str]]:
    """Named values, those of tables under their labels where the model has a use for them.

    Also notes on columns whose names no model can spell, and which are read under another.

    Raises:
        Rejected: D404, D411, D446 to D448.
        TypeError: ``raw`` has no names.
    """
    if not isinstance(raw, Tables):
        raw = as_tables(raw)
    notes: list[str] = []
    problems: list[Diagnostic] = []
    found, source = _respelt(graph, raw.others, notes), dict(raw.source)
    for path, table in raw.tables:
        spelt = Table(_respelt(graph, table, notes))
        wide = _side_by_side(graph, spelt, {*raw, *spelt}, notes)
        rows = _left(graph, spelt, wide)
        own = {**_read(graph, rows, problems, alone=len(raw.tables) == 1), **wide}
        for name, values in own.items():
            if name in found and name in graph.dims and _lists_labels(found[name]):
                user = _row_labels(graph, name, {*raw, *found, *own}, rows)
                if user is not None:  # the other file lists the labels, this one refers to them
                    found[user], source[user] = values, path
                    notes.append(f"`{user}` is read from the column `{name}` of `{path}`")
                    continue
            known = name in graph.data or name in graph.dims
            if name in found and known:
                problems.append(files.in_two_files(name, source.get(name, "the call"), path))
            found.setdefault(name, values)
            source.setdefault(name, path)
    if problems:
        raise Rejected(problems, graph.source)
    return found, notes


def as_tables(raw: Any) -> Tables:
    """What was handed in from Python: one table, or values that stand by themselves.

    Raises:
        Rejected: D404.
        TypeError: ``raw`` has no names.
    """
    if isinstance(raw, Tables):
        return raw
    if isinstance(raw, Mapping):
        return Tables((), entries(raw), {})
    index = getattr(raw, "index", None)  # of pandas; a method of lists
    if any(n is not None for n in getattr(index, "names", ())):
        raw = raw.reset_index()  # labels of rows are a column like others
    table = Table({n: _column(v) for n, v in entries(raw).items()})
    return Tables([("the table", table)], {}, {})


def beside(raw: Any, more: Mapping[str, object]) -> Tables:
    """The data with some more values, which take the place of those of the same name."""
    known = as_tables(raw)
    tables = [
        (path, Table({n: v for n, v in table.items() if n not in more}))
        for path, table in known.tables
    ]
    return Tables(tables, {**known.others, **more}, known.source)


def _respelt(
    graph: ModelGraph, values: Mapping[str, object], notes: list[str]
) -> dict[str, object]:
    """With names such as ``sepal length (cm)`` as the model has to write them.

    Only where there is no doubt: the model has such a name, nothing is called by it, and only one
    column can be meant. Names that a model could write are left as they are.
    """
    odd: dict[str, list[str]] = {}
    for name in values:
        if not name.isidentifier():
            odd.setdefault(plain(name), []).append(name)
    spelt: dict[str, str] = {}
    for known in (*graph.data, *graph.dims) if odd else ():
        alike = odd.get(plain(known), [])
        if known not in values and len(alike) == 1 and alike[0] not in spelt:
            spelt[alike[0]] = known
            notes.append(f"`{known}` is read from the column {quoted(alike[0])}")
    return {spelt.get(name, name): value for name, value in values.items()}


def _side_by_side(
    graph: ModelGraph, table: Table, given: Collection[str], notes: list[str]
) -> dict[str, object]:
    """Matrices whose columns stand in a table under the labels that the model gives them."""
    found: dict[str, object] = {}
    for name, data in graph.data.items():
        dims = tuple(map(str, data.type.event))
        if name in given or len(dims) != 2 or dims[1] in table or dims[1] not in graph.dims:
            continue
        match graph.dims[dims[1]].labels:
            case Names(labels=labels) if labels and all(label in table for label in labels):
                values = np.stack([_as_array(table[label]) for label in labels], axis=1)
                coords = {dims[1]: np.array(labels, dtype=object)}
                key = _key(graph, dims[0], table[dims[0]], []) if dims[0] in table else None
                if key is not None and key.is_unique:
                    coords[dims[0]] = key.labels
                found[name] = LabelledArray(values, dims, coords)
                notes.append(f"`{name}` is read from the columns {listed(labels)}")
            case _:
                pass
    return found


def _lists_labels(value: object) -> bool:
    """Whether it gives a size, or labels of which none is repeated."""
    values = _as_array(value.values if isinstance(value, LabelledArray) else value)
    if _is_nested(values):
        return False
    found = values.tolist()
    return values.ndim == 0 or (values.ndim == 1 and len(set(found)) == len(found))


def _row_labels(graph: ModelGraph, dim: str, given: Collection[str], table: Table) -> str | None:
    """The index data that a column called like its dimension stands for, beside data of its rows.

    None where that is not beyond doubt.
    """
    users = [
        d
        for d in graph.data.values()
        if d.type.kind is Kind.INDEX and d.type.dim == dim and d.name not in given
    ]
    if len(users) != 1 or users[0].default is not None or len(users[0].type.event) != 1:
        return None
    rows = users[0].type.event
    beside = any(graph.data[n].type.event == rows for n in table if n in graph.data)
    return users[0].name if beside and rows != (dim,) else None


def _left(graph: ModelGraph, table: Table, wide: Mapping[str, object]) -> Table:
    """The table without the columns of matrices that nothing else reads."""
    axes = [graph.dims[str(graph.data[name].type.event[1])].labels for name in wide]
    taken = {label for axis in axes if isinstance(axis, Names) for label in axis.labels}
    return Table({n: v for n, v in table.items() if n not in taken or n in graph.data})


def _column(values: object) -> object:
    """A column without the numbering of its rows."""
    return values.to_numpy() if hasattr(values, "to_numpy") else values


def _as_array(column: object) -> np.ndarray:
    """A column as an array of numbers, or of what is written in it."""
    try:
        values = column if isinstance(column, np.ndarray) else np.asarray(column)
    except ValueError:  # cells that are lists of different lengths
        return _each(column)
    if values.dtype.kind == "M":
        return as_dates(values)
    if values.dtype.kind == "U" and not isinstance(column, np.ndarray):
        return _each(column)  # numpy makes texts of numbers beside texts
    return values


def _is_nested(values: np.ndarray) -> bool:
    """Whether a cell is no single thing."""
    many = (np.ndarray, list, tuple, dict, set)
    kinds = set(map(type, values.ravel().tolist())) if values.dtype.kind == "O" else ()
    return any(issubclass(kind, many) for kind in kinds)  # by type, for there are millions of cells


def _each(column: object) -> np.ndarray:
    """The cells of a column, whatever they are."""
    cells = list(column)  # type: ignore[call-overload]
    values = np.empty(len(cells), dtype=object)
    for at, cell in enumerate(cells):  # in one go, numpy would look into them
        values[at] = cell
    return values


def _read(
    graph: ModelGraph, table: Table, problems: list[Diagnostic], *, alone: bool
) -> dict[str, object]:
    """The columns of one table; ``alone`` if no other table can be about its groups."""
    found: dict[str, object] = dict(table)
    over = {
        name: tuple(map(str, d.type.event))
        for name, d in graph.data.items()
        if name in table and d.type.event
    }
    keyed = {n: dims for n, dims in over.items() if all(d in table for d in dims)}
    if not keyed:
        return found
    keys_: dict[str, _Key] = {}
    for dim in dict.fromkeys(d for dims in keyed.values() for d in dims):
        key = _key(graph, dim, table[dim], problems)
        if key is not None:
            keys_[dim] = key
    rest = set(over) - set(keyed)
    for name, dims in keyed.items():
        if not all(d in keys_ for d in dims):
            rest.add(name)
        elif not set(over.values()) - {dims} and _names_rows(graph, dims, keys_, alone=alone):
            rest.add(name)  # nothing else would say what the rows are
        else:
            values = _placed(graph.data[name], table[name], [keys_[d] for d in dims], problems)
            coords = {d: keys_[d].labels for d in dims}
            found[name] = LabelledArray(values, dims, coords)
    if not rest:
        for dim in keys_:
            found.pop(dim, None)  # every column that it names is under its labels
    return found


def _names_rows(
    graph: ModelGraph, dims: Sequence[str], along: Mapping[str, _Key], *, alone: bool
) -> bool:
    """Whether a column that repeats its labels may be index data of rows that have no other name.

    A table beside others, of data that those refer to, is one of groups.
    """
    if len(dims) > 1 or along[dims[0]].is_unique:
        return False
    return alone or all(d.type.dim != dims[0] for d in graph.data.values())


def _key(graph: ModelGraph, dim: str, column: object, problems: list[Diagnostic]) -> _Key | None:
    """What a column says as the names of rows; None where it is no such thing."""
    values = _as_array(column)
    if values.ndim != 1 or _is_nested(values):
        return None
    if values.dtype.kind == "f":
        gaps = np.isnan(values)
        exact = np.isfinite(values) & (values == np.round(values))
        if not gaps.any() and not exact.all():
            return None
    elif values.dtype.kind == "O":
        gaps = np.fromiter(map(is_missing, values.tolist()), bool, len(values))
    else:
        gaps = np.zeros(len(values), dtype=bool)
    if gaps.any():
        row = int(np.argmax(gaps)) + 1
        problems.append(keys.no_key(graph.dims[dim].span, dim, row, int(gaps.sum())))
        return None
    # numbers of more digits than labels may have are refused where they are read as labels
    if values.dtype.kind in "biuf" and not (np.abs(values.astype(float)) >= 2.0**63).any():
        whole = values.astype(np.int64)
        if len(whole) and np.all(whole[1:] > whole[:-1]):  # a million rows take no sorting
            return _Key(whole, np.arange(len(whole)))
        labels, first, at = np.unique(whole, return_index=True, return_inverse=True)
        if len(labels) == len(whole):
            return _Key(whole, np.arange(len(whole)))
        return _Key(labels, at)
    position: dict[object, int] = {}
    at = np.fromiter(
        (position.setdefault(str(x), len(position)) for x in values.tolist()), np.int64, len(values)
    )
    words = np.empty(len(position), dtype=object)
    words[:] = list(position)
    return _Key(words, at)


def _placed(
    data: Data, column: object, along: Sequence[_Key], problems: list[Diagnostic]
) -> np.ndarray:
    """A column as an array over its keys; what no row gives is missing."""
    values = _as_array(column)
    shape = tuple(len(k.labels) for k in along)
    if len(along) == 1 and along[0].is_unique:
        return values
    flat = np.ravel_multi_index(tuple(k.at for k in along), shape) if len(values) else along[0].at
    blank = np.nan if values.dtype.kind in "biuf" else None
    whole = np.full(int(np.prod(shape)), blank, dtype=np.float64 if blank is not None else object)
    whole[flat] = values
    repeated = len(np.unique(flat)) < len(flat)
    if repeated:
        same = _alike(whole[flat], values)
        if not same.all() or len(along) > 1:
            problems.append(_conflict(data, values, along, flat, same))
    return whole.reshape(shape)


def _alike(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype.kind == "f" and b.dtype.kind in "biuf":
        return np.asarray((a == b) | (np.isnan(a) & np.isnan(b.astype(float))))
    pairs = zip(a.tolist(), b.tolist(), strict=True)
    same = (x == y or (is_missing(x) and is_missing(y)) for x, y in pairs)
    return np.fromiter(same, bool, len(a))


def _conflict(
    data: Data, values: np.ndarray, along: Sequence[_Key], flat: np.ndarray, same: np.ndarray
) -> Diagnostic:
    """The first two rows that say something else about one element."""
    if same.all():  # the same number twice, where a row is one observation
        order = np.argsort(flat, kind="stable")
        again = np.flatnonzero(flat[order][1:] == flat[order][:-1])[0]
        rows = sorted(int(order[i]) for i in (again, again + 1))
    else:
        other = int(np.argmin(same))
        last = int(np.flatnonzero(flat == flat[other])[-1])
        rows = sorted((other, last))
    labels = [str(k.labels[k.at[rows[0]]]) for k in along]
    found = tuple((row + 1, values[row]) for row in rows)
    return keys.two_values(data.span, data.name, labels, found[0], found[1])
