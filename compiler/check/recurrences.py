"""Recurrences: families that read earlier elements of themselves, or of each other.

The shapes of such families are known from their left sides; what they hold, only once they are
typed. So they are typed under an assumption that is then compared with what comes out.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from math import inf

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import complaints, typed
from ..families import FAMILIES
from ..types import ANYTHING, POSITIVE, Bounds, Kind, SupportName
from .arrays_recur import array_defined, array_made, outline_of_numbers
from .clauses import Outline
from .composites import any_distribution, as_distribution
from .context import Context, Nature, Scope, Symbol, walk
from .dependencies import first_of
from .distributions import drawn_type
from .earlier import formulas_of
from .events import LeftSide
from .expressions import expression
from .joining import joined, scope_of, settled
from .numbered import as_numbers
from .pieces import one_distribution
from .shapes import Event
from .statements import define, draw, observable
from .states import clause_distribution, consistent, drawn_labels
from .supports import bounds_of, kind_of
from .targets import left_side, whole_plates

Defined = tuple[typed.Define | typed.Sample, Symbol]
Statements = Sequence[tree.Define | tree.Sample]


@frozen
class Member:
    """A family of a recurrence: its statements, and its clauses where it has several.

    Attributes:
        event: the dimensions of an array that is drawn, where its left side says them.
    """

    name: str
    statements: Statements
    plates: tuple[typed.IndexVar, ...]
    shape: Outline | None
    event: Event | None = None

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the plates."""
        return tuple(p.dim for p in self.plates if p.dim is not None)


def in_clauses(
    ctx: Context, statements: Statements, shape: Outline, scope: Scope, *, observed: bool = False
) -> Defined | None:
    """A family written in several clauses; ``observed`` if its values are data."""
    whole = going_on(statements)
    if isinstance(whole, tree.Define):
        return _defined(ctx, shape, scope, whole)
    return _drawn(ctx, shape, scope, whole, observed=observed)


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
    made = typed.Define(
        shape.name, shape.plates, expr, at.span, _name_span(shape), shape.covers, shape.along,
        across=shape.across,
    )  # fmt: skip
    return made, symbol


def _others(scope: Scope, name: str) -> Mapping[str, Symbol | None]:
    return {n: s for n, s in scope.values.items() if n != name}


def _name_span(shape: Outline) -> Span:
    return min((c.statement.target.name.span for c in shape.clauses), key=lambda s: s.start)


def _drawn(
    ctx: Context, shape: Outline, scope: Scope, at: tree.Statement, *, observed: bool
) -> Defined | None:
    before = ctx.remember()
    dists = _distributions(ctx, shape, scope, _declared(ctx, shape.name))
    if dists is None and (states := drawn_labels(ctx, shape, scope)) is not None:
        ctx.recall(before)
        dists = _distributions(ctx, shape, scope, states)
    if dists is None:
        return None
    given = ctx.values.get(shape.name)
    dists = [as_numbers(ctx, d, given.type if given is not None else None) for d in dists]
    dist = one_distribution(ctx, dists, shape, scope, observed=observed)
    if dist is None:
        return None
    sample = typed.Sample(
        shape.name, shape.plates, dist, at.span, _name_span(shape), shape.covers, shape.along,
        across=shape.across,
    )  # fmt: skip
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
        d = complaints.wrong_slots(at, symbol.name, shape.dims, declared, symbol.span)
        if len(shape.dims) == len(declared):
            other = next(p for p in zip(shape.dims, declared, strict=True) if p[0] != p[1])
            d = complaints.left_side_differs(at, other[0], symbol.name, other[1], symbol.span)
        ctx.complain(d)
        return None
    known = symbol.name not in ctx.imputed
    made = in_clauses(ctx, statements, shape, scope, observed=known)
    if made is None:
        return None
    sample = made[0]
    whole = going_on(statements)
    assert isinstance(sample, typed.Sample) and isinstance(whole, tree.Sample)
    return sample if observable(ctx, whole, sample.dist, symbol) else None


def _declared(ctx: Context, name: str) -> str | None:
    """The dimension whose labels a family holds, where it is declared or taken for granted."""
    declared = ctx.values.get(name)
    return declared.support.dim if declared is not None else None


def _distributions(
    ctx: Context, shape: Outline, scope: Scope, dim: str | None
) -> list[typed.Dist] | None:
    dists: list[typed.Dist] = []
    for clause in shape.clauses:
        found = clause_distribution(ctx, clause, scope, dim)
        if found is None:
            return None
        dists.append(found)
    return dists


# --- families that refer to each other ----------------------------------------------------------


def members_of(
    ctx: Context, statements: Mapping[str, Statements], scope: Scope
) -> list[Member] | None:
    """The left sides of the families of one recurrence; None after a complaint."""
    found: list[Member] = []
    for name, own in statements.items():
        if len(own) > 1:
            shape = outline_of_numbers(ctx, own, scope)
            if shape is None:
                return None
            found.append(Member(name, own, shape.plates, shape))
        else:
            first = own[0]
            left = left_side(ctx, first.target, scope)
            if left is None or not whole_plates(ctx, first.target, left):
                return None
            array = isinstance(first, tree.Define) and array_defined(ctx, first, scope)
            if array:
                ctx.complain(array)
                return None
            found.append(Member(name, own, left.plates, None, left.event))
    return found


