"""Whether families that recur along two dimensions at once can be computed front by front."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import inf

from ...grammar.frozen import frozen
from .. import complaints, typed
from ..complaints.sweeps import no_fixed_lags, no_fronts
from ..ordering import Cyclic, topological
from ..recurrence import (
    Guards,
    Linear,
    Reference,
    facts_of,
    guarded_parts,
    inequalities,
    is_not_negative,
    linear,
    number_of,
    references,
)
from ..sweep import Lags, back, elements_of, lags_of, weights
from .context import Context
from .counting import counted_back
from .earlier import Statement, ends_over, formulas_of

Dims = tuple[str, str]


def swept(ctx: Context, statements: Sequence[Statement], dims: Dims) -> Sequence[Statement]:
    """The statements of a recurrence with both of their recurring indices, if all references lead
    to elements that exist, and that earlier fronts have; none after a complaint."""
    found: list[Statement] = []
    for s in statements:
        at = [[p for p in s.plates if p.dim == dim] for dim in dims]
        for own, dim in zip(at, dims, strict=True):
            if len(own) != 1:
                ctx.complain(complaints.recurs_along_nothing(s.name_span, s.name, dim))
                return ()
        found.append(replace(s, along=at[0][0], across=at[1][0]))
    judge = _Judge(ctx, {s.name: _axes(s) for s in found}, dims)
    found = [counted_back(s, judge.axes, judge.bounds) for s in found]
    lags: dict[Lags, Reference] = {}
    for s in found:
        for r in judge.references(s):
            one = judge.lags(s, r)
            if one is None:
                return ()
            lags.setdefault(one, r)
    lags.pop((0, 0), None)
    if weights(lags) is None:
        places = [(ctx.source.quote(r.at.span), r.at.span) for r in lags.values()]
        ctx.complain(no_fronts(found[0].name, dims, places, found[0].name_span))
        return ()
    return found if _in_order(ctx, found) else ()


def pairs_of(ctx: Context, statements: Sequence[Statement]) -> list[Dims]:
    """Two dimensions that count, along which families read other elements than their own."""
    dims = [d for p in statements[0].plates if (d := p.dim) is not None and counted(ctx, d)]
    shared = [d for d in dims if all(sum(p.dim == d for p in s.plates) == 1 for s in statements)]
    moving = [d for d in shared if _moves(statements, d)]
    return list(combinations(moving, 2))


def counted(ctx: Context, dim: str) -> bool:
    """Whether the labels of a dimension are numbers, from one that is known to one that is."""
    return ctx.counts(dim) and ctx.dims[dim].numbers is not None


def goes_forward(statements: Sequence[Statement]) -> bool:
    """Whether some element is read at a later label along the one dimension of a recurrence."""
    axes = {s.name: s.plates.index(s.along) for s in statements if s.along is not None}
    return any(
        (back(read.slots[axes[read.base.name]], s.along) or 0) < 0
        for s in statements
        if s.along is not None
        for e in formulas_of(s)
        for read in elements_of(e, axes)
        if isinstance(read.base, typed.Var)
    )


def _moves(statements: Sequence[Statement], dim: str) -> bool:
    """Whether statements read elements of each other at another label than their own."""
    axes = {s.name: next(i for i, p in enumerate(s.plates) if p.dim == dim) for s in statements}
    return any(
        not isinstance(slot := read.slots[axes[read.base.name]], typed.WholeAxis)
        and back(slot, s.plates[axes[s.name]]) != 0
        for s in statements
        for e in formulas_of(s)
        for read in elements_of(e, axes)
        if isinstance(read.base, typed.Var)
    )


def _axes(s: Statement) -> Lags:
    assert s.along is not None and s.across is not None
    return s.plates.index(s.along), s.plates.index(s.across)


def _in_order(ctx: Context, statements: Sequence[Statement]) -> bool:
    """Whether what elements need of the same place can be computed one after the other."""
    axes = {s.name: _axes(s) for s in statements}

    def needs(name: str) -> Iterator[str]:
        s = next(s for s in statements if s.name == name)
        assert s.along is not None and s.across is not None
        for e in formulas_of(s):
            for read in elements_of(e, axes):
                assert isinstance(read.base, typed.Var)
                of = read.base.name
                if lags_of(read, axes[of], (s.along, s.across)) == (0, 0):
                    yield of

    try:
        topological([s.name for s in statements], needs)
    except Cyclic as error:
        first = next(s for s in statements if s.name in error.names)
        ctx.complain(complaints.same_step(first.name_span, error.names))
        return False
    return True


@frozen
class _Judge:
    ctx: Context
    axes: Mapping[str, Lags]
    dims: Dims

    def references(self, s: Statement) -> Iterator[Reference]:
        """Where a statement reads the families, with the conditions around each place."""
        assert s.along is not None
        first = {name: axes[0] for name, axes in self.axes.items()}
        parts = [(s.expr, ())] if isinstance(s, typed.Define) else list(guarded_parts(s.dist))
        for part, guards in parts:
            yield from references(part, s.along, first, guards)

    def lags(self, s: Statement, r: Reference) -> Lags | None:
        """How far back a reference leads; None after a complaint."""
        assert s.along is not None and s.across is not None
        here = (s.along, s.across)
        found = None
        if isinstance(r.at, typed.Element):
            found = lags_of(r.at, self.axes[r.name], here)
        same = found == (0, 0) and r.name == s.name
        if found is None or same:
            element = f"{s.name}[{', '.join(p.name for p in s.plates)}]"
            written = self.ctx.source.quote(r.at.span)
            self.ctx.complain(no_fixed_lags(r.at.span, element, written, self.dims, s.name_span))
            return None
        assert isinstance(r.at, typed.Element)
        facts = facts_of(r.guards, self._ends)
        for dim, axis, steps in zip(self.dims, self.axes[r.name], found, strict=True):
            slot = r.at.slots[axis]
            assert not isinstance(slot, typed.WholeAxis)
            count = self.ctx.dims[dim].numbers
            assert count is not None
            goal = linear(slot) - linear(count.first)
            if steps < 0:
                goal = linear(count.last) - linear(slot)
            if steps and not is_not_negative(goal, facts, self._ends):
                place = self.ctx.dims[dim].span
                written = self.ctx.source.quote(r.at.span)
                self.ctx.complain(complaints.reads_behind(r.at.span, written, dim, place))
                return None
        return found

    def bounds(self, var: typed.IndexVar, guards: Guards) -> tuple[float, float]:
        """Between which numbers an index lies, as far as numbers say so."""
        ends = self._ends(var)
        low, high = (-inf, inf) if ends is None else (ends[0].number, ends[1].number)
        low, high = -inf if low is None else low, inf if high is None else high
        here = number_of(var, var.span)
        for fact in inequalities(guards):
            if [term for term, _ in fact.terms] == [here]:
                factor = fact.terms[0][1]
                end = -fact.constant / factor
                low, high = (max(low, end), high) if factor > 0 else (low, min(high, end))
        return low, high

    def _ends(self, var: typed.IndexVar) -> tuple[Linear, Linear] | None:
        return ends_over(self.ctx, var.domain)
