"""Guides: typed like a model of their own, then held against the model they are for."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from ...grammar import tree
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints import show
from ..networks import Network
from ..types import SupportName
from .block import Block, type_block
from .context import Context, Nature, Scope, Symbol
from .networks import declare_networks
from .settings import misplaced
from .sources import gather
from .supports import bounds_of, describe, is_discrete
from .terms import same_formula

_ALLOWED = "a guide holds `param`, `network`, `~` and `=`"
_BELOW: Mapping[SupportName, frozenset[SupportName]] = {
    SupportName.INT: frozenset({SupportName.INT, SupportName.COUNT, SupportName.BOOL}),
    SupportName.COUNT: frozenset({SupportName.COUNT, SupportName.BOOL}),
    SupportName.BOOL: frozenset({SupportName.BOOL}),
    SupportName.INDEX: frozenset({SupportName.INDEX}),
    SupportName.SIMPLEX: frozenset({SupportName.SIMPLEX}),
    **{s: frozenset({s}) for s in SupportName if s.is_matrix},
}


@frozen
class Modelled:
    """The model as a guide sees it.

    Attributes:
        latents: draws that nothing in the file observes.
        observed: draws that the file observes, with the place where it does.
        networks: networks of the model, which a guide cannot call.
    """

    latents: Mapping[str, typed.Sample]
    observed: Mapping[str, Span]
    networks: Mapping[str, Network | None] = field(default_factory=dict)


def guides(
    ctx: Context, statements: Iterable[tree.Guide], model: Modelled
) -> dict[str, typed.Guide]:
    """Every guide of the file, by name."""
    found: dict[str, typed.Guide] = {}
    places: dict[str, Span] = {}
    for g in statements:
        name = g.name.id if g.name else "guide"
        at = g.name.span if g.name else _keyword(g)
        if name in places:
            ctx.complain(complaints.block_twice(at, "guides", name, places[name]))
            continue
        places[name] = at
        found[name] = _guide(ctx, g, name, at, model)
    return found


def _keyword(g: tree.Guide) -> Span:
    return Span(g.span.start, g.span.start + len("guide"))


def _guide(ctx: Context, g: tree.Guide, name: str, at: Span, model: Modelled) -> typed.Guide:
    fine = [s for s in g.statements if _belongs(ctx, s, model)]
    places = {n: p for n, p in ctx.places.items()}
    drawable = frozenset(model.latents)
    values: dict[str, Symbol | None] = {n: s for n, s in ctx.values.items() if s is None or s.given}
    for latent in model.latents:
        values.pop(latent, None)
    networks, weights = declare_networks(
        ctx, (s for s in fine if isinstance(s, tree.Network)), places, values, owner=name
    )
    sources = gather(ctx, fine, places, drawable, clauses=False)
    own = {n: s.all()[0].target.name.span for n, s in sources.items()}
    hidden = {n: p for n, p in ctx.places.items() if n in ctx.values and n not in values}
    foreign = {n: ctx.places[n] for n in model.networks if n not in networks}
    scope = Scope(values, places=own, hidden=hidden, networks=networks, foreign=foreign)
    block = type_block(ctx, sources, scope, values, {})
    block.params.update(weights)
    _compare(ctx, block, values, model)
    _complete(ctx, sources, at, name, model)
    return typed.Guide(
        name,
        tuple(block.params.values()),
        tuple(block.samples.values()),
        tuple(block.defines.values()),
        g.span,
    )


def _belongs(ctx: Context, s: tree.Statement, model: Modelled) -> bool:
    """Whether a statement may stand in a guide, and draws something that needs drawing."""
    match s:
        case tree.Param() | tree.Define() | tree.Network():
            return True
        case tree.Sample(target=tree.Target(name=name)):
            if name.id in model.latents:
                return True
            _not_latent(ctx, name, model)
        case _:
            misplaced(ctx, s, "a guide", _ALLOWED)
    return False


def _not_latent(ctx: Context, name: tree.Name, model: Modelled) -> None:
    if name.id in model.observed:
        d = complaints.guide_draws_observed(name.span, name.id, model.observed[name.id])
    elif name.id in ctx.values:
        symbol = ctx.values[name.id]
        if symbol is None or symbol.nature is Nature.RANDOM:
            return  # its own statement is wrong, and that was said
        nature = symbol.nature.value
        d = complaints.guide_draws_other(name.span, name.id, nature, symbol.span)
    else:
        d = complaints.guide_draws_unknown(name.span, name.id, model.latents)
    ctx.complain(d)


def _complete(
    ctx: Context, sources: Mapping[str, object], at: Span, name: str, model: Modelled
) -> None:
    """Whether every latent is drawn."""
    for latent, sample in model.latents.items():
        if latent not in sources:
            hint = f"{_left(sample)} ~ …"
            ctx.complain(complaints.guide_misses(at, name, latent, sample.span, hint))


def _left(s: typed.Sample) -> str:
    slots = [f"{v.name} in {v.dim}" for v in s.plates] + [str(e) for e in s.dist.event]
    return f"{s.name}[{', '.join(slots)}]" if slots else s.name


# --- guide against model ------------------------------------------------------------------------


def _compare(
    ctx: Context, block: Block, values: Mapping[str, Symbol | None], model: Modelled
) -> None:
    for name, drawn in block.samples.items():
        wanted = model.latents[name]
        mine, its = values.get(name), ctx.values.get(name)
        if mine is None or its is None:
            continue
        if mine.type.event != its.type.event:
            pair = (_shape(mine), _shape(its))
            ctx.complain(complaints.guide_shape(drawn.span, name, pair, wanted.span, _left(wanted)))
        else:
            _compare_supports(ctx, drawn, wanted)


def _shape(s: Symbol) -> str:
    return show(s.type.event) if s.type.event else "a single value"


def _compare_supports(ctx: Context, drawn: typed.Sample, wanted: typed.Sample) -> None:
    q, p = drawn.dist.support, wanted.dist.support
    words = (describe(ctx, q), describe(ctx, p))
    if is_discrete(q) != is_discrete(p) or not _inside(drawn, wanted):
        families = (drawn.dist.family, wanted.dist.family)
        ctx.complain(
            complaints.guide_support(
                drawn.dist.span,
                drawn.name,
                families,
                words,
                (wanted.dist.span, p.name, _left(wanted)),
                _restricted(ctx, drawn, p),
            )
        )
    elif drawn.dist.support.name.is_ordered and not drawn.dist.exchangeable:
        order = wanted.dist.support.name.value
        ctx.complain(complaints.guide_order(drawn.dist.span, drawn.name, order))
    elif _misses_some(drawn, wanted):
        ctx.complain(
            complaints.guide_narrower(drawn.dist.span, drawn.name, words, wanted.dist.span)
        )


def _restricted(ctx: Context, drawn: typed.Sample, wanted: typed.Support) -> str | None:
    """The guide's distribution, on the interval that the model allows."""
    if wanted.name is not SupportName.INTERVAL or is_discrete(drawn.dist.support):
        return None
    low, high = (
        ctx.source.quote(e.span) if e is not None else infinite
        for e, infinite in ((wanted.low, "-inf"), (wanted.high, "inf"))
    )
    written = ctx.source.quote(drawn.dist.span).partition(" on ")[0]
    return f"{written} on ({low}, {high})"


