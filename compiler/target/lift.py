"""Programs of one number after another, for all steps at once.

What a step computes number by number from what is known of all steps is computed for all of them
in one go: every placeholder becomes an array with the steps along its last axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .ops import POINTWISE
from .value import Size, Value, broadcast, walk

if TYPE_CHECKING:
    from .builder import Builder

# number by number, like the pointwise operations, and not written by hand
_ALIKE = frozenset({"at_least", "at_most", "gamma_grad", "stop", "tensor", "to_float", "to_index"})
_SHIFTED = frozenset({"sum", "unsqueeze", "squeeze", "expand"})
_KNOWN = frozenset({*POINTWISE, *_ALIKE, *_SHIFTED})


def can_lift(outputs: Sequence[Value]) -> bool:
    """Whether a program is made of operations that `lifted` knows."""
    return all(v.host or not v.inputs or v.op in _KNOWN for v in walk(outputs))


def lifted(b: Builder, outputs: Sequence[Value], arrays: Mapping[int, Value]) -> list[Value]:
    """The outputs for all steps.

    Args:
        arrays: by placeholder, its values for all steps along the last axis; or with a unit axis
            there, for what is the same in all of them.
    """
    made = dict(arrays)
    for v in walk(outputs):
        if v.id not in made:
            made[v.id] = _one(b, v, [made[x.id] for x in v.inputs], arrays)
    return [made[v.id] for v in outputs]


def _one(b: Builder, v: Value, inputs: Sequence[Value], arrays: Mapping[int, Value]) -> Value:
    if all(x is y for x, y in zip(inputs, v.inputs, strict=True)) and not v.shape:
        return v
    if v.op in POINTWISE:
        return b.apply(v.op, *inputs)
    if v.op in _ALIKE:
        shape = broadcast([x.shape for x in inputs])
        inputs = [b.align(x, len(shape)) for x in inputs]
        return b.make(v.op, tuple(inputs), v.attrs, shape=shape, dtype=v.dtype)
    (x,) = inputs
    if x.host or x is v.inputs[0] and not x.shape:
        x = b.unsqueeze(x, (-1,))
    if v.op == "expand":
        return b.expand(x, (*v.shape, x.shape[-1]))
    axes = tuple(a - 1 for a in v.attrs)
    if v.op == "sum":
        return b.reduce("sum", x, axes, split=False)
    return b.unsqueeze(x, axes) if v.op == "unsqueeze" else b.squeeze(x, axes)


def steps_of(b: Builder, v: Value, lag: Size, span: tuple[Size, Size]) -> Value:
    """Elements of a sequence as the steps of ``span`` see them, each ``lag`` steps back."""
    return b.slice(b.pad(v, lag, 0), *span)
