"""Recurrences: families that read earlier elements of themselves, or of each other.

The shapes of such families are known from their left sides; what they hold, only once they are
typed. So they are typed under an assumption that is then compared with what comes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ...grammar import tree
from ...grammar.source import Span
from .. import complaints, typed
from ..families import FAMILIES
from ..types import ANYTHING, POSITIVE, Bounds, Kind, SupportName
from .clauses import Clause, Outline, joined, outline, scope_of, settled
from .composites import any_distribution
from .context import Context, Nature, Scope, Symbol
from .distributions import drawn_type
from .earlier import formulas_of
from .events import LeftSide
from .expressions import expression
from .statements import define, draw, observable
from .supports import bounds_of, kind_of
from .targets import left_side, whole_plates

Defined = tuple[typed.Define | typed.Sample, Symbol]
Statements = Sequence[tree.Define | tree.Sample]


@dataclass(frozen=True, slots=True)
class Member:
    """A family of a recurrence: its statements, and its clauses where it has several."""

    name: str
    statements: Statements
    plates: tuple[typed.IndexVar, ...]
    shape: Outline | None

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the plates."""
        return tuple(p.dim for p in self.plates if p.dim is not None)


def in_clauses(
    ctx: Context, statements: Statements, shape: Outline, scope: Scope
) -> Defined | None:
    """A family written in several clauses."""
    whole = going_on(statements)
    if isinstance(whole, tree.Define):
        return _defined(ctx, shape, scope, whole)
    return _drawn(ctx, shape, scope, whole)


def going_on(statements: Statements) -> tree.Define | tree.Sample:
    """The clause that stands for all of them in messages and generated lines: one with a range."""
    return max(
        statements, key=lambda s: any(isinstance(slot, tree.Binder) for slot in s.target.slots)
    )


def _defined(ctx: Context, shape: Outline, scope: Scope, at: tree.Statement) -> Defined | None:
    parts: list[typed.Expr] = []
    for clause in shape.clauses:
        statement = clause.statement
        assert isinstance(statement, tree.Define)
        found = expression(ctx, statement.expr, scope_of(clause, scope))
        if found is None:
            return None
        if found.type.event:
            ctx.complain(complaints.array_recurs(found.span, shape.name))
            return None
        parts.append(settled(found, clause, shape.plates))
    expr = joined(ctx, parts, shape, scope)
    if expr is None:
        return None
    type_ = replace(expr.type, axes=(), event=shape.dims)
    symbol = Symbol(
        shape.name,
        Nature.DERIVED,
        type_,
        typed.Support(SupportName.REAL),
        _name_span(shape),
        given=ctx.random_part(expr, _others(scope, shape.name)) is None,
        plates=len(shape.plates),
    )
    covers = tuple(c.covers for c in shape.clauses)
    made = typed.Define(
        shape.name, shape.plates, expr, at.span, _name_span(shape), covers, shape.along
    )
    return made, symbol


def _others(scope: Scope, name: str) -> Mapping[str, Symbol | None]:
    return {n: s for n, s in scope.values.items() if n != name}


def _name_span(shape: Outline) -> Span:
    return min((c.statement.target.name.span for c in shape.clauses), key=lambda s: s.start)


def _drawn(ctx: Context, shape: Outline, scope: Scope, at: tree.Statement) -> Defined | None:
    dists: list[typed.Dist] = []
    for clause in shape.clauses:
        found = _distribution(ctx, clause, scope)
        if found is None:
            return None
        dists.append(found)
    dist = _joined_dists(ctx, dists, shape, scope)
    if dist is None:
        return None
    covers = tuple(c.covers for c in shape.clauses)
    sample = typed.Sample(
        shape.name, shape.plates, dist, at.span, _name_span(shape), covers, shape.along
    )
    symbol = Symbol(
        shape.name,
        Nature.RANDOM,
        drawn_type(dist, shape.plates),
        dist.support,
        _name_span(shape),
        given=False,
        plates=len(shape.plates),
    )
    return sample, symbol


def observed_in_clauses(
    ctx: Context, statements: Statements, shape: Outline, symbol: Symbol, scope: Scope
) -> typed.Sample | None:
    """Distributions, clause by clause, of what is given."""
    ctx.used.add(symbol.span)
    if shape.dims != symbol.type.event:
        at, declared = statements[0].target.span, tuple(map(str, symbol.type.event))
        ctx.complain(
            complaints.wrong_slots(at, symbol.name, len(shape.dims), declared, symbol.span)
        )
        return None
    made = in_clauses(ctx, statements, shape, scope)
    if made is None:
        return None
    sample = made[0]
    whole = going_on(statements)
    assert isinstance(sample, typed.Sample) and isinstance(whole, tree.Sample)
    return sample if observable(ctx, whole, sample.dist, symbol) else None


def _distribution(ctx: Context, clause: Clause, scope: Scope) -> typed.Dist | None:
    s = clause.statement
    assert isinstance(s, tree.Sample)
    declared = ctx.values.get(s.target.name.id)
    dim = declared.support.dim if declared is not None else None
    said = LeftSide(None, dim, s.target, s.span)
    return any_distribution(ctx, s.dist, scope_of(clause, scope), said)


