"""Values: the nodes of straight-line tensor programs, and the arithmetic of their shapes.

A value is an array of shape ``(*batch, *shape)``: ``shape`` is what the compiler knows, and a
batched value has axes before it (chains, particles, draws) whose number and lengths only the caller
knows. Axes are therefore always counted from the right.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from ...grammar.source import Span

# Length of an axis: a number, or the name of a host integer that is computed when data are bound.
# Two different symbols, or a symbol and a number, are taken as equal where they must be: the
# checker has compared dimensions, and binding compares lengths.
Size = int | str
Shape = tuple[Size, ...]


class DType(Enum):
    """What the numbers of a value are; FLOAT is the program's one float type."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"


class Value:
    """One operation of a straight-line program, with its result.

    Made by `Builder` alone, which gives out every value once: two values are the same computation
    exactly when they are the same object. ``name`` and ``span`` are hints for the printer and the
    only things that may still change; they never change what is computed.

    Attributes:
        op: key of ``ops.OPS``.
        inputs: operands.
        attrs: what else fixes the operation: a literal, axes, sizes, names.
        shape: trailing shape.
        rank: number of trailing axes.
        literal: its number, for a literal; None for everything else.
        batched: whether batch axes come before ``shape``. An unbatched value depends on data alone
            and is computed once, when they are bound.
        dtype: kind of number.
        host: a Python number rather than a tensor: a literal, a size, or arithmetic of those.
        id: position in the order of construction; operands have smaller ones.
        name: identifier under which it is to be printed, on a line of its own.
        span: where in the model it comes from.
    """

    __slots__ = (
        "attrs",
        "batched",
        "dtype",
        "host",
        "id",
        "inputs",
        "literal",
        "name",
        "op",
        "rank",
        "shape",
        "span",
    )

    def __init__(
        self,
        op: str,
        inputs: tuple[Value, ...],
        attrs: tuple[Any, ...],
        shape: Shape,
        batched: bool,
        dtype: DType,
        host: bool,
        id: int,
        span: Span | None,
    ) -> None:
        """Store the fields; only `Builder` calls this."""
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.shape = shape
        self.batched = batched
        self.dtype = dtype
        self.host = host
        self.id = id
        self.span = span
        self.name: str | None = None
        # stored, since simplification asks at every turn
        self.literal: float | None = attrs[0] if op == "const" else None
        self.rank = len(shape)

    def __repr__(self) -> str:
        """One level deep: values share operands, and a tree of them can be huge."""
        args = [f"%{v.id}" for v in self.inputs] + [repr(a) for a in self.attrs]
        shape = [*(["*batch"] if self.batched else []), *map(str, self.shape)]
        return f"%{self.id} = {self.op}({', '.join(args)}): [{', '.join(shape)}]"


class ShapeMismatch(AssertionError):
    """Shapes that cannot meet: a mistake of the pass that built the program, not of a user."""


def broadcast_size(a: Size, b: Size) -> Size:
    """Length of an axis on which two lengths meet; numbers win over symbols."""
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if isinstance(a, int) and isinstance(b, int):
        raise ShapeMismatch(f"axes of length {a} and {b} meet")
    return b if isinstance(b, int) else a


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """Right-aligned broadcast of trailing shapes."""
    result: Shape = ()
    for shape in shapes:
        if shape == result or not shape:
            continue
        longer, shorter = (shape, result) if len(shape) > len(result) else (result, shape)
        lead = len(longer) - len(shorter)
        result = longer[:lead] + tuple(map(broadcast_size, longer[lead:], shorter))
    return result


def same_shape(a: Shape, b: Shape) -> bool:
    """Whether two shapes are taken as equal."""
    return a == b or (
        len(a) == len(b) and all(x == y or (x != 1 and y != 1) for x, y in zip(a, b, strict=True))
    )


def without_axes(shape: Shape, axes: Iterable[int]) -> Shape:
    """The shape after reducing negative ``axes``."""
    gone = {len(shape) + a for a in axes}
    return tuple([n for i, n in enumerate(shape) if i not in gone])


def walk(outputs: Iterable[Value]) -> list[Value]:
    """Everything that ``outputs`` need, each once, operands first, near their first use.

    Depth first from the left, so that what a statement needs is computed just before it.
    """
    seen: set[int] = set()
    found: list[Value] = []
    for output in outputs:
        stack: list[Value | tuple[Value]] = [output]  # a tuple: its operands are done
        while stack:
            v = stack.pop()
            if isinstance(v, tuple):
                found.append(v[0])
            elif v.id not in seen:
                seen.add(v.id)
                if v.inputs:
                    stack.append((v,))
                    stack.extend([x for x in reversed(v.inputs) if x.id not in seen])
                else:
                    found.append(v)
    return found
