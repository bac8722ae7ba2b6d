"""Families written in clauses: ``s[1] = …``, ``s[t in 2..T] = …``. Left sides, and what they cover.

A clause is a statement about a part of a family. All clauses of one family differ along one axis,
where each has a single label or a range; together they cover every label of that dimension exactly
once, which is proved from the ends as they are written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints.recurrences import too_many_clauses
from ..functions import ELEMENTWISE
from ..recurrence import Linear, linear
from ..substitute import in_dist, rebuild
from .binders import bind, dimension, index_value, ranged, whole_range
from .branches import either
from .context import Context, Scope
from .expressions import expression
from .operators import apply
from .order import numbered
from .shapes import axes_of

MOST_CLAUSES = 100  # they become one formula, an `if` inside an `if`
Clausal = tree.Define | tree.Sample
_Left = tuple[typed.IndexVar, ...]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Outline:
    """The left sides of a family in clauses.

    Attributes:
        plates: whole dimensions, in the order of the slots.
        axis: which of them the clauses divide.
        clauses: from the first label to the last.
    """

    name: str
    plates: tuple[typed.IndexVar, ...]
    axis: int
    clauses: tuple[Clause, ...]

    @property
    def along(self) -> typed.IndexVar:
        """The plate that the clauses divide."""
        return self.plates[self.axis]

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the plates."""
        return tuple(p.dim for p in self.plates if p.dim is not None)


def is_clause(target: tree.Target, dims: Iterable[str]) -> bool:
    """Whether a left side is about a part of a family: some label, or a range of them."""
    return any(
        isinstance(slot.domain, tree.Range)
        if isinstance(slot, tree.Binder)
        else not (isinstance(slot, tree.Name) and slot.id in dims)
        for slot in target.slots
    )


def outline(ctx: Context, statements: Sequence[Clausal], scope: Scope) -> Outline | None:
    """The left sides of one family, in line with each other; complains where they are not."""
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
    divided = [i for i in range(len(first.slots)) if any(_is_part(t.slots[i]) for t in targets)]
    if len(divided) != 1:
        at = next(t for t in targets if is_clause(t, ctx.dims))
        ctx.complain(complaints.clauses_of_two_axes(at.span, name))
        return None
    (axis,) = divided
    inside = replace(scope, ends_of=_said(ctx, targets, axis) or _inferred(ctx, name, axis))
    lefts = [_left(ctx, t, axis, inside) for t in targets]
    found = [left for left in lefts if left is not None]
    if len(found) < len(lefts) or not _same_plates(ctx, name, found, targets, axis):
        return None
    ranges = [left[axis].domain for left in found]
    said = {d for left in found if (d := ctx.ranges.get(left[axis].id)) is not None}
    dim = said.pop() if len(said) == 1 else None
    dim = dim or _dimension(
        ctx, name, targets, [r for r in ranges if isinstance(r, typed.OverRange)]
    )
    if dim is None:
        return None
    plates = tuple(
        ctx.index(v.name, typed.OverDim(dim if i == axis else str(v.dim)), v.span)
        for i, v in enumerate(_named(found, axis))
    )
    clauses = [
        Clause(s, tuple(_within(v, dim) if i == axis else v for i, v in enumerate(left)),
               _within(left[axis], dim))
        for s, left in zip(statements, found, strict=True)
    ]  # fmt: skip
    ordered = _covering(ctx, name, clauses, dim)
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
        dims = frozenset(n for n, d in ctx.dims.items() if isinstance(d.labels, typed.FromData))
    return next(iter(dims)) if len(dims) == 1 else None


def _named(lefts: Sequence[_Left], axis: int) -> _Left:
    """A left side that gives the recurring index a name, if there is one."""
    return next((left for left in lefts if left[axis].name.isidentifier()), lefts[0])


def _is_part(slot: tree.Binder | tree.Expr) -> bool:
    return not isinstance(slot, tree.Binder) or isinstance(slot.domain, tree.Range)


