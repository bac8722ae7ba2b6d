"""Rules of functions, conditions and truth values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..value import Value
from .reading import is_number

if TYPE_CHECKING:
    from ..builder import Builder


def _log(b: Builder, x: Value) -> Value | None:
    if x.op == "exp":
        return x.inputs[0]
    if not x.batched:
        return None
    if x.op == "sigmoid":
        return b.apply("log_sigmoid", x.inputs[0])
    if x.op == "softmax":
        return b.log_softmax(x.inputs[0])
    if x.name is not None:
        return None
    if x.op == "sub" and is_number(x.inputs[0], 1.0) and x.inputs[1].op == "sigmoid":
        return b.apply("log_sigmoid", b.apply("neg", x.inputs[1].inputs[0]))
    if x.op == "reciprocal":
        return b.apply("neg", b.apply("log", x.inputs[0]))
    if x.op == "mul" and not x.inputs[0].batched and (x.inputs[0].literal or 0.0) > 0.0:
        return b.apply("add", b.apply("log", x.inputs[1]), b.apply("log", x.inputs[0]))
    return None


def _log1p(b: Builder, x: Value) -> Value | None:
    if x.op == "neg" and x.batched and x.inputs[0].op == "sigmoid":
        return b.apply("log_sigmoid", b.apply("neg", x.inputs[0].inputs[0]))
    return x.inputs[0] if x.op == "expm1" else None


def _exp(b: Builder, x: Value) -> Value | None:
    if x.op == "log":
        return x.inputs[0]
    if x.op == "log_sigmoid":
        return b.apply("sigmoid", x.inputs[0])
    return None


def _sqrt(b: Builder, x: Value) -> Value | None:
    return b.apply("abs", x.inputs[0]) if x.op == "square" else None


def _abs(b: Builder, x: Value) -> Value | None:
    if x.op == "neg":
        return b.apply("abs", x.inputs[0])
    return x if x.op in ("abs", "square", "exp", "sqrt") else None


def _xlogy(b: Builder, a: Value, x: Value) -> Value | None:
    if is_number(a, 0.0):
        return a
    if a.literal is not None or (x.op in ("exp", "sigmoid") and x.batched):
        return b.apply("mul", a, b.apply("log", x))
    return None


def _xlog1py(b: Builder, a: Value, x: Value) -> Value | None:
    if is_number(a, 0.0):
        return a
    if a.literal is not None or (x.op == "neg" and x.batched and x.inputs[0].op == "sigmoid"):
        return b.apply("mul", a, b.apply("log1p", x))
    return None


def _bound(name: str) -> Callable[[Builder, Value, Value], Value | None]:
    def rule(b: Builder, p: Value, q: Value) -> Value | None:
        if p is q:
            return p
        if p.literal is not None:
            p, q = q, p
        if q.literal is None or p.host:
            return None
        return b.make(name, (p,), (q.literal,), shape=p.shape, dtype=p.dtype)

    return rule


def _where(b: Builder, c: Value, p: Value, q: Value) -> Value | None:
    if c.literal is not None:
        return p if c.literal else q
    if p is q:
        return p
    if c.op == "not":
        return b.where(c.inputs[0], q, p)
    if p.op == "where" and p.inputs[0] is c:
        return b.where(c, p.inputs[1], q)
    if q.op == "where" and q.inputs[0] is c:
        return b.where(c, p, q.inputs[2])
    return None


def _and(b: Builder, p: Value, q: Value) -> Value | None:
    for one, other in ((p, q), (q, p)):
        if one.literal is not None:
            return other if one.literal else one
    return p if p is q else None


def _or(b: Builder, p: Value, q: Value) -> Value | None:
    for one, other in ((p, q), (q, p)):
        if one.literal is not None:
            return one if one.literal else other
    return p if p is q else None


def _not(b: Builder, p: Value) -> Value | None:
    return p.inputs[0] if p.op == "not" else None


FUNCTIONS: Mapping[str, Callable[..., Value | None]] = {
    "log": _log,
    "log1p": _log1p,
    "exp": _exp,
    "sqrt": _sqrt,
    "abs": _abs,
    "xlogy": _xlogy,
    "xlog1py": _xlog1py,
    "maximum": _bound("at_least"),
    "minimum": _bound("at_most"),
    "where": _where,
    "and": _and,
    "or": _or,
    "not": _not,
}
