"""Fewer and cheaper torch calls for functions that run at every step.

One torch call costs about a microsecond, whatever it computes, and a Python number among its
operands about half as much again. So here sums of products become ``addcmul`` and ``addcdiv``, and
literals become tensors that ``bind`` makes once. What is computed stays the same; it is only less
pleasant to read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..target import Builder, DType, Value
from ..target.value import broadcast
from .function import walk_own

_SUMS = frozenset({"add", "sub", "neg"})
_PRODUCTS = frozenset({"mul", "square", "div"})
_NUMBERS = frozenset(
    {"add", "sub", "mul", "div", "where", "lt", "le", "gt", "ge", "eq", "ne", "xlogy", "xlog1py"}
)


class _Term(NamedTuple):
    """``factor * left * right`` or ``factor * left / right``; a plain term has no ``right``.

    Attributes:
        parts: values that are computed within the sum, and nowhere else.
    """

    factor: float
    left: Value
    right: Value | None = None
    divides: bool = False
    parts: tuple[Value, ...] = ()


def fused(builder: Builder, outputs: Sequence[Value]) -> list[Value]:
    """The same outputs in fewer operations."""
    order = walk_own(outputs)
    uses = Counter([x.id for v in order for x in v.inputs])
    uses.update([v.id for v in outputs])
    sums = _Sums(builder, uses)
    for v in reversed(order):
        sums.find(v)
    made = _Made(builder, sums.found)
    with builder.at(None):
        for v in order:
            if v.id not in sums.within:
                builder.span = v.span
                made.add(v)
    return [made.new(v) for v in outputs]


@dataclass
class _Sums:
    """Finds the sums to be fused, from the last to the first.

    Attributes:
        found: terms of each fused sum.
        within: values that have become parts of a fused sum.
    """

    b: Builder
    uses: Mapping[int, int]
    found: dict[int, list[_Term]] = field(default_factory=dict)
    within: set[int] = field(default_factory=set)
    _plain: set[int] = field(default_factory=set)

    def find(self, v: Value) -> None:
        """Decide about a value, after everything that uses it."""
        if v.id in self.within or v.id in self._plain or not self._is_sum(v):
            return
        inner, signed = self._flat(v)
        terms = [self._term(sign, t) for sign, t in signed]
        if len(terms) < 2 or all(t.right is None for t in terms):
            self._plain.update(inner)
            return
        self.found[v.id] = terms
        self.within.update(inner)
        self.within.update(x.id for t in terms for x in t.parts)

    def _is_sum(self, v: Value) -> bool:
        return v.batched and v.op in _SUMS and v.dtype is DType.FLOAT

    def _open(self, v: Value) -> bool:
        """Whether nothing needs the value by itself."""
        return (
            v.batched and v.dtype is DType.FLOAT and v.name is None and self.uses[v.id] == 1
        )  # fmt: skip

    def _flat(self, v: Value) -> tuple[list[int], list[tuple[float, Value]]]:
        """Inner sums of the same shape, and the signed terms, left to right."""
        inner: list[int] = []
        terms: list[tuple[float, Value]] = []
        stack = [(1.0, v)]
        while stack:
            sign, t = stack.pop()
            if t is not v:
                if not (self._is_sum(t) and self._open(t) and t.shape == v.shape):
                    terms.append((sign, t))
                    continue
                inner.append(t.id)
            if t.op == "neg":
                stack.append((-sign, t.inputs[0]))
            else:
                second = sign if t.op == "add" else -sign
                stack += [(second, t.inputs[1]), (sign, t.inputs[0])]
        return inner, terms

    def _term(self, sign: float, t: Value) -> _Term:
        if not self._open(t) or t.op not in _PRODUCTS:
            return _Term(sign, t)
        factor, product = sign, t
        parts: tuple[Value, ...] = (t,)
        if t.op == "mul" and (number := t.inputs[0].literal) is not None:
            factor, product = sign * number, t.inputs[1]
            if not self._open(product) or product.op not in _PRODUCTS:
                return _Term(1.0, product, self.b.const(factor), parts=parts)
            parts = (t, product)
        if any(x.dtype is not DType.FLOAT for x in product.inputs):
            return _Term(sign, t)
        if product.op == "square":
            return _Term(factor, product.inputs[0], product.inputs[0], parts=parts)
        left, right = product.inputs
        if product.op == "mul" and left.host:
            return _Term(1.0, right, self.b.apply("mul", factor, left), parts=parts)
        return _Term(factor, left, right, product.op == "div", parts)


@dataclass
class _Made:
    """What stands for each value now."""

    b: Builder
    sums: Mapping[int, list[_Term]]
    values: dict[int, Value] = field(default_factory=dict)

    def new(self, v: Value) -> Value:
        """The new value; what belongs to ``bind`` stays as it is."""
        return self.values.get(v.id, v)

    def add(self, v: Value) -> None:
        """Make a value whose operands are made."""
        if not v.batched:
            return
        made = self._sum(v) if v.id in self.sums else self._rebuilt(v)
        if made is not v and v.name is not None:
            made = self.b.named(made, v.name, v.span)
        self.values[v.id] = made

    def _rebuilt(self, v: Value) -> Value:
        known = self.values
        inputs = tuple([known.get(x.id, x) for x in v.inputs])
        if v.op == "take":
            return self._taken(*inputs)
        if v.op in _NUMBERS:
            inputs = tuple([self._tensor(x) if x.host else x for x in inputs])
        if inputs == v.inputs:  # the same objects
            return v
        return self.b.make(v.op, inputs, v.attrs, shape=v.shape, batched=True, dtype=v.dtype)

    def _tensor(self, x: Value) -> Value:
        return self.b.make("tensor", (x,), shape=(), dtype=x.dtype) if x.host else x

    def _taken(self, v: Value, index: Value) -> Value:
        """A gather: with a batch several times as fast as an index or ``index_select``."""
        shape = (*v.shape[:-1], index.shape[0])
        index = self.b.make("index_like", (index, v), shape=shape, batched=True, dtype=DType.INT)
        return self.b.make("take_along", (v, index), shape=shape, dtype=v.dtype)

    # --- sums -----------------------------------------------------------------------------------

    def _sum(self, v: Value) -> Value:
        """A chain of fused additions, which begins with a term that costs nothing."""
        terms = self.sums[v.id]
        plain = [t for t in terms if t.right is None]
        start = next((t for t in plain if t.left.host and t.factor == 1.0), None)
        start = start or next((t for t in plain if t.factor == 1.0), None)
        start = start or next(iter(plain), terms[0])
        total = self._alone(start)
        for t in terms:
            if t is not start:
                total = self._plus(total, t)
        return self.b.expand(total, v.shape)

    def _alone(self, t: _Term) -> Value:
        """The term with which a sum begins."""
        total = self._operand(t.left)
        if t.right is not None:
            total = self._make("div" if t.divides else "mul", (total, self._operand(t.right)), ())
        if t.factor == -1.0:
            return self._make("neg", (total,), ())
        if t.factor == 1.0:
            return total
        return self._make("mul", (self._tensor(self.b.const(t.factor)), total), ())

    def _plus(self, total: Value, t: _Term) -> Value:
        left = self._operand(t.left)
        if t.right is None:
            return self._make("add" if t.factor > 0 else "sub", (total, left), ())
        op = "addcdiv" if t.divides else "addcmul"
        return self._make(op, (total, left, self._operand(t.right)), (t.factor,))

    def _operand(self, v: Value) -> Value:
        return self._tensor(self.new(v))

    def _make(self, op: str, inputs: Sequence[Value], attrs: tuple[float, ...]) -> Value:
        shape = broadcast([x.shape for x in inputs])
        if shape:
            inputs = [self.b.align(x, len(shape)) for x in inputs]
        return self.b.make(op, tuple(inputs), attrs, shape=shape)
