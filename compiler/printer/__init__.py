"""From values to the text of a Python module."""

from .function import Function, Outputs, leaves
from .module import print_module

__all__ = ["Function", "Outputs", "leaves", "print_module"]
