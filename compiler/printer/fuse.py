"""Fewer and cheaper torch calls for functions that run at every step.

One torch call costs about a microsecond, whatever it computes, and a Python number among its
operands about half as much again. So here sums of products become ``addcmul`` and ``addcdiv``, and
literals become tensors that ``bind`` makes once. What is computed stays the same; it is only less
pleasant to read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..target import Builder, DType, Value
from ..target.value import broadcast
from .function import walk_own

_SUMS = frozenset({"add", "sub", "neg"})
_PRODUCTS = frozenset({"mul", "square", "div"})
_NUMBERS = frozenset(
    {"add", "sub", "mul", "div", "where", "lt", "le", "gt", "ge", "eq", "ne", "xlogy", "xlog1py"}
)

# A term of a sum is ``factor * left * right``, or ``factor * left / right`` if the last is true; a
# plain term has no ``right``. A tuple, because a long model has tens of thousands of them.
_Term = tuple[float, Value, Value | None, bool]


def fused(builder: Builder, outputs: Sequence[Value]) -> list[Value]:
    """The same outputs in fewer operations."""
    order = walk_own(outputs)
    uses = Counter([x.id for v in order for x in v.inputs])
    uses.update([v.id for v in outputs])
    sums = _Sums(builder, uses)
    sums.find(order)
    made = _Made(builder, sums.found)
    with builder.at(None):
        made.add([v for v in order if v.batched and v.id not in sums.within])
    return [made.values.get(v.id, v) for v in outputs]


class _Sums:
    """Finds the sums to be fused, from the last to the first.

    Attributes:
        found: terms of each fused sum.
        within: values that have become parts of a fused sum.
    """

    def __init__(self, builder: Builder, uses: Mapping[int, int]) -> None:
        self.b = builder
        self.uses = uses
        self.found: dict[int, list[_Term]] = {}
        self.within: set[int] = set()
        self._plain: set[int] = set()  # parts of a sum that is not worth fusing

    def find(self, order: Sequence[Value]) -> None:
        """Decide about values, each after everything that uses it."""
        for v in reversed(order):
            if v.op not in _SUMS or not v.batched or v.dtype is not DType.FLOAT:
                continue
            if v.id not in self.within and v.id not in self._plain:
                self._decide(v)

    def _decide(self, v: Value) -> None:
        """Whether a sum is to be fused, which takes in sums of the same shape and products that
        nothing else needs."""
        inner: list[int] = []
        parts: list[int] = []
        terms: list[_Term] = []
        products = False
        stack = [(1.0, v)]  # left to right, from the end
        while stack:
            sign, t = stack.pop()
            op = t.op
            if t is not v:
                if op in _PRODUCTS and self._own(t):
                    term = self._product(sign, t, parts)
                    products = products or term[2] is not None
                    terms.append(term)
                    continue
                if op not in _SUMS or t.shape != v.shape or not self._own(t):
                    terms.append((sign, t, None, False))
                    continue
                inner.append(t.id)
            if op == "neg":
                stack.append((-sign, t.inputs[0]))
            else:
                second = sign if op == "add" else -sign
                stack += ((second, t.inputs[1]), (sign, t.inputs[0]))
        if products and len(terms) > 1:
            self.found[v.id] = terms
            self.within.update(inner)
            self.within.update(parts)
        else:
            self._plain.update(inner)

    def _own(self, v: Value) -> bool:
        """Whether one value alone needs this one, and may compute it itself."""
        return self.uses[v.id] == 1 and v.batched and v.name is None and v.dtype is DType.FLOAT

    def _product(self, sign: float, t: Value, parts: list[int]) -> _Term:
        """A product as a term; the values that it takes in are appended to ``parts``."""
        factor, product = sign, t
        if t.op == "mul" and (number := t.inputs[0].literal) is not None:
            factor, product = sign * number, t.inputs[1]
            if product.op not in _PRODUCTS or not self._own(product):
                parts.append(t.id)
                return 1.0, product, self.b.const(factor), False
        left, right = product.inputs[0], product.inputs[-1]  # the same of a square
        if left.dtype is not DType.FLOAT or right.dtype is not DType.FLOAT:
            return sign, t, None, False
        parts += (t.id, product.id)
        if product.op == "mul" and left.host:
            return 1.0, right, self.b.apply("mul", factor, left), False
        return factor, left, right, product.op == "div"


class _Made:
    """What stands for each value now.

    Attributes:
        values: by the old value, where it is another one.
    """

    def __init__(self, builder: Builder, sums: Mapping[int, Sequence[_Term]]) -> None:
        self.b = builder
        self.sums = sums
        self.values: dict[int, Value] = {}
        self._tensors: dict[int, Value] = {}

    def add(self, order: Sequence[Value]) -> None:
        """Make values, operands first; what belongs to ``bind`` stays as it is."""
        b, values, sums = self.b, self.values, self.sums
        for v in order:
            b.span = v.span
            if v.id in sums:
                made = self._sum(v, sums[v.id])
            elif v.op == "take":
                made = self._taken(v)
            else:  # without a call: nearly all values of a long model
                numbers = v.op in _NUMBERS
                inputs: list[Value] | None = None
                for i, x in enumerate(v.inputs):
                    new = self._tensor(x) if numbers and x.host else values.get(x.id)
                    if new is not None:
                        if inputs is None:
                            inputs = [*v.inputs]
                        inputs[i] = new
                if inputs is None:
                    continue
                made = b.make(
                    v.op, tuple(inputs), v.attrs, shape=v.shape, batched=True, dtype=v.dtype
                )
            if made is not v:
                values[v.id] = made if v.name is None else b.named(made, v.name, v.span)

    def _tensor(self, x: Value) -> Value:
        """A Python number as a tensor."""
        found = self._tensors.get(x.id)
        if found is None:
            found = self.b.make("tensor", (x,), shape=(), dtype=x.dtype)
            self._tensors[x.id] = found
        return found

    def _taken(self, v: Value) -> Value:
        """A gather: with a batch several times as fast as an index or ``index_select``."""
        x, index = [self.values.get(x.id, x) for x in v.inputs]
        shape = (*x.shape[:-1], index.shape[0])
        index = self.b.make("index_like", (index, x), shape=shape, batched=True, dtype=DType.INT)
        return self.b.make("take_along", (x, index), shape=shape, dtype=x.dtype)

    # --- sums -----------------------------------------------------------------------------------

    def _sum(self, v: Value, terms: Sequence[_Term]) -> Value:
        """A chain of fused additions, which begins with a term that costs nothing."""
        start = _start(terms)
        total = self._alone(terms[start])
        for i, (factor, left, right, divides) in enumerate(terms):
            if i == start:
                continue
            left = self._operand(left)
            if right is None:
                total = self._make("add" if factor > 0 else "sub", (total, left))
            else:
                op = "addcdiv" if divides else "addcmul"
                total = self._make(op, (total, left, self._operand(right)), (factor,))
        return total if total.shape == v.shape else self.b.expand(total, v.shape)

    def _alone(self, term: _Term) -> Value:
        """The term with which a sum begins."""
        factor, left, right, divides = term
        total = self._operand(left)
        if right is not None:
            total = self._make("div" if divides else "mul", (total, self._operand(right)))
        if factor == -1.0:
            return self._make("neg", (total,))
        if factor == 1.0:
            return total
        return self._make("mul", (self._tensor(self.b.const(factor)), total))

    def _operand(self, v: Value) -> Value:
        if v.host:
            return self._tensor(v)
        new = self.values.get(v.id, v)
        return new if new.dtype is DType.FLOAT else self.b.to_float(new)  # no difference of truths

    def _make(self, op: str, inputs: tuple[Value, ...], attrs: tuple[float, ...] = ()) -> Value:
        shape = inputs[0].shape
        for x in inputs:
            if x.shape != shape:
                shape = broadcast([x.shape for x in inputs])
                inputs = tuple([self.b.align(x, len(shape)) for x in inputs])
                break
        return self.b.make(op, inputs, attrs, shape=shape)


def _start(terms: Sequence[_Term]) -> int:
    """Position of the term with which a sum best begins: a number, another plain term, a plain
    term with a factor, or else the first."""
    at, cost = 0, 3
    for i, (factor, left, right, _) in enumerate(terms):
        if right is None:
            its = 2 if factor != 1.0 else 1 if not left.host else 0
            if its < cost:
                at, cost = i, its
    return at
