"""Solutions of ordinary differential equations, as generated code asks for them."""

from .path import Path, solve

__all__ = ["Path", "solve"]