def type_recurrence(
    ctx: Context, members: Sequence[Member], scope: Scope, values: dict[str, Symbol | None]
) -> dict[str, Defined] | None:
    """The statements of one recurrence, typed; ``members`` in an order of the same step.

    What a definition holds is assumed to be positive at first: if it comes out so wherever its
    earlier elements are, it is, by induction. Else it may be any number. What is drawn is assumed
    to lie where the first clause draws it; where others draw more, that is assumed next.
    """
    bounds, drawn = POSITIVE, dict[str, Symbol]()
    while True:
        before = ctx.remember()
        for member in members:
            values[member.name] = None
        for member in members:
            known = drawn.get(member.name)
            values[member.name] = known or _assumption(ctx, member, scope, bounds, values)
        took = {m.name: s for m in members if (s := values[m.name]) is not None}
        found = _typed(ctx, members, scope, values)
        symbols = {n: s for n, (_, s) in (found or {}).items()}
        if found is not None and all(_within(s, took[n]) for n, s in symbols.items()):
            break
        if found is None and bounds == ANYTHING:
            break
        bounds = ANYTHING
        drawn = {n: _widened(s, took[n]) for n, s in symbols.items() if s.nature is Nature.RANDOM}
        ctx.recall(before)
    array = _array_among(ctx, members, found, scope)
    if array is not None:
        if found is None:
            ctx.recall(before)  # what follows from it is no news
        ctx.complain(array)
        found = None
    if found is not None and not all(_has_ends(ctx, s, found) for s, _ in found.values()):
        found = None
    for member in members:
        values[member.name] = None if found is None else symbols[member.name]
    return found


def _array_among(
    ctx: Context, members: Sequence[Member], found: Mapping[str, Defined] | None, scope: Scope
) -> Diagnostic | None:
    """What to say of a definition whose elements are arrays, though it was taken for numbers."""
    for member in members:
        first = member.statements[0]
        if member.shape is not None or not isinstance(first, tree.Define):
            continue
        if found is not None:
            made = found[member.name][0]
        else:
            now = ctx.remember()
            alone = define(ctx, first, scope)
            ctx.recall(now)
            if alone is None:
                continue
            made = alone[0]
        assert isinstance(made, typed.Define)
        array = array_made(ctx, first, made.expr, scope)
        if array is not None:
            return array
    return None


def _has_ends(ctx: Context, s: typed.Define | typed.Sample, found: Container[str]) -> bool:
    """Whether the coordinates of what is drawn are known before the recurrence is."""
    support = None if isinstance(s, typed.Define) else s.dist.support
    for end in (support.low, support.high) if support else ():
        for e in walk(end) if end is not None else ():
            if isinstance(e, typed.Var) and e.name in found:
                ctx.complain(complaints.ends_recur(e.span, s.name, e.name, s.name_span))
                return False
    return True


def _within(found: Symbol, assumed: Symbol) -> bool:
    """Whether a family is what was taken for granted of it."""
    a, b = found.type, assumed.type
    alike = found.nature is Nature.DERIVED or (a.kind, a.dim) == (b.kind, b.dim)
    return alike and a.bounds.within(b.bounds)


def _widened(found: Symbol, assumed: Symbol) -> Symbol:
    """What to take for granted next: without an end that did not hold, so that it stops."""
    a, b = found.type.bounds, assumed.type.bounds
    bounds = Bounds(
        b.low if a.low >= b.low else -inf,
        b.high if a.high <= b.high else inf,
    )
    return replace(found, type=replace(found.type, bounds=bounds))


def _assumption(
    ctx: Context,
    member: Member,
    scope: Scope,
    bounds: Bounds,
    values: dict[str, Symbol | None],
) -> Symbol:
    """What is taken for granted of a family while its own formulas are typed."""
    first = member.statements[0]
    at = first.target.name.span
    if isinstance(first, tree.Define):
        type_ = typed.Type(Kind.REAL, (), member.dims, bounds)
        support, nature = typed.Support(SupportName.REAL), Nature.DERIVED
    else:
        nature = Nature.RANDOM
        before = ctx.remember()
        if member.shape:
            dist = clause_distribution(ctx, member.shape.clauses[0], scope, None)
            if dist is None:
                dist = consistent(ctx, member.shape, scope, values)
        else:
            unknown = {n for n, symbol in scope.values.items() if symbol is None}
            start = as_distribution(first_of(first.dist, unknown))
            said = LeftSide(member.event, None, first.target, first.span)
            inner = scope.binding(*member.plates)
            dist = None if start is None else any_distribution(ctx, start, inner, said)
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
            event = (*member.dims, *(member.event or ()))
            type_ = typed.Type(kind_of(support), (), event, bounds_of(support))
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
