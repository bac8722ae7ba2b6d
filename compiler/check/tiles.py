"""Clauses that divide two axes: ``x[1, 1]``, ``x[1, t in 2..T]``, ``x[i in 2..n, t in time]``.

They divide one of the axes into parts, and in each part the other one. So each element has exactly
one clause, which is proved along one axis at a time.
"""

from collections.abc import Sequence
from dataclasses import replace

from .. import complaints, typed
from ..recurrence import linear
from .clauses import (
    MOST_CLAUSES,
    Clausal,
    Clause,
    Outline,
    Tile,
    covering,
    dimension_of,
    divided_axes,
    left_side,
    named,
    one_axis,
    within,
)
from .context import Context, Scope

_Left = tuple[typed.IndexVar, ...]


def outline(ctx: Context, statements: Sequence[Clausal], scope: Scope) -> Outline | None:
    """The left sides of one family, in line with each other; complains where they are not."""
    targets = [s.target for s in statements]
    divided = divided_axes(targets)
    alike = len({len(t.slots) for t in targets}) == 1
    if alike and len(divided) == 2 and len(statements) <= MOST_CLAUSES:
        return _tiled(ctx, statements, (divided[0], divided[1]), scope)
    return one_axis(ctx, statements, scope)


def _tiled(
    ctx: Context, statements: Sequence[Clausal], axes: tuple[int, int], scope: Scope
) -> Outline | None:
    """Clauses that divide two axes: parts of one of them, and in each part the other one."""
    targets = [s.target for s in statements]
    name = targets[0].name.id
    lefts = [left_side(ctx, t, axes[0], scope, other=True) for t in targets]
    found = [left for left in lefts if left is not None]
    if len(found) < len(lefts):
        return None
    dims = dict[int, str]()
    for axis in axes:
        own = (left[axis] for left in found)
        whole = next((v.dim for v in own if isinstance(v.domain, typed.OverDim)), None)
        parts = [d for left in found if isinstance(d := left[axis].domain, typed.OverRange)]
        dim = whole or dimension_of(ctx, name, targets, parts)
        if dim is None:
            return None
        if not ctx.counts(dim) or ctx.dims[dim].numbers is None:
            ctx.complain(complaints.clauses_of_two_axes(targets[0].span, name))
            return None
        dims[axis] = dim
    ranged = [
        tuple(_ranged(ctx, v, dims[i]) if i in dims else v for i, v in enumerate(left))
        for left in found
    ]
    for i in range(len(found[0])):
        differs = next(
            (k for k, left in enumerate(ranged) if left[i].dim != ranged[0][i].dim), None
        )
        if differs is not None:
            ctx.complain(complaints.clauses_differ(targets[differs].span, name, targets[0].span))
            return None
    plates = tuple(
        ctx.index(v.name, typed.OverDim(str(v.dim)), v.span)
        for v in (named(ranged, i)[i] for i in range(len(found[0])))
    )
    whole_ = list(zip(statements, ranged, strict=True))
    before = ctx.remember()
    for first, second in (axes, axes[::-1]):
        ctx.recall(before)
        tiles = _tiles(ctx, name, whole_, plates, (first, second))
        if tiles is not None:
            clauses = tuple(c for tile in tiles for c in tile.inner.clauses)
            return Outline(name, plates, first, clauses, tiles, second)
    ctx.recall(before)
    ctx.complain(complaints.clauses_of_two_axes(targets[0].span, name))
    return None


def _ranged(ctx: Context, var: typed.IndexVar, dim: str) -> typed.IndexVar:
    """An index variable with a range, if only that of the whole dimension."""
    if isinstance(var.domain, typed.OverRange):
        return within(var, dim)
    count = ctx.dims[dim].numbers
    assert count is not None
    return replace(var, domain=typed.OverRange(count.first, count.last, dim))


def _tiles(
    ctx: Context,
    name: str,
    clauses: Sequence[tuple[Clausal, _Left]],
    plates: _Left,
    axes: tuple[int, int],
) -> tuple[Tile, ...] | None:
    """Parts of the first axis, each divided along the second; None if they do not fit so."""
    first, second = axes
    rows: list[list[tuple[Clausal, _Left]]] = []
    for clause in clauses:
        own = next((row for row in rows if _alike(row[0][1][first], clause[1][first])), None)
        if own is None:
            rows.append([clause])
        else:
            own.append(clause)
    outer = [Clause(s, left, left[first]) for (s, left), *_ in rows]
    ordered = covering(ctx, name, outer, str(plates[first].dim))
    if ordered is None:
        return None
    found: list[Tile] = []
    for one in ordered:
        row = next(row for row in rows if row[0][0] is one.statement)
        inner = [Clause(s, left, left[second]) for s, left in row]
        parts = covering(ctx, name, inner, str(plates[second].dim))
        if parts is None:
            return None
        found.append(Tile(one, Outline(name, plates, second, parts)))
    return tuple(found)


def _alike(a: typed.IndexVar, b: typed.IndexVar) -> bool:
    """Whether two ranges are the same."""
    assert isinstance(a.domain, typed.OverRange) and isinstance(b.domain, typed.OverRange)
    pairs = ((a.domain.first, b.domain.first), (a.domain.last, b.domain.last))
    return all((linear(x) - linear(y)).number == 0 for x, y in pairs)
