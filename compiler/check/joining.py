"""Clauses of one family as one formula: ``if t <= 1 then … else …``."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from ...grammar import tree
from .. import typed
from ..functions import ELEMENTWISE
from ..substitute import in_dist, rebuild
from .binders import index_value
from .branches import either
from .clauses import Clause, Outline
from .context import Context, Scope
from .operators import apply
from .order import numbered
from .shapes import axes_of

_Leaf = TypeVar("_Leaf")


def scope_of(clause: Clause, scope: Scope) -> Scope:
    """The scope of a clause's right side."""
    return scope.binding(
        *(v for v, s in zip(clause.vars, clause.statement.target.slots, strict=True)
          if isinstance(s, tree.Binder))
    )  # fmt: skip


def settled(expr: typed.Expr, clause: Clause, plates: Sequence[typed.IndexVar]) -> typed.Expr:
    """A clause's formula in terms of the plates of the whole family."""
    return rebuild(expr, _in_terms_of(plates, clause))


def settled_dist(dist: typed.Dist, clause: Clause, plates: Sequence[typed.IndexVar]) -> typed.Dist:
    """The same of a clause's distribution."""
    return in_dist(dist, _in_terms_of(plates, clause))


def _in_terms_of(
    plates: Sequence[typed.IndexVar], clause: Clause
) -> Callable[[typed.Expr], typed.Expr]:
    new = {v.id: p for v, p in zip(clause.vars, plates, strict=True)}

    def change(e: typed.Expr) -> typed.Expr:
        axes = axes_of([replace(e.type, axes=tuple(new.get(v.id, v) for v in e.type.axes))])
        if isinstance(e, typed.IndexValue):
            e = replace(e, var=new.get(e.var.id, e.var))
        return replace(e, type=replace(e.type, axes=axes))

    return change


def _up_to(ctx: Context, clause: Clause, shape: Outline, scope: Scope) -> typed.Expr | None:
    """Whether the index of the family is not behind the end of a clause."""
    domain, at = clause.covers.domain, clause.covers.span
    assert isinstance(domain, typed.OverRange)
    ends = [numbered(ctx, index_value(ctx, shape.along, at)), domain.last]
    return apply(ctx, ELEMENTWISE["le"], ends, at, scope)


def nested(
    ctx: Context,
    parts: Sequence[_Leaf],
    shape: Outline,
    scope: Scope,
    choose: Callable[[typed.Expr, _Leaf, _Leaf], _Leaf | None],
) -> _Leaf | None:
    """What holds for the whole family, from what holds for each clause.

    Args:
        parts: in the order of the clauses, and in terms of the plates.
        choose: the first where a condition holds, else the second.
    """
    clauses = shape.clauses
    if shape.tiles:
        left, found = iter(parts), list[_Leaf]()
        for tile in shape.tiles:
            own = [next(left) for _ in tile.inner.clauses]
            one = nested(ctx, own, tile.inner, scope, choose)
            if one is None:
                return None
            found.append(one)
        parts, clauses = found, tuple(tile.outer for tile in shape.tiles)
    whole = parts[-1]
    for part, clause in zip(parts[-2::-1], clauses[-2::-1], strict=True):
        test = _up_to(ctx, clause, shape, scope)
        chosen = None if test is None else choose(test, part, whole)
        if chosen is None:
            return None
        whole = chosen
    return whole


def joined(
    ctx: Context, parts: Sequence[typed.Expr], shape: Outline, scope: Scope
) -> typed.Expr | None:
    """One formula for the whole family: ``if t <= 1 then … else …``.

    The parts are in the order of the clauses, and in terms of the plates.
    """

    def choose(test: typed.Expr, yes: typed.Expr, no: typed.Expr) -> typed.Expr | None:
        return either(ctx, test, yes, no, yes.span, scope)

    return nested(ctx, parts, shape, scope, choose)
