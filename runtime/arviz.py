"""A fit as an ArviZ ``DataTree``. ArviZ and xarray are imported when this is called: 1 to 2 s."""

from typing import TYPE_CHECKING

import numpy as np

from .arrays import as_numpy
from .posterior import axis_names
from .store.draws import names_in_group
from .store.record import FitRecord

if TYPE_CHECKING:
    import xarray


def to_datatree(fit: FitRecord) -> "xarray.DataTree":
    """The draws of a fit with dimensions and labels, as `xarray.open_datatree` reads its draws.nc.

    One group each; the functions of `arviz_stats` and `arviz_plots` take it.

    Raises:
        ImportError: arviz_base is not installed.
    """
    from arviz_base import from_dict

    groups: dict[str, dict[str, np.ndarray]] = {}
    axes: dict[str, list[str]] = {}
    coords: dict[str, np.ndarray] = {}
    for group, variables in fit.groups.items():
        stored = names_in_group(variables, fit.dims)
        groups[group] = {stored[n]: as_numpy(v) for n, v in variables.items()}
        for name in variables:
            extents = fit.dims.get(name, ())
            axes[stored[name]] = list(axis_names(name, extents))
            for axis, e in zip(axes[stored[name]], extents, strict=True):
                coords[axis] = np.asarray(fit.labels[e] if isinstance(e, str) else range(1, e + 1))
    return from_dict(groups, coords=coords, dims=axes)
