"""References of recurrences of which only the data can tell that they lead back."""

from dataclasses import field

from ..grammar.frozen import frozen
from ..grammar.source import Span
from .typed import Expr, IndexVar, OverRange


@frozen
class Read:
    """A reference that must be to an earlier element; see `typed.Sample`.

    Attributes:
        name: of the family that is read.
        slot: the label along the recurring axis, computed from data.
        along: the index of the recurring axis of the statement that reads.
        covers: the labels for which the formula holds; None for all.
        guards: conditions under which it is read, each with whether it holds.
    """

    name: str
    slot: Expr
    along: IndexVar
    covers: OverRange | None
    guards: tuple[tuple[Expr, bool], ...]
    span: Span = field(compare=False, repr=False)
