"""Data bound to a model: every value checked, every dimension with its labels, as tensors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from ..compiler.graph import ModelGraph
from ..grammar.diagnostic import Diagnostic, Rejected
from .binding import Binding
from .constants import check_labels
from .doubts import doubts
from .given import bind_given, check_given
from .lengths import check_clauses, check_empty, check_lengths, check_ranges
from .readers import read_data
from .tables import by_label
from .times import check_times

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

__all__ = ["Bound", "bind_data", "read_data"]


@dataclass(frozen=True)
class Bound:
    """A model's data, ready to be computed with.

    Attributes:
        sizes: length of every dimension.
        labels: of every dimension, in order.
        tensors: every declared input by name, and every value that came with the query by its key.
            Shape: the declared dimensions. Index-valued ones are int64 positions from 0, all others
            floating point, whole numbers included.
        notes: what was done that was not asked for word by word (a column found under another
            name, columns that no one reads).
        fingerprint: SHA-256, in hexadecimal, over names, types, shapes, values and labels: two fits
            with the same one had the same data.
    """

    sizes: Mapping[str, int]
    labels: Mapping[str, tuple[str | int, ...]]
    tensors: Mapping[str, Tensor]
    notes: tuple[str, ...]
    fingerprint: str


def bind_data(
    graph: ModelGraph,
    raw: Any,
    *,
    outside: Mapping[str, Any] = MappingProxyType({}),
    dtype: torch.dtype = torch.float64,
    simulated: bool = False,
) -> Bound:
    """Check the data against a model's declarations and turn them into tensors.

    Args:
        raw: a mapping from names to numbers, (nested) lists, numpy arrays, torch tensors, pandas
            Series or xarray DataArrays; or a data frame, or a list of rows.
        outside: values that come with the query, by `FromOutside.key`. One number stands for a
            whole family.
        dtype: of everything but positions.
        simulated: whether observed data will be drawn; those that nothing else reads may be left
            out, and are then bound to numbers without a meaning.

    Raises:
        Rejected: D411, D421 to D448, D465, D466 and Q651 to Q656, all of them at once as far as
            they are independent.
        TypeError: ``raw`` has no names.
    """
    named, notes = by_label(graph, raw)
    binding = Binding(graph, named, simulated=simulated)
    _refuse(graph, binding.problems())
    _refuse(graph, (*check_labels(graph, binding), *check_lengths(graph, binding)))
    _refuse(graph, (*check_empty(graph, binding), *check_ranges(graph, binding)))
    _refuse(graph, (*check_clauses(graph, binding), *check_times(graph, binding)))
    given = bind_given(graph, outside, binding)
    _refuse(graph, (*given.problems, *check_given(graph, binding, given.arrays)))
    arrays = {name: binding.array(name) for name in graph.data} | dict(given.arrays)
    labels = {name: binding.labels(name) for name in graph.dims}
    return Bound(
        {name: len(found) for name, found in labels.items()},
        labels,
        {name: _tensor(a, dtype) for name, a in arrays.items()},
        (*notes, *binding.notes(), *doubts(graph, labels), *given.notes),
        _fingerprint(arrays, labels),
    )


def _refuse(graph: ModelGraph, problems: Iterable[Diagnostic]) -> None:
    """Raise if there is a problem; each is reported once."""
    found = tuple(dict.fromkeys(problems))
    if found:
        raise Rejected(found, graph.source)


def _tensor(array: np.ndarray, dtype: torch.dtype) -> Tensor:
    whole = array.dtype == np.int64
    # one copy, of what the caller may change
    return torch.tensor(np.asarray(array, order="C"), dtype=torch.int64 if whole else dtype)


def _fingerprint(
    arrays: Mapping[str, np.ndarray], labels: Mapping[str, tuple[str | int, ...]]
) -> str:
    digest = sha256()
    for name in sorted(arrays):
        _digest_array(digest, name, arrays[name])
    for name, found in sorted(labels.items()):
        if found and isinstance(found[0], int):  # by the million: one for each row
            _digest_array(digest, name, np.array(found, dtype=np.int64))
        else:
            digest.update(f"{name}\0{found!r}\0".encode())
    return digest.hexdigest()


def _digest_array(digest: "Hash", name: str, array: np.ndarray) -> None:
    portable = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    digest.update(f"{name}\0{portable.dtype.str}\0{portable.shape}\0".encode())
    digest.update(portable.reshape(-1).view(np.uint8).data)
