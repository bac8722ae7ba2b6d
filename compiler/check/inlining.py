"""The user's own functions: a call is replaced by the body, with its arguments in place.

Expansion is bounded. A chain of functions that each call the one before twice would otherwise grow
without limit, and a file from elsewhere must not be able to stop the checker.
"""

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from ..measure import DEEPEST, MOST_NODES, measure
from .context import Context, Scope
from .labels import Recurse

MOST_WORK = 20_000  # expressions typed inside inlined bodies, for one statement


def inline(ctx: Context, e: tree.Call, scope: Scope, recurse: Recurse) -> typed.Expr | None:
    """The body of a function of the user's, typed for these arguments."""
    function = ctx.functions[e.callee.id]
    ctx.used.add(function.name.span)
    args = [recurse(ctx, a, scope) for a in e.args]
    if e.named:
        at = e.named[0][0]
        ctx.complain(complaints.named_argument(at.span, e.callee.id, at.id), scope)
        return None
    wanted = len(function.parameters)
    if len(args) != wanted:
        own, written = signature(function), [ctx.source.quote(a.span) for a in e.args]
        ctx.complain(complaints.wrong_arity(e.span, e.callee.id, wanted, written, own), scope)
        return None
    if e.callee.id in ctx.recursive:
        return None
    inner = Scope(
        values=scope.values,
        arguments={p.id: a for p, a in zip(function.parameters, args, strict=True)},
        calls=(*scope.calls, e.span),
        guarded=scope.guarded,
        networks=scope.networks,
        foreign=scope.foreign,
    )
    body = recurse(ctx, function.body, inner)
    if body is None:
        return None
    found = measure(body, ctx.measures)
    if found.size > MOST_NODES or found.depth + ctx.depth > DEEPEST:
        ctx.complain(complaints.expansion_too_large(inner.calls[0]))
        return None
    return body


def not_a_parameter(ctx: Context, name: tree.Name) -> Diagnostic:
    """Complaint about a name of the model in the body of a function."""
    inside = (
        signature(f)[0].removesuffix(")")
        for f in ctx.functions.values()
        if f.span.start <= name.span.start < f.span.stop
    )
    declared = ctx.places[name.id]
    return complaints.not_a_parameter(name.span, name.id, declared, next(inside, "f(…"))


def signature(s: tree.Def) -> tuple[str, Span]:
    """How a function is called, and where it is defined."""
    return f"{s.name.id}({', '.join(p.id for p in s.parameters)})", s.name.span


def may_go_on(ctx: Context, scope: Scope) -> bool:
    """Whether the budget for inlining lasts; complains when it is spent."""
    ctx.work_left -= 1
    if ctx.work_left >= 0 and ctx.depth < DEEPEST:
        return True
    ctx.complain(complaints.expansion_too_large(scope.calls[0]))
    return False
