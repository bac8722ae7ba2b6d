"""An array that knows the names and labels of its axes."""

from collections.abc import Mapping
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
