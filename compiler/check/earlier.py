"""Whether every reference of a recurrence leads back.

That is, to an element that exists, at an earlier step or at the same one in an order that exists.
What is not shown from the formulas is left to be checked with the data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...grammar.diagnostic import Diagnostic
from ...grammar.frozen import frozen
from .. import complaints, typed
from ..composite import CHOICE
from ..lookback import Read
from ..ordering import Cyclic, topological
from ..reading import names_in, parts_of, read_at
from ..recurrence import (
    Ends,
    Guards,
    Linear,
    Reference,
    facts_of,
    guarded_parts,
    is_not_negative,
    least,
    linear,
    number_of,
    references,
)
from ..substitute import in_dist, rebuild
from .behind import last_behind
from .binders import index_value
from .context import Context
from .present_step import in_steps, is_present

Statement = typed.Define | typed.Sample


def formulas_of(s: Statement) -> Iterator[typed.Expr]:
    """Every expression that a statement evaluates."""
    if isinstance(s, typed.Define):
        yield s.expr
    else:
        yield from parts_of(s.dist)


def reads_itself(s: Statement) -> bool:
    """Whether a statement reads values of its own family."""
    return any(s.name in names_in(e) for e in formulas_of(s))


def ends_over(
    ctx: Context, domain: typed.OverDim | typed.OverRange
) -> tuple[Linear, Linear] | None:
    """First and last number of what an index runs over; None where there are no numbers."""
    if isinstance(domain, typed.OverDim):
        count = ctx.dims[domain.dim].numbers
        return None if count is None else (linear(count.first), linear(count.last))
    return linear(domain.first), linear(domain.last)


def judged(ctx: Context, statements: Sequence[Statement], dim: str) -> Sequence[Statement]:
    """The statements of a recurrence with their recurring index, if every reference is to an
    earlier element, or to the same one in an order that exists; none after a complaint.

    Args:
        dim: the dimension along which they recur.
    """
    found: list[Statement] = []
    axes: dict[str, int] = {}
    for s in statements:
        at = [i for i, p in enumerate(s.plates) if p.dim == dim]
        if len(at) != 1:
            ctx.complain(complaints.recurs_along_nothing(s.name_span, s.name, dim))
            return ()
        axes[s.name] = at[0]
        found.append(replace(s, along=s.plates[at[0]]))
    judge = _Judge(ctx, axes, dim)
    done: list[Statement] = []
    for s in found:
        one = judge.statement(judge.in_steps(s) if len(axes) > 1 else s)
        if one is None:
            return ()
        done.append(one)
    return done if _in_order(ctx, done) else ()


def unclaused(
    ctx: Context, statements: Sequence[Statement], cycle: Diagnostic | None = None
) -> Sequence[Statement]:
    """What reads itself through data and has no clauses, with its recurring index if there is one.

    Definitions that read what is observed read known values, so that the density needs no such
    index. Where there is no dimension to look at, those of imputed values are refused, and the
    others cannot be drawn.

    Args:
        cycle: what to say of families that are not known beforehand, and have no such dimension.
    """
    dims = [d for p in statements[0].plates if (d := p.dim) is not None and ctx.dims[d].numbers]
    shared = [d for d in dims if all(sum(p.dim == d for p in s.plates) == 1 for s in statements)]
    before = ctx.remember()
    found: list[Sequence[Statement]] = []
    for dim in shared:
        ctx.recall(before)
        found.append(judged(ctx, statements, dim))
    good = [own for own in found if own]
    if good:
        ctx.recall(before)
        return min(good, key=lambda own: sum(len(s.reads) for s in own))
    if cycle is not None and not shared:
        ctx.complain(cycle)
        return ()
    imputed = [s for s in statements if s.name in ctx.imputed]
    if imputed and not shared:
        ctx.complain(complaints.imputed_in_circle(imputed[0].name_span, imputed[0].name))
    return ()


def autoregressive(ctx: Context, s: typed.Sample) -> typed.IndexVar | None:
    """The index along which an observed family that reads its own values reads only earlier ones.

    Its density needs no such index, since its values are data; drawing it does.
    """
    for axis, plate in enumerate(s.plates):
        if plate.dim is None or ctx.dims[plate.dim].numbers is None:
            continue
        judge = _Judge(ctx, {s.name: axis}, plate.dim)
        done = judge.statement(replace(s, along=plate))
        if done is not None and done.along is not None:
            return plate
    return None


def _in_order(ctx: Context, statements: Sequence[Statement]) -> bool:
    """Whether the elements of one step can be computed one after the other."""
    reads = {
        s.name: {n for e in formulas_of(s) if s.along for n in read_at(e, s.along)}
        for s in statements
    }
    try:
        topological(reads, reads.__getitem__)
    except Cyclic as error:
        first = next(s for s in statements if s.name in error.names)
        ctx.complain(complaints.same_step(first.name_span, error.names))
        return False
    return True


@frozen
class _Judge:
    ctx: Context
    axes: Mapping[str, int]
    dim: str

    def statement(self, s: Statement) -> Statement | None:
        """The statement with the references that are left to the data; None after a complaint."""
        symbol = self.ctx.values[s.name]
        observed = isinstance(s, typed.Sample) and symbol is not None and symbol.given
        reads: list[Read] = []
        anywhere = False
        for covers, part, guards in _by_clause(s):
            assert s.along is not None
            for r in references(part, s.along, self.axes, guards):
                verdict = self._verdict(s, r, covers)
                if verdict is not True and observed and r.name == s.name:
                    anywhere = True  # it may read any of its own values: they are data
                elif isinstance(verdict, Read):
                    reads.append(verdict)
                elif verdict is None:
                    self._complain(s, r, covers)
                    return None
        if anywhere:  # which is no recurrence
            return replace(s, along=None)
        return replace(s, reads=tuple(reads))

    def in_steps(self, s: Statement) -> Statement:
        """The statement with other families' elements of its own step read at its index, whatever
        they are called there."""
        along = s.along
        assert along is not None
        present: dict[int, tuple[Reference, bool]] = {}
        for covers, part, guards in _by_clause(s):
            for r in references(part, along, self.axes, guards):
                before = present.get(id(r.at), (r, True))[1]
                same = before and r.name != s.name and self._is_present(r, along, covers)
                present[id(r.at)] = r, same
        found = [(r, self.axes[r.name]) for r, same in present.values() if same]
        if not found:
            return s
        change = in_steps(found, index_value(self.ctx, along, along.span))
        if isinstance(s, typed.Define):
            return replace(s, expr=rebuild(s.expr, change))
        return replace(s, dist=in_dist(s.dist, change))

    def _is_present(
        self, r: Reference, along: typed.IndexVar, covers: typed.OverRange | None
    ) -> bool:
        placed = isinstance(r.slot, typed.Label) and not self.ctx.counts(self.dim)
        return not placed and is_present(r, along, self._ends(along, covers))

    def _verdict(
        self, s: Statement, r: Reference, covers: typed.OverRange | None
    ) -> bool | Read | None:
        """Whether a reference is to an earlier element: True, False (of the same step, which is
        good where it is another family), None (no), or what the data must say."""
        assert s.along is not None
        if r.slot is None:
            return None
        if isinstance(r.slot, typed.IndexValue) and r.slot.var == s.along:
            return None if r.name == s.name else False
        later, exists = self._goals(s.along, r)
        ends = self._ends(s.along, covers)
        facts = facts_of(r.guards, ends)
        if all(is_not_negative(goal, facts, ends) for goal in (later, exists)):
            return True
        if self.ctx.random_part(r.slot, self.ctx.values) is not None:
            return None
        if self._last_behind(s.along, r, covers) is not None:
            return None
        guarded = any(self._about_data(c) for c, _ in r.guards)
        for goal in () if guarded else (later, exists):
            number = least(goal, ends).number
            if number is not None and number < 0:
                return None
        guards = tuple(g for g in r.guards if self._about_data(g[0]))
        return Read(r.name, r.slot, s.along, covers, guards, r.at.span)

    def _last_behind(
        self, along: typed.IndexVar, r: Reference, covers: typed.OverRange | None
    ) -> int | None:
        """The last label whose element reads before the beginning, behind a condition."""
        if not r.guards:
            return None
        return last_behind(
            self._goals(along, r)[1], along, self._ends(along, covers)(along), r.guards
        )

    def _about_data(self, condition: typed.Expr) -> bool:
        return self.ctx.random_part(condition, self.ctx.values) is None

    def _goals(self, along: typed.IndexVar, r: Reference) -> tuple[Linear, Linear]:
        """What must not be negative: for an earlier element, and for one that exists."""
        assert r.slot is not None
        count = self.ctx.dims[self.dim].numbers
        assert count is not None
        slot, here = linear(r.slot), linear(number_of(along, along.span))
        if isinstance(r.slot, typed.Label) and not self.ctx.counts(self.dim):
            slot = Linear(0.0, ((r.slot, 1.0),))  # only the data tell where it is
        return (here - slot).plus(-1.0), slot - linear(count.first)

    def _ends(self, along: typed.IndexVar, covers: typed.OverRange | None) -> Ends:
        def ends(var: typed.IndexVar) -> tuple[Linear, Linear] | None:
            domain = covers if var.id == along.id and covers is not None else var.domain
            return ends_over(self.ctx, domain)

        return ends

    def _complain(self, s: Statement, r: Reference, covers: typed.OverRange | None) -> None:
        assert s.along is not None
        quote = self.ctx.source.quote
        if r.slot is not None:
            later, exists = (least(g, self._ends(s.along, covers)) for g in self._goals(s.along, r))
            behind = exists.number is not None and exists.number < 0
            if behind and not (later.number is not None and later.number < 0):
                place = self.ctx.dims[self.dim].span
                late = self._last_behind(s.along, r, covers)
                apart = None if late is None else f"{s.along.name} <= {late}"
                self.ctx.complain(
                    complaints.reads_behind(r.at.span, quote(r.at.span), self.dim, place, apart)
                )
                return
        written = quote(r.slot.span) if r.slot is not None else None
        self.ctx.complain(
            complaints.not_earlier(
                r.at.span, (s.name, s.along.name), (r.name, written), s.name_span
            )
        )


def _by_clause(s: Statement) -> Iterator[tuple[typed.OverRange | None, typed.Expr, Guards]]:
    """The formulas of every clause, with the labels that it is about and the guards around them."""
    if isinstance(s, typed.Define):
        yield from ((covers, part, ()) for covers, part in _parts(s, s.expr))
    elif s.clauses and s.dist.family == CHOICE:
        rest = s.dist
        for i, covers in enumerate(s.clauses):
            assert isinstance(covers.domain, typed.OverRange)
            mine, rest = (rest, rest) if i == len(s.clauses) - 1 else rest.parts
            yield from ((covers.domain, e, guards) for e, guards in guarded_parts(mine))
    else:
        for e, guards in guarded_parts(s.dist):
            yield from ((covers, part, guards) for covers, part in _parts(s, e))


def _parts(s: Statement, e: typed.Expr) -> Iterator[tuple[typed.OverRange | None, typed.Expr]]:
    """The formula of every clause, with the labels that it is about."""
    for i, covers in enumerate(s.clauses):
        assert isinstance(covers.domain, typed.OverRange)
        last = i == len(s.clauses) - 1
        assert last or isinstance(e, typed.Where)
        yield covers.domain, e if last else e.yes  # type: ignore[union-attr]
        e = e if last else e.no  # type: ignore[union-attr]
    if not s.clauses:
        yield None, e
