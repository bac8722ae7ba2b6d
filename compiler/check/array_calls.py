"""Typing of the functions of whole arrays: ``cholesky(C)``, ``solve(A, b)``, ``softmax(v)``."""

from ...grammar import tree
from .. import complaints, typed
from ..arrays import ArrayFunction, Signature
from ..types import Extent, Kind
from .context import Context, Scope
from .operators import position_as_number
from .shapes import axes_of, fits


def array_call(
    ctx: Context, row: ArrayFunction, args: list[typed.Expr], e: tree.Call, scope: Scope
) -> typed.ArrayCall | None:
    """A function of whole arrays on typed arguments, as many as it takes."""
    for a in args:
        if a.type.kind is Kind.INDEX:
            ctx.complain(position_as_number(ctx, a), scope)
            return None
    signature = row.signature(tuple(len(a.type.event) for a in args))
    if signature is None:
        _wrong_rank(ctx, row, args, scope)
        return None
    extents = _extents(ctx, row, signature, args, scope)
    if extents is None:
        return None
    type_ = typed.Type(
        row.kind(tuple(a.type.kind for a in args)),
        axes_of(a.type for a in args),
        tuple(extents[letter] for letter in signature.result),
        row.bounds(*(a.type.bounds for a in args)),
    )
    return typed.ArrayCall(row.name, tuple(args), type=type_, span=e.span)


def _wrong_rank(ctx: Context, row: ArrayFunction, args: list[typed.Expr], scope: Scope) -> None:
    """Complain about the first argument with a number of axes that no signature takes."""
    for i, a in enumerate(args):
        taken = sorted({s.ranks[i] for s in row.signatures})
        rank = len(a.type.event)
        if rank not in taken:
            written = ctx.source.quote(a.span)
            ctx.complain(
                complaints.wrong_rank(a.span, row.name, taken, written, a.type.event), scope
            )
            return
    raise AssertionError(f"the signatures of `{row.name}` are not a product of ranks")


def _extents(
    ctx: Context, row: ArrayFunction, signature: Signature, args: list[typed.Expr], scope: Scope
) -> dict[str, Extent] | None:
    """The dimension behind every letter of a signature; a dimension says more than a length."""
    found: dict[str, tuple[Extent, typed.Expr]] = {}
    for letters, a in zip(signature.args, args, strict=True):
        for letter, extent in zip(letters, a.type.event, strict=True):
            known, at = found.setdefault(letter, (extent, a))
            if not fits(ctx, known, extent):
                if at is a:
                    d = complaints.not_square(
                        a.span, f"`{row.name}`", ctx.source.quote(a.span), a.type.event
                    )
                else:
                    d = complaints.axes_do_not_meet(
                        row.name,
                        (at.span, at.type.event),
                        (a.span, a.type.event),
                        (known, extent),
                        ctx.source.quote(a.span),
                    )
                ctx.complain(d, scope)
                return None
            if isinstance(known, int) and isinstance(extent, str):
                found[letter] = (extent, a)
    return {letter: extent for letter, (extent, _) in found.items()}
