"""Rules of products, quotients and powers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..value import DType, Value
from .reading import SCALED, SUMMED, coefficient, masked, through_mask

if TYPE_CHECKING:
    from ..builder import Builder


_DEPTH = 6  # of nested terms through which a factor is cancelled
_TERMS = frozenset({"div", "reciprocal", "neg", "mul", "add", "sub"})  # that it is cancelled in


def _mul(b: Builder, p: Value, q: Value) -> Value | None:
    if q.literal is not None and p.literal is None:
        p, q = q, p
    if p.literal is not None:
        return _scaled(b, p.literal, q, p.dtype)
    found = through_mask(b, "mul", p, q) if p.op == "where" else None
    if found is None and q.op == "where":
        found = through_mask(b, "mul", q, p)
    if found is None and p.op in _TERMS:
        found = _cancel(b, p, q, 0)
    if found is None and q.op in _TERMS:
        found = _cancel(b, q, p, 0)
    if found is not None:
        return found
    if p is q:
        return b.apply("square", p)
    if q.op == "reciprocal" and q.name is None and q.batched:
        return b.apply("div", p, q.inputs[0])
    if p.op == "reciprocal" and p.name is None and p.batched:
        return b.apply("div", q, p.inputs[0])
    if p.batched or q.batched:
        return _collected(b, p, q)
    return None


def _scaled(b: Builder, c: float, q: Value, dtype: DType) -> Value | None:
    if c == 1.0:
        return q if q.dtype is dtype or q.dtype is DType.FLOAT else None
    if c == 0.0:
        return b.const(0.0, q.dtype if q.dtype is not DType.BOOL else dtype)
    if c == -1.0:
        return b.apply("neg", q)
    if q.batched:
        if q.op in SCALED:
            inner, rest = coefficient(b, q)
            if inner != 1.0:
                return b.apply("mul", c * inner, rest)
        if q.op == "reciprocal" and q.name is None:
            return b.apply("div", c, q.inputs[0])
        if q.op == "div" and q.name is None and q.inputs[1].literal not in (None, 0.0):
            return b.apply("mul", c / q.inputs[1].literal, q.inputs[0])
        if q.op == "where" and masked(b, q) is not None:
            return through_mask(b, "mul", q, b.const(c))
        if q.op in SUMMED and q.name is None:
            found = _distributed(b, c, q)
            if found is not None:
                return found
    # written with its literal first
    return b.pointwise("mul", (b.const(c, dtype), q))


def _distributed(b: Builder, c: float, v: Value) -> Value | None:
    """``c * (x + y)`` with ``c`` in the terms, where that takes fewer multiplications."""
    if any([x.op in SUMMED for x in v.inputs]):
        return None  # a long sum keeps its factor outside: one multiplication is enough
    terms = [coefficient(b, x) if x.literal is None else (x.literal, None) for x in v.inputs]
    before = 1 + sum([rest is not None and abs(d) != 1.0 for d, rest in terms])
    after = sum([rest is not None and abs(c * d) != 1.0 for d, rest in terms])
    if after >= before or any([rest is None for _, rest in terms]) and after + 1 > before:
        return None
    return b.apply(v.op, *(b.apply("mul", c, x) for x in v.inputs))


def _collected(b: Builder, p: Value, q: Value) -> Value | None:
    """Literals of both factors together, on the smaller factor."""
    if p.op not in SCALED and q.op not in SCALED:
        return None
    c, p_rest = coefficient(b, p)
    d, q_rest = coefficient(b, q)
    if c == 1.0 and d == 1.0:
        return None
    if c * d == 1.0:
        return b.apply("mul", p_rest, q_rest)
    if _volume(p_rest) == _volume(q_rest):
        return b.apply("mul", c * d, b.apply("mul", p_rest, q_rest))
    small, big = (p_rest, q_rest) if _volume(p_rest) < _volume(q_rest) else (q_rest, p_rest)
    scaled = b.apply("mul", c * d, small)
    if scaled is p or scaled is q:
        return None  # it stands there already
    return b.apply("mul", scaled, big)


def _volume(v: Value) -> int:
    """Number of axes that are longer than one: what tells a number from a column of data."""
    return len(v.shape) - v.shape.count(1)


def _cancel(b: Builder, v: Value, s: Value, depth: int) -> Value | None:
    """``v * s`` where every term of ``v`` is divided by ``s``."""
    if v.name is not None or depth > _DEPTH:
        return None
    match v.op:
        case "div":
            p, q = v.inputs
            if q is s:
                return p
            if q.op == "square" and q.inputs[0] is s:
                return b.apply("div", p, s)
            inner = _cancel(b, p, s, depth + 1) if p.op in ("div", "mul", "neg") else None
            return b.apply("div", inner, q) if inner is not None else None
        case "reciprocal":
            q = v.inputs[0]
            if q is s:
                return b.const(1.0)
            if q.op == "square" and q.inputs[0] is s:
                return b.apply("reciprocal", s)
        case "neg":
            inner = _cancel(b, v.inputs[0], s, depth + 1)
            return b.apply("neg", inner) if inner is not None else None
        case "mul":
            for p, q in (v.inputs, v.inputs[::-1]):
                inner = _cancel(b, q, s, depth + 1) if q.op in _TERMS else None
                if inner is not None:
                    return b.apply("mul", p, inner)
        case "add" | "sub":
            # one cancelled division pays for the multiplication of the other term
            left, right = [
                _cancel(b, x, s, depth + 1) if x.op in _TERMS else None for x in v.inputs
            ]
            if left is not None or right is not None:
                left = left if left is not None else b.apply("mul", v.inputs[0], s)
                right = right if right is not None else b.apply("mul", v.inputs[1], s)
                return b.apply(v.op, left, right)
        case _:
            pass
    return None


def _div(b: Builder, p: Value, q: Value) -> Value | None:
    if q.literal == 1.0 or p.literal == 0.0:
        return p
    if p is q:
        return b.const(1.0)
    if p.literal == 1.0 and not q.host:
        return b.apply("reciprocal", q)
    if p.op == "mul" and q in p.inputs:
        return p.inputs[1] if p.inputs[0] is q else p.inputs[0]
    found = through_mask(b, "div", p, q) if p.op == "where" else None
    if found is not None:
        return found
    if q.op == "square" and q.inputs[0] is p:
        return b.apply("reciprocal", p)
    if p.op == "square" and p.inputs[0] is q:
        return q
    if not p.batched and not q.batched:
        return None
    if q.op == "neg" and q.name is None:
        return b.apply("neg", b.apply("div", p, q.inputs[0]))
    if q.literal is not None:
        c, rest = coefficient(b, p) if p.op in SCALED else (1.0, p)
        return b.apply("mul", c / q.literal, rest) if c != 1.0 and q.literal != 0.0 else None
    if p.op == "neg" and p.name is None:
        return b.apply("neg", b.apply("div", p.inputs[0], q))
    return None


def _reciprocal(b: Builder, x: Value) -> Value | None:
    if x.op == "reciprocal":
        return x.inputs[0]
    if x.host:
        return b.apply("div", 1.0, x)
    if x.op == "div" and x.name is None:
        return b.apply("div", x.inputs[1], x.inputs[0])
    return None


def _square(b: Builder, x: Value) -> Value | None:
    if x.op in ("neg", "abs"):
        return b.apply("square", x.inputs[0])
    if not x.batched or x.name is not None:
        return None
    if x.op == "sqrt":
        return x.inputs[0]
    if x.op == "mul" and not x.inputs[0].batched:
        return b.apply("mul", b.apply("square", x.inputs[0]), b.apply("square", x.inputs[1]))
    if x.op == "mul" and not x.inputs[1].batched:
        return b.apply("mul", b.apply("square", x.inputs[1]), b.apply("square", x.inputs[0]))
    if x.op == "div" and not x.inputs[1].batched:
        weight = b.apply("reciprocal", b.apply("square", x.inputs[1]))
        return b.apply("mul", weight, b.apply("square", x.inputs[0]))
    return None


def _pow(b: Builder, x: Value, n: Value) -> Value | None:
    match n.literal:
        case 0.0:
            return b.const(1.0)
        case 1.0:
            return x
        case 2.0:
            return b.apply("square", x)
        case 3.0:
            return b.apply("mul", b.apply("square", x), x)
        case 0.5:
            return b.apply("sqrt", x)
        case -0.5:
            return b.apply("reciprocal", b.apply("sqrt", x))
        case -1.0:
            return b.apply("reciprocal", x)
        case -2.0:
            return b.apply("reciprocal", b.apply("square", x))
        case _:
            return b.const(1.0) if x.literal == 1.0 else None


PRODUCTS: Mapping[str, Callable[..., Value | None]] = {
    "mul": _mul,
    "div": _div,
    "reciprocal": _reciprocal,
    "square": _square,
    "pow": _pow,
}
