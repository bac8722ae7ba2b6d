"""Where a value that is not inferred comes from: the data, a formula of them, or a query."""

from collections.abc import Iterator

from ..grammar.frozen import frozen
from .typed import Expr, IndexVar


@frozen
class FromDataFile:
    """The `data` declaration of the same name."""


@frozen
class FromFormula:
    """An expression of data alone, written in the model.

    ``plates`` are the index variables of the definition that it comes from, in the order of the
    variable's dimensions (``log_y[i in row] = log(y[i])``); empty for a plain value, which is
    repeated over the dimensions.
    """

    expr: Expr
    plates: tuple[IndexVar, ...] = ()


@frozen
class FromOutside:
    """A value that comes with the query, under ``key``; bound with the data."""

    key: str


@frozen
class Replaced:
    """A given value with some of its elements replaced by others given later."""

    base: "FromDataFile | FromFormula | FromOutside"
    elements: "Elements"


Given = FromDataFile | FromFormula | FromOutside | Replaced


@frozen
class Elements:
    """Some elements of a family, each with where its value comes from.

    ``labels`` holds, per element, one constant `Label` per dimension (`Const`, counting from 1, for
    an axis without a name). ``given`` is as long, or empty where the values are still to be drawn.
    """

    labels: tuple[tuple[Expr, ...], ...]
    given: tuple[Given, ...]


def formulas_of(given: Given) -> Iterator[Expr]:
    """Every expression that a given value evaluates."""
    match given:
        case FromFormula(expr=expr):
            yield expr
        case Replaced(base=base, elements=elements):
            yield from formulas_of(base)
            for given in elements.given:
                yield from formulas_of(given)
        case FromDataFile() | FromOutside():
            pass
