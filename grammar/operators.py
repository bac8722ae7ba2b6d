"""What binds tighter: one table, for the builder and for the formatter."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Side(Enum):
    """Where the parentheses go that nobody wrote."""

    LEFT = "a - b - c is (a - b) - c"
    RIGHT = "a ^ b ^ c is a ^ (b ^ c)"
    NONE = "a < b < c is refused"


class Operator(NamedTuple):
    """How tightly an operator holds its operands; a higher level holds tighter."""

    level: int
    side: Side = Side.LEFT


CONDITIONAL = 0  # if c then a else b
ATOM = 9  # names, calls, indexing: need no parentheses anywhere

INFIX: Mapping[str, Operator] = {
    "or": Operator(1),
    "and": Operator(2),
    **{op: Operator(4, Side.NONE) for op in ("==", "!=", "<", "<=", ">", ">=")},
    "+": Operator(5),
    "-": Operator(5),
    "*": Operator(6),
    "/": Operator(6),
    "^": Operator(8, Side.RIGHT),
}

PREFIX: Mapping[str, Operator] = {
    "not": Operator(3, Side.RIGHT),
    "-": Operator(7, Side.RIGHT),  # below `^`: -x^2 is -(x^2)
}
