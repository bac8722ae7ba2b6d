"""Arrays that know the names and labels of their axes, and columns that know their table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class LabelledArray:
    """What a netCDF variable brings: the attributes that an ``xarray.DataArray`` has too.

    Attributes:
        values: shape as ``dims``.
        dims: name of every axis.
        coords: labels of an axis, for those axes that have some.
    """

    values: np.ndarray
    dims: tuple[str, ...]
    coords: Mapping[str, np.ndarray]


class Table(dict[str, object]):
    """Columns of one table by name: arrays of one length, whose elements share their rows."""


class Tables(dict[str, object]):
    """Everything that several files give, by name; of a name in two tables, the first.

    Attributes:
        tables: tables with the files that they come from, in order.
        others: what other files give, which stands by itself.
        source: the file of each of those.
    """

    def __init__(
        self,
        tables: Sequence[tuple[str, Table]],
        others: Mapping[str, object],
        source: Mapping[str, str],
    ) -> None:
        """Put them together."""
        super().__init__(others)
        for _, table in tables:
            for name, values in table.items():
                self.setdefault(name, values)
        self.tables, self.others, self.source = tuple(tables), others, source
