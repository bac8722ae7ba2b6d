"""Sums over ranges that vary, of elements times weights: as sums over all elements of a family.

``sum(j in 1..t - 1)(x[j] * w[t - j])`` is ``sum(n)(x[n] * W[t, n])`` with weights that are 0 where
the range does not reach. The weights are one array; the sum is a product of matrices outside of a
recurrence, and within one every element is added to all later sums as soon as it is known.
"""

from collections.abc import Callable
from dataclasses import replace

from ...grammar.frozen import frozen
from ..recurrence import number_of
from ..substitute import rebuild
from ..typed import (
    Apply,
    Const,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    OverDim,
    OverRange,
    Reduce,
    Type,
    Var,
    Where,
    WholeAxis,
)
from ..types import Kind


@frozen
class Weighted:
    """``sum(var in dimension)(element * weight)``.

    Attributes:
        axis: the slot of ``element`` that is ``var``.
        plain: whether the sum has no other factors than the element.
    """

    var: IndexVar
    element: Element
    axis: int
    weight: Expr
    plain: bool


def weighted(e: Reduce, is_factor: Callable[[Element], bool]) -> Weighted | None:
    """A sum over a range that varies, as one over all elements of the factor that is asked for.

    None where it is no such sum, or where a position is reached in another way than by adding to
    the index or by subtracting it.
    """
    if e.op != "sum" or len(e.vars) != 1 or not isinstance(e.body, Where):
        return None
    (j,) = e.vars
    test, body, other = e.body.condition, e.body.yes, e.body.no
    if not (isinstance(other, Const) and other.value == 0.0 and isinstance(j.domain, OverRange)):
        return None
    found = [f for f in _factors(body) if _depends(f, j) and is_factor(f)]
    if len(found) != 1:
        return None
    (factor,) = found
    slots = list(enumerate(factor.slots))
    moving = [(i, s) for i, s in slots if not isinstance(s, WholeAxis) and _depends(s, j)]
    if len(moving) != 1:
        return None
    ((axis, slot),) = moving
    dim = factor.base.type.event[axis]
    if not isinstance(dim, str):
        return None
    n = replace(j, domain=OverDim(dim))
    back = _solved(slot, j, number_of(n, j.span))
    if back is None:
        return None
    one = Const(1.0, type=Type(Kind.REAL), span=factor.span)
    rest = rebuild(body, lambda x: one if x is factor else x)
    inside = _apply("and", _apply("ge", back, j.domain.first), _apply("le", back, j.domain.last))
    test = _apply("and", inside, _with(test, j, back))
    rest = _with(rest, j, back)
    axes = _union(test, rest)
    weight = Where(test, rest, other, type=Type(Kind.REAL, axes), span=body.span)
    return Weighted(n, _placed(factor, axis, n), axis, weight, body is factor)


def _factors(e: Expr) -> list[Element]:
    """Elements that multiply the whole of a product."""
    match e:
        case Element(base=Var()):
            return [e]
        case Apply(fn="mul", args=(a, b)):
            return [*_factors(a), *_factors(b)]
        case Apply(fn="div", args=(a, _)) | Apply(fn="neg", args=(a,)):
            return _factors(a)
        case _:
            return []


def _solved(slot: Expr, j: IndexVar, n: Expr) -> Expr | None:
    """``j`` as a formula of ``n``, from ``slot == n``."""
    match slot:
        case IndexValue(var=var, type=t) if var == j and t.kind is Kind.INT:
            return n
        case Apply(fn="sub", args=(a, IndexValue(var=var))) if var == j and not _depends(a, j):
            return _apply("sub", a, n)
        case Apply(fn="sub", args=(IndexValue(var=var), a)) if var == j and not _depends(a, j):
            return _apply("add", n, a)
        case Apply(fn="add", args=(IndexValue(var=var), a)) if var == j and not _depends(a, j):
            return _apply("sub", n, a)
        case _:
            return None


def _with(e: Expr, j: IndexVar, new: Expr) -> Expr:
    """``e`` with another formula for an index."""

    def change(x: Expr) -> Expr:
        if isinstance(x, IndexValue):
            return new if x.var == j else x
        if j not in x.type.axes:
            return x
        axes = sorted({*(v for v in x.type.axes if v != j), *new.type.axes}, key=lambda v: v.id)
        return replace(x, type=replace(x.type, axes=tuple(axes)))

    return rebuild(e, change)


def _placed(factor: Element, axis: int, n: IndexVar) -> Element:
    slots = list(factor.slots)
    slots[axis] = number_of(n, factor.span)
    axes = {v for s in slots if not isinstance(s, WholeAxis) for v in s.type.axes}
    type_ = replace(factor.type, axes=tuple(sorted(axes, key=lambda v: v.id)))
    return replace(factor, slots=tuple(slots), type=type_)


def _depends(e: Expr, j: IndexVar) -> bool:
    return j in e.type.axes


def _union(*parts: Expr) -> tuple[IndexVar, ...]:
    return tuple(sorted({v for e in parts for v in e.type.axes}, key=lambda v: v.id))


def _apply(fn: str, a: Expr, b: Expr) -> Apply:
    logical = fn in ("and", "ge", "le")
    kind = Kind.BOOL if logical else Kind.INT if fn in ("add", "sub") else Kind.REAL
    return Apply(fn, (a, b), type=Type(kind, _union(a, b)), span=a.span)
