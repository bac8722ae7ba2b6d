"""Families of which some clauses are drawn, ``z[1] ~ …``, and others defined, ``z[t in 2..T] = …``.

A family is one or the other. Beside a whole formula, ``~`` observes what is computed from data; a
formula for a part only leaves the rest to the ``~``, which is then no observation.
"""

from collections.abc import Mapping

from ...grammar import tree
from ..complaints.recurrences import mixed_clauses
from .clauses import is_clause
from .context import Context
from .sources import Sources


def refuse_mixed(ctx: Context, sources: Mapping[str, Sources]) -> frozenset[str]:
    """The names of such families; complains about them."""
    found = [
        (name, s)
        for name, s in sources.items()
        if s.draws and len(s.defines) == 1 and is_clause(s.defines[0].target, ctx.dims)
        if all(is_clause(d.target, ctx.dims) for d in s.draws)
        if _part(ctx, s.defines[0].target) not in [_part(ctx, d.target) for d in s.draws]
    ]
    for name, s in found:
        draw, define = s.draws[0].target, s.defines[0].target
        late = max((draw, define), key=lambda t: t.span.start)
        early = draw if late is define else define
        ctx.complain(mixed_clauses(late.span, name, early.span, _hint(ctx, name, draw, define)))
    return frozenset(name for name, _ in found)


def _part(ctx: Context, target: tree.Target) -> list[str]:
    """What a left side is about, as it is written."""
    spans = (s.domain.span if isinstance(s, tree.Binder) else s.span for s in target.slots)
    return [ctx.source.quote(span) for span in spans]


def _hint(ctx: Context, name: str, draw: tree.Target, define: tree.Target) -> str:
    left, other = (ctx.source.quote(t.span) for t in (draw, define))
    if _is_single(draw):
        own = f"{name}_start"
        return f"give what is drawn a name of its own: `{own} ~ …` and `{left} = {own}`"
    if _is_single(define):
        return (
            f"let what is drawn be what a formula reads: `step_of_{name}[t in …] ~ …`, and define "
            f"every `{name}` by it; or give `{other}` a distribution too"
        )
    return f"give each a name of its own, and put them together: `{left} = …`, `{other} = …`"


def _is_single(target: tree.Target) -> bool:
    """Whether a left side is about one label of what the clauses divide."""
    return not any(
        isinstance(s, tree.Binder) and isinstance(s.domain, tree.Range) for s in target.slots
    )
