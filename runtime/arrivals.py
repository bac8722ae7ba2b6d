"""Which of the values that came belong to which declaration of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..compiler.graph import ModelGraph
from ..compiler.typed import Data, Dim
from ..compiler.types import Kind
from ..grammar.diagnostic import Rejected
from .dimensions import Brought
from .intake import Arrived, take_in


@dataclass(frozen=True)
class Arrivals:
    """What came, sorted by declaration.

    Attributes:
        refused: declared data whose value makes no array, with the complaint.
        notes: columns that were found under another name.
        unread: names that no declaration has.
        nothing: whether nothing came at all.
    """

    brought: Brought
    refused: Mapping[str, Rejected]
    notes: tuple[str, ...]
    unread: tuple[str, ...]
    nothing: bool


def sort_out(graph: ModelGraph, raw: Mapping[str, Any]) -> Arrivals:
    """Find a value for every declaration.

    Data have a value of their own name. An entry named like a dimension gives its size or labels;
    or it is a column of index data that point into that dimension, where the model calls those
    something else: a table of houses has a column ``county``, and the model reads it as
    ``county_of``.
    """
    data: dict[str, Arrived] = {}
    refused: dict[str, Rejected] = {}
    for name, declared in graph.data.items():
        if name in raw:
            try:
                data[name] = _ranked(declared, take_in(declared.span, name, raw[name]))
            except Rejected as e:
                refused[name] = e
    entries: dict[str, Arrived] = {}
    called: dict[str, str] = {}
    for name, dim in graph.dims.items():
        if name in raw and name not in graph.data:
            try:
                arrived = take_in(dim.span, name, raw[name])
            except Rejected as e:
                refused[f"dim {name}"] = e
                continue
            user = _user_of(graph, dim, arrived, {*data, *refused}, data)
            if user is None:
                entries[name] = arrived
            else:
                data[user.name], called[user.name] = arrived, name
    notes = tuple(
        f"`{user}` is read from the column `{column}`, the name of its dimension"
        for user, column in called.items()
    )
    known = {*data, *entries, *called.values(), *refused, *(k[4:] for k in refused)}
    unread = tuple(name for name in raw if name not in known)
    return Arrivals(Brought(data, entries, called), refused, notes, unread, not raw)


def _ranked(data: Data, arrived: Arrived) -> Arrived:
    """With the declared number of axes, where one element leaves no doubt.

    Names of axes that are not the declared ones are dropped, and their labels with them.
    """
    names = tuple(map(str, data.type.event))
    arrived = arrived.transposed(names)
    values = arrived.values
    if values.size == 1 and values.ndim != len(names) and 0 in (values.ndim, len(names)):
        return Arrived(values.reshape((1,) * len(names)))
    foreign = arrived.dims is not None and arrived.dims != names
    return Arrived(values) if foreign or values.ndim != len(names) else arrived


def _user_of(
    graph: ModelGraph, dim: Dim, column: Arrived, given: set[str], data: Mapping[str, Arrived]
) -> Data | None:
    """The index data that a column named like its dimension stands for, if there is one.

    It must be the only one into that dimension that was not given, and as long as the other arrays
    over its own dimension: a plain list of labels is not taken for a column.
    """
    absent = [
        d
        for d in graph.data.values()
        if d.type.kind is Kind.INDEX
        and d.type.dim == dim.name
        and d.name not in given
        and d.default is None
    ]
    if len(absent) != 1 or column.values.ndim != len(absent[0].type.event):
        return None
    extents = absent[0].type.event
    peers = [
        data[d.name].values.shape
        for d in graph.data.values()
        if d.name in data and d.type.event == extents
    ]
    return absent[0] if not peers or column.values.shape in peers else None
