"""The distribution of a family whose clauses have one each.

Clauses with the same distribution make one of it, whose arguments depend on the index. Others make
a choice by the index, as if it were written so: ``if t <= 1 then Flat() else Normal(x[t - 1], s)``.
"""

from collections.abc import Sequence
from dataclasses import replace

from .. import complaints, typed
from ..composite import CHOICE, KNOWN, is_discrete, is_point
from ..types import SupportName
from .arrays_recur import in_one_statement
from .clauses import Outline
from .context import Context, Scope
from .joining import joined, nested, settled, settled_dist
from .supports import bounds_of, constant, describe, interval
from .unions import united


def one_distribution(
    ctx: Context, dists: Sequence[typed.Dist], shape: Outline, scope: Scope, *, observed: bool
) -> typed.Dist | None:
    """One distribution for the whole family, in terms of its plates.

    Args:
        dists: of the clauses, in their order.
        observed: whether all values are data. What is latent must lie in one kind of set, since
            that is where its coordinates are.
    """
    array = next((d for d in dists if d.event), None)
    if array is not None:
        dims = [str(e) for e in array.event] if all(isinstance(e, str) for e in array.event) else []
        hint = in_one_statement(ctx, shape, dims)
        ctx.complain(complaints.array_recurs(array.span, shape.name, hint))
        return None
    if len({_looks(d) for d in dists}) == 1 and not dists[0].parts:
        return _by_arguments(ctx, dists, shape, scope)
    own = [settled_dist(d, c, shape.plates) for d, c in zip(dists, shape.clauses, strict=True)]
    support = _support(ctx, own, shape, scope, observed=observed)
    return None if support is None else _chosen(ctx, own, support, shape, scope)


def _looks(d: typed.Dist) -> tuple[object, ...]:
    """What is the same in distributions that differ in their arguments only."""
    s = d.support
    return d.family, d.form, s.name, s.dim, s.low is None, s.high is None, d.restricted


def _by_arguments(
    ctx: Context, dists: Sequence[typed.Dist], shape: Outline, scope: Scope
) -> typed.Dist | None:
    first = dists[0]
    found: list[typed.Expr | None] = []
    for column in zip(*([*d.args, d.support.low, d.support.high] for d in dists), strict=True):
        parts = [
            settled(e, clause, shape.plates)
            for e, clause in zip(column, shape.clauses, strict=True)
            if e is not None
        ]
        whole = joined(ctx, parts, shape, scope) if parts else None
        if parts and whole is None:
            return None
        found.append(whole)
    *args, low, high = found
    support = replace(first.support, low=low, high=high)
    return replace(first, args=tuple(a for a in args if a is not None), support=support)


def _chosen(
    ctx: Context,
    dists: Sequence[typed.Dist],
    support: typed.Support,
    shape: Outline,
    scope: Scope,
) -> typed.Dist | None:
    def choose(test: typed.Expr, yes: typed.Dist, no: typed.Dist) -> typed.Dist:
        return typed.Dist(
            CHOICE, KNOWN, (test,), (), support, restricted=False, span=yes.span, parts=(yes, no)
        )

    return nested(ctx, dists, shape, scope, choose)


# --- where the elements lie ----------------------------------------------------------------------


def _support(
    ctx: Context, dists: Sequence[typed.Dist], shape: Outline, scope: Scope, *, observed: bool
) -> typed.Support | None:
    """The support of the family: of every element its own, where these are alike."""
    if any(is_discrete(d) for d in dists) or dists[0].support.name is SupportName.INDEX:
        return united(ctx, dists, dists[-1].span, scope)
    first = dists[0]
    other = next((d for d in dists[1:] if _sides(d) != _sides(first)), None)
    if other is None and not any(is_point(d) for d in dists):
        return _of_each(ctx, dists, shape, scope)
    if observed:
        return united(ctx, dists, dists[-1].span, scope)
    at = other or next(d for d in dists if is_point(d))
    about = first if at is not first else dists[1]
    words = describe(ctx, at.support), describe(ctx, about.support)
    ctx.complain(complaints.clauses_on_two_sets(at.span, shape.name, words, about.span))
    return None


def _sides(d: typed.Dist) -> tuple[bool, bool]:
    """Whether a set of numbers ends below, and above."""
    return tuple(e is not None for e in _ends(d))  # type: ignore[return-value]


def _ends(d: typed.Dist) -> tuple[typed.Expr | None, typed.Expr | None]:
    match d.support.name:
        case SupportName.POSITIVE:
            return constant(bounds_of(d.support).low, d.span), None
        case SupportName.UNIT:
            return constant(0.0, d.span), constant(1.0, d.span)
        case _:
            return d.support.low, d.support.high


def _of_each(
    ctx: Context, dists: Sequence[typed.Dist], shape: Outline, scope: Scope
) -> typed.Support | None:
    """A support whose ends depend on the clause, where those have not the same."""
    first = dists[0].support
    if all(d.support == first for d in dists):
        return first
    found: list[typed.Expr | None] = []
    for column in zip(*map(_ends, dists), strict=True):
        parts = [e for e in column if e is not None]
        whole = joined(ctx, parts, shape, scope) if parts else None
        if parts and whole is None:
            return None
        found.append(whole)
    return interval(*found)
