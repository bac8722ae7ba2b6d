"""Families of a recurrence whose elements would be arrays, where each has to be a number.

What is drawn as an array may read arrays that were drawn before, in one statement. Clauses are
about numbers, and so are definitions, whose elements are computed one step after the other.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from .. import complaints, typed
from .clauses import Clausal, Clause, Outline, bare_slots
from .context import Context, Scope
from .teach import fresh_index
from .tiles import outline


def outline_of_numbers(ctx: Context, statements: Sequence[Clausal], scope: Scope) -> Outline | None:
    """The left sides of one family, in line with each other; complains where they are not, or
    where elements would be arrays."""
    arrays = _arrays_in_clauses(ctx, statements, scope)
    if arrays is None:
        return outline(ctx, statements, scope)
    ctx.complain(arrays)
    return None


def _arrays_in_clauses(
    ctx: Context, statements: Sequence[Clausal], scope: Scope
) -> Diagnostic | None:
    """What to say of ``s[1, k] ~ MvNormal(…)``, where all clauses have such a slot."""
    first = statements[0].target
    bare = [*bare_slots(ctx, first)]
    if not bare or not all([*bare_slots(ctx, s.target)] == bare for s in statements):
        return None
    at, name = first.slots[bare[0]].span, first.name.id
    if isinstance(statements[0], tree.Define):
        return complaints.array_recurs(at, name, _with_an_index(ctx, statements[0], scope))
    before = ctx.remember()
    shape = outline(ctx, [_without(s, bare) for s in statements], scope)
    ctx.recall(before)
    dims = [ctx.source.quote(first.slots[i].span) for i in bare]
    hint = None if shape is None else in_one_statement(ctx, shape, dims)
    return complaints.array_recurs(at, name, hint)


def _without(s: Clausal, slots: Sequence[int]) -> Clausal:
    kept = tuple(slot for i, slot in enumerate(s.target.slots) if i not in slots)
    return replace(s, target=replace(s.target, slots=kept))


def in_one_statement(ctx: Context, shape: Outline, dims: Sequence[str]) -> str | None:
    """How to draw arrays that follow from each other: in one statement, with a condition.

    Args:
        dims: of the array, as they stand on the left.
    """
    last = shape.clauses[-1].statement
    if shape.tiles or not isinstance(last, tree.Sample):
        return None
    if not isinstance(last.dist, tree.Distribution):
        return None
    binders = (f"{v.name} in {v.dim}" for v in shape.plates)
    left = ", ".join((*binders, *dims))
    test = _condition(ctx, shape.along, shape.clauses[0])
    return (
        "write one statement, with a condition: "
        f"`{shape.name}[{left}] ~ {last.dist.call.callee.id}(if {test} then … else …, …)`"
    )


def _condition(ctx: Context, along: typed.IndexVar, clause: Clause) -> str:
    domain = clause.covers.domain
    assert isinstance(domain, typed.OverRange)
    end = ctx.source.quote(domain.last.span)
    return f"{along.name} {'==' if domain.first == domain.last else '<='} {end}"


def array_defined(ctx: Context, s: tree.Define, scope: Scope) -> Diagnostic | None:
    """What to say of ``e[t in time, k] = softmax(v[t, :])`` in a recurrence; None of numbers."""
    bare = next(bare_slots(ctx, s.target), None)
    if bare is None:
        return None
    at, name = s.target.slots[bare].span, s.target.name.id
    return complaints.array_recurs(at, name, _with_an_index(ctx, s, scope), clauses=False)


def array_made(ctx: Context, s: tree.Define, made: typed.Expr, scope: Scope) -> Diagnostic | None:
    """The same of a left side that does not say so: ``e[t in time] = [1, 2] * nu[t]``."""
    event = made.type.event
    if not event:
        return None
    name, left = s.target.name.id, [ctx.source.quote(slot.span) for slot in s.target.slots]
    if all(isinstance(extent, str) for extent in event):
        dims = tuple(tree.Name(str(e), span=s.target.span) for e in event)
        target = replace(s.target, slots=(*s.target.slots, *dims))
        hint = _with_an_index(ctx, replace(s, target=target), scope)
    else:
        free = [n for n in ("part", "place", "component", "axis") if n not in ctx.places]
        names = [e if isinstance(e, str) else free.pop(0) for e in event[: len(free)]]
        declared = [
            f"`dim {n} = 1..{e}`"
            for n, e in zip(names, event, strict=False)
            if not isinstance(e, str)
        ]
        more = [f"{_index(ctx, n, scope)} in {n}" for n in names]
        slots = ", ".join((*left, *more))
        hint = (
            f"declare {' and '.join(declared)}, and say what each number is: `{name}[{slots}] = …`"
        )
    return complaints.array_recurs(made.span, name, hint, clauses=False)


def _with_an_index(ctx: Context, s: tree.Define, scope: Scope) -> str:
    """The statement with an index for each of its bare dimensions."""
    slots, picks = list[str](), list[str]()
    for slot in s.target.slots:
        if isinstance(slot, tree.Name) and slot.id in ctx.dims:
            taken = {*picks, *(b.var.id for b in s.target.slots if isinstance(b, tree.Binder))}
            picks.append(_index(ctx, slot.id, scope, taken))
            slots.append(f"{picks[-1]} in {slot.id}")
        else:
            slots.append(ctx.source.quote(slot.span))
    name = s.target.name.id
    return (
        "give it the dimension as an index: "
        f"`{name}[{', '.join(slots)}] = {_element(ctx, s.expr, picks)}`"
    )


_ARRAY = re.compile(r"(?<![\w\])\s])\s*\[")  # whose axis has no name, so that no index fits


def _element(ctx: Context, e: tree.Expr, picks: Sequence[str]) -> str:
    """A number of an array, as it is written."""
    whole = " ".join(ctx.source.quote(e.span).split())
    if _ARRAY.search(whole):
        return "…"
    match e:
        case tree.Index(base=base, slots=slots):
            left = iter(picks)
            inside = (
                next(left, ":") if isinstance(s, tree.Whole) else ctx.source.quote(s.span)
                for s in slots
            )
            return f"{ctx.source.quote(base.span)}[{', '.join((*inside, *left))}]"
        case tree.Name() | tree.Call():
            return f"{whole}[{', '.join(picks)}]"
        case _:
            return f"({whole})[{', '.join(picks)}]"


def _index(ctx: Context, dim: str, scope: Scope, taken: set[str] | None = None) -> str:
    return fresh_index(dim, {*(taken or ()), *scope.indices, *ctx.values, *ctx.places})
