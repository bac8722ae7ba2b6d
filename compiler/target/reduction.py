"""Reductions, and what can be known about a sum before it is computed.

A factor that does not vary along an axis is pulled out of a sum over it, a term that does not vary
is multiplied by the length, and a sum of products is a matrix product where it can be (see
`contraction`): so that a scale that all rows share meets one number instead of a column of data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .contraction import contraction
from .value import DType, Shape, Value, without_axes

if TYPE_CHECKING:
    from .builder import Builder

_DEPTH = 40  # of nested factors that are looked through


def reduced(b: Builder, op: str, v: Value, axes: tuple[int, ...], *, split: bool) -> Value:
    """The reduction of ``v`` over sorted negative ``axes``, in its simplest form."""
    if op in ("any", "all"):
        v = v if v.dtype is DType.BOOL else b.apply("ne", v, 0.0)
    elif op in ("prod", "logsumexp"):
        v = b.to_float(v)
    if not axes:
        return v
    if not b.simplify:
        return _plain(b, op, v, axes)
    if v.op == "expand":
        return _of_expanded(b, op, v, axes)
    unit = [a for a in axes if v.shape[a] == 1]
    if unit:
        rest = tuple(a + sum(u > a for u in unit) for a in axes if a not in unit)
        return reduced(b, op, b.squeeze(v, unit), rest, split=split)
    if op == "sum" and v.dtype is DType.FLOAT:
        return _total(b, v, axes, split, 0)
    return _plain(b, op, v, axes)


def _plain(b: Builder, op: str, v: Value, axes: tuple[int, ...]) -> Value:
    if op == "prod" and len(axes) > 1:  # torch multiplies along one axis at a time
        last = axes[-1]
        rest = tuple(a + 1 if a < last else a for a in axes[:-1])
        return _plain(b, op, _plain(b, op, v, (last,)), rest)
    dtype = DType.INT if op == "sum" and v.dtype is DType.BOOL else v.dtype
    return b.make(op, (v,), axes, shape=without_axes(v.shape, axes), dtype=dtype)


def _of_expanded(b: Builder, op: str, v: Value, axes: tuple[int, ...]) -> Value:
    """A reduction over axes of which some are repetitions."""
    inner = v.inputs[0]
    repeated = [a for a in axes if _lacks(inner, a)]
    count = b.product_of_sizes([v.shape[a] for a in repeated])
    result = inner
    own = tuple(a for a in axes if -a <= inner.rank)
    if own:
        result = reduced(b, op, inner, own, split=True)
    n = b.size_value(count)
    if op == "sum":
        result = b.apply("mul", n, result)
    elif op == "prod":
        result = b.apply("pow", result, n)
    elif op == "logsumexp":
        result = b.apply("add", result, b.apply("log", n))
    return b.expand(result, without_axes(v.shape, axes))


def _lacks(v: Value, axis: int) -> bool:
    return -axis > v.rank or v.shape[axis] == 1


def _constant_along(v: Value, axes: Sequence[int]) -> list[int]:
    return [a for a in axes if _lacks(v, a)]


def _without(b: Builder, v: Value, axes: Sequence[int]) -> Value:
    """``v``, which is constant along ``axes``, without them."""
    return b.squeeze(v, [a for a in axes if -a <= v.rank])


def _total(b: Builder, v: Value, axes: tuple[int, ...], split: bool, depth: int) -> Value:
    # what depends on data alone keeps its order of arithmetic, and a name is read as it is
    if v.batched and v.name is None and depth < _DEPTH:
        found = None
        match v.op:
            case "neg":
                found = b.apply("neg", _sum(b, v.inputs[0], axes, split, depth))
            case "mul":
                found = _of_product(b, v, axes, depth)
            case "div":
                found = _of_quotient(b, v, axes, depth)
            case "square":
                found = _of_square(b, v.inputs[0], axes, depth)
            case "add" | "sub" if split:
                found = _of_terms(b, v, axes, depth)
            case _:
                pass
        if found is not None:
            return b.expand(found, without_axes(v.shape, axes))
    return _plain(b, "sum", v, axes)


def _sum(b: Builder, v: Value, axes: tuple[int, ...], split: bool, depth: int) -> Value:
    if v.op == "expand" or any(_lacks(v, a) for a in axes) or v.dtype is not DType.FLOAT:
        return reduced(b, "sum", v, axes, split=split)
    return _total(b, v, axes, split, depth + 1)


def _of_product(b: Builder, v: Value, axes: tuple[int, ...], depth: int) -> Value | None:
    p, q = v.inputs
    for factor, rest in ((p, q), (q, p)):
        free = _constant_along(factor, axes)
        if not free:
            continue
        inner = _sum(b, rest, tuple(free), False, depth)
        if len(free) == len(axes):
            return b.apply("mul", _without(b, factor, axes), inner)
        product = b.apply("mul", factor, b.unsqueeze(inner, free))
        return reduced(b, "sum", product, axes, split=False)
    for data, other in ((p, q), (q, p)):
        if not data.batched and other.batched and len(axes) == 1:
            found = _matrix_product(b, data, other, v.shape, axes[0])
            if found is not None:
                return found
    return contraction(b, p, q, v.shape, axes)


def _matrix_product(b: Builder, data: Value, v: Value, shape: Shape, axis: int) -> Value | None:
    """A sum of products with data, where it is a product of matrices; None where it is not."""
    if data.rank == 1 and axis == -1:
        return b.matmul(v, data)
    if data.rank != 2 or v.rank != 2:
        return None
    if axis == -1 and v.shape[-2] == 1:
        return b.matmul(b.squeeze(v, (-2,)), b.transpose(data))
    if axis == -2 and v.shape[-1] == 1:
        return b.matmul(b.squeeze(v, (-1,)), data)
    return None


def _of_quotient(b: Builder, v: Value, axes: tuple[int, ...], depth: int) -> Value | None:
    p, q = v.inputs
    if len(_constant_along(q, axes)) == len(axes):
        return b.apply("div", _sum(b, p, axes, False, depth), _without(b, q, axes))
    if not q.batched:
        product = b.apply("mul", p, b.apply("reciprocal", q))
        return _of_product(b, product, axes, depth) if product.op == "mul" else None
    return None


def _of_square(b: Builder, x: Value, axes: tuple[int, ...], depth: int) -> Value | None:
    """``(r / s)^2`` and ``(r s)^2`` with a factor that does not vary."""
    if x.op not in ("div", "mul") or x.name is not None:
        return None
    p, q = x.inputs
    if len(_constant_along(q, axes)) == len(axes):
        r, s = p, q
    elif x.op == "mul" and len(_constant_along(p, axes)) == len(axes):
        r, s = q, p
    else:
        return None
    inner = _sum(b, b.apply("square", r), axes, False, depth)
    return b.apply(x.op, inner, b.apply("square", _without(b, s, axes)))


def _of_terms(b: Builder, v: Value, axes: tuple[int, ...], depth: int) -> Value | None:
    terms = _terms(v)
    whole = b.product_of_sizes([v.shape[a] for a in axes])
    if not any(_separable(t, axes) for _, t in terms):
        return None
    together: Value | None = None
    apart: list[tuple[int, Value]] = []
    for sign, t in terms:
        if _separable(t, axes):
            apart.append((sign, t))
        else:
            together = _signed(b, together, sign, t)
    result = None
    if together is not None:
        result = _sum(b, together, axes, False, depth)
    for sign, t in apart:
        if len(_constant_along(t, axes)) == len(axes):
            part = b.apply("mul", b.size_value(whole), _without(b, t, axes))
        else:
            part = _sum(b, b.expand(t, _full(t.shape, v.shape, axes)), axes, False, depth)
        result = _signed(b, result, sign, part)
    return result


def _full(own: Shape, shape: Shape, axes: Sequence[int]) -> Shape:
    """A term's shape, with the summed axes at their full length."""
    rank = max(len(own), -min(axes))
    padded = (1,) * (rank - len(own)) + own
    return tuple(shape[i - rank] if i - rank in axes else n for i, n in enumerate(padded))


def _separable(t: Value, axes: Sequence[int]) -> bool:
    """Whether a term is cheaper to sum on its own than with the others."""
    return not t.batched or (
        t.name is None and t.op in ("mul", "div", "square") or bool(_constant_along(t, axes))
    )


def _terms(v: Value) -> list[tuple[int, Value]]:
    """Signed terms of nested sums and differences, left to right."""
    found: list[tuple[int, Value]] = []
    stack = [(1, v, True)]
    while stack:
        sign, t, top = stack.pop()
        if t.name is not None and not top:
            found.append((sign, t))
        elif t.op == "add":
            stack += [(sign, t.inputs[1], False), (sign, t.inputs[0], False)]
        elif t.op == "sub":
            stack += [(-sign, t.inputs[1], False), (sign, t.inputs[0], False)]
        elif t.op == "neg":
            stack.append((-sign, t.inputs[0], False))
        else:
            found.append((sign, t))
    return found


def _signed(b: Builder, so_far: Value | None, sign: int, t: Value) -> Value:
    if so_far is None:
        return t if sign > 0 else b.apply("neg", t)
    return b.apply("add" if sign > 0 else "sub", so_far, t)
