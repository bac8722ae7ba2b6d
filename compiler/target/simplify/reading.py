"""What a rule sees of a value: literal factors, fixed terms, masks, quotients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..value import Value

if TYPE_CHECKING:
    from ..builder import Builder


SCALED = frozenset({"neg", "mul", "div"})  # what may have a coefficient
SUMMED = frozenset({"add", "sub"})  # what may have a fixed term


def is_number(v: Value, number: float) -> bool:
    """Whether ``v`` is this literal."""
    return v.op == "const" and v.attrs[0] == number


def is_open(v: Value, op: str) -> bool:
    """Whether a rule may take ``v`` apart as this operation."""
    return v.op == op and v.name is None


def coefficient(b: Builder, v: Value) -> tuple[float, Value]:
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
        axes, bare = v.attrs, v.inputs[0]
    c, rest = 1.0, bare
    if bare.name is None and bare.batched:
        if bare.op == "neg":
            c, rest = -1.0, bare.inputs[0]
        elif bare.op == "mul" and bare.inputs[0].literal is not None:
            c, rest = bare.inputs[0].literal, bare.inputs[1]
        elif bare.op == "div" and bare.inputs[0].literal is not None:
            c, rest = bare.inputs[0].literal, b.apply("reciprocal", bare.inputs[1])
    return c, rest if axes is None else b.unsqueeze(rest, axes)


def fixed_term(b: Builder, v: Value) -> tuple[Value, Value] | None:
    """``(z, u)`` when ``v`` is ``z + u`` with one number ``u`` that is known from data."""
    if v.op in SUMMED and v.name is None and v.batched:
        z, u = v.inputs
        # x - u of a variable is a residual, which is there anyway; not so a part of a longer sum
        if z.batched and not u.batched and not u.shape and (u.host or _is_part(z)):
            return z, u if v.op == "add" else b.apply("neg", u)
        if v.op == "add" and u.batched and not z.batched and not z.shape:
            return u, z
    return None


def _is_part(v: Value) -> bool:
    return v.name is None and v.op in ("add", "sub", "mul", "div", "neg", "sum", "matmul")


def masked(b: Builder, v: Value) -> tuple[Value, Value, bool] | None:
    """``(c, g, where c)`` when ``v`` is ``g`` under a mask and 0 elsewhere."""
    if is_open(v, "where"):
        c, x, y = v.inputs
        if is_number(y, 0.0):
            return c, x, True
        if is_number(x, 0.0):
            return c, y, False
    return None


def through_mask(b: Builder, op: str, v: Value, other: Value) -> Value | None:
    """``op(v, other)`` with the mask of ``v`` outside, where it also hides 0 * inf and 0 / 0."""
    mask = masked(b, v)
    if mask is None:
        return None
    c, g, positive = mask
    inner = b.apply(op, g, other)
    zero = b.const(0.0, inner.dtype)  # a mask keeps whole numbers whole
    return b.where(c, inner, zero) if positive else b.where(c, zero, inner)


def quotient(b: Builder, v: Value) -> tuple[Value, Value] | None:
    """Numerator and denominator of a quotient, a literal factor included."""
    c, rest = coefficient(b, v) if v.op in ("neg", "mul") else (1.0, v)
    if not is_open(rest, "div") or not rest.inputs[1].batched:
        return None
    p, q = rest.inputs
    return (p if c == 1.0 else b.apply("mul", c, p)), q
