"""Whether the clauses of a family are about every label of its dimension, exactly once.

That is shown from the ends as they are written, for any data: each clause begins one behind the end
of another, the first where the dimension does, and the last ends where it ends.
"""

from collections.abc import Sequence

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..recurrence import Linear, linear
from .context import Context


def order_of(
    ctx: Context, name: str, covers: Sequence[typed.IndexVar], dim: str
) -> list[int] | None:
    """The order in which the ranges of the clauses follow each other; None after a complaint."""
    count = ctx.dims[dim].numbers
    assert count is not None
    at, end = linear(count.first), linear(count.last).plus(1.0)
    left, order = list(range(len(covers))), list[int]()
    while left:
        gaps = {i: (_ends(covers[i])[0] - at).number for i in left}
        taken = next((i for i, gap in gaps.items() if gap == 0), None)
        if taken is None:
            before = covers[order[-1]].span if order else ctx.dims[dim].span
            ctx.complain(_gap(ctx, name, {covers[i].id: covers[i] for i in left}, at, dim, before))
            return None
        left.remove(taken)
        order.append(taken)
        at = _ends(covers[taken])[1].plus(1.0)
    rest = (end - at).number
    if rest == 0:
        return order
    where = covers[order[-1]].span
    ends = (_words(ctx, at.plus(-1.0), dim), ctx.words_of_ends(dim)[1])
    if rest is None:
        ctx.complain(complaints.cover_unknown(where, name, dim, ends, at_the_end=True))
    elif rest > 0:
        ctx.complain(_uncovered(ctx, name, at, dim, where))
    else:
        ctx.complain(complaints.cover_beyond(where, name, dim, ends[1], ctx.dims[dim].span))
    return None


def _gap(
    ctx: Context,
    name: str,
    left: dict[int, typed.IndexVar],
    at: Linear,
    dim: str,
    before: Span,
) -> Diagnostic:
    """Why none of the ranges that are left begins at a label."""
    gaps = [((_ends(v)[0] - at).number, v) for v in left.values()]
    behind = next((v for gap, v in gaps if gap is not None and gap < 0), None)
    if behind is not None:
        return complaints.covered_twice(
            behind.span, name, _words(ctx, _ends(behind)[0], dim), before
        )
    unknown = next((v for gap, v in gaps if gap is None), None)
    if unknown is not None:
        ends = (_words(ctx, _ends(unknown)[0], dim), _words(ctx, at, dim))
        return complaints.cover_unknown(unknown.span, name, dim, ends, at_the_end=False)
    where = min(gaps, key=lambda g: g[0] or 0.0)[1].span
    return _uncovered(ctx, name, at, dim, where)


def _uncovered(ctx: Context, name: str, at: Linear, dim: str, where: Span) -> Diagnostic:
    return complaints.not_covered(where, name, _words(ctx, at, dim), (dim, ctx.dims[dim].span))


def _ends(var: typed.IndexVar) -> tuple[Linear, Linear]:
    assert isinstance(var.domain, typed.OverRange)
    return linear(var.domain.first), linear(var.domain.last)


def _words(ctx: Context, form: Linear, dim: str) -> str:
    """A linear form as one would write it: ``K + 1``, ``first + 1``, ``last``."""
    count = ctx.dims[dim].numbers
    assert count is not None
    if not isinstance(ctx.dims[dim].labels, typed.Count):
        to_end = (form - linear(count.last)).number
        from_start = (form - linear(count.first)).number
        word = "last" if to_end is not None else "first" if from_start is not None else None
        if word is not None and not (word == "first" and ctx.counts(dim)):
            steps = to_end if to_end is not None else from_start
            return f"{word} + {steps:g}".replace("+ -", "- ") if steps else word
    parts = [_term(ctx, e) if f == 1 else f"{f:g} * {_term(ctx, e)}" for e, f in form.terms]
    if form.constant or not parts:
        parts.append(f"{form.constant:g}")
    return " + ".join(parts).replace("+ -", "- ")


def _term(ctx: Context, e: typed.Expr) -> str:
    match e:
        case typed.Apply(fn="mul", args=(a, b)):
            return f"{_term(ctx, a)} * {_term(ctx, b)}"
        case _:
            return ctx.source.quote(e.span)
