"""Where each variable lives in a flat unconstrained vector; the order is fixed once.

Offsets are host integers of the emitted ``bind``: they depend on the sizes of the dimensions, which
come with the data.
"""

from ..grammar.frozen import frozen
from .target import Size
from .typed import Support
from .types import Extent


@frozen
class Block:
    """One variable's slice.

    Attributes:
        shape: extents of the variable itself, in model space.
        free: trailing shape of its unconstrained coordinates: equal to ``shape`` except for a
            simplex (one fewer), a matrix with a law (one axis, of its free numbers) and families
            with given elements (flat, only the free ones).
        start, stop: the slice of the flat vector.
        given: for a family with given elements, how many of them are not free.
    """

    name: str
    support: Support
    shape: tuple[Extent, ...]
    free: tuple[Size, ...]
    start: Size
    stop: Size
    given: int = 0


@frozen
class Layout:
    """All blocks of a vector, in order, and its length."""

    blocks: tuple[Block, ...]
    length: Size
