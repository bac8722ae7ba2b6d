"""Labels: constants that name a position along a dimension."""

from collections.abc import Callable

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic, did_you_mean
from ...grammar.source import Span
from .. import complaints, typed
from ..types import Kind
from .context import ENDS, Context, Scope
from .order import at_axis, end

Recurse = Callable[[Context, tree.Expr, Scope], typed.Expr | None]


def label(
    ctx: Context, e: tree.Expr, dim: str, scope: Scope, recurse: Recurse, *, slot: bool = False
) -> typed.Expr | None:
    """An expression where a position along ``dim`` is expected: a label, or something computed.

    Index variables come before labels, labels before variables of the model. Only labels that the
    model itself lists are plain words; those that come from the data are quoted.
    """
    match e:
        case tree.Name(id=name) if name in scope.indices:
            return recurse(ctx, e, scope)
        case tree.Name(id=name) if name in ctx.listed(dim):
            return _label(e.span, dim, name)
        case tree.Name(id=name) if name not in scope.arguments and name not in scope.visible:
            if name in ENDS:
                return end(ctx, name, dim, e.span)
            ctx.complain(_not_found(ctx, e, dim, scope, slot), scope)
            return None
        case tree.Text(value=value):
            return _quoted(ctx, e, value, dim, scope)
        case _:
            found = recurse(ctx, e, at_axis(ctx, dim, scope))
    if isinstance(found, typed.Const) and found.type.kind is Kind.INT:
        return _numbered(ctx, found, dim, scope)
    return found


def _label(span: Span, dim: str, value: str | int) -> typed.Label:
    return typed.Label(value, type=typed.Type(Kind.INDEX, dim=dim), span=span)


def _quoted(ctx: Context, e: tree.Text, value: str, dim: str, scope: Scope) -> typed.Label | None:
    labels = ctx.dims[dim].labels
    listed = isinstance(labels, typed.Names) and value in labels.labels
    if listed or isinstance(labels, typed.FromData):
        return _label(e.span, dim, value)
    ctx.complain(_unknown_label(ctx, e.span, value, dim), scope)
    return None


def _numbered(ctx: Context, e: typed.Const, dim: str, scope: Scope) -> typed.Label | None:
    """A whole number as a label: where the dimension counts, or its labels come from the data."""
    number = int(e.value)
    match ctx.dims[dim].labels:
        case typed.Names():
            ctx.complain(_unknown_label(ctx, e.span, str(number), dim), scope)
            return None
        case typed.Count() | typed.CountUp():
            count = ctx.dims[dim].numbers
            assert count is not None
            if number < count.first.type.bounds.low or number > count.last.type.bounds.high:
                ends = ctx.words_of_ends(dim)
                ctx.complain(
                    complaints.out_of_range(e.span, number, dim, ends, ctx.dims[dim].span), scope
                )
                return None
        case typed.FromData():
            pass
    return _label(e.span, dim, number)


def _unknown_label(ctx: Context, at: Span, name: str, dim: str) -> Diagnostic:
    return complaints.unknown_label(at, name, dim, ctx.listed(dim), ctx.dims[dim].span)


def _not_found(ctx: Context, e: tree.Name, dim: str, scope: Scope, slot: bool) -> Diagnostic:
    """A word that is neither an index variable, nor a label, nor a variable of the model."""
    listed = ctx.listed(dim)
    if e.id in ctx.dims or e.id in scope.hidden or e.id in ctx.places:
        return _misplaced(ctx, e, scope)
    if did_you_mean(e.id, listed) or (listed and not slot):
        return _unknown_label(ctx, e.span, e.id, dim)
    if not slot:
        return complaints.unquoted_label(e.span, e.id, dim, ctx.dims[dim].span)
    if len(e.id) > 2 and did_you_mean(e.id, (*scope.visible, *scope.indices)):
        return complaints.unknown_name(e.span, e.id, (*scope.visible, *scope.indices))
    return complaints.index_unbound(e.span, e.id, dim, ctx.dims[dim].span)


def _misplaced(ctx: Context, e: tree.Name, scope: Scope) -> Diagnostic:
    if e.id in ctx.dims:
        return complaints.dimension_as_index(e.span, e.id, ctx.dims[e.id].span)
    if e.id in scope.hidden:
        return complaints.hidden_from_guide(e.span, e.id, scope.hidden[e.id])
    return complaints.not_a_parameter(e.span, e.id, ctx.places[e.id], "f(…")
