"""The user's own functions, looked at once where they are written.

Types are found where a function is called; names, numbers of arguments and recursion are judged
here, so that a function that nobody calls is checked too.
"""

from collections.abc import Container, Iterable

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..arrays import ARRAYS
from ..composite import CALLED
from ..families import FAMILIES
from ..functions import CALLABLE, CONSTANTS, DENSITIES, ELSEWHERE, FOLDED, REDUCTIONS
from . import circles, dependencies
from .context import Context
from .declarations import introduce
from .inlining import not_a_parameter, signature


def declare_functions(ctx: Context, statements: Iterable[tree.Def]) -> None:
    """Every `def`, its recursion and its parameters judged."""
    for s in statements:
        if introduce(ctx, s.name):
            ctx.functions[s.name.id] = s
            _parameters(ctx, s)
    calls = {
        name: {
            c.callee.id: c.callee.span
            for c in dependencies.calls(s.body)
            if c.callee.id in ctx.functions
        }
        for name, s in ctx.functions.items()
    }
    for ring in circles.cycles(calls, calls):
        steps = [(f, calls[f][g]) for f, g in zip(ring, [*ring[1:], ring[0]], strict=True)]
        ctx.complain(complaints.recursive(ctx.functions[ring[0]].name.span, steps))
    ctx.recursive = frozenset(circles.knotted(calls, calls))


def judge_bodies(ctx: Context) -> None:
    """Names in the bodies of all functions, once every name of the model is known."""
    labels = {
        label
        for d in ctx.dims.values()
        if isinstance(d.labels, typed.Names)
        for label in d.labels.labels
    }
    for s in ctx.functions.values():
        known = {p.id for p in s.parameters} | CONSTANTS.keys() | labels
        for name in dependencies.free_names(s.body):
            if name.id not in known:
                ctx.complain(_not_inside(ctx, name, s))
        allowed = {d.span for d in dependencies.distributions(s.body)}
        for c in dependencies.calls(s.body):
            _judge_call(ctx, c, s, allowed)


def _parameters(ctx: Context, s: tree.Def) -> None:
    seen: dict[str, Span] = {}
    for p in s.parameters:
        if p.id in seen:
            ctx.complain(complaints.parameter_twice(p.span, p.id, seen[p.id]))
        seen.setdefault(p.id, p.span)


def _not_inside(ctx: Context, name: tree.Name, s: tree.Def) -> Diagnostic:
    if name.id in ctx.places:
        return not_a_parameter(ctx, name)
    return complaints.unknown_name(name.span, name.id, [p.id for p in s.parameters])


def _judge_call(ctx: Context, c: tree.Call, s: tree.Def, allowed: Container[Span]) -> None:
    """``allowed`` are the places of distributions that a function of the language takes."""
    name = c.callee.id
    own = ctx.functions.get(name)
    if own is not None and len(own.parameters) != len(c.args):
        wanted, given = len(own.parameters), [ctx.source.quote(a.span) for a in c.args]
        ctx.complain(complaints.wrong_arity(c.span, name, wanted, given, signature(own)))
    if own is None and name in (*FAMILIES, *CALLED) and c.span not in allowed:
        ctx.complain(complaints.distribution_as_value(c.span, ctx.source.quote(c.span)))
        return
    known = (*CALLABLE, *FOLDED, *REDUCTIONS, *ARRAYS, *DENSITIES)
    if own is None and name not in (*known, *FAMILIES, *CALLED, *ctx.network_names):
        known = (*ctx.functions, *known)
        ctx.complain(complaints.unknown_function(c.callee.span, name, ELSEWHERE.get(name), known))
