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


_FLOAT = DType.FLOAT


def simplest(b: Builder, op: str, given: Sequence[Value]) -> Value:
    """The simplest value that an operation on these operands has."""
    row = POINTWISE[op]
    # one look at the operands, of which long models have very many
    floats = literals = True
    repeated = columns = False
    shape: Shape = ()
    for v in given:
        if v.dtype is not _FLOAT:
            floats = False
        if v.shape:
            if v.shape != shape:
                shape = broadcast((shape, v.shape)) if shape else v.shape
            if v.op == "expand":
                repeated = True
                continue
            if v.op == "unsqueeze":
                columns = True
        if v.literal is None:
            literals = False
    bare = given if floats and op not in KINDS else coerce(b, op, row, given)
    if repeated:
        bare = [v.inputs[0] if v.op == "expand" else v for v in bare]
        columns = True  # perhaps
    result = fold(b, row, bare) if literals else None
    if result is None and b.simplify:
        if columns:
            result = views.outside(b, op, bare)
        if result is None:
            rule = RULES.get(op)
            if rule is not None:
                result = rule(b, *bare)
    if result is None:
        result = pointwise(b, op, bare)
    return result if result.shape == shape else b.expand(result, shape)


def pointwise(b: Builder, op: str, args: Sequence[Value]) -> Value:
    """The operation as it stands, its operands aligned."""
    row = POINTWISE[op]
    numbers, dtype = True, args[-1].dtype
    shape: Shape = ()
    for v in args:
        if not v.host:
            numbers = False
        if v.shape and v.shape != shape:
            shape = broadcast((shape, v.shape)) if shape else v.shape
        if v.dtype is _FLOAT:
            dtype = _FLOAT
    host = row.python and numbers
    if row.tensors and not host or not host and numbers:
        args = [to_tensor(b, v) for v in args]
    elif op == "where":  # of two Python numbers torch would make its default dtype
        number = args[1].host and args[2].host
        yes = to_tensor(b, args[1]) if number else args[1]
        args = [to_tensor(b, args[0]), yes, args[2]]
    if shape:
        rank = len(shape)
        args = [b.align(v, rank) if v.rank < rank and v.batched else v for v in args]
    return b.make(op, tuple(args), shape=shape, dtype=row.result or dtype, host=host)
