"""A flat chain of operators and operands becomes a tree (Dijkstra's shunting yard)."""

from collections.abc import Sequence
from typing import NamedTuple

from . import complaints
from .diagnostic import Rejected
from .lexer import Token
from .operators import INFIX, PREFIX, Operator, Side
from .tree import Binary, Expr, Unary


class _Waiting(NamedTuple):
    """An operator whose right operand may still grow."""

    token: Token
    row: Operator


def bind(chain: Sequence[Token | Expr]) -> Expr:
    """The tree of a chain: each operator holds its operands as tightly as its table row says.

    A loop and two stacks, no recursion: a chain can be as long as the text.

    Raises:
        Rejected: E105 for a chained comparison, E133 for a ``not`` that binds too loosely.
    """
    operands: list[Expr] = []
    waiting: list[_Waiting] = []
    for piece in chain:
        if not isinstance(piece, Token):
            operands.append(piece)
        elif piece.type == "PREFIX":
            _check_prefix(piece, waiting)
            waiting.append(_Waiting(piece, PREFIX[piece.text]))
        else:
            row = INFIX[piece.text]
            while waiting and _holds_tighter(waiting[-1], piece, row):
                _apply(waiting.pop().token, operands)
            waiting.append(_Waiting(piece, row))
    while waiting:
        _apply(waiting.pop().token, operands)
    return operands[0]


def _holds_tighter(earlier: _Waiting, token: Token, row: Operator) -> bool:
    """Whether the operand between the two belongs to the earlier one."""
    if earlier.row.level != row.level:
        return earlier.row.level > row.level
    if row.side is Side.NONE:
        first = earlier.token
        complaint = complaints.comparison_is_chained(token.span, token.text, first.span, first.text)
        raise Rejected([complaint])
    return row.side is Side.LEFT


def _check_prefix(token: Token, waiting: Sequence[_Waiting]) -> None:
    if token.text == "not" and waiting and waiting[-1].row.level > PREFIX["not"].level:
        before = waiting[-1].token
        complaint = complaints.not_needs_parentheses(token.span, before.span, before.text)
        raise Rejected([complaint])


def _apply(token: Token, operands: list[Expr]) -> None:
    right = operands.pop()
    if token.type == "PREFIX":
        operands.append(Unary(token.text, right, span=token.span | right.span))
    else:
        left = operands.pop()
        operands.append(Binary(token.text, left, right, span=left.span | right.span))
