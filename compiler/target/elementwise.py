"""Operations number by number: kinds, shapes and simplification of their operands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import views
from .coerce import KINDS, coerce, fold, to_tensor
from .ops import POINTWISE
from .simplify import RULES
from .value import DType, Shape, Value, broadcast

if TYPE_CHECKING:
    from .builder import Builder


def simplest(b: Builder, op: str, given: list[Value]) -> Value:
    """The simplest value that an operation on these operands has."""
    row = POINTWISE[op]
    # one look at the operands: long models are mostly made of plain numbers
    floats = literals = True
    shapeless = True
    for v in given:
        if v.dtype is not DType.FLOAT:
            floats = False
        if v.literal is None:
            literals = False
        if v.shape:
            shapeless = False
    values = bare = given if floats and op not in KINDS else coerce(b, op, row, given)
    shape: Shape = ()
    if not shapeless:
        shape = broadcast([v.shape for v in values])
        bare = [v.inputs[0] if v.op == "expand" else v for v in values]
        literals = True
    result = fold(b, row, bare) if literals else None
    if result is None and b.simplify:
        if not shapeless:
            result = views.outside(b, op, bare)
        if result is None and op in RULES:
            result = RULES[op](b, *bare)
    if result is None:
        result = pointwise(b, op, bare)
    return result if result.shape == shape else b.expand(result, shape)


def pointwise(b: Builder, op: str, args: Sequence[Value]) -> Value:
    """The operation as it stands, its operands aligned."""
    row = POINTWISE[op]
    numbers, shapeless, dtype = True, True, args[-1].dtype
    for v in args:
        if not v.host:
            numbers = False
        if v.shape:
            shapeless = False
        if v.dtype is DType.FLOAT:
            dtype = DType.FLOAT
    host = row.python and numbers
    if row.tensors and not host or not host and numbers:
        args = [to_tensor(b, v) for v in args]
    elif op == "where":  # of two Python numbers torch would make its default dtype
        number = args[1].host and args[2].host
        yes = to_tensor(b, args[1]) if number else args[1]
        args = [to_tensor(b, args[0]), yes, args[2]]
    shape: Shape = ()
    if not shapeless:
        shape = broadcast([v.shape for v in args])
        args = [b.align(v, len(shape)) if v.batched else v for v in args]
    return b.make(op, tuple(args), shape=shape, dtype=row.result or dtype, host=host)
