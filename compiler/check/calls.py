"""Typing of calls: functions of numbers, reductions, and the user's own functions."""

from collections.abc import Sequence

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic, did_you_mean
from ...grammar.source import Span
from .. import complaints, typed
from ..arrays import ARRAYS
from ..composite import CALLED
from ..families import FAMILIES
from ..functions import CALLABLE, DENSITIES, ELEMENTWISE, ELSEWHERE, FOLDED, REDUCTIONS, Elementwise
from ..types import Kind
from .array_calls import array_call
from .binders import index_value
from .branches import either
from .context import Context, Scope
from .indexing import elements
from .inlining import inline
from .labels import Recurse
from .networks import call_network
from .operators import apply, as_number, position_as_number
from .ranges import Within, bind_within, conditions, neutral


def call(ctx: Context, e: tree.Call, scope: Scope, recurse: Recurse) -> typed.Expr | None:
    """``f(a, b)``. The user's own functions come before those of the language."""
    name = e.callee.id
    if name in ctx.functions:
        ctx.used.add(ctx.functions[name].name.span)
        return inline(ctx, e, scope, recurse)
    if name in scope.networks:
        return call_network(ctx, e, scope.networks, scope, recurse)
    if name in scope.foreign:
        ctx.complain(complaints.network_of_model(e.span, name, scope.foreign[name]), scope)
        return None
    if name in DENSITIES:
        return ctx.density(ctx, e, scope)
    if name in FAMILIES or name in CALLED:
        ctx.complain(complaints.distribution_as_value(e.span, ctx.source.quote(e.span)), scope)
        return None
    args = [recurse(ctx, a, scope) for a in e.args]
    if not any(name in table for table in (CALLABLE, FOLDED, REDUCTIONS, ARRAYS)):
        ctx.complain(_unknown(ctx, e, scope), scope)
        return None
    if e.named:
        ctx.complain(complaints.named_argument(e.named[0][0].span, name, e.named[0][0].id), scope)
        return None
    given = [a for a in args if a is not None]
    if len(given) < len(args):
        return None
    if name in FOLDED and len(given) > 1:
        return _folded(ctx, FOLDED[name], given, e.span, scope)
    arity = _arity(name)
    if len(given) != arity:
        written = [ctx.source.quote(a.span) for a in e.args]
        ctx.complain(complaints.wrong_arity(e.span, name, arity, written, None), scope)
        return None
    if name in CALLABLE:
        return apply(ctx, CALLABLE[name], given, e.span, scope)
    if name in ARRAYS:
        return array_call(ctx, ARRAYS[name], given, e, scope)
    return _whole(ctx, name, given[0], e, scope)


def _arity(name: str) -> int:
    if name in ARRAYS:
        return ARRAYS[name].arity
    return CALLABLE[name].arity if name in CALLABLE else 1


def reduction(ctx: Context, e: tree.Reduce, scope: Scope, recurse: Recurse) -> typed.Expr | None:
    """``sum(k in feature)(body)``."""
    if e.op.id not in REDUCTIONS:
        hint = ELSEWHERE.get(e.op.id) or did_you_mean(e.op.id, REDUCTIONS)
        ctx.complain(complaints.unknown_reduction(e.op.span, e.op.id, hint, REDUCTIONS), scope)
        return None
    bound: list[Within] = []
    inner = scope
    for b in e.binders:
        within = bind_within(ctx, b, e.body, inner, recurse)
        if within is None:
            return None
        bound.append(within)
        inner = inner.binding(within.var)
    if any(w.ends for w in bound):
        inner = inner.in_branch()
    body = recurse(ctx, e.body, inner)
    body = body and as_number(ctx, body)
    if body is None or not _numbers(ctx, body, e.op.id, scope):
        return None
    test, count = conditions(ctx, bound, inner)
    if test is None or count is None:
        return _reduced(e.op.id, [w.var for w in bound], body, e.span)
    other = neutral(ctx, e.op.id, body.type.kind, e.op.span, scope)
    masked = other and either(ctx, test, body, other, body.span, inner)
    if masked is None:
        return None
    if e.op.id != "mean":
        return _reduced(e.op.id, [w.var for w in bound], masked, e.span)
    total = _reduced("sum", [w.var for w in bound], masked, e.span)
    return apply(ctx, ELEMENTWISE["div"], [total, count], e.span, scope)


