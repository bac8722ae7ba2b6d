"""What a row of the table of operations says: spelling in torch, result, reverse-mode rule."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from ...grammar.frozen import frozen
from .value import DType, Size, Value

if TYPE_CHECKING:
    from .builder import Builder

# Adjoint of one operand from the builder, the adjoint of the result, the result and its operands.
# It may have the shape of the result, or any that broadcasts to it: broadcasting is undone by the
# caller.
Rule = Callable[..., Value]
SizeText = Callable[[Size], str]


class Level(IntEnum):
    """How tightly a piece of Python text binds; a looser operand goes into parentheses."""

    ARGUMENT = 0
    COMPARE = 1
    OR = 2
    AND = 3
    SUM = 4
    PRODUCT = 5
    SIGN = 6
    ATOM = 7


@frozen
class Spelling:
    """Python text of an operation.

    Attributes:
        text: template with the operands as ``{0}``, ``{1}``; or a function that makes it from the
            value and the text of its sizes.
        level: how tightly the whole text binds.
        needs: how tightly each operand must bind; those not listed stand as arguments.
        twice: operands that occur more than once, and so must be plain names.
    """

    text: str | Callable[[Value, SizeText], str]
    level: Level = Level.ATOM
    needs: tuple[Level, ...] = ()
    twice: tuple[int, ...] = ()

    def template(self, value: Value, size: SizeText) -> str:
        """The text with its operands still open."""
        return self.text if isinstance(self.text, str) else self.text(value, size)


@frozen
class Op:
    """One operation of the target language.

    Attributes:
        spelling: how it is printed.
        rules: reverse mode, one rule per operand, None where nothing flows back; or, for any number
            of operands, a function from the operand's position to its rule.
        fold: the same in Python floats, to evaluate it on literals; it may raise ArithmeticError
            or ValueError, which leaves the operation to torch.
        result: dtype of the result; None for that of the operands, FLOAT first.
        whole: whether whole numbers stay whole; elsewhere INT operands become FLOAT.
        tensors: whether Python numbers are refused as operands.
        python: whether it is written the same way for Python numbers.
        draws: whether it consumes random numbers: never merged, moved to bind or repeated.
        helper: a function of ``printer.prelude.PRELUDE`` that the spelling calls.
        opaque: whether it has a derivative that the table does not know.
        broadcasts: whether the result has the broadcast shape of the operands, so that an adjoint
            stands for all that it broadcasts to.
    """

    spelling: Spelling
    rules: tuple[Rule | None, ...] | Callable[[int], Rule] = ()
    fold: Callable[..., float] | None = None
    result: DType | None = None
    whole: bool = False
    tensors: bool = False
    python: bool = False
    draws: bool = False
    helper: str | None = None
    opaque: bool = False
    broadcasts: bool = False


def infix(symbol: str, level: Level) -> Spelling:
    """``a symbol b``, grouping to the left."""
    return Spelling(f"{{0}} {symbol} {{1}}", level, (level, Level(level + 1)))


def method(name: str, *operands: str) -> Spelling:
    """``a.name(...)``."""
    return Spelling(f"{{0}}.{name}({', '.join(operands)})", Level.ATOM, (Level.ATOM,))


def call(name: str, *operands: str) -> Spelling:
    """``name(a, ...)``."""
    return Spelling(f"{name}({', '.join(operands)})")


def times(factor: Callable[[Builder, Value, Value], Value]) -> Rule:
    """Rule of a function of one number: adjoint times a derivative made of result and operand."""

    def rule(b: Builder, adjoint: Value, y: Value, x: Value) -> Value:
        return b.apply("mul", adjoint, factor(b, y, x))

    return rule
