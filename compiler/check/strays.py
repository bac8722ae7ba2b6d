"""Positions that are computed and then kept: they are numbers of nothing, and refused."""

from collections.abc import Iterable

from .. import typed
from ..complaints.order import stray_position
from .context import Context, walk
from .order import is_reckoned


def refuse_strays(ctx: Context, formulas: Iterable[typed.Expr]) -> None:
    """Complain about ``t - 1`` where it is neither looked up, nor compared."""
    for formula in formulas:
        for e in walk(formula):
            if is_reckoned(e) and e.type.dim is not None:
                dim = e.type.dim
                written = ctx.source.quote(e.span)
                ctx.complain(stray_position(e.span, written, dim, ctx.dims[dim].span))
                break
