"""Typing of expressions: names, numbers, operators, conditionals, literals.

Every function returns None after it has complained, or when something below it has.
"""

from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from .. import intervals as iv
from ..arrays import ARRAYS
from ..complaints.order import end_of_nothing, uniform_over_nothing
from ..families import FAMILIES
from ..functions import BINARY, CALLABLE, CONSTANTS, FOLDED, REDUCTIONS, UNARY
from ..types import Bounds, Kind
from .binders import index_value
from .branches import either, wider
from .calls import call, reduction
from .context import Context, Scope, Symbol
from .indexing import element
from .inlining import may_go_on, not_a_parameter
from .labels import label
from .operators import (
    COMPARED,
    apply,
    common_shape,
    is_truth,
    position_as_number,
)
from .order import UNIFORM, end, ends_in, equally_probable, is_end
from .shapes import axes_of


def expression(ctx: Context, e: tree.Expr, scope: Scope) -> typed.Expr | None:
    """The typed form of an expression."""
    if scope.calls and not may_go_on(ctx, scope):
        return None
    ctx.depth += 1
    found = _dispatch(ctx, e, scope)
    ctx.depth -= 1
    return found


def _dispatch(ctx: Context, e: tree.Expr, scope: Scope) -> typed.Expr | None:
    match e:
        case tree.Number(value=value):
            return _number(e.span, value, e.is_int)
        case tree.Name():
            return _name(ctx, e, scope)
        case tree.Index():
            return element(ctx, e, scope, expression)
        case tree.Call():
            return call(ctx, e, scope, expression)
        case tree.Unary():
            return _unary(ctx, e, scope)
        case tree.Binary():
            return _binary(ctx, e, scope)
        case tree.Conditional():
            return _conditional(ctx, e, scope)
        case tree.Array():
            return _array(ctx, e, scope)
        case tree.Reduce():
            return reduction(ctx, e, scope, expression)
        case tree.Distribution() | tree.Mixture():
            ctx.complain(complaints.distribution_as_value(e.span, ctx.source.quote(e.span)), scope)
            return None
        case tree.Text(value=value):
            ctx.complain(complaints.label_alone(e.span, value), scope)
            return None


# --- leaves -------------------------------------------------------------------------------------


def _number(span: Span, value: float, is_int: bool) -> typed.Const:
    kind = Kind.INT if is_int else Kind.REAL
    return typed.Const(value, type=typed.Type(kind, bounds=Bounds(value, value)), span=span)


def _name(ctx: Context, e: tree.Name, scope: Scope) -> typed.Expr | None:
    if e.id in scope.indices:
        return index_value(ctx, scope.indices[e.id], e.span)
    if e.id in scope.arguments:
        argument = scope.arguments[e.id]
        # a state of an ode stands where it is read, an argument of a function where it is given
        return argument if argument is None or scope.calls else replace(argument, span=e.span)
    if e.id in scope.visible:
        symbol = scope.values[e.id]
        return None if symbol is None else _variable(ctx, symbol, e.span)
    if e.id in CONSTANTS:
        return _number(e.span, CONSTANTS[e.id], is_int=False)
    if scope.ends_of is not None and is_end(e, scope):
        return end(ctx, e.id, scope.ends_of, e.span)
    if scope.alike is not None and e.id == UNIFORM:
        return equally_probable(ctx, scope.alike, e.span)
    ctx.complain(_unknown(ctx, e, scope), scope)
    return None


def _variable(ctx: Context, symbol: Symbol, span: Span) -> typed.Var:
    ctx.used.add(symbol.span)
    return typed.Var(symbol.name, type=symbol.type, span=span)


def _unknown(ctx: Context, e: tree.Name, scope: Scope) -> Diagnostic:
    """Why a name has no value here."""
    if is_end(e, scope):
        return end_of_nothing(e.span, e.id)
    if e.id == UNIFORM and e.id not in ctx.places:
        return uniform_over_nothing(e.span)
    if e.id in ctx.factors:
        return complaints.factor_as_value(e.span, e.id, ctx.factors[e.id])
    if scope.calls and e.id in ctx.places:
        return not_a_parameter(ctx, e)
    if e.id in scope.hidden:
        return complaints.hidden_from_guide(e.span, e.id, scope.hidden[e.id])
    if e.id in ctx.dims:
        return complaints.not_a_value(e.span, e.id, "a dimension", ctx.dims[e.id].span)
    if e.id in ctx.functions:
        return complaints.not_a_value(e.span, e.id, "a function", ctx.functions[e.id].name.span)
    if e.id in scope.networks or e.id in scope.foreign:
        return complaints.not_a_value(e.span, e.id, "a network", ctx.places.get(e.id))
    if any(e.id in table for table in (CALLABLE, REDUCTIONS, FOLDED, ARRAYS)):
        return complaints.not_a_value(e.span, e.id, "a function", None)
    if e.id in FAMILIES:
        return complaints.not_a_value(e.span, e.id, "a distribution", None)
    if e.id in ctx.places:
        return complaints.not_data(e.span, e.id, ctx.places[e.id])
    known = (*scope.visible, *scope.indices, *scope.arguments, *CONSTANTS)
    return complaints.unknown_name(e.span, e.id, known)


