"""Labels that data give as the numbers they are: ``data y: count``, explained by ``Categorical``.

Over a dimension that counts, a label is a number and a number names a label. Data whose highest
number is to be counted (``dim grade = 0..m`` with ``data m: int = max(y)``) cannot be declared as
labels, since the labels are counted from them.
"""

from dataclasses import replace

from .. import typed
from ..composite import NUMBERED
from ..label_numbers import position_of
from ..types import Kind, SupportName
from .context import Context

_WHOLE = (Kind.INT, Kind.BOOL)


def as_numbers(ctx: Context, dist: typed.Dist, declared: typed.Type | None) -> typed.Dist:
    """The distribution as one of numbers, where it draws labels that count and data are numbers."""
    dim = dist.support.dim
    if declared is None or declared.kind not in _WHOLE:
        return dist
    if dist.support.name is not SupportName.INDEX or dim is None:
        return dist
    count = ctx.dims[dim].numbers
    if count is None or not ctx.counts(dim):
        return dist
    support = typed.Support(SupportName.INT, count.first, count.last)
    if dist.parts:
        parts = tuple(as_numbers(ctx, part, declared) for part in dist.parts)
        return replace(dist, parts=parts, support=support)
    var = ctx.index(dim, typed.OverDim(dim), dist.span)
    return replace(dist, form=NUMBERED, args=(), support=support, parts=(dist,), over=(var,))


def as_label(ctx: Context, x: typed.Expr, dim: str) -> typed.Expr | None:
    """A whole number as the label that it names; None where it names none."""
    if x.type.kind not in _WHOLE or x.type.event or not ctx.counts(dim):
        return None
    return position_of(x, ctx.index(dim, typed.OverDim(dim), x.span))
