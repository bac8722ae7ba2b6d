"""Labels as numbers: what a position along a dimension that counts is worth.

``s`` drawn from the labels of ``year = 1990..2020`` is a position, 0 to 30; in ``t < s`` it is the
year. As an expression that is an element of the table of all labels.
"""

from .typed import Element, Expr, IndexValue, IndexVar, Tabulate, Type, WholeAxis
from .types import Bounds, Kind


def label_of(position: Expr, var: IndexVar, bounds: Bounds) -> Element:
    """The label at a position, as a number.

    Args:
        var: an index over the whole dimension, which is bound inside.
        bounds: of its labels.
    """
    number = Type(Kind.INT, (var,), bounds=bounds, dim=var.dim)
    label = IndexValue(var, type=number, span=position.span)
    table = Tabulate(
        (var,), label, type=Type(Kind.INT, (), (var.dim or 1,), bounds), span=position.span
    )
    whole = Type(Kind.INT, position.type.axes, (), bounds)
    return Element(table, (position,), type=whole, span=position.span)


def position_of(number: Expr, var: IndexVar) -> Element:
    """The position of the label that is a number: the opposite of `label_of`.

    Args:
        var: an index over the whole dimension, which is bound inside.
    """
    own = IndexValue(var, type=Type(Kind.INDEX, (var,), dim=var.dim), span=number.span)
    index = Type(Kind.INDEX, (), (var.dim or 1,), dim=var.dim)
    table = Tabulate((var,), own, type=index, span=number.span)
    whole = Type(Kind.INDEX, number.type.axes, dim=var.dim)
    return Element(table, (number,), type=whole, span=number.span)


def position_behind(e: Expr) -> Expr:
    """The position of which this is the label, where it is one; else the expression itself."""
    match e:
        case Element(base=Tabulate(vars=(var,), body=IndexValue(var=own)), slots=(at,)) if (
            own == var and not isinstance(at, WholeAxis) and at.type.kind is Kind.INDEX
        ):
            return at
        case _:
            return e
