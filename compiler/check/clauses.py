"""Families written in clauses: ``s[1] = …``, ``s[t in 2..T] = …``. Left sides, and what they cover.

A clause is a statement about a part of a family. All clauses of one family differ along one axis,
where each has a single label or a range; together they cover every label of that dimension exactly
once, which is proved from the ends as they are written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...grammar import tree
from ...grammar.frozen import frozen
from .. import complaints, typed
from ..complaints.recurrences import too_many_clauses
from ..recurrence import linear
from .binders import bind, dimension, ranged, whole_range
from .context import Context, Scope
from .covering import order_of
from .expressions import expression

MOST_CLAUSES = 100  # they become one formula, an `if` inside an `if`
Clausal = tree.Define | tree.Sample
_Left = tuple[typed.IndexVar, ...]


@frozen
class Clause:
    """One statement of a family.

    Attributes:
        vars: its own index variables, one for each plate of the family; the one along the
            recurring axis has a range.
        covers: that range, of one label for ``s[1]``.
    """

    statement: Clausal
    vars: tuple[typed.IndexVar, ...]
    covers: typed.IndexVar


@frozen
class Outline:
    """The left sides of a family in clauses.

    Attributes:
        plates: whole dimensions, in the order of the slots.
        axis: which of them the clauses divide.
        clauses: from the first label to the last.
        tiles: where they divide two axes: parts of the first one, each with the clauses that divide
            the second one there.
        other: which axis that is.
    """

    name: str
    plates: tuple[typed.IndexVar, ...]
    axis: int
    clauses: tuple[Clause, ...]
    tiles: "tuple[Tile, ...]" = ()
    other: int | None = None

    @property
    def along(self) -> typed.IndexVar:
        """The plate that the clauses divide."""
        return self.plates[self.axis]

    @property
    def across(self) -> typed.IndexVar | None:
        """The second plate that they divide, if there is one."""
        return None if self.other is None else self.plates[self.other]

    @property
    def covers(self) -> tuple[typed.IndexVar, ...]:
        """What each clause covers; nothing where they divide two axes."""
        return () if self.tiles else tuple(c.covers for c in self.clauses)

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the plates."""
        return tuple(p.dim for p in self.plates if p.dim is not None)


@frozen
class Tile:
    """A part of one axis, and the clauses that divide another one there.

    Attributes:
        outer: one of these clauses, with the part that all of them cover.
    """

    outer: Clause
    inner: Outline


def is_clause(target: tree.Target, dims: Iterable[str]) -> bool:
    """Whether a left side is about a part of a family: some label, or a range of them."""
    return any(
        isinstance(slot.domain, tree.Range)
        if isinstance(slot, tree.Binder)
        else not (isinstance(slot, tree.Name) and slot.id in dims)
        for slot in target.slots
    )


def bare_slots(ctx: Context, target: tree.Target) -> Iterator[int]:
    """Which slots of a left side are dimensions without an index."""
    return (i for i, s in enumerate(target.slots) if isinstance(s, tree.Name) and s.id in ctx.dims)


def one_axis(ctx: Context, statements: Sequence[Clausal], scope: Scope) -> Outline | None:
    """The left sides of one family whose clauses divide one axis; complains where they do not."""
    targets = [s.target for s in statements]
    first = targets[0]
    name = first.name.id
    if len(targets) > MOST_CLAUSES:
        extra = targets[MOST_CLAUSES].span
        ctx.complain(too_many_clauses(extra, name, MOST_CLAUSES, first.span))
        return None
    for target in targets[1:]:
        if len(target.slots) != len(first.slots):
            ctx.complain(complaints.clauses_differ(target.span, name, first.span))
            return None
    divided = divided_axes(targets)
    if len(divided) != 1:
        at = next(t for t in targets if is_clause(t, ctx.dims))
        ctx.complain(complaints.clauses_of_two_axes(at.span, name))
        return None
    (axis,) = divided
    inside = replace(scope, ends_of=_said(ctx, targets, axis) or _inferred(ctx, name, axis))
    lefts = [left_side(ctx, t, axis, inside) for t in targets]
    found = [left for left in lefts if left is not None]
    if len(found) < len(lefts) or not _same_plates(ctx, name, found, targets, axis):
        return None
    ranges = [left[axis].domain for left in found]
    said = {d for left in found if (d := ctx.ranges.get(left[axis].id)) is not None}
    dim = said.pop() if len(said) == 1 else None
    dim = dim or dimension_of(
        ctx, name, targets, [r for r in ranges if isinstance(r, typed.OverRange)]
    )
    if dim is None:
        return None
    plates = tuple(
        ctx.index(v.name, typed.OverDim(dim if i == axis else str(v.dim)), v.span)
        for i, v in enumerate(named(found, axis))
    )
    clauses = [
        Clause(s, tuple(within(v, dim) if i == axis else v for i, v in enumerate(left)),
               within(left[axis], dim))
        for s, left in zip(statements, found, strict=True)
    ]  # fmt: skip
    ordered = covering(ctx, name, clauses, dim)
    return None if ordered is None else Outline(name, plates, axis, ordered)


