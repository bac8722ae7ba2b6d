"""The target language: straight-line tensor programs as data, built, simplified and never printed
here. One table says for each operation how torch spells it and how its derivative flows back."""

from .builder import Builder
from .op import Level, Op, Spelling
from .ops import OPS
from .value import DType, ShapeMismatch, Size, Value, walk

__all__ = [
    "OPS",
    "Builder",
    "DType",
    "Level",
    "Op",
    "ShapeMismatch",
    "Size",
    "Spelling",
    "Value",
    "walk",
]