def _joined_dists(
    ctx: Context, dists: Sequence[typed.Dist], shape: Outline, scope: Scope
) -> typed.Dist | None:
    """One distribution whose arguments depend on the clause."""
    first = dists[0]
    made = next((d for d in dists if d.parts), None)
    if made is not None:
        ctx.complain(complaints.composite_in_clauses(made.span, shape.name))
        return None
    for other in dists[1:]:
        alike = (other.family, other.form, other.event, other.support.name, other.restricted)
        if alike != (first.family, first.form, first.event, first.support.name, first.restricted):
            ctx.complain(
                complaints.clauses_of_two_families(
                    other.span, shape.name, (other.family, first.family), first.span
                )
            )
            return None
    if first.event:
        ctx.complain(complaints.array_recurs(first.span, shape.name))
        return None
    rows = [[*d.args, d.support.low, d.support.high] for d in dists]
    found: list[typed.Expr | None] = []
    for column in zip(*rows, strict=True):
        parts = [
            settled(e, clause, shape.plates)
            for e, clause in zip(column, shape.clauses, strict=True)
            if e is not None
        ]
        whole = joined(ctx, parts, shape, scope) if len(parts) == len(dists) else None
        if parts and whole is None:
            if len(parts) < len(dists):
                ctx.complain(
                    complaints.clauses_of_two_families(
                        dists[-1].span, shape.name, (dists[-1].family, first.family), first.span
                    )
                )
            return None
        found.append(whole)
    *args, low, high = found
    support = replace(first.support, low=low, high=high)
    return replace(first, args=tuple(a for a in args if a is not None), support=support)


# --- families that refer to each other ----------------------------------------------------------


def members_of(
    ctx: Context, statements: Mapping[str, Statements], scope: Scope
) -> list[Member] | None:
    """The left sides of the families of one recurrence; None after a complaint."""
    found: list[Member] = []
    for name, own in statements.items():
        if len(own) > 1:
            shape = outline(ctx, own, scope)
            if shape is None:
                return None
            found.append(Member(name, own, shape.plates, shape))
        else:
            left = left_side(ctx, own[0].target, scope)
            if left is None or not whole_plates(ctx, own[0].target, left):
                return None
            found.append(Member(name, own, left.plates, None))
    return found


def type_recurrence(
    ctx: Context, members: Sequence[Member], scope: Scope, values: dict[str, Symbol | None]
) -> dict[str, Defined] | None:
    """The statements of one recurrence, typed; ``members`` in an order of the same step.

    What a definition holds is assumed to be positive at first: if it comes out so wherever its
    earlier elements are, it is, by induction. Else it may be any number.
    """
    for assumed in (POSITIVE, ANYTHING):
        before = ctx.remember()
        for member in members:
            values[member.name] = None
        for member in members:
            values[member.name] = _assumption(ctx, member, scope, assumed)
        found = _typed(ctx, members, scope, values)
        holds = found is not None and all(
            symbol.type.bounds.within(assumed)
            for s, symbol in found.values()
            if isinstance(s, typed.Define)
        )
        if holds or assumed == ANYTHING:
            break
        ctx.recall(before)
    for member in members:
        values[member.name] = None if found is None else found[member.name][1]
    return found


def _assumption(ctx: Context, member: Member, scope: Scope, bounds: Bounds) -> Symbol:
    """What is taken for granted of a family while its own formulas are typed."""
    first = member.statements[0]
    at = first.target.name.span
    if isinstance(first, tree.Define):
        type_ = typed.Type(Kind.REAL, (), member.dims, bounds)
        support, nature = typed.Support(SupportName.REAL), Nature.DERIVED
    else:
        nature = Nature.RANDOM
        before = ctx.remember()
        dist = _distribution(ctx, member.shape.clauses[0], scope) if member.shape else None
        ctx.recall(before)
        if dist is not None:
            support = dist.support
            type_ = drawn_type(dist, member.plates)
        else:
            call = first.dist.call if isinstance(first.dist, tree.Distribution) else None
            row = FAMILIES.get(call.callee.id) if call is not None else None
            support = typed.Support(row.support if row else SupportName.REAL)
            if support.name is SupportName.INTERVAL:
                support = typed.Support(SupportName.REAL)
            type_ = typed.Type(kind_of(support), (), member.dims, bounds_of(support))
    return Symbol(member.name, nature, type_, support, at, given=False, plates=len(member.plates))


def _typed(
    ctx: Context,
    members: Sequence[Member],
    scope: Scope,
    values: dict[str, Symbol | None],
) -> dict[str, Defined] | None:
    found: dict[str, Defined] = {}
    for member in members:
        made: Defined | None
        if member.shape is not None:
            made = in_clauses(ctx, member.statements, member.shape, scope)
        elif isinstance(member.statements[0], tree.Define):
            made = define(ctx, member.statements[0], scope)
        else:
            made = draw(ctx, member.statements[0], scope)
        if made is None:
            return None
        found[member.name] = made
    # nothing of a recurrence is data unless all of it is
    given = all(
        ctx.random_part(e, {n: s for n, s in scope.values.items() if n not in found}) is None
        and isinstance(s, typed.Define)
        for s, _ in found.values()
        for e in formulas_of(s)
    )
    return {n: (s, replace(symbol, given=given)) for n, (s, symbol) in found.items()}
