"""Fit directories: complete, pickle-free, readable by a fresh process."""

from .read import read_fit
from .record import FitRecord
from .write import write_fit

__all__ = ["FitRecord", "read_fit", "write_fit"]
