"""Rules of sums, differences and signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..value import Value
from .reading import SCALED, SUMMED, coefficient, fixed_term, masked, quotient

if TYPE_CHECKING:
    from ..builder import Builder


def _add(b: Builder, p: Value, q: Value) -> Value | None:
    if p.literal == 0.0:
        return q
    if q.literal == 0.0:
        return p
    if p.host and not q.host:
        return b.apply("add", q, p)
    if q.op == "neg":
        return b.apply("sub", p, q.inputs[0])
    if p.op == "neg":
        return b.apply("sub", q, p.inputs[0])
    if p.op == "sub" and p.inputs[1] is q:
        return p.inputs[0]
    if q.op == "sub" and q.inputs[1] is p:
        return q.inputs[0]
    if p.batched or q.batched:
        return _regrouped_sum(b, p, q) or _common_denominator(b, "add", p, q)
    return None


def _regrouped_sum(b: Builder, p: Value, q: Value) -> Value | None:
    if p is q:
        return b.apply("mul", 2.0, p)
    if q.op in SCALED:
        c, rest = coefficient(b, q)
        if c < 0.0:
            return b.apply("sub", p, b.apply("mul", -c, rest))
    if p.op in SCALED:
        c, rest = coefficient(b, p)
        if c == -1.0:
            return b.apply("sub", q, rest)
    left = fixed_term(b, p) if p.op in SUMMED else None
    right = fixed_term(b, q) if q.op in SUMMED else None
    if left is not None:
        z, u = left
        if not q.batched and not q.shape:
            return b.apply("add", z, b.apply("add", u, q))
        if right is not None:
            total = b.apply("add", u, right[1])
            return b.apply("add", b.apply("add", z, right[0]), total)
        return b.apply("add", b.apply("add", z, q), u) if q.batched else None
    if right is not None and p.batched:
        return b.apply("add", b.apply("add", p, right[0]), right[1])
    return None


def _sub(b: Builder, p: Value, q: Value) -> Value | None:
    if q.literal == 0.0:
        return p
    if p.literal == 0.0:
        return b.apply("neg", q)
    if p is q:
        return b.const(0.0, p.dtype)
    if q.op == "neg":
        return b.apply("add", p, q.inputs[0])
    if q.literal is not None:
        return b.apply("add", p, b.const(-q.literal, q.dtype))
    found = _cancelled_difference(b, p, q)
    if found is not None:
        return found
    if p.batched or q.batched:
        return _regrouped_difference(b, p, q) or _common_denominator(b, "sub", p, q)
    return None


def _cancelled_difference(b: Builder, p: Value, q: Value) -> Value | None:
    if p.op == "add" and q in p.inputs:
        return p.inputs[1] if p.inputs[0] is q else p.inputs[0]
    if p.op == "sub" and p.inputs[0] is q:
        return b.apply("neg", p.inputs[1])
    if q.op == "add" and p in q.inputs:
        return b.apply("neg", q.inputs[1] if q.inputs[0] is p else q.inputs[0])
    if q.op == "sub" and q.inputs[0] is p:
        return q.inputs[1]
    return None


def _regrouped_difference(b: Builder, p: Value, q: Value) -> Value | None:
    if q.op in SCALED:
        c, rest = coefficient(b, q)
        if c < 0.0:
            return b.apply("add", p, b.apply("mul", -c, rest))
    left = fixed_term(b, p) if p.op in SUMMED else None
    right = fixed_term(b, q) if q.op in SUMMED else None
    if right is not None and (p.batched or not p.shape):
        z, u = right
        if left is not None:
            total = b.apply("sub", left[1], u)
            return b.apply("add", b.apply("sub", left[0], z), total)
        if not p.batched:
            return b.apply("sub", b.apply("sub", p, u), z)
        return b.apply("sub", b.apply("sub", p, z), u)
    if left is not None and (q.batched or not q.shape):
        z, u = left
        if not q.batched:
            return b.apply("add", z, b.apply("sub", u, q))
        return b.apply("add", b.apply("sub", z, q), u)
    return None


def _common_denominator(b: Builder, op: str, p: Value, q: Value) -> Value | None:
    """``x / s + y / s`` as ``(x + y) / s``."""
    if p.op not in SCALED or q.op not in SCALED:
        return None
    one = quotient(b, p)
    other = quotient(b, q) if one is not None else None
    if one is None or other is None or one[1] is not other[1]:
        return None
    return b.apply("div", b.apply(op, one[0], other[0]), one[1])


def _neg(b: Builder, x: Value) -> Value | None:
    if x.op == "neg":
        return x.inputs[0]
    if not x.batched or x.name is not None:
        return None
    # not (q - p) for -(p - q): the difference is usually there, and the sign is usually absorbed
    if x.op == "reciprocal":
        return b.apply("div", -1.0, x.inputs[0])
    if x.op in SCALED:
        factor, rest = coefficient(b, x)
        return b.apply("mul", -factor, rest) if factor != 1.0 else None
    mask = masked(b, x)
    if mask is not None:
        c, g, positive = mask
        inner = b.apply("neg", g)
        zero = b.const(0.0, inner.dtype)
        return b.where(c, inner, zero) if positive else b.where(c, zero, inner)
    return None


SUMS: Mapping[str, Callable[..., Value | None]] = {
    "add": _add,
    "sub": _sub,
    "neg": _neg,
}
