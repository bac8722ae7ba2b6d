"""Ranges whose ends depend on other indices: ``sum(j in 1..t - 1)(…)``.

Such a reduction runs over the widest range there is, the same for every index, and leaves out what
is not inside: its body becomes a conditional, whose other branch is what the reduction starts from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

from ...grammar import tree
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import complaints, typed
from ..functions import ELEMENTWISE
from ..recurrence import linear
from ..types import Bounds, Kind
from .binders import Ends, bind, fresh, index_value, range_ends, ranged
from .context import Context, Scope
from .indices import slots_of
from .labels import Recurse
from .operators import apply
from .order import ends_in, numbered, speaks_of_ends

# What a reduction of nothing is: leaving a term out and counting this are the same.
NEUTRAL: Mapping[str, float] = {
    "sum": 0.0,
    "prod": 1.0,
    "min": inf,
    "max": -inf,
    "logsumexp": -inf,
    "mean": 0.0,
}


@frozen
class Within:
    """An index variable over the widest range, with the ends that hold for each other index.

    Attributes:
        ends: None if the range is the same for every index.
    """

    var: typed.IndexVar
    ends: tuple[typed.Expr, typed.Expr] | None


def bind_within(
    ctx: Context, b: tree.Binder, body: tree.Expr, scope: Scope, recurse: Recurse
) -> Within | None:
    """The index variable of a reduction.

    Args:
        body: what is reduced: where the index stands in it, its range may be of that dimension.
    """
    if not isinstance(b.domain, tree.Range):
        var = bind(ctx, b, scope, recurse)
        return None if var is None else Within(var, None)
    if not fresh(ctx, b, scope):
        return None
    said = ends_in(ctx, b.domain, scope)
    if said.ends_of is None and speaks_of_ends(b.domain, scope):
        said = replace(scope, ends_of=_of_slots(ctx, b.var.id, body, scope))
    ends = range_ends(ctx, b.domain, said, recurse)
    if ends is None:
        return None
    first, last = (_extreme(ctx, e, at) for e, at in zip(ends[:2], (-1.0, 1.0), strict=True))
    var = ranged(ctx, b.var, Ends(first, last, ends.dim))
    varies = any(e.type.axes for e in ends[:2])
    return Within(var, ends[:2] if varies else None)


def _of_slots(ctx: Context, index: str, body: tree.Expr, scope: Scope) -> str | None:
    """The dimension of the slots in which an index stands, if it is one."""
    found: set[str] = set()
    for name, slot in slots_of(body, index):
        symbol = scope.visible.get(name)
        if symbol is not None and slot < len(symbol.type.event):
            found.add(str(symbol.type.event[slot]))
        else:
            found |= ctx.indexed_by.get((name, slot), frozenset())
    return found.pop() if len(found) == 1 and found <= ctx.dims.keys() else None


def _extreme(ctx: Context, e: typed.Expr, sign: float) -> typed.Expr:
    """The smallest (``sign`` -1) or the largest value of an end; itself, if it has only one."""
    if not e.type.axes:
        return e
    form = linear(e)
    found: typed.Expr = _number(form.constant, e.span)
    for term, factor in form.terms:
        part = _extreme_of_term(ctx, term, sign * factor) if term.type.axes else term
        if factor not in (1.0, -1.0):
            part = _applied(ctx, "mul", [_number(abs(factor), e.span), part])
        found = _applied(ctx, "add" if factor > 0 else "sub", [found, part])
    return replace(found, span=e.span)


def _extreme_of_term(ctx: Context, term: typed.Expr, sign: float) -> typed.Expr:
    if isinstance(term, typed.IndexValue):
        match term.var.domain:
            case typed.OverRange(first, last):
                return last if sign > 0 else first
            case typed.OverDim(dim):
                count = ctx.dims[dim].numbers
                assert count is not None, "other positions are no numbers"
                return count.last if sign > 0 else count.first
    type_ = replace(term.type, axes=())
    op = "max" if sign > 0 else "min"
    return typed.Reduce(op, term.type.axes, term, type=type_, span=term.span)


def _number(value: float, span: Span) -> typed.Const:
    return typed.Const(value, type=typed.Type(Kind.INT, bounds=Bounds(value, value)), span=span)


def _applied(ctx: Context, fn: str, args: list[typed.Expr]) -> typed.Expr:
    if fn in ("add", "sub") and args[0] == _number(0.0, args[0].span):
        if fn == "add":
            return args[1]
        fn, args = "neg", args[1:]
    made = apply(ctx, ELEMENTWISE[fn], args, args[-1].span, Scope({}))
    assert made is not None, "whole numbers can be added"
    return made


def conditions(
    ctx: Context, bound: Sequence[Within], scope: Scope
) -> tuple[typed.Expr | None, typed.Expr | None]:
    """When all index variables are inside of their ranges, and how many values they then take.

    None for each if that does not depend on other indices.
    """
    test: typed.Expr | None = None
    count: typed.Expr | None = None
    for w in bound:
        if w.ends is None:
            continue
        at = w.var.span
        value, one = numbered(ctx, index_value(ctx, w.var, at)), _number(1.0, at)
        for fn, end in zip(("ge", "le"), w.ends, strict=True):
            if end.type.axes:
                part = apply(ctx, ELEMENTWISE[fn], [value, end], end.span, scope)
                assert part is not None
                test = part if test is None else _applied(ctx, "and", [test, part])
        length = _applied(ctx, "add", [_applied(ctx, "sub", [w.ends[1], w.ends[0]]), one])
        count = length if count is None else _applied(ctx, "mul", [count, length])
    return test, count


def neutral(ctx: Context, op: str, kind: Kind, span: Span, scope: Scope) -> typed.Const | None:
    """What a term that is left out counts as; complains where there is no such number."""
    if op not in NEUTRAL:
        ctx.complain(complaints.spread_of_varying_range(span, op), scope)
        return None
    value = NEUTRAL[op]
    return typed.Const(
        value, type=typed.Type(Kind.REAL if value in (inf, -inf) else kind,
                               bounds=Bounds(value, value)), span=span
    )  # fmt: skip
