"""Names and bounds of the files in a fit directory.

======================== ==========================================================================
config.json              what was asked, by which version; sizes and SHA-256 of the files below.
                         Written last: a directory without it is not a fit.
model.ppl, model.py      the model and the code generated from it
data.json                fingerprint of the data and labels of the dimensions
data.safetensors         the bound data
params.safetensors       parameters
state.safetensors        what a continuation needs
draws.nc                 draws: netCDF 4, one group each, as `xarray.open_datatree` reads it
trace.safetensors        the loss over the run
summary.json, .csv       statistics of every number of a draw
diagnostics.json         what the diagnostics said
======================== ==========================================================================
"""

from enum import StrEnum

VERSION = 1

# Groups whose variables have no chain and no draw.
UNSAMPLED = frozenset(("observed_data", "constant_data"))

# A description that is larger than this was not written by us.
MOST_TEXT = 2**30


class File(StrEnum):
    """The files of a fit directory; nothing else in it is touched or read."""

    CONFIG = "config.json"
    MODEL = "model.ppl"
    CODE = "model.py"
    LABELS = "data.json"
    DATA = "data.safetensors"
    PARAMS = "params.safetensors"
    STATE = "state.safetensors"
    DRAWS = "draws.nc"
    TRACE = "trace.safetensors"
    SUMMARY = "summary.json"
    TABLE = "summary.csv"
    DIAGNOSTICS = "diagnostics.json"


# Keys of config.json that are ours; all others are the fit's own.
RESERVED = frozenset(("layout", "source", "dims", "files"))
