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

from ..target import Builder, DType, Value
from ..target.value import broadcast
from .function import walk_own

_SUMS = frozenset({"add", "sub", "neg"})
_NUMBERS = frozenset(
    {"add", "sub", "mul", "div", "where", "lt", "le", "gt", "ge", "eq", "ne", "xlogy", "xlog1py"}
)


@dataclass(frozen=True, slots=True)
class _Term:
    """``factor * left * right`` or ``factor * left / right``; a plain term has no ``right``."""

    factor: float
    left: Value
    right: Value | None = None
    divides: bool = False


def fused(builder: Builder, outputs: Sequence[Value]) -> list[Value]:
    """The same outputs in fewer operations."""
    order = list(walk_own(outputs))
    uses = Counter(x.id for v in order for x in v.inputs)
    uses.update(v.id for v in outputs)
    pass_ = _Fuse(builder, uses)
    for v in order:
        pass_.visit(v)
    return [pass_.new(v) for v in outputs]


@dataclass
class _Fuse:
    b: Builder
    uses: Mapping[int, int]
    made: dict[int, Value] = field(default_factory=dict)

    def new(self, v: Value) -> Value:
        """What stands for a value now. Parts of sums are made only when something else asks."""
        found = self.made.get(v.id)
        if found is None:
            found = self.made[v.id] = self._rebuilt(v) if v.batched else v
        return found

    def visit(self, v: Value) -> None:
        """Make a value, unless it will be a part of a longer sum or product."""
        if v.batched and not (self._open(v) and v.op in (*_SUMS, "mul", "square", "div")):
            self.new(v)

    def _open(self, v: Value) -> bool:
        """Whether nothing needs the value by itself."""
        return v.name is None and self.uses[v.id] == 1

    def _rebuilt(self, v: Value) -> Value:
        if v.op in _SUMS and v.dtype is DType.FLOAT:
            found = self._sum(v)
            if found is not None:
                return self._like(v, found)
        inputs = [self.new(x) for x in v.inputs]
        if v.op == "take":
            with self.b.at(v.span):
                return self._like(v, self._taken(*inputs))
        if v.op in _NUMBERS:
            inputs = [self._tensor(x) if x.host else x for x in inputs]
        if all(x is y for x, y in zip(inputs, v.inputs, strict=True)):
            return v
        with self.b.at(v.span):
            made = self.b.make(
                v.op, tuple(inputs), v.attrs, shape=v.shape, batched=True, dtype=v.dtype
            )  # fmt: skip
        return self._like(v, made)

    def _like(self, v: Value, made: Value) -> Value:
        return self.b.named(made, v.name, v.span) if v.name is not None else made

    def _tensor(self, x: Value) -> Value:
        return self.b.make("tensor", (x,), shape=(), dtype=x.dtype)

    def _taken(self, v: Value, index: Value) -> Value:
        """A gather: with a batch several times as fast as an index or ``index_select``."""
        shape = (*v.shape[:-1], index.shape[0])
        index = self.b.make(
            "index_like", (index, v), shape=shape, batched=True, dtype=DType.INT
        )  # fmt: skip
        return self.b.make("take_along", (v, index), shape=shape, dtype=v.dtype)

    # --- sums -----------------------------------------------------------------------------------

    def _sum(self, v: Value) -> Value | None:
        """A sum of which at least one term is a product, as a chain of fused additions."""
        terms = [self._term(sign, t) for sign, t in self._flat(v)]
        products = [t for t in terms if t.right is not None]
        plain = [t for t in terms if t.right is None]
        if not products or len(terms) < 2:
            return None
        start = next((t for t in plain if t.left.host and t.factor == 1.0), None)
        start = start or next((t for t in plain if t.factor == 1.0), None)
        start = start or next(iter(plain), terms[0])
        with self.b.at(v.span):
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
        return self._tensor(v) if v.host else self.new(v)

    def _make(self, op: str, inputs: Sequence[Value], attrs: tuple[float, ...]) -> Value:
        shape = broadcast([x.shape for x in inputs])
        aligned = tuple(self.b.align(x, len(shape)) for x in inputs)
        return self.b.make(op, aligned, attrs, shape=shape)

    def _flat(self, v: Value) -> list[tuple[float, Value]]:
        """Signed terms of a sum, left to right; inner sums of the same shape are opened."""
        terms: list[tuple[float, Value]] = []
        stack = [(1.0, v)]
        while stack:
            sign, t = stack.pop()
            inner = t is v or (self._open(t) and t.batched and t.shape == v.shape)
            if not inner or t.op not in _SUMS or t.dtype is not DType.FLOAT:
                terms.append((sign, t))
            elif t.op == "neg":
                stack.append((-sign, t.inputs[0]))
            else:
                second = sign if t.op == "add" else -sign
                stack += [(second, t.inputs[1]), (sign, t.inputs[0])]
        return terms

    def _term(self, sign: float, t: Value) -> _Term:
        if not (self._open(t) and t.batched and t.dtype is DType.FLOAT):
            return _Term(sign, t)
        factor = sign
        inner = t
        if t.op == "mul" and t.inputs[0].literal is not None:
            factor, inner = sign * t.inputs[0].literal, t.inputs[1]
            if not (self._open(inner) and inner.batched and inner.op in ("mul", "square", "div")):
                literal = self.b.const(factor)
                return _Term(1.0, inner, literal)
        if not all(x.dtype is DType.FLOAT for x in inner.inputs):
            return _Term(sign, t)
        if inner.op == "square":
            return _Term(factor, inner.inputs[0], inner.inputs[0])
        if inner.op == "mul" and inner.inputs[0].host:
            number, rest = inner.inputs
            return _Term(1.0, rest, self.b.apply("mul", factor, number))
        if inner.op in ("mul", "div"):
            left, right = inner.inputs
            return _Term(factor, left, right, divides=inner.op == "div")
        return _Term(sign, t)
