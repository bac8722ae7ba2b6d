"""Typing of ``observe y missing …``: what becomes of the elements that the data do not have."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic, did_you_mean
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import complaints as names
from .. import typed
from ..complaints import missing as complaints
from ..reading import parts_of
from ..types import Kind, Missing, SupportName
from . import dependencies
from .block import Block
from .context import Context, Nature, Symbol, walk
from .sources import Sources

_FINITE = (Kind.INDEX, Kind.BOOL)


@frozen
class Rule:
    """What a statement asked for, and what is done.

    They differ where something reads data of finitely many states: to sum over the missing ones is
    to treat them as latent.
    """

    asked: Missing
    done: Missing
    span: Span


Rules = Mapping[str, Rule]


def rules(
    ctx: Context, statements: Iterable[tree.Missing], sources: Mapping[str, Sources]
) -> Rules:
    """The rule of every variable that has one; the data that are imputed become random."""
    found: dict[str, Rule] = {}
    for s in statements:
        symbol = _data(ctx, s)
        asked = next((m for m in Missing if m.value == s.rule.id), None)
        if asked is None:
            ctx.complain(complaints.unknown_rule(s.rule.span, s.rule.id))
        elif s.name.id in found:
            ctx.complain(complaints.rule_twice(s.span, s.name.id, found[s.name.id].span))
        elif symbol is not None:
            ctx.used.add(symbol.span)
            if s.name.id not in sources:
                ctx.complain(_no_distribution(s, symbol))
            done = asked
            if asked is Missing.MARGINALISE and symbol.type.kind in _FINITE:
                done = Missing.IMPUTE if _is_read(s.name.id, sources) else asked
            found[s.name.id] = Rule(asked, done, s.span)
            if done is Missing.IMPUTE:
                ctx.imputed.add(s.name.id)
                ctx.values[s.name.id] = replace(symbol, given=False, nature=Nature.IMPUTED)
    return found


def _data(ctx: Context, s: tree.Missing) -> Symbol | None:
    name = s.name.id
    if name in ctx.data_names:
        return ctx.values.get(name)
    if name not in ctx.places:
        close = did_you_mean(name, ctx.data_names)
        ctx.complain(names.unknown_variable(s.name.span, name, close))
        return None
    what = "a dimension" if name in ctx.dims else "a variable of the model"
    ctx.complain(complaints.not_from_the_data(s.name.span, name, what, ctx.places[name]))
    return None


def _no_distribution(s: tree.Missing, symbol: Symbol) -> Diagnostic:
    slots = [f"i_{d}" if len(symbol.type.event) > 1 else "i" for d in symbol.type.event]
    over = ", ".join(f"{i} in {d}" for i, d in zip(slots, symbol.type.event, strict=True))
    left = f"{symbol.name}[{over}]" if over else symbol.name
    return complaints.no_distribution(s.span, symbol.name, symbol.span, left)


def _is_read(name: str, sources: Mapping[str, Sources]) -> bool:
    known = {name}
    return any(
        dependencies.reads_of(statement, known, lambda *_: False).every
        for s in sources.values()
        for statement in s.all()
    )


# --- once everything is typed -------------------------------------------------------------------


def judge(
    ctx: Context,
    rules: Rules,
    data: Mapping[str, typed.Data],
    model: tuple[Block, Iterable[typed.Factor]],
    guides: Iterable[typed.Guide],
) -> dict[str, typed.Data]:
    """The data with what becomes of their missing values, if that is possible.

    Args:
        model: statements that say what names are, and factors.
    """
    block, factors = model
    if not rules:
        return dict(data)
    for e in (*every_formula(ctx, data, block, guides), *(f.expr for f in factors)):
        for part in walk(e):
            if isinstance(part, typed.Var) and part.name in rules:
                rule = rules[part.name]
                if rule.done is not Missing.IMPUTE:
                    ctx.complain(
                        complaints.missing_read(part.span, part.name, rule.asked.value, rule.span)
                    )
    for name, rule in rules.items():
        if name in block.samples:
            _possible(ctx, block.samples[name], rule)
    return {
        name: replace(d, missing=rules[name].done) if name in rules else d
        for name, d in data.items()
    }


def every_formula(
    ctx: Context,
    data: Mapping[str, typed.Data],
    block: Block,
    guides: Iterable[typed.Guide],
) -> Iterator[typed.Expr]:
    """What dimensions, data, the statements of the model and its guides are computed from."""
    for dim in ctx.dims.values():
        if dim.numbers is not None:
            yield from (dim.numbers.first, dim.numbers.last)
    for d in data.values():
        yield from _some(d.default, d.support.low, d.support.high)
    yield from _of_statements(block.samples.values(), block.defines.values(), block.params.values())
    for g in guides:
        yield from _of_statements(g.samples, g.defines, g.params)


def _of_statements(
    samples: Iterable[typed.Sample],
    defines: Iterable[typed.Define],
    params: Iterable[typed.Param],
) -> Iterator[typed.Expr]:
    for s in samples:
        yield from parts_of(s.dist)
    yield from (d.expr for d in defines)
    for p in params:
        yield from _some(p.initial, p.support.low, p.support.high)


def _some(*found: typed.Expr | None) -> Iterator[typed.Expr]:
    return (e for e in found if e is not None)


def _possible(ctx: Context, s: typed.Sample, rule: Rule) -> None:
    """Complain where a distribution does not allow what is asked."""
    dist, family = s.dist, s.dist.family
    if rule.done is Missing.IMPUTE:
        partial = next((p for p in s.plates if isinstance(p.domain, typed.OverRange)), None)
        if partial is not None and not s.clauses:
            ctx.complain(complaints.not_all_explained(partial.span, s.name, rule.span))
        elif (why := _not_latent(dist)) is not None:
            ctx.complain(complaints.not_imputable(dist.span, s.name, family, why, rule.span))
    elif dist.event and rule.done is Missing.MARGINALISE:
        if family != "MvNormal" or dist.restricted:
            ctx.complain(complaints.no_marginal(dist.span, s.name, family, rule.span))
    elif dist.event and not s.plates:
        ctx.complain(complaints.everything_dropped(dist.span, s.name, rule.span))


def _not_latent(dist: typed.Dist) -> str | None:
    """Why single elements of a draw cannot be latent variables."""
    if dist.event and dist.support.name not in (SupportName.VECTOR, SupportName.REAL):
        return "its numbers depend on each other"
    ends = (dist.support.low, dist.support.high)
    if dist.support.name is SupportName.INT and None in ends:
        return "there is no end of whole numbers"
    if dist.support.name is SupportName.COUNT and dist.support.high is None:
        return f"a `{dist.family}` has no largest value, so its states cannot be summed"
    return None
