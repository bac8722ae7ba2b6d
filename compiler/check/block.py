"""A block of statements that define names: the model itself, or a guide.

Statements may stand in any order. They are typed in the order of their dependencies, so that the
shape of everything an expression reads is known before the expression.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints.circles import cycle
from . import circles, dependencies
from .arrays_recur import outline_of_numbers
from .context import Context, Nature, Scope, Symbol, Symbols
from .earlier import Statement, autoregressive, judged, reads_itself, unclaused
from .inlining import MOST_WORK
from .mixed import refuse_mixed
from .odes import solve
from .recurrences import (
    in_clauses,
    members_of,
    observed_in_clauses,
    type_recurrence,
)
from .slot_labels import labels_in_slots
from .sources import Sources
from .statements import define, draw, observation, param
from .sweeps import goes_forward, pairs_of, swept


@dataclass(slots=True)
class Block:
    """Typed statements, by the name that they are about."""

    params: dict[str, typed.Param] = field(default_factory=dict)
    samples: dict[str, typed.Sample] = field(default_factory=dict)
    defines: dict[str, typed.Define] = field(default_factory=dict)

    def in_source_order(self) -> "Block":
        """The same statements, in the order in which they are written."""
        return Block(_sorted(self.params), _sorted(self.samples), _sorted(self.defines))


_Statement = TypeVar("_Statement", typed.Param, typed.Sample, typed.Define)


def _sorted(statements: Mapping[str, _Statement]) -> dict[str, _Statement]:
    return dict(sorted(statements.items(), key=lambda item: item[1].span.start))


def type_block(
    ctx: Context,
    sources: Mapping[str, Sources],
    scope: Scope,
    values: dict[str, Symbol | None],
    others: Mapping[str, Mapping[str, Span]],
) -> Block:
    """Type every statement; ``values``, which the scope shows, learns the symbols.

    ``others`` are names that are introduced elsewhere but read variables too: data, by their
    defaults. They take part in cycles.
    """
    edges, ordered, own = _edges(ctx, sources, others)
    mixed = refuse_mixed(ctx, sources)
    for name in mixed:
        edges[name], ordered[name] = {}, {}  # that is all that there is to say about it
    names = list(edges)
    groups = circles.groups(names, _without_data(ctx, edges, values))
    straight = circles.acyclic(names, edges)  # as nearly all models are
    knotted = mixed if straight else mixed | _knotted(ctx, sources, groups, edges, ordered)
    for name in sources:
        values.setdefault(name, None)  # known, though nothing can be said about it yet
    block = Block()
    for group in groups:
        if knotted & set(group):
            continue
        if all(_is_data(ctx, name, values) for name in group):
            continue  # their symbols are there, and their distributions come below
        if _goes_round(group, edges):
            _recurrence(ctx, circles.order(group, ordered), sources, scope, values, block)
        elif group[0] in sources:
            values[group[0]] = _introduced(ctx, group[0], sources[group[0]], scope, values, block)
    for name, s in sources.items():
        if (
            name not in mixed
            and s.draw is not None
            and (_is_data(ctx, name, values) or s.define is not None)
        ):
            _observe(ctx, s, values.get(name), scope, block)
    unknown: dict[str, Diagnostic] = {}
    for group in groups:
        if _goes_round(group, edges):
            circle = cycle(_ring(group, edges), [])
            unknown.update({n: circle for n in group if not _is_data(ctx, n, values)})
    _judge(ctx, [] if straight else circles.groups(names, edges), edges, block, unknown)
    _judge_observed(ctx, [s for n, s in block.samples.items() if n in own], block)
    return block.in_source_order()


def _knotted(
    ctx: Context,
    sources: Mapping[str, Sources],
    groups: Sequence[Sequence[str]],
    edges: circles.Edges,
    ordered: circles.Edges,
) -> set[str]:
    """Names that cannot be typed, since they need themselves in a way that is no recurrence.

    There is a complaint for every circle of them.
    """
    names = list(edges)
    knotted = circles.knotted(names, ordered)
    loose = [
        g
        for g in groups
        if _goes_round(g, edges)
        and not knotted & set(g)
        and not any(n in sources and _begins(sources[n]) for n in g)
    ]
    around = {**ordered, **{n: edges[n] for g in loose for n in g}}  # no clause to begin with
    for ring in circles.cycles(names, around):
        steps = _steps(ring, around)
        own = sources.get(ring[0]) if len(ring) == 1 else None
        late = own and len(own.family()) > 1 and _not_earlier(ctx, own, *steps[0])
        data = [n for n in ring if n in ctx.data_names]
        reads = [circles.as_read(ctx.source, at) for _, at in steps]
        ctx.complain(late or cycle(steps, data, reads))
    return knotted | {n for g in loose for n in g}


def _begins(s: Sources) -> bool:
    """Whether the first elements of a family may be something else: by clauses, or in a formula."""
    return len(s.family()) > 1 or any(map(dependencies.may_begin, s.family()))


def _not_earlier(ctx: Context, own: Sources, name: str, at: Span) -> Diagnostic | None:
    """A clause that reads its own family, not behind its index; None on its left side."""
    found = [(s, e) for s in own.family() if (e := dependencies.reading_at(s, at)) is not None]
    if not found:
        return None
    statement, read = found[0]
    slots = statement.target.slots
    index = [ctx.source.quote(b.var.span if isinstance(b, tree.Binder) else b.span) for b in slots]
    slot = None
    if isinstance(read, tree.Index):
        slot = ", ".join(ctx.source.quote(s.span) for s in read.slots)
    first = own.family()[0].target.name.span
    return complaints.not_earlier(read.span, (name, ", ".join(index)), (name, slot), first)


def _edges(
    ctx: Context, sources: Mapping[str, Sources], others: Mapping[str, Mapping[str, Span]]
) -> tuple[dict[str, dict[str, Span]], dict[str, dict[str, Span]], set[str]]:
    """What every name reads; the same without what it reads at earlier steps; and which
    statements speak of their own names.

    An observed family may read its own values: they are data. So may the start of a param, which is
    computed from them before there is a density.
    """
    known, seen = {*sources, *others}, ctx.data_names - ctx.imputed
    is_label = labels_in_slots(ctx, sources)
    every = {name: dict(reads) for name, reads in others.items()}
    ordered = {name: dict(reads) for name, reads in others.items()}
    own: set[str] = set()
    for name, s in sources.items():
        both = (every.setdefault(name, {}), ordered.setdefault(name, {}))
        if s.ode is not None:
            found = dependencies.reads_of_ode(s.ode, known, is_label)
            for reads in both:
                reads.update(found)
        for statement in s.all():
            passed_over = dependencies.reads_of_start(statement) & seen
            if isinstance(statement, tree.Sample) and (name in seen or s.defines):
                passed_over.add(name)
            found_in = dependencies.reads_of(statement, known, is_label)
            if name in found_in.every:
                own.add(name)
            for reads, found in zip(both, found_in, strict=True):
                for read, at in found.items():
                    if read not in passed_over:
                        reads.setdefault(read, at)
    return every, ordered, own


def _without_data(
    ctx: Context, edges: Mapping[str, Mapping[str, Span]], values: Symbols
) -> dict[str, dict[str, Span]]:
    """Without what data are read for: their values are known."""
    data = {name for name in ctx.data_names if _is_data(ctx, name, values)}
    return {
        name: {r: at for r, at in reads.items() if r not in data or name in data}
        for name, reads in edges.items()
    }


def _recurrence(
    ctx: Context,
    names: Sequence[str],
    sources: Mapping[str, Sources],
    scope: Scope,
    values: dict[str, Symbol | None],
    block: Block,
) -> None:
    """Type families that refer to earlier elements of each other."""
    ctx.work_left = MOST_WORK
    members = members_of(ctx, {n: sources[n].family() for n in names}, scope)
    found = members and type_recurrence(ctx, members, scope, values)
    for name, (statement, _) in (found or {}).items():
        _file(block, name, statement)


def _ring(group: Sequence[str], edges: Mapping[str, Mapping[str, Span]]) -> list[tuple[str, Span]]:
    """A way around families that read each other, each with where it reads the next."""
    own = {n: {m: at for m, at in edges[n].items() if m in group} for n in group}
    return _steps(circles.cycles(group, own)[0], own)


def _steps(ring: Sequence[str], edges: Mapping[str, Mapping[str, Span]]) -> list[tuple[str, Span]]:
    """The names of a ring, each with where it reads the next."""
    return [(n, edges[n][m]) for n, m in zip(ring, [*ring[1:], ring[0]], strict=True)]


def _goes_round(group: Sequence[str], edges: Mapping[str, Mapping[str, Span]]) -> bool:
    """Whether names that were grouped together need themselves."""
    return len(group) > 1 or group[0] in edges[group[0]]


def _file(block: Block, name: str, s: typed.Define | typed.Sample) -> None:
    if isinstance(s, typed.Define):
        block.defines[name] = s
    else:
        block.samples[name] = s


def _judge(
    ctx: Context,
    groups: Iterable[Sequence[str]],
    edges: Mapping[str, Mapping[str, Span]],
    block: Block,
    unknown: Mapping[str, Diagnostic],
) -> None:
    """Look at every reference of the recurrences, and mark their families.

    Args:
        unknown: families that need themselves, with what to say if they recur along nothing.
    """
    typed_: Mapping[str, typed.Define | typed.Sample] = {**block.samples, **block.defines}
    for group in groups:
        if not _goes_round(group, edges):
            continue
        found = [typed_[n] for n in group if n in typed_]
        found += [block.samples[n] for n in group if n in block.samples and n in block.defines]
        dims = {s.along.dim: None for s in found if s.along is not None}
        if len(found) < len(group):
            continue
        cycle = next((unknown[n] for n in group if n in unknown), None)
        dim = str(next(iter(dims), ""))
        for s in _in_some_order(ctx, found, dim, cycle):
            _file(block, s.name, s)


def _judge_observed(ctx: Context, samples: Iterable[typed.Sample], block: Block) -> None:
    """Mark observed families that read their own values, where they do so in some order."""
    for s in samples:
        if s.along is not None or not reads_itself(s):
            continue
        along = autoregressive(ctx, s)
        if along is not None:
            block.samples[s.name] = replace(s, along=along)
        else:
            before = ctx.remember()
            ways = (swept(ctx, [s], two) for two in pairs_of(ctx, [s]))
            for done in next(filter(None, ways), ()):
                _file(block, s.name, done)
            ctx.recall(before)  # it may read its own values in any order: they are data


def _in_some_order(
    ctx: Context, found: Sequence[Statement], dim: str, cycle: Diagnostic | None
) -> Sequence[Statement]:
    """The statements of a recurrence along the dimension of its clauses, if it has one, or along
    any; or along two at once.

    Args:
        dim: of the clauses; empty where there are none.
        cycle: what to say of families that recur along nothing.
    """
    before = ctx.remember()
    pair = next(((s.along.dim, s.across.dim) for s in found if s.along and s.across), None)
    if pair is not None:
        return swept(ctx, found, (str(pair[0]), str(pair[1])))
    done = judged(ctx, found, dim) if dim else unclaused(ctx, found, cycle)
    if (done and not any(s.reads for s in done)) or before == ctx.remember() and not done:
        return done
    after, pairs = ctx.remember(), pairs_of(ctx, found)
    for two in pairs:
        ctx.recall(before)
        if both := swept(ctx, found, two):
            return both
    if len(pairs) == 1 and not (done and not goes_forward(done)):
        return ()
    ctx.recall(after)
    return done  # the data will say


def _is_data(ctx: Context, name: str, values: Symbols) -> bool:
    """Whether a name stands for data here: to a guide, imputed ones are latent variables."""
    if name not in ctx.imputed:
        return name in ctx.data_names
    symbol = values.get(name)
    return symbol is not None and symbol.nature is Nature.IMPUTED


def _introduced(
    ctx: Context,
    name: str,
    s: Sources,
    scope: Scope,
    values: dict[str, Symbol | None],
    block: Block,
) -> Symbol | None:
    """Type the statement that a name comes from; data come from elsewhere."""
    ctx.work_left = MOST_WORK
    if s.param is not None:
        made = param(ctx, s.param, scope)
        if made is not None:
            block.params[name] = made[0]
            return made[1]
    elif s.ode is not None:
        if name not in block.defines:
            for state, (solution, symbol) in (solve(ctx, s.ode, scope) or {}).items():
                block.defines[state], values[state] = solution, symbol
        return values[name]
    elif len(s.family()) > 1 and not _is_data(ctx, name, scope.values):
        shape = outline_of_numbers(ctx, s.family(), scope)
        whole = None if shape is None else in_clauses(ctx, s.family(), shape, scope)
        if whole is not None:
            _file(block, name, whole[0])
            return whole[1]
    elif s.define is not None:
        defined = define(ctx, s.define, scope)
        if defined is not None:
            block.defines[name] = defined[0]
            return defined[1]
    elif _is_data(ctx, name, scope.values):
        return scope.values.get(name)
    elif s.draw is not None:
        drawn = draw(ctx, s.draw, scope)
        if drawn is not None:
            block.samples[name] = drawn[0]
            return drawn[1]
    return None


def _observe(ctx: Context, s: Sources, symbol: Symbol | None, scope: Scope, block: Block) -> None:
    """Type a ``~`` on what is given: data, or a definition that reads data alone."""
    assert s.draw is not None
    if symbol is None:
        return
    if not symbol.given and symbol.nature is not Nature.IMPUTED:
        at = s.draw.target.name.span
        ctx.complain(complaints.drawn_and_defined(at, symbol.name, symbol.span))
        return
    ctx.work_left = MOST_WORK
    sample: typed.Sample | None
    if len(s.draws) > 1:
        shape = outline_of_numbers(ctx, s.draws, scope)
        sample = None
        if shape is not None:
            sample = observed_in_clauses(ctx, s.draws, shape, symbol, scope)
    else:
        sample = observation(ctx, s.draw, symbol, scope)
    if sample is not None:
        block.samples[symbol.name] = sample