def _left(
    ctx: Context, target: tree.Target, axis: int, scope: Scope
) -> tuple[typed.IndexVar, ...] | None:
    """Index variables of one left side; a single label becomes a range of one."""
    found: list[typed.IndexVar] = []
    for i, slot in enumerate(target.slots):
        if isinstance(slot, tree.Binder):
            var = bind(ctx, slot, scope, expression)
            if var is None:
                return None
            if i == axis and isinstance(var.domain, typed.OverDim):
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


def _within(var: typed.IndexVar, dim: str) -> typed.IndexVar:
    assert isinstance(var.domain, typed.OverRange)
    return replace(var, domain=replace(var.domain, dim=dim))


def _dimension(
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


def _covering(
    ctx: Context, name: str, clauses: list[Clause], dim: str
) -> tuple[Clause, ...] | None:
    """The clauses in the order of their labels, if they cover the dimension exactly once."""
    count = ctx.dims[dim].numbers
    assert count is not None
    at, end = linear(count.first), linear(count.last).plus(1.0)
    left, ordered = list(clauses), list[Clause]()
    while left:
        gaps = [((_ends(c)[0] - at).number, c) for c in left]
        unknown = next((c for gap, c in gaps if gap is None), None)
        taken = next((c for gap, c in gaps if gap == 0), None)
        if taken is None:
            behind = next((c for gap, c in gaps if gap is not None and gap < 0), None)
            if behind is not None:
                other = ordered[-1].covers.span if ordered else ctx.dims[dim].span
                ctx.complain(
                    complaints.covered_twice(
                        behind.covers.span, name, _words(ctx, _ends(behind)[0]), other
                    )
                )
            elif unknown is not None:
                ctx.complain(complaints.cover_unknown(unknown.covers.span, name, dim))
            else:
                where = min(gaps, key=lambda g: g[0] or 0.0)[1].covers.span
                ctx.complain(_uncovered(ctx, name, at, dim, where))
            return None
        left.remove(taken)
        ordered.append(taken)
        at = _ends(taken)[1].plus(1.0)
    rest = (end - at).number
    where = ordered[-1].covers.span
    if rest == 0:
        return tuple(ordered)
    if rest is None:
        ctx.complain(complaints.cover_unknown(where, name, dim))
    elif rest > 0:
        ctx.complain(_uncovered(ctx, name, at, dim, where))
    else:
        ctx.complain(complaints.cover_beyond(where, name, dim, ctx.dims[dim].span))
    return None


def _uncovered(ctx: Context, name: str, at: Linear, dim: str, where: Span) -> Diagnostic:
    return complaints.not_covered(where, name, _words(ctx, at), (dim, ctx.dims[dim].span))


def _ends(clause: Clause) -> tuple[Linear, Linear]:
    domain = clause.covers.domain
    assert isinstance(domain, typed.OverRange)
    return linear(domain.first), linear(domain.last)


def _words(ctx: Context, form: Linear) -> str:
    """A linear form as one would write it: ``K + 1``."""
    parts = [
        ctx.source.quote(e.span) if f == 1 else f"{f:g} * {ctx.source.quote(e.span)}"
        for e, f in form.terms
    ]
    if form.constant or not parts:
        parts.append(f"{form.constant:g}")
    return " + ".join(parts).replace("+ -", "- ")


# --- joining -------------------------------------------------------------------------------------


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


def up_to(ctx: Context, clause: Clause, shape: Outline, scope: Scope) -> typed.Expr | None:
    """Whether the index of the family is not behind the end of a clause."""
    domain, at = clause.covers.domain, clause.covers.span
    assert isinstance(domain, typed.OverRange)
    ends = [numbered(ctx, index_value(ctx, shape.along, at)), domain.last]
    return apply(ctx, ELEMENTWISE["le"], ends, at, scope)


def joined(
    ctx: Context, parts: Sequence[typed.Expr], shape: Outline, scope: Scope
) -> typed.Expr | None:
    """One formula for the whole family: ``if t <= 1 then … else …``.

    The parts are in the order of the clauses, and in terms of the plates.
    """
    whole = parts[-1]
    for part, clause in zip(parts[-2::-1], shape.clauses[-2::-1], strict=True):
        test = up_to(ctx, clause, shape, scope)
        chosen = test and either(ctx, test, part, whole, part.span, scope)
        if chosen is None:
            return None
        whole = chosen
    return whole
