"""One row per distribution family: everything about it that is a fact rather than a computation.

The checker, the guide maker, the choice of bijections, the emitter and the documentation all read
these rows. Densities are written as formulas of the language itself, so that the compiler can
inline, simplify and differentiate them; the torch functions that readable code calls live in
``runtime/dist/<module>.py``, and laws in the tests hold the two together.
"""

from collections.abc import Mapping

from .continuous import CONTINUOUS
from .discrete import DISCRETE
from .extremes import EXTREMES
from .matrix import MATRIX
from .ordinal import ORDINAL
from .row import Family, Form, Parameter
from .shapes import SHAPES
from .vector import VECTOR

__all__ = ["FAMILIES", "Family", "Form", "Parameter"]

_ROWS = (*CONTINUOUS, *SHAPES, *EXTREMES, *DISCRETE, *ORDINAL, *VECTOR, *MATRIX)

FAMILIES: Mapping[str, Family] = {row.name: row for row in _ROWS}
