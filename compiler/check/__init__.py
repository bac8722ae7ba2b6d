"""Checking: from the tree to the typed model, with everything wrong found on the way.

The order of the work, which `check` reads like a table of contents: names of dimensions, shapes of
data, ends of dimensions, functions, the statements in the order of their dependencies, then what
speaks about all of it: observations, guides, scenarios.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from ...grammar import tree
from ...grammar.collector import uncollected
from ...grammar.diagnostic import Rejected
from ...grammar.source import Source
from .. import typed
from ..networks import Network
from . import dependencies, missing
from .block import Block, type_block
from .context import Context, Enough, Scope
from .declarations import declare_data, declare_dims, type_data, type_ends
from .definitions import declare_functions, judge_bodies
from .densities import density
from .factors import declare_factors, factors
from .guards import without_guards
from .guides import Modelled, guides
from .networks import declare_networks
from .odes import passed_over
from .scenarios import scenarios
from .settings import misplaced, observed
from .sources import Sources, gather
from .strays import refuse_strays
from .usage import unused

__all__ = ["check"]

_Statement = TypeVar("_Statement", bound=tree.Statement)


@uncollected
def check(model: tree.Model, source: Source) -> typed.Model:
    """The typed model of a file.

    Takes time in proportion to the number of statements.

    Raises:
        Rejected: with every error found, in the order of their places (E2xx names, E3xx types,
            shapes, supports and guides).
    """
    ctx = Context(source, density)
    try:
        checked = _check(ctx, model)
    except Enough:
        raise Rejected(ctx.errors, source) from None
    if checked is None:
        raise Rejected(ctx.errors, source)
    return checked


def _check(ctx: Context, model: tree.Model) -> typed.Model | None:
    model = replace(model, statements=tuple(without_guards(ctx, model.statements)))
    if ctx.errors:
        return None
    dims = [d for s in _every(model, tree.Dims) for d in s.dims]
    declare_dims(ctx, dims)
    ctx.statements = model.statements
    fine = declare_data(ctx, _every(model, tree.Data))
    declare_functions(ctx, _every(model, tree.Def))
    ctx.network_names = _network_names(model)
    networks, params = declare_networks(ctx, _every(model, tree.Network), ctx.places, ctx.values)
    sources = gather(ctx, model.statements, ctx.places, ctx.data_names)
    weights = declare_factors(ctx, _every(model, tree.Factor))
    absent = missing.rules(ctx, _every(model, tree.Missing), sources)
    inputs = Scope(dict(ctx.values))
    type_ends(ctx, dims, inputs)
    data = type_data(ctx, fine, inputs)
    block = _type_statements(ctx, sources, fine, networks)
    block.params.update(params)
    judge_bodies(ctx)
    scope = Scope(ctx.values, places=ctx.places, networks=networks)
    scored = factors(ctx, weights, scope)
    seen = observed(ctx, _every(model, tree.Observe), scope)
    visible = replace(_as_guides_see_it(ctx, block, seen), networks=networks)
    found_guides = guides(ctx, _every(model, tree.Guide), visible)
    data = missing.judge(ctx, absent, data, (block, scored), found_guides.values())
    found_scenarios = scenarios(ctx, _every(model, tree.Scenario), scope, block.samples)
    passed_over(ctx, model.statements)
    for s in _every(model, tree.Do):
        misplaced(ctx, s, "the model", "put it into a scenario: `scenario name { do … }`")
    if any(d.order is not None and not d.numbered for d in ctx.dims.values()):
        formulas = [*missing.every_formula(ctx, data, block, found_guides.values())]
        formulas += [f.expr for f in scored]
        settings = [*seen, *(x for s in found_scenarios.values() for x in (*s.observed, *s.done))]
        refuse_strays(ctx, (*formulas, *(s.value for s in settings)))
    if ctx.errors:
        return None
    _assert_complete(ctx, block, sources)
    unused(ctx, found_guides.values())
    return typed.Model(
        ctx.source,
        ctx.dims,
        {**data, **ctx.supplied},
        tuple(block.samples.values()),
        tuple(block.defines.values()),
        scored,
        tuple(block.params.values()),
        seen,
        found_guides,
        found_scenarios,
        ctx.warnings,
        tuple(ctx.networks),
    )


def _every(model: tree.Model, kind: type[_Statement]) -> list[_Statement]:
    return [s for s in model.statements if isinstance(s, kind)]


def _network_names(model: tree.Model) -> frozenset[str]:
    inside = [s for g in _every(model, tree.Guide) for s in g.statements]
    return frozenset(s.name.id for s in (*model.statements, *inside) if isinstance(s, tree.Network))


def _type_statements(
    ctx: Context,
    sources: Mapping[str, Sources],
    fine: list[tree.Data],
    networks: Mapping[str, Network | None],
) -> Block:
    """The statements of the model itself, in the order of their dependencies."""
    known = {*sources, *ctx.data_names}
    others = {
        item.name.id: dependencies.reads_of_data(s, known, lambda *_: False)
        for s in fine
        for item in s.items
    }
    scope = Scope(ctx.values, places=ctx.places, networks=networks)
    return type_block(ctx, sources, scope, ctx.values, others)


def _as_guides_see_it(ctx: Context, block: Block, seen: tuple[typed.Setting, ...]) -> Modelled:
    whole = {s.name: s.span for s in seen if not s.element}
    random = {
        name: s
        for name, s in block.samples.items()
        if (symbol := ctx.values.get(name)) is not None and not symbol.given
    }
    return Modelled(
        latents={name: s for name, s in random.items() if name not in whole},
        observed={
            name: whole.get(name, s.name_span)
            for name, s in block.samples.items()
            if name not in random or name in whole
        },
    )


def _assert_complete(ctx: Context, block: Block, sources: Mapping[str, Sources]) -> None:
    """A statement that was passed over without a word would be a mistake of ours."""
    lost = [name for name, symbol in ctx.values.items() if symbol is None]
    lost += [n for n, s in sources.items() if s.draw is not None and n not in block.samples]
    assert not lost, f"the checker lost {lost} without a complaint"
