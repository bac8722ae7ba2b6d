"""Families of which some elements are given: their values, and which these are."""

from ..graph import Elements, FromDataFile, FromFormula, FromOutside, Given, Node, Patched, Replaced
from ..target import DType, Value
from ..types import Kind
from .places import positions, size_of
from .scope import Scope


def patch(scope: Scope, node: Node, value: Value, elements: Elements) -> Value:
    """``value`` with some elements replaced by given ones."""
    b, shape = scope.builder, scope.shape(node.type.event)
    flat = b.reshape(value, (size_of(scope, node),))
    name = f"{node.role.of}_set" if isinstance(node.role, Patched) else f"{node.name}_seen"
    index = b.input(
        f"{name}_at",
        (len(elements.labels),),
        batched=False,
        dtype=DType.INT,
        source=f"torch.tensor([{', '.join(positions(scope, node, elements))}], dtype=torch.long)",
    )
    new = b.named(b.stack([_element_value(scope, node, g) for g in elements.given]), f"{name}_to")
    return b.reshape(b.scatter(flat, index, new), shape)


def is_among(scope: Scope, node: Node, elements: Elements, name: str, test: str = "in") -> Value:
    """BOOL over the family: which elements these are.

    Args:
        name: of the value in the generated code.
        test: ``in``, or ``not in`` for all others.
    """
    at = ", ".join(positions(scope, node, elements))
    shape = scope.shape(node.type.event)
    sizes = ", ".join(map(str, shape))
    return scope.builder.input(
        name,
        shape,
        batched=False,
        dtype=DType.BOOL,
        source=f"torch.tensor([i {test} ({at},) for i in range({size_of(scope, node)})])"
        f".reshape({sizes})",
    )


def _element_value(scope: Scope, node: Node, given: Given) -> Value:
    match given:
        case FromOutside(key=key):
            return scope.builder.input(
                key, (), batched=False, dtype=dtype_of(node), source=f"data[{key!r}]"
            )
        case FromFormula(expr=expr):
            return scope.lower(expr).value
        case FromDataFile() | Replaced():
            raise AssertionError("a single element is given by one number")


def dtype_of(node: Node) -> DType:
    """Type of a variable's numbers in the generated code."""
    return DType.INT if node.type.kind is Kind.INDEX else DType.FLOAT
