"""From data files to named values: JSON, CSV, TSV, netCDF, Parquet."""

from .files import LIMITS, Limits, read_data
from .labelled import LabelledArray

__all__ = ["LIMITS", "LabelledArray", "Limits", "read_data"]
