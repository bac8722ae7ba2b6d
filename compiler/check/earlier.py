"""Whether every reference of a recurrence leads back.

That is, to an element that exists, at an earlier step or at the same one in an order that exists.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .. import complaints, typed
from ..functions import ELEMENTWISE
from ..recurrence import Reference, largest, linear, references
from .context import Context, Scope
from .operators import apply


def formulas_of(s: typed.Define | typed.Sample) -> Iterator[typed.Expr]:
    """Every expression that a statement evaluates."""
    if isinstance(s, typed.Define):
        yield s.expr
    else:
        yield from s.dist.args
        yield from (e for e in (s.dist.support.low, s.dist.support.high) if e is not None)


def judged(
    ctx: Context, statements: Sequence[typed.Define | typed.Sample], dim: str
) -> list[typed.Define | typed.Sample] | None:
    """The statements of a recurrence with their recurring index, if every reference is to an
    earlier element, or to the same one in an order that exists.

    Args:
        dim: the dimension along which they recur.
    """
    found: list[typed.Define | typed.Sample] = []
    axes: dict[str, int] = {}
    for s in statements:
        at = [i for i, p in enumerate(s.plates) if p.dim == dim]
        if len(at) != 1:
            ctx.complain(complaints.recurs_along_nothing(s.name_span, s.name, dim))
            return None
        axes[s.name] = at[0]
        found.append(replace(s, along=s.plates[at[0]]))
    computed = {s.name: s for s in found if isinstance(s, typed.Define)}
    for s in found:
        for e in formulas_of(s):
            for r in references(e, s.plates[axes[s.name]], axes):
                symbol = ctx.values[s.name]
                given = symbol is not None and symbol.given
                if r.name == s.name and given and isinstance(s, typed.Sample):
                    continue  # an observed family may read any of its own values
                if not _is_earlier(ctx, s, r):
                    return None
                of = computed.get(r.name)
                if of is None or isinstance(s, typed.Sample):
                    continue
                if not _is_scannable(ctx, s, r, of, axes):
                    return None
    return _reach(ctx, found, axes, dim)


def _is_earlier(ctx: Context, s: typed.Define | typed.Sample, r: Reference) -> bool:
    if r.lag is not None:
        low = r.lag.type.bounds.low if r.steps is None else r.steps
        if low >= (1 if r.name == s.name else 0):
            return True
    assert s.along is not None
    written = ctx.source.quote(r.slot.span) if r.slot is not None else None
    ctx.complain(
        complaints.not_earlier(r.at.span, (s.name, s.along.name), (r.name, written), s.name_span)
    )
    return False


def _is_scannable(
    ctx: Context,
    s: typed.Define,
    r: Reference,
    of: typed.Define | typed.Sample,
    axes: Mapping[str, int],
) -> bool:
    """Whether a step can read what it needs of the steps before."""
    assert s.along is not None
    if r.steps is None:
        ctx.complain(complaints.lag_varies(r.at.span, ctx.source.quote(r.slot.span)))  # type: ignore[union-attr]
        return False
    others = [tuple(p.dim for p in x.plates if p.dim != x.along.dim) for x in (s, of) if x.along]
    if others[0] != others[-1]:
        ctx.complain(complaints.plates_differ(r.at.span, s.name, r.name, of.name_span))
        return False
    assert isinstance(r.at, typed.Element)
    for i, slot in enumerate(r.at.slots):
        if (
            i != axes[r.name]
            and not isinstance(slot, typed.WholeAxis)
            and s.along in slot.type.axes
        ):
            ctx.complain(complaints.other_index_moves(slot.span, ctx.source.quote(slot.span)))
            return False
    return True


def _reach(
    ctx: Context,
    statements: Sequence[typed.Define | typed.Sample],
    axes: Mapping[str, int],
    dim: str,
) -> list[typed.Define | typed.Sample] | None:
    """The statements, if no clause reads behind the first label; where only the data can tell, with
    the labels that they read."""
    labels = ctx.dims[dim].labels
    assert isinstance(labels, typed.Count)
    begin = linear(labels.first)
    found: list[typed.Define | typed.Sample] = []
    for s in statements:
        assert s.along is not None
        reads: list[typed.IndexVar] = []
        for e in formulas_of(s):
            for covers, part in _parts(s, e):
                first = covers.first if covers else labels.first
                for r in references(part, s.along, axes):
                    if r.lag is None:  # an observed family that reads its own values anywhere
                        continue
                    room = (linear(first) - begin - largest(r.lag)).number
                    if room is not None and room < 0:
                        ctx.complain(
                            complaints.reads_behind(
                                r.at.span, ctx.source.quote(r.at.span), dim, ctx.dims[dim].span
                            )
                        )
                        return None
                    if room is None and covers is not None:
                        reads.append(_read(ctx, s.along, covers, r, dim))
        found.append(replace(s, reads=tuple(reads)))
    return found


def _read(
    ctx: Context, along: typed.IndexVar, covers: typed.OverRange, r: Reference, dim: str
) -> typed.IndexVar:
    """The labels that a clause reads, as a range to be checked with the data."""
    back = r.lag
    match back:
        case typed.IndexValue(var=typed.IndexVar(domain=typed.OverRange(_, longest))):
            back = longest
        case _:
            pass
    assert back is not None
    ends = [
        apply(ctx, ELEMENTWISE["sub"], [end, back], r.at.span, Scope({}))
        for end in (covers.first, covers.last)
    ]
    first, last = ends
    assert first is not None and last is not None
    assert r.slot is not None
    name = ctx.source.quote(r.slot.span)
    return ctx.index(name, typed.OverRange(first, last, dim), r.at.span)


def _parts(
    s: typed.Define | typed.Sample, e: typed.Expr
) -> Iterator[tuple[typed.OverRange | None, typed.Expr]]:
    """The formula of every clause, with the labels that it is about."""
    for i, covers in enumerate(s.clauses):
        assert isinstance(covers.domain, typed.OverRange)
        last = i == len(s.clauses) - 1
        assert last or isinstance(e, typed.Where)
        yield covers.domain, e if last else e.yes  # type: ignore[union-attr]
        e = e if last else e.no  # type: ignore[union-attr]
    if not s.clauses:
        yield None, e
