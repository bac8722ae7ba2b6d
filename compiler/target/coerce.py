"""Kinds of number of the operands of a pointwise operation, and its value on literals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .op import Op
from .value import DType, Value

if TYPE_CHECKING:
    from .builder import Builder

_LOGIC = frozenset({"and", "or", "not"})
_COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
KINDS = _LOGIC | {"where"}  # operations that ask for truth values
_PROMOTING = frozenset({"add", "mul"})  # torch mixes a BOOL or INT tensor with a FLOAT one


def coerce(b: Builder, op: str, row: Op, values: Sequence[Value]) -> Sequence[Value]:
    """Operands of kinds that torch combines without reading its global default dtype.

    A BOOL or INT tensor meeting a Python float would become float32, whatever the program's dtype:
    it is made FLOAT first.
    """
    if op not in KINDS and all(v.dtype is DType.FLOAT for v in values):
        return values
    if op in _LOGIC:
        return [_truth(b, v) for v in values]
    if op == "where":
        return [_truth(b, values[0]), *_alike(b, values[1:], whole=True)]
    if op in _COMPARISONS:
        return values
    if op in _PROMOTING and any(v.dtype is DType.FLOAT and not v.host for v in values):
        return values
    return _alike(b, values, whole=row.whole, bools=False)


def _truth(b: Builder, v: Value) -> Value:
    return v if v.dtype is DType.BOOL else b.apply("ne", v, b.const(0, DType.INT))


def _alike(b: Builder, values: Sequence[Value], *, whole: bool, bools: bool = True) -> list[Value]:
    kinds = {v.dtype for v in values}
    if DType.FLOAT in kinds or not whole:
        return [b.to_float(v) for v in values]
    if bools and kinds == {DType.BOOL}:
        return list(values)
    return [_whole(b, v) for v in values]


def _whole(b: Builder, v: Value) -> Value:
    if v.dtype is DType.INT:
        return v
    if v.literal is not None:
        return b.const(v.literal, DType.INT)
    bare = v.inputs[0] if v.op == "expand" else v
    result = b.make("to_int", (to_tensor(b, bare),), shape=bare.shape, dtype=DType.INT)
    return b.expand(result, v.shape)


def to_tensor(b: Builder, v: Value) -> Value:
    """A tensor, 0-dimensional and made in bind, for a Python number."""
    return b.make("tensor", (v,), shape=(), dtype=v.dtype) if v.host else v


def fold(b: Builder, row: Op, values: Sequence[Value]) -> Value | None:
    """The result on literals, computed in float64; None where it is left to torch."""
    for v in values:
        if v.op != "const":
            return None
    if row.fold is None:
        return None
    try:
        result = row.fold(*[v.attrs[0] for v in values])
    except (ArithmeticError, ValueError):
        return None
    whole = row.whole and all(v.dtype is DType.INT for v in values)
    return b.const(result, row.result or (DType.INT if whole else DType.FLOAT))
