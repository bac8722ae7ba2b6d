"""One of two expressions: what a conditional is, once its parts are typed."""

from ...grammar.source import Span
from .. import intervals as iv
from .. import typed
from ..types import Kind
from .context import Context, Scope
from .operators import as_number, common_shape, position_as_number
from .shapes import axes_of


def either(
    ctx: Context,
    condition: typed.Expr,
    yes: typed.Expr,
    no: typed.Expr,
    span: Span,
    scope: Scope,
) -> typed.Where | None:
    """One of two branches that are typed."""
    if {yes.type.kind, no.type.kind} > {Kind.INDEX}:
        yes, no = as_number(ctx, yes), as_number(ctx, no)
    event = common_shape(ctx, [condition, yes, no], span, scope)
    kind = _either(ctx, yes, no, scope)
    if event is None or kind is None:
        return None
    type_ = typed.Type(
        kind,
        axes_of((condition.type, yes.type, no.type)),
        event,
        iv.union(yes.type.bounds, no.type.bounds),
        yes.type.dim if kind is Kind.INDEX else None,
    )
    return typed.Where(condition, yes, no, type=type_, span=span)


def _either(ctx: Context, yes: typed.Expr, no: typed.Expr, scope: Scope) -> Kind | None:
    """Kind of a number that comes from one of two places."""
    kinds = {yes.type.kind, no.type.kind}
    if Kind.INDEX in kinds:
        if kinds == {Kind.INDEX} and yes.type.dim == no.type.dim:
            return Kind.INDEX
        at = yes if yes.type.kind is Kind.INDEX else no
        ctx.complain(position_as_number(ctx, at), scope)
        return None
    return wider(yes.type.kind, no.type.kind)


def wider(a: Kind, b: Kind) -> Kind:
    """Smallest kind of number that holds both."""
    if Kind.REAL in (a, b):
        return Kind.REAL
    return Kind.INT if Kind.INT in (a, b) else Kind.BOOL
