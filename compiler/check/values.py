"""Values written in the model: defaults, initial values, observations, interventions."""

from dataclasses import replace

from ...grammar import tree
from .. import complaints, typed
from ..complaints import show
from ..types import Kind
from .binders import not_from_data, whole_number_needed
from .context import Context, Scope, Symbol, is_constant
from .expressions import expression
from .labels import label
from .operators import position_as_number
from .shapes import Event, events_fit
from .supports import bounds_of, constant_outside, describe, kind_of


def value_for(
    ctx: Context,
    e: tree.Expr,
    symbol: Symbol,
    scope: Scope,
    what: str,
    event: Event | None = None,
) -> typed.Expr | None:
    """A value for a variable: computed from data alone, of its shape, in its support.

    Args:
        event: the shape that is wanted, if it is not the whole variable's. A single number is
            always good: it is repeated.
        what: what the value is, for messages.
    """
    wanted = symbol.type.event if event is None else event
    found = _typed(ctx, e, symbol.support.dim, scope)
    if found is None:
        return None
    random = ctx.random_part(found, scope.values)
    if random is not None:
        ctx.complain(not_from_data(ctx, what, random, scope))
        return None
    if found.type.event and not events_fit(ctx, found.type.event, wanted):
        shape = (show(found.type.event), show(wanted) if wanted else "a single value")
        ctx.complain(complaints.wrong_shape(found.span, symbol.name, shape, symbol.span))
        return None
    return found if _in_support(ctx, found, symbol, scope) else None


def _typed(ctx: Context, e: tree.Expr, dim: str | None, scope: Scope) -> typed.Expr | None:
    if dim is None:
        return expression(ctx, e, scope)
    if isinstance(e, tree.Array):
        return _labels(ctx, e, dim, scope)
    return label(ctx, e, dim, scope, expression)


def _labels(ctx: Context, e: tree.Array, dim: str, scope: Scope) -> typed.Expr | None:
    """``[calm, wild, calm]``: positions along a dimension, one by one."""
    items = [_typed(ctx, i, dim, scope) for i in e.items]
    found = [i for i in items if i is not None]
    if len(found) < len(items):
        return None
    first = found[0].type
    for item in found:
        if len(item.type.event) != len(first.event):
            ctx.complain(complaints.ragged(item.span, found[0].span))
            return None
        if item.type.kind is not Kind.INDEX or item.type.dim != dim:
            written = ctx.source.quote(item.span)
            ctx.complain(
                complaints.label_needed(
                    item.span, written, dim, ctx.dims[dim].span, ctx.listed(dim)
                )
            )
            return None
    type_ = replace(first, event=(len(found), *first.event))
    return typed.Stack(tuple(found), type=type_, span=e.span)


def _in_support(ctx: Context, value: typed.Expr, symbol: Symbol, scope: Scope) -> bool:
    if isinstance(value, typed.Stack):
        return all(_in_support(ctx, item, symbol, scope) for item in value.items)
    support = symbol.support
    positions = kind_of(support) is Kind.INDEX
    if positions and (value.type.kind is not Kind.INDEX or value.type.dim != support.dim):
        assert support.dim is not None, "positions know their dimension"
        written = ctx.source.quote(value.span)
        place = ctx.dims[support.dim].span
        ctx.complain(
            complaints.label_needed(
                value.span, written, support.dim, place, ctx.listed(support.dim)
            )
        )
        return False
    if not positions and value.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, value))
        return False
    if constant_outside(support, value):
        words = describe(ctx, support)
        written = ctx.source.quote(value.span)
        whole = kind_of(support) is not Kind.REAL
        inside = complaints.example(bounds_of(support), value.type.bounds.low, whole=whole)
        ctx.complain(
            complaints.value_outside(value.span, written, symbol.name, words, symbol.span, inside)
        )
        return False
    whole = kind_of(support) in (Kind.INT, Kind.BOOL)
    if whole and value.type.kind is Kind.REAL and not is_constant(value):
        ctx.complain(whole_number_needed(ctx, value, f"`{symbol.name}`", scope))
        return False
    return True
