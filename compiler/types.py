"""What is known about a value before it is computed: kind, axes, bounds, support."""

from enum import Enum
from math import inf
from typing import NamedTuple


class Kind(Enum):
    """What a single number is."""

    REAL = "real"
    INT = "int"
    BOOL = "bool"
    INDEX = "index"  # a position along a dimension, named by a label

    __hash__ = object.__hash__  # there is one of each; by their names it takes five times as long


class Bounds(NamedTuple):
    """A closed interval that a value is known to stay in; ends may be infinite.

    Found by interval arithmetic. ``low > 0`` is not distinguished from ``low >= 0``: a positive
    parameter accepts ``[0, inf]``, because touching 0 is a matter of floating point, not of a
    wrong model.
    """

    low: float = -inf
    high: float = inf

    def within(self, other: "Bounds") -> bool:
        """Whether every value allowed here is allowed by ``other``."""
        return other.low <= self.low and self.high <= other.high

    def apart(self, other: "Bounds") -> bool:
        """Whether no value allowed here is allowed by ``other``."""
        return self.high < other.low or other.high < self.low


ANYTHING = Bounds()
POSITIVE = Bounds(0.0, inf)
UNIT = Bounds(0.0, 1.0)

# Length of an axis: a dimension by its name, or a literal's length. Two anonymous axes of one
# length are interchangeable; a named dimension and an anonymous axis meet only at bind time.
Extent = str | int


class Missing(Enum):
    """What becomes of the elements of observed data that the data do not have.

    IMPUTE: they are latent variables. MARGINALISE: the density is integrated over them. DROP: draws
    that lack a number have no term.
    """

    IMPUTE = "impute"
    MARGINALISE = "marginalise"
    DROP = "drop"


class SupportName(Enum):
    """The sets a random variable can live on. ``INTERVAL`` carries its ends beside it."""

    REAL = "real"
    POSITIVE = "positive"
    UNIT = "unit"
    INTERVAL = "interval"
    INT = "int"
    COUNT = "count"
    BOOL = "bool"
    INDEX = "index"
    SIMPLEX = "simplex"
    VECTOR = "vector"  # all of R^n, as one event
    ORDERED = "ordered"  # increasing vectors; ends, if any, hold for every number
    POSITIVE_ORDERED = "positive_ordered"
    CORR = "corr"  # correlation matrices
    CHOLESKY_CORR = "cholesky_corr"  # their lower triangular factors
    COV = "cov"  # symmetric, positive definite matrices
    CHOLESKY_COV = "cholesky_cov"  # their lower triangular factors, positive on the diagonal

    __hash__ = object.__hash__  # see `Kind`

    @property
    def is_ordered(self) -> bool:
        """Whether it holds vectors whose numbers increase."""
        return self in (SupportName.ORDERED, SupportName.POSITIVE_ORDERED)

    @property
    def event(self) -> int:
        """How many axes one value has: 0 for a number, 1 for a vector, 2 for a matrix."""
        if self.is_matrix:
            return 2
        return int(self.is_ordered or self in (SupportName.SIMPLEX, SupportName.VECTOR))

    @property
    def is_matrix(self) -> bool:
        """Whether it holds square matrices."""
        return self in (
            SupportName.CORR,
            SupportName.CHOLESKY_CORR,
            SupportName.COV,
            SupportName.CHOLESKY_COV,
        )

    @property
    def is_discrete(self) -> bool:
        """Whether it has a probability mass and no gradient."""
        return self in (
            SupportName.INT,
            SupportName.COUNT,
            SupportName.BOOL,
            SupportName.INDEX,
        )