def _reduced(
    op: str, variables: Sequence[typed.IndexVar], body: typed.Expr, span: Span
) -> typed.Reduce:
    row = REDUCTIONS[op]
    axes = tuple(v for v in body.type.axes if v not in variables)
    type_ = typed.Type(
        row.kind((body.type.kind,), (body.type.bounds,)),
        axes,
        body.type.event,
        row.bounds(body.type.bounds),
    )
    return typed.Reduce(op, tuple(variables), body, type=type_, span=span)


def _whole(
    ctx: Context, name: str, body: typed.Expr, e: tree.Call, scope: Scope
) -> typed.Expr | None:
    """``mean(floor)``: over everything in an array."""
    if not body.type.event:
        axis = body.type.axes[-1] if body.type.axes else None
        binder = f"{axis.name} in {axis.dim}" if axis and axis.dim else None
        ctx.complain(
            complaints.reduction_of_number(e.span, name, ctx.source.quote(body.span), binder), scope
        )
        return None
    if body.type.kind is Kind.INDEX and isinstance(body, typed.Var):
        return _of_labels(ctx, name, body, e, scope)
    if not _numbers(ctx, body, name, scope):
        return None
    row = REDUCTIONS[name]
    kind = row.kind((body.type.kind,), (body.type.bounds,))
    type_ = typed.Type(kind, body.type.axes, (), row.bounds(body.type.bounds))
    return typed.Reduce(name, (), body, type=type_, span=e.span)


def _of_labels(
    ctx: Context, name: str, body: typed.Var, e: tree.Call, scope: Scope
) -> typed.Expr | None:
    """``max(y)`` of index data: of the labels, where they are numbers."""
    over = [ctx.index(str(d), typed.OverDim(str(d)), body.span) for d in body.type.event]
    slots = tuple(index_value(ctx, v, body.span) for v in over)
    one = elements(ctx, body.span, body, slots, scope)
    number = one and as_number(ctx, one)
    if number is None or not _numbers(ctx, number, name, scope):
        return None
    return _reduced(name, over, number, e.span)


def _numbers(ctx: Context, body: typed.Expr, name: str, scope: Scope) -> bool:
    if body.type.kind is not Kind.INDEX:
        return True
    ctx.complain(position_as_number(ctx, body), scope)
    return False


def _folded(
    ctx: Context, row: Elementwise, args: list[typed.Expr], span: Span, scope: Scope
) -> typed.Expr | None:
    """``min(a, b, c)`` as ``minimum(minimum(a, b), c)``."""
    while len(args) > 1:  # in pairs, so that many arguments do not nest deeply
        pairs = [args[i : i + 2] for i in range(0, len(args), 2)]
        found = [apply(ctx, row, p, span, scope) if len(p) == 2 else p[0] for p in pairs]
        args = [a for a in found if a is not None]
        if len(args) < len(found):
            return None
    return args[0]


def _unknown(ctx: Context, e: tree.Call, scope: Scope) -> Diagnostic:
    name = e.callee.id
    if name in scope.visible or name in scope.indices or name in scope.arguments:
        index = ", ".join(ctx.source.quote(a.span) for a in e.args)
        place = ctx.places.get(name)
        return complaints.variable_called(e.callee.span, name, index, place)
    tables = (CALLABLE, FOLDED, REDUCTIONS, ARRAYS, DENSITIES)
    known = (*ctx.functions, *scope.networks, *(row for table in tables for row in table))
    return complaints.unknown_function(e.callee.span, name, ELSEWHERE.get(name), known)
