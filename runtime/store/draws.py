"""Draws as netCDF 4, in the layout of an ArviZ ``DataTree``.

Written by h5netcdf and read by h5py alone: xarray and pandas take a second to import. What is read
may come from anybody, so nothing is followed out of the file, and nothing is allocated that the
file is too small to hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..posterior import SAMPLE_AXES, axis_names, stored_names
from .layout import UNSAMPLED
from .names import check_words
from .record import Arrays

Labels = Mapping[str, Sequence[str | int]]
Dims = Mapping[str, tuple[str | int, ...]]


def write_draws(path: Path, groups: Mapping[str, Arrays], dims: Dims, labels: Labels) -> None:
    """One netCDF group per group, with a coordinate for every axis.

    Chains and draws count from 0, as everywhere in ArviZ; literal axes from 1, as in the language.

    Raises:
        Rejected: R556, a name that cannot be stored.
        OSError: as the operating system says.
    """
    import h5netcdf

    check_words(groups, "a netCDF file")
    with h5netcdf.File(path, "w") as file:
        for name, variables in groups.items():
            check_words(variables, "a netCDF file")
            _write_group(file.create_group(name), name, variables, dims, labels)


def names_in_group(variables: Iterable[str], dims: Dims) -> dict[str, str]:
    """Under which name each variable of a group is stored."""
    names = tuple(variables)
    return stored_names(names, (a for n in names for a in axis_names(n, dims.get(n, ()))))


def _write_group(group: Any, kind: str, variables: Arrays, dims: Dims, labels: Labels) -> None:
    sampled = () if kind in UNSAMPLED else SAMPLE_AXES
    stored = names_in_group(variables, dims)
    for name, values in variables.items():
        values = values.astype(np.int8) if values.dtype == bool else values
        extents = dims.get(name, ())
        axes = (*sampled, *axis_names(name, extents))
        found: list[Sequence[str | int]] = [range(n) for n in values.shape[: len(sampled)]]
        found += [labels[e] if isinstance(e, str) else range(1, e + 1) for e in extents]
        for axis, known in zip(axes, found, strict=True):
            _write_axis(group, axis, known)
        group.create_variable(stored[name], axes, values.dtype, data=values)


def _write_axis(group: Any, axis: str, labels: Sequence[str | int]) -> None:
    import h5py

    if axis in group.dimensions:
        return
    group.dimensions[axis] = len(labels)
    if labels and isinstance(labels[0], str):
        text = np.empty(len(labels), dtype=object)
        text[:] = [str(x) for x in labels]
        group.create_variable(axis, (axis,), h5py.string_dtype(), data=text)
    else:
        group.create_variable(axis, (axis,), np.int64, data=np.asarray(labels, dtype=np.int64))


def read_draws(
    path: Path, groups: Mapping[str, Sequence[str]], dims: Dims
) -> dict[str, dict[str, np.ndarray]]:
    """The named variables of the named groups.

    Raises:
        ValueError: the file is not what was described, or leads out of itself.
    """
    import h5py

    for name, variables in groups.items():
        check_words((name, *variables), "config.json")
    try:
        with h5py.File(path, "r") as file:
            return {
                name: {
                    v: _read(file, f"{name}/{stored}", path.stat().st_size)
                    for v, stored in names_in_group(variables, dims).items()
                }
                for name, variables in groups.items()
            }
    except (OSError, RuntimeError, KeyError) as e:
        raise ValueError(str(e).splitlines()[0]) from None


def _read(file: Any, where: str, size: int) -> np.ndarray:
    import h5py

    parent, _, name = where.rpartition("/")
    for link in (file.get(parent, getlink=True), file[parent].get(name, getlink=True)):
        if not isinstance(link, h5py.HardLink):
            raise ValueError(f"{where} leads to another place")
    found = file[where]
    if not isinstance(found, h5py.Dataset) or found.dtype.kind not in "iuf":
        raise ValueError(f"{where} is not an array of numbers")
    if found.is_virtual or found.external:
        raise ValueError(f"{where} is kept in another file")
    # nothing is compressed, so an array cannot be larger than its file
    if found.nbytes > size:
        raise ValueError(f"{where} claims {found.nbytes:,} bytes in a file of {size:,}")
    return np.asarray(found[...])