# --- operators ----------------------------------------------------------------------------------


def _unary(ctx: Context, e: tree.Unary, scope: Scope) -> typed.Expr | None:
    operand = expression(ctx, e.operand, scope)
    if operand is None:
        return None
    if e.op == "-" and isinstance(operand, typed.Const):
        bounds = iv.neg(operand.type.bounds)
        return replace(
            operand, value=-operand.value, type=replace(operand.type, bounds=bounds), span=e.span
        )
    return apply(ctx, UNARY[e.op], [operand], e.span, scope)


def _binary(ctx: Context, e: tree.Binary, scope: Scope) -> typed.Expr | None:
    row = BINARY[e.op]
    scope = ends_in(ctx, e, scope)
    if row.name in COMPARED:
        left, right = _compared(ctx, e, scope)
    else:
        left, right = expression(ctx, e.left, scope), expression(ctx, e.right, scope)
    if left is None or right is None:
        return None
    return apply(ctx, row, [left, right], e.span, scope)


def _compared(
    ctx: Context, e: tree.Binary, scope: Scope
) -> tuple[typed.Expr | None, typed.Expr | None]:
    """Both sides of ``==`` or ``!=``: beside a position, the other side may be a label."""
    if _may_be_label(e.left, scope):
        right = expression(ctx, e.right, scope)
        left = _beside(ctx, e.left, right, scope)
    else:
        left = expression(ctx, e.left, scope)
        right = _beside(ctx, e.right, left, scope)
    return _as_position(left, right), _as_position(right, left)


def _may_be_label(e: tree.Expr, scope: Scope) -> bool:
    match e:
        case tree.Text() | tree.Number():
            return True
        case tree.Name(id=name):
            return not any(name in s for s in (scope.indices, scope.arguments, scope.visible))
        case _:
            return False


def _beside(
    ctx: Context, e: tree.Expr, other: typed.Expr | None, scope: Scope
) -> typed.Expr | None:
    if other is not None and other.type.kind is Kind.INDEX and other.type.dim:
        return label(ctx, e, other.type.dim, scope, expression)
    return expression(ctx, e, scope)


def _as_position(e: typed.Expr | None, other: typed.Expr | None) -> typed.Expr | None:
    """An index variable of a dimension that counts, beside a position along that dimension."""
    if (
        isinstance(e, typed.IndexValue)
        and other is not None
        and other.type.kind is Kind.INDEX
        and e.type.kind is Kind.INT
        and e.type.dim == other.type.dim
    ):
        return replace(e, type=typed.Type(Kind.INDEX, e.type.axes, dim=e.type.dim))
    return e


# --- conditionals and literals ------------------------------------------------------------------


def _conditional(ctx: Context, e: tree.Conditional, scope: Scope) -> typed.Expr | None:
    condition = expression(ctx, e.condition, scope)
    branches = ends_in(ctx, e, scope).in_branch()
    yes, no = expression(ctx, e.yes, branches), expression(ctx, e.no, branches)
    if condition is None or yes is None or no is None:
        return None
    if not is_truth(condition.type):
        written = ctx.source.quote(condition.span)
        ctx.complain(complaints.not_a_truth(condition.span, "`if`", written), scope)
        return None
    return either(ctx, condition, yes, no, e.span, scope)


def _array(ctx: Context, e: tree.Array, scope: Scope) -> typed.Expr | None:
    items = [expression(ctx, item, scope) for item in e.items]
    whole = [i for i in items if i is not None]
    if len(whole) < len(items):
        return None
    assert whole, "the parser refuses a list without items"
    kind, bounds = whole[0].type.kind, whole[0].type.bounds
    for item in whole:
        if item.type.kind is Kind.INDEX:
            ctx.complain(position_as_number(ctx, item), scope)
            return None
        if len(item.type.event) != len(whole[0].type.event):
            ctx.complain(complaints.ragged(item.span, whole[0].span), scope)
            return None
        kind = kind if kind is item.type.kind else wider(kind, item.type.kind)
        bounds = iv.union(bounds, item.type.bounds)
    event = common_shape(ctx, whole, e.span, scope)
    if event is None:
        return None
    axes = axes_of(i.type for i in whole)
    type_ = typed.Type(kind, axes, (len(whole), *event), bounds)
    return typed.Stack(tuple(whole), type=type_, span=e.span)
