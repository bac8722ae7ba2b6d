"""Simplification of pointwise operations as they are made: one function of rules for each.

A rule returns a value that is the same in real numbers, or None. Two kinds of rules:

* identities (``x + 0``, ``--x``, ``log(exp(x))``) hold for every value;
* rules that regroup arithmetic, to bring literals and what depends on data alone together, apply to
  batched values only: what a model says about its data is computed in the order in which it is
  written, so that ``floor(t / 49)`` is what it looks like. They do not look through named values,
  which are computed anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .value import DType, Value

if TYPE_CHECKING:
    from .builder import Builder

_DEPTH = 6  # of nested terms through which a factor is cancelled


def simplified(b: Builder, op: str, args: Sequence[Value]) -> Value | None:
    """A simpler value than the operation on these operands, or None."""
    rule = _RULES.get(op)
    return rule(b, *args) if rule is not None else None


# --- reading values -----------------------------------------------------------------------------


def _is(v: Value, number: float) -> bool:
    return v.op == "const" and v.attrs[0] == number


def _open(v: Value, op: str) -> bool:
    """Whether a rule may take ``v`` apart as this operation."""
    return v.op == op and v.name is None


def _coefficient(b: Builder, v: Value) -> tuple[float, Value]:
    """``v`` as a literal times the rest."""
    if v.name is None and v.batched:
        if v.op == "neg":
            return -1.0, v.inputs[0]
        if v.op in ("mul", "div"):
            p, q = v.inputs
            if p.literal is not None:
                return p.literal, q if v.op == "mul" else b.apply("reciprocal", q)
            if p.name is None and p.batched:
                c, rest = _own_coefficient(b, p)
                if c != 1.0:
                    return c, b.apply(v.op, rest, q)
    return 1.0, v


def _own_coefficient(b: Builder, v: Value) -> tuple[float, Value]:
    """Like `_coefficient`, of the value itself or of the number that it is a column of."""
    axes: tuple[int, ...] | None = None
    bare = v
    if v.op == "unsqueeze":
        axes, bare = v.attrs, v.inputs[0]  # type: ignore[assignment]
    c, rest = 1.0, bare
    if bare.name is None and bare.batched:
        if bare.op == "neg":
            c, rest = -1.0, bare.inputs[0]
        elif bare.op == "mul" and bare.inputs[0].literal is not None:
            c, rest = bare.inputs[0].literal, bare.inputs[1]
        elif bare.op == "div" and bare.inputs[0].literal is not None:
            c, rest = bare.inputs[0].literal, b.apply("reciprocal", bare.inputs[1])
    return c, rest if axes is None else b.unsqueeze(rest, axes)


def _fixed_term(b: Builder, v: Value) -> tuple[Value, Value] | None:
    """``(z, u)`` when ``v`` is ``z + u`` with one number ``u`` that is known from data."""
    if v.op in ("add", "sub") and v.name is None and v.batched:
        z, u = v.inputs
        # x - u of a variable is a residual, which is there anyway; not so a part of a longer sum
        if z.batched and not u.batched and not u.shape and (u.host or _is_part(z)):
            return z, u if v.op == "add" else b.apply("neg", u)
        if v.op == "add" and u.batched and not z.batched and not z.shape:
            return u, z
    return None


def _is_part(v: Value) -> bool:
    return v.name is None and v.op in ("add", "sub", "mul", "div", "neg", "sum", "matmul")


def _masked(b: Builder, v: Value) -> tuple[Value, Value, bool] | None:
    """``(c, g, where c)`` when ``v`` is ``g`` under a mask and 0 elsewhere."""
    if _open(v, "where"):
        c, x, y = v.inputs
        if _is(y, 0.0):
            return c, x, True
        if _is(x, 0.0):
            return c, y, False
    return None


def _through_mask(b: Builder, op: str, v: Value, other: Value) -> Value | None:
    """``op(v, other)`` with the mask of ``v`` outside, where it also hides 0 * inf and 0 / 0."""
    mask = _masked(b, v)
    if mask is None:
        return None
    c, g, positive = mask
    inner = b.apply(op, g, other)
    zero = b.const(0.0, inner.dtype)  # a mask keeps whole numbers whole
    return b.where(c, inner, zero) if positive else b.where(c, zero, inner)


def _quotient(b: Builder, v: Value) -> tuple[Value, Value] | None:
    """Numerator and denominator of a quotient, a literal factor included."""
    c, rest = _coefficient(b, v) if v.op in ("neg", "mul") else (1.0, v)
    if not _open(rest, "div") or not rest.inputs[1].batched:
        return None
    p, q = rest.inputs
    return (p if c == 1.0 else b.apply("mul", c, p)), q


# --- sums ---------------------------------------------------------------------------------------


def _add(b: Builder, p: Value, q: Value) -> Value | None:
    if _is(p, 0.0):
        return q
    if _is(q, 0.0):
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
    c, rest = _coefficient(b, q)
    if c < 0.0:
        return b.apply("sub", p, b.apply("mul", -c, rest))
    c, rest = _coefficient(b, p)
    if c == -1.0:
        return b.apply("sub", q, rest)
    left, right = _fixed_term(b, p), _fixed_term(b, q)
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
    if _is(q, 0.0):
        return p
    if _is(p, 0.0):
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
    c, rest = _coefficient(b, q)
    if c < 0.0:
        return b.apply("add", p, b.apply("mul", -c, rest))
    left, right = _fixed_term(b, p), _fixed_term(b, q)
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
    one = _quotient(b, p)
    other = _quotient(b, q) if one is not None else None
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
    c, rest = _coefficient(b, x)
    if c != 1.0:
        return b.apply("mul", -c, rest)
    mask = _masked(b, x)
    if mask is not None:
        c, g, positive = mask
        inner = b.apply("neg", g)
        zero = b.const(0.0, inner.dtype)
        return b.where(c, inner, zero) if positive else b.where(c, zero, inner)
    return None


# --- products -----------------------------------------------------------------------------------


def _mul(b: Builder, p: Value, q: Value) -> Value | None:
    if q.literal is not None and p.literal is None:
        p, q = q, p
    if p.literal is not None:
        return _scaled(b, p.literal, q, p.dtype)
    found = _through_mask(b, "mul", p, q) or _through_mask(b, "mul", q, p)
    if found is not None:
        return found
    found = _cancel(b, p, q, 0) or _cancel(b, q, p, 0)
    if found is not None:
        return found
    if p is q:
        return b.apply("square", p)
    if _open(q, "reciprocal") and q.batched:
        return b.apply("div", p, q.inputs[0])
    if _open(p, "reciprocal") and p.batched:
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
        inner, rest = _coefficient(b, q)
        if inner != 1.0:
            return b.apply("mul", c * inner, rest)
        if _open(q, "reciprocal"):
            return b.apply("div", c, q.inputs[0])
        if _open(q, "div") and q.inputs[1].literal is not None:
            return b.apply("mul", c / q.inputs[1].literal, q.inputs[0])
        if _masked(b, q) is not None:
            return _through_mask(b, "mul", q, b.const(c))
        if q.op in ("add", "sub") and q.name is None:
            found = _distributed(b, c, q)
            if found is not None:
                return found
    # written with its literal first
    return b.pointwise("mul", (b.const(c, dtype), q))


def _distributed(b: Builder, c: float, v: Value) -> Value | None:
    """``c * (x + y)`` with ``c`` in the terms, where that takes fewer multiplications."""
    terms = [_coefficient(b, x) if x.literal is None else (x.literal, None) for x in v.inputs]
    before = 1 + sum(rest is not None and abs(d) != 1.0 for d, rest in terms)
    after = sum(rest is not None and abs(c * d) != 1.0 for d, rest in terms)
    if after >= before or any(rest is None for _, rest in terms) and after + 1 > before:
        return None
    return b.apply(v.op, *(b.apply("mul", c, x) for x in v.inputs))


def _collected(b: Builder, p: Value, q: Value) -> Value | None:
    """Literals of both factors together, on the smaller factor."""
    c, p_rest = _coefficient(b, p)
    d, q_rest = _coefficient(b, q)
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
    return sum(n != 1 for n in v.shape)


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
                inner = _cancel(b, q, s, depth + 1)
                if inner is not None:
                    return b.apply("mul", p, inner)
        case "add" | "sub":
            # one cancelled division pays for the multiplication of the other term
            left, right = (_cancel(b, x, s, depth + 1) for x in v.inputs)
            if left is not None or right is not None:
                left = left if left is not None else b.apply("mul", v.inputs[0], s)
                right = right if right is not None else b.apply("mul", v.inputs[1], s)
                return b.apply(v.op, left, right)
        case _:
            pass
    return None


def _div(b: Builder, p: Value, q: Value) -> Value | None:
    if _is(q, 1.0) or _is(p, 0.0):
        return p
    if p is q:
        return b.const(1.0)
    if _is(p, 1.0) and not q.host:
        return b.apply("reciprocal", q)
    if p.op == "mul" and q in p.inputs:
        return p.inputs[1] if p.inputs[0] is q else p.inputs[0]
    found = _through_mask(b, "div", p, q)
    if found is not None:
        return found
    if q.op == "square" and q.inputs[0] is p:
        return b.apply("reciprocal", p)
    if p.op == "square" and p.inputs[0] is q:
        return q
    if not p.batched and not q.batched:
        return None
    if _open(q, "neg"):
        return b.apply("neg", b.apply("div", p, q.inputs[0]))
    if q.literal is not None:
        c, rest = _coefficient(b, p)
        return b.apply("mul", c / q.literal, rest) if c != 1.0 and q.literal != 0.0 else None
    if _open(p, "neg"):
        return b.apply("neg", b.apply("div", p.inputs[0], q))
    return None


def _reciprocal(b: Builder, x: Value) -> Value | None:
    if x.op == "reciprocal":
        return x.inputs[0]
    if x.host:
        return b.apply("div", 1.0, x)
    if _open(x, "div"):
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
            return b.const(1.0) if _is(x, 1.0) else None


# --- functions ----------------------------------------------------------------------------------


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
    if x.op == "sub" and _is(x.inputs[0], 1.0) and x.inputs[1].op == "sigmoid":
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
    if _is(a, 0.0):
        return a
    if a.literal is not None or (x.op in ("exp", "sigmoid") and x.batched):
        return b.apply("mul", a, b.apply("log", x))
    return None


def _xlog1py(b: Builder, a: Value, x: Value) -> Value | None:
    if _is(a, 0.0):
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


# --- truth --------------------------------------------------------------------------------------


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


_RULES: Mapping[str, Callable[..., Value | None]] = {
    "add": _add,
    "sub": _sub,
    "neg": _neg,
    "mul": _mul,
    "div": _div,
    "reciprocal": _reciprocal,
    "square": _square,
    "pow": _pow,
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
