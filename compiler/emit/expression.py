"""Lowering of typed expressions to target values."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..functions import ELEMENTWISE
from ..target import Value
from ..typed import (
    Apply,
    ArrayCall,
    Const,
    Density,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    Local,
    Neural,
    Reduce,
    Solution,
    Stack,
    Tabulate,
    Var,
    Where,
)
from ..types import Extent, Kind
from .align import align, guard, together
from .array_calls import array_call
from .distribution import density
from .gather import element
from .network import supplied
from .scope import Laid, Scope
from .solution import local, solution
from .weighted import weighted

# Functions whose derivative or value blows up on arguments that a conditional keeps away from
# them. In a branch, such an argument is replaced by a harmless 1 wherever the branch is not taken:
# masking the result alone leaves 0 * inf = nan in the gradient.
RISKY = frozenset(
    {"log", "log10", "log1p", "sqrt", "div", "pow", "logit", "lgamma", "digamma", "tan"}
)


def lower(scope: Scope, e: Expr) -> Laid:
    """The target value of an expression, laid out ``(*batch, *axes, *event)``."""
    return _RULES[type(e)](scope, e)


def _const(scope: Scope, e: Const) -> Laid:
    return Laid(scope.builder.const(e.value), (), ())


def _label(scope: Scope, e: Label) -> Laid:
    assert e.type.dim is not None
    position = scope.position(e.type.dim, e.label)
    return Laid(scope.builder.size_index(position), (), ())


def _var(scope: Scope, e: Var) -> Laid:
    if e.name in scope.states:
        return scope.states[e.name]
    return Laid(scope.env[e.name], (), e.type.event)


def _index_value(scope: Scope, e: IndexValue) -> Laid:
    indexes = e.type.kind is Kind.INDEX
    value = scope.positions(e.var) if indexes else scope.labels_of(e.var)
    return Laid(value, (e.var,), ())


def _apply(scope: Scope, e: Apply) -> Laid:
    """Arithmetic, inner parts first; without recursion, since it may be written out very deep."""
    flat = True
    for a in e.args:
        if isinstance(a, Apply):
            flat = False
    if flat or scope.rules is not lower:  # within a loop, whose rules look at every part
        return _applied(scope, e, [scope.lower(a) for a in e.args])
    done: list[Laid] = []
    todo: list[tuple[Expr, bool]] = [(e, False)]
    while todo:
        part, ready = todo.pop()
        if not isinstance(part, Apply):
            done.append(scope.lower(part))
        elif not ready:
            todo.append((part, True))
            todo.extend((a, False) for a in reversed(part.args))
        else:
            first = len(done) - len(part.args)
            done[first:] = [_applied(scope, part, done[first:])]
    return done[0]


def _applied(scope: Scope, e: Apply, laids: list[Laid]) -> Laid:
    op = ELEMENTWISE[e.fn].op
    if scope.guards and op in RISKY:
        # the numerator of a division and the exponent of a power are harmless
        risky = 1 if op == "div" else 0
        laids[risky] = guard(scope, laids[risky], 1.0)
    values, model = together(scope, laids)
    return Laid(scope.builder.apply(op, *values, span=e.span), model.axes, model.event)


def _where(scope: Scope, e: Where) -> Laid:
    c = scope.lower(e.condition)
    otherwise = Laid(scope.builder.apply("not", c.value), c.axes, c.event)
    laids = [c, scope.guarded(c).lower(e.yes), scope.guarded(otherwise).lower(e.no)]
    values, model = together(scope, laids)
    return Laid(scope.builder.where(*values), model.axes, model.event)


def _stack(scope: Scope, e: Stack) -> Laid:
    laids = [scope.lower(i) for i in e.items]
    values, model = together(scope, laids)
    extents: tuple[Extent, ...] = (len(e.items), *model.event)
    stacked = scope.builder.stack(values)  # the new axis comes last …
    rank, events = len(model.axes) + len(model.event), len(model.event)
    if events:  # … and belongs before the items' own event
        order = (*range(rank - events), rank, *range(rank - events, rank))
        stacked = scope.builder.permute(stacked, order)
    return Laid(stacked, model.axes, extents)


def _reduce(scope: Scope, e: Reduce) -> Laid:
    found = weighted(e, lambda x: _varies(scope, x.base))
    if found is not None and not found.plain:
        weights = scope.lower(found.weight)
        if not weights.value.batched:
            scope.builder.named(weights.value, "weights")  # is an array, whatever it is made of
            values, model = together(scope, [scope.lower(found.element), weights])
            product = scope.builder.apply("mul", *values, span=e.span)
            return _reduced(scope, replace(e, vars=(found.var,)), replace(model, value=product))
    return _reduced(scope, e, scope.lower(e.body))


def _varies(scope: Scope, base: Expr) -> bool:
    """Whether an array is known here, and depends on more than the data."""
    return (
        isinstance(base, Var)
        and base.name in scope.env
        and base.name not in scope.states
        and scope.env[base.name].batched
    )


def _reduced(scope: Scope, e: Reduce, body: Laid) -> Laid:
    if e.vars:
        body = _spread(scope, body, e.vars)
        kept = tuple(v for v in body.axes if v not in e.vars)
        gone = tuple(body.axes.index(v) - body.rank for v in e.vars)
        sizes = tuple(scope.var_size(v) for v in e.vars)
        event = body.event
    else:
        kept, event = body.axes, ()
        gone = tuple(range(-len(body.event), 0))
        sizes = scope.shape(body.event)
    value = _reduction(scope, e.op, body.value, tuple(sorted(gone)), sizes)
    return Laid(value, kept, event)


def _tabulate(scope: Scope, e: Tabulate) -> Laid:
    """Axes made the first axes of the event."""
    over = e.vars
    laid = _spread(scope, scope.lower(e.body), over)
    kept = tuple(v for v in laid.axes if v not in over)
    order = [laid.axes.index(v) for v in (*kept, *over)]
    order += range(len(laid.axes), laid.rank)
    extents = tuple(v.dim or 1 for v in over)
    return Laid(scope.builder.permute(laid.value, order), kept, (*extents, *laid.event))


def _spread(scope: Scope, laid: Laid, need: tuple[IndexVar, ...]) -> Laid:
    """``laid`` with every needed axis at its full length: a constant body counts n times."""
    missing = [v for v in need if v not in laid.axes]
    if not missing:
        return laid
    axes = tuple(sorted({*laid.axes, *missing}, key=lambda v: v.id))
    value = align(scope, laid, axes, len(laid.event))
    shape = (*(scope.var_size(v) for v in axes), *scope.shape(laid.event))
    return Laid(scope.builder.expand(value, shape), axes, laid.event)


def _reduction(
    scope: Scope, op: str, v: Value, axes: tuple[int, ...], sizes: tuple[int | str, ...]
) -> Value:
    b = scope.builder
    if op in ("mean", "var", "sd"):
        n = scope.number(scope.product(sizes, f"count_{len(scope.sizes)}"))
        mean = b.apply("div", b.reduce("sum", v, axes), n)
        if op == "mean":
            return mean
        centred = b.apply("sub", v, b.apply("div", b.reduce("sum", v, axes, keepdim=True), n))
        squares = b.reduce("sum", b.apply("square", centred), axes)
        var = b.apply("div", squares, b.apply("sub", n, b.const(1.0)))
        return var if op == "var" else b.apply("sqrt", var)
    return b.reduce(op, v, axes)


_RULES: Mapping[type[Expr], Callable[[Scope, Any], Laid]] = {
    Const: _const,
    Label: _label,
    Var: _var,
    IndexValue: _index_value,
    Element: element,
    Apply: _apply,
    Where: _where,
    Stack: _stack,
    Reduce: _reduce,
    ArrayCall: array_call,
    Tabulate: _tabulate,
    Density: density,
    Neural: supplied,
    Local: local,
    Solution: solution,
}