def _inside(drawn: typed.Sample, wanted: typed.Sample) -> bool:
    """Whether everything a guide draws is possible in the model, as far as can be known."""
    q, p = drawn.dist.support, wanted.dist.support
    if p.name in _BELOW:
        return q.name in _BELOW[p.name] and q.dim == p.dim
    if p.name is SupportName.VECTOR or q.name is SupportName.VECTOR:
        return {p.name, q.name} <= {SupportName.VECTOR, SupportName.REAL}
    if p.name.is_ordered != q.name.is_ordered or q.name is SupportName.SIMPLEX:
        return False
    if q.name.is_matrix:
        return False
    return _above(drawn, wanted) and _beneath(drawn, wanted)


def _above(drawn: typed.Sample, wanted: typed.Sample) -> bool:
    q, p = drawn.dist.support.low, wanted.dist.support.low
    if q is not None and p is not None and same_formula(q, drawn.plates, p, wanted.plates):
        return True
    limit = bounds_of(wanted.dist.support).low if p is None else p.type.bounds.high
    return bounds_of(drawn.dist.support).low >= limit


def _beneath(drawn: typed.Sample, wanted: typed.Sample) -> bool:
    q, p = drawn.dist.support.high, wanted.dist.support.high
    if q is not None and p is not None and same_formula(q, drawn.plates, p, wanted.plates):
        return True
    limit = bounds_of(wanted.dist.support).high if p is None else p.type.bounds.low
    return bounds_of(drawn.dist.support).high <= limit


def _misses_some(drawn: typed.Sample, wanted: typed.Sample) -> bool:
    """Whether a continuous guide is known to stay within a part of what is possible.

    A point (``Delta``) does so on purpose.
    """
    q, p = drawn.dist.support, wanted.dist.support
    is_point = q.low is not None and q.low is q.high
    if is_discrete(q) or is_point:
        return False
    mine, its = bounds_of(q), bounds_of(p)
    sure_low = p.low is None or p.low.type.bounds.low == p.low.type.bounds.high
    sure_high = p.high is None or p.high.type.bounds.low == p.high.type.bounds.high
    return (sure_low and mine.low > its.low) or (sure_high and mine.high < its.high)
