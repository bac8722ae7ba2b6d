"""Scenarios: named sets of observations and interventions."""

from collections.abc import Collection, Iterable

from ...grammar import tree
from ...grammar.source import Span
from .. import complaints, typed
from .context import Context, Scope
from .settings import done, misplaced, observed

_ALLOWED = "a scenario holds `observe` and `do`"


def scenarios(
    ctx: Context,
    statements: Iterable[tree.Scenario],
    scope: Scope,
    modelled: Collection[str],
) -> dict[str, typed.Scenario]:
    """Every scenario of the file, by name; ``modelled`` are the names that have a ``~``."""
    found: dict[str, typed.Scenario] = {}
    places: dict[str, Span] = {}
    for s in statements:
        name = s.name.id
        if name in places:
            ctx.complain(complaints.block_twice(s.name.span, "scenarios", name, places[name]))
            continue
        places[name] = s.name.span
        for inner in s.statements:
            if not isinstance(inner, tree.Observe | tree.Do):
                misplaced(ctx, inner, "a scenario", _ALLOWED)
        seen = (x for x in s.statements if isinstance(x, tree.Observe))
        acts = (x for x in s.statements if isinstance(x, tree.Do))
        found[name] = typed.Scenario(
            name,
            observed(ctx, seen, scope, modelled),
            done(ctx, acts, scope),
            s.span,
        )
    return found