def _said(ctx: Context, targets: Sequence[tree.Target], axis: int) -> str | None:
    """The dimension of the clauses, where a guard names it: ``t in time, t > first``."""
    for t in targets:
        slot = t.slots[axis]
        if isinstance(slot, tree.Binder) and isinstance(slot.domain, tree.Range) and slot.domain.of:
            dimension(ctx, slot.domain.of)
            return slot.domain.of.id if slot.domain.of.id in ctx.dims else None
    return None


def _inferred(ctx: Context, name: str, axis: int) -> str | None:
    """The dimension of clauses that speak of `first` and `last`: that of every index of theirs."""
    dims = ctx.indexed_by.get((name, axis), frozenset())
    if not dims:
        others = {d for (n, i), ds in ctx.indexed_by.items() if n == name and i != axis for d in ds}
        dims = frozenset(
            n for n, d in ctx.dims.items()
            if not isinstance(d.labels, typed.Names) and n not in others
        )  # fmt: skip
    return next(iter(dims)) if len(dims) == 1 else None


def named(lefts: Sequence[_Left], axis: int) -> _Left:
    """A left side that gives the recurring index a name, if there is one."""
    return next((left for left in lefts if left[axis].name.isidentifier()), lefts[0])


def divided_axes(targets: Sequence[tree.Target]) -> list[int]:
    """The axes along which some clause is about a part."""
    axes = range(min(len(t.slots) for t in targets))
    return [i for i in axes if any(_is_part(t.slots[i]) for t in targets)]


def _is_part(slot: tree.Binder | tree.Expr) -> bool:
    return not isinstance(slot, tree.Binder) or isinstance(slot.domain, tree.Range)


def left_side(
    ctx: Context, target: tree.Target, axis: int, scope: Scope, *, other: bool = False
) -> tuple[typed.IndexVar, ...] | None:
    """Index variables of one left side; a single label becomes a range of one.

    Args:
        other: whether clauses divide another axis too.
    """
    found: list[typed.IndexVar] = []
    for i, slot in enumerate(target.slots):
        if other:
            scope = replace(scope, ends_of=_inferred(ctx, target.name.id, i))
        if isinstance(slot, tree.Binder):
            var = bind(ctx, slot, scope, expression)
            if var is None:
                return None
            if i == axis and not other and isinstance(var.domain, typed.OverDim):
                ctx.complain(complaints.clause_covers_all(slot.span, target.name.id, var.name))
                return None
            scope = scope.binding(var)
        else:
            ends = whole_range(ctx, tree.Range(slot, slot, span=slot.span), scope, expression)
            if ends is None:
                return None
            var = ranged(ctx, tree.Name(ctx.source.quote(slot.span), span=slot.span), ends)
        found.append(var)
    return tuple(found)


def _same_plates(
    ctx: Context,
    name: str,
    lefts: Sequence[tuple[typed.IndexVar, ...]],
    targets: Sequence[tree.Target],
    axis: int,
) -> bool:
    for left, target in zip(lefts, targets, strict=True):
        for i, (var, other) in enumerate(zip(left, lefts[0], strict=True)):
            if i != axis and var.dim != other.dim:
                ctx.complain(complaints.clauses_differ(target.span, name, targets[0].span))
                return False
    return True


def within(var: typed.IndexVar, dim: str) -> typed.IndexVar:
    """An index variable with a range, which is now of a dimension."""
    assert isinstance(var.domain, typed.OverRange)
    return replace(var, domain=replace(var.domain, dim=dim))


def dimension_of(
    ctx: Context, name: str, targets: Sequence[tree.Target], ranges: Sequence[typed.OverRange]
) -> str | None:
    """The dimension that begins or ends where the clauses do, and behind whose end none goes on."""
    score: dict[str, int] = {}
    for dim, d in ctx.dims.items():
        if d.numbers is not None and d.numbered:
            first, last = linear(d.numbers.first), linear(d.numbers.last)
            begins = any((linear(r.first) - first).number == 0 for r in ranges)
            ends = any((linear(r.last) - last).number == 0 for r in ranges)
            goes_on = any((linear(r.first) - last).number == 1 for r in ranges)
            score[dim] = begins + ends - goes_on
    best = [dim for dim, n in score.items() if n == max(score.values()) and n > 0]
    whole = targets[0].span
    if len(best) == 1:
        ctx.used_dims.add(best[0])
        return best[0]
    ctx.complain(complaints.clauses_without_dimension(whole, name, best))
    return None


def covering(ctx: Context, name: str, clauses: list[Clause], dim: str) -> tuple[Clause, ...] | None:
    """The clauses in the order of their labels, if they cover the dimension exactly once."""
    order = order_of(ctx, name, [c.covers for c in clauses], dim)
    return None if order is None else tuple(clauses[i] for i in order)
