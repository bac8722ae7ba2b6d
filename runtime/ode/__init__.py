"""Solutions of ordinary differential equations, as generated code asks for them."""

from .path import Path, solve
from .watched import Note, Watched, notes_of

__all__ = ["Note", "Path", "Watched", "notes_of", "solve"]
