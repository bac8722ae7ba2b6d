"""netCDF and Parquet files."""

from pathlib import Path
from typing import Any

import numpy as np

from ...grammar.diagnostic import Rejected
from ..complaints import files as complaints
from .labelled import LabelledArray, Table


def read_netcdf(path: Path) -> dict[str, object]:
    """Variables of the root group as `LabelledArray`, with the labels of their dimensions.

    Fill values become NaN, and packed numbers (``scale_factor``, ``add_offset``) are unpacked.

    Raises:
        Rejected: D412 for what is not netCDF 4.
        OSError: as the operating system says.
    """
    import h5netcdf  # 0.1 s: only for those who have such a file

    with path.open("rb"):  # so that a missing file is not called a damaged one
        pass
    try:
        with h5netcdf.File(path, "r", decode_vlen_strings=True) as file:
            values = {name: _unpacked(v) for name, v in file.variables.items()}
            dims = {name: tuple(v.dimensions) for name, v in file.variables.items()}
    except (OSError, ValueError, KeyError, RuntimeError) as e:
        raise Rejected([complaints.damaged_table(str(path), str(e).splitlines()[0])]) from None
    coords = {n: a for n, a in values.items() if dims[n] == (n,)}
    return {
        n: LabelledArray(a, dims[n], {d: coords[d] for d in dims[n] if d in coords})
        for n, a in values.items()
    }


def _unpacked(variable: Any) -> np.ndarray:
    values = np.asarray(variable[...])
    if values.dtype.kind not in "iuf":
        return values
    packed = {k: np.asarray(v).item() for k, v in variable.attrs.items() if k in _PACKING}
    if not packed:
        return values
    found = values.astype(np.float64)
    gaps = [packed[k] for k in ("_FillValue", "missing_value") if k in packed]
    found[np.isin(values, gaps)] = np.nan
    return np.asarray(found * packed.get("scale_factor", 1.0) + packed.get("add_offset", 0.0))


_PACKING = ("_FillValue", "missing_value", "scale_factor", "add_offset")


def read_parquet(path: Path) -> dict[str, object]:
    """Columns as numpy arrays; text and columns with gaps as objects.

    Raises:
        Rejected: D409 without pyarrow, D412 for what is not Parquet.
        OSError: as the operating system says.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise Rejected([complaints.extra_missing(str(path), "pyarrow", "parquet")]) from None
    with path.open("rb"):
        pass
    try:
        schema = parquet.read_schema(path)
        words = [f.name for f in schema if f.type in (pyarrow.string(), pyarrow.large_string())]
        table = parquet.read_table(path, read_dictionary=words)
    except (pyarrow.ArrowException, OSError) as e:
        raise Rejected([complaints.damaged_table(str(path), str(e).splitlines()[0])]) from None
    columns = zip(table.column_names, table.columns, strict=True)
    return Table({n: _column(c) for n, c in columns})


def _column(column: Any) -> np.ndarray:
    """A column; every row holds the same object for the same text: eight bytes a row."""
    from pyarrow import types

    if not types.is_dictionary(column.type):
        return np.asarray(column.to_numpy())
    parts = []
    for chunk in column.chunks:
        words = chunk.dictionary.to_pylist()
        found = np.empty(len(words) + 1, dtype=object)
        found[:-1] = words  # and None, which -1 stands for
        parts.append(found[chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)])
    return np.concatenate(parts) if parts else np.empty(0, dtype=object)
