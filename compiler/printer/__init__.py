"""From values to the text of a Python module."""

from .function import Function, Outputs
from .module import print_module

__all__ = ["Function", "Outputs", "print_module"]
