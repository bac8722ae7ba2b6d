"""Where elements that are named by their labels stand in a flattened family."""

from ..graph import Elements, Node
from ..typed import Const, Expr, Label
from .scope import Scope


def positions(scope: Scope, node: Node, elements: Elements) -> list[str]:
    """Host integers (as text): positions of the elements in the flattened family."""
    return [_linear(scope, node, labels) for labels in elements.labels]


def size_of(scope: Scope, node: Node) -> int | str:
    """Number of elements of a variable."""
    return scope.product(scope.shape(node.type.event), f"n_all_{node.name}")


def _linear(scope: Scope, node: Node, labels: tuple[Expr, ...]) -> str:
    text = "0"
    for extent, label in zip(node.type.event, labels, strict=True):
        match label:
            case Label(label=word) if isinstance(extent, str):
                at = str(scope.position(extent, word))
            case Const(value=number):  # an axis without a name counts from 1
                at = str(int(number) - 1)
            case _:
                raise AssertionError("an element is named by constant labels")
        text = at if text == "0" else f"({text}) * {scope.size(extent)} + {at}"
    return text
