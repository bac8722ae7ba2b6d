"""Statements as they should have been written, for hints that work when they are pasted."""

import re
from collections.abc import Iterable, Iterator

from ...grammar import tree
from ...grammar.source import Span
from .. import typed
from ..complaints.shapes import matrix_product
from ..graph import children
from .context import Context, Scope, Symbol
from .shapes import Event

_DECLARED = re.compile(r"((?:data|param) \w+(?:\[[^\]]*\])?)\s*:[^=#;{}]*(=[^#;{}]*)?(#.*)?")
_DRAWN = re.compile(r"[^~#;{}]*~[^~#;{}]*[^~#;{},]")


def retyped(ctx: Context, symbol: Symbol, word: str) -> str:
    """The declaration of a name with another type, its value included if it is on one line."""
    found = _DECLARED.fullmatch(_line(ctx, symbol))
    if found and re.search(rf"\b{symbol.name}\b", found[1]):
        return f"{found[1]}: {word}" + (f" {found[2].strip()}" if found[2] else "")
    shape = f"[{', '.join(map(str, symbol.type.event))}]" if symbol.type.event else ""
    return f"{symbol.nature.value.removeprefix('a ')} {symbol.name}{shape}: {word}"


def restricted(ctx: Context, symbol: Symbol, ends: str) -> str | None:
    """The statement that draws a name, restricted; None if it is not on one line."""
    line = _line(ctx, symbol)
    closed = line.count("(") == line.count(")") and " on " not in line
    return f"{line} on {ends}" if closed and _DRAWN.fullmatch(line) else None


def _line(ctx: Context, symbol: Symbol) -> str:
    return ctx.source.line(ctx.source.line_col(symbol.span.start)[0]).strip()


def written_out(
    ctx: Context,
    statement: Span,
    target: tree.Target,
    event: Event,
    exprs: Iterable[typed.Expr],
    scope: Scope,
) -> str | None:
    """A statement about whole arrays, written with an index: ``y[i in house] ~ Normal(x[i], 1)``.

    None where there is no simple way to say it.
    """
    if not event or not all(isinstance(e, str) for e in event):
        return None
    bound = {v.dim: v.name for v in scope.indices.values()}
    names: dict[str, str] = {}
    for extent in event:
        dim = str(extent)
        if dim in names:
            return None  # the same dimension twice: which index goes where is the writer's to say
        names[dim] = bound.get(dim) or fresh_index(
            dim, {*names.values(), *scope.indices, *ctx.values}
        )
    edits = list(_subscripts(exprs, event, names))
    if not all(statement.start <= at <= statement.stop for at, _ in edits):
        return None  # an array inside the body of a function
    if not target.slots:
        binders = ", ".join(f"{names[str(d)]} in {d}" for d in event)
        edits.append((target.name.span.stop, f"[{binders}]"))
    elif all(isinstance(s, tree.Name) for s in target.slots):
        return None if edits else _rebound(ctx, statement, target, names)
    elif not all(str(d) in bound for d in event):
        return None
    return _edited(ctx, statement, edits) if edits else None


def taken_whole(
    ctx: Context, s: tree.Define, plates: Iterable[typed.IndexVar], expr: typed.Expr
) -> tuple[str | None, str | None]:
    """A definition by a whole matrix, whose dimensions stand bare on the left: ``M[a, a] = L * L``;
    and what it may mean instead, the product of the two matrices."""
    event, name = expr.type.event, s.target.name.id
    if not all(isinstance(extent, str) for extent in event):
        return None, None
    kept = [f"{v.name} in {v.dim}" for v in plates if v.dim not in event]
    formula = _edited(ctx, s.expr.span, [])
    whole = f"{name}[{', '.join([*kept, *map(str, event)])}] = {formula}"
    match s.expr, expr:
        case (
            tree.Binary(op="*", left=tree.Name(id=first), right=tree.Name(id=second)),
            typed.Apply(args=(a, b)),
        ) if not kept and len(a.type.event) == len(b.type.event) == 2:
            if a.type.event[1] == b.type.event[0]:
                factors = first, second
                return whole, matrix_product(a.type.event, b.type.event, factors, name)
    return whole, None


def _rebound(ctx: Context, statement: Span, target: tree.Target, names: dict[str, str]) -> str:
    """``x[house] ~ …`` as ``x[h in house] ~ …``."""
    edits = [
        (s.span.start, f"{names[s.id]} in ")
        for s in target.slots
        if isinstance(s, tree.Name) and s.id in names
    ]
    return _edited(ctx, statement, edits)


def _edited(ctx: Context, statement: Span, edits: list[tuple[int, str]]) -> str:
    text, last = "", statement.start
    for at, insert in sorted(set(edits)):
        text += ctx.source.text[last:at] + insert
        last = at
    text += ctx.source.text[last : statement.stop]
    return " ".join(text.split())


def fresh_index(dim: str, taken: set[str]) -> str:
    """A short name for an index over a dimension: its first letter, if that is free."""
    return next((c for c in (dim[0], *"ijkmn") if c not in taken), f"{dim}_index")


def _subscripts(
    exprs: Iterable[typed.Expr], event: Event, names: dict[str, str]
) -> Iterator[tuple[int, str]]:
    """An index after every variable that stands for its whole array."""
    stack = list(exprs)
    while stack:
        e = stack.pop()
        match e:
            case typed.Var() if e.type.event == event:
                yield e.span.stop, f"[{', '.join(names[str(d)] for d in event)}]"
            case typed.Reduce(vars=()) | typed.Element() | typed.ArrayCall():
                pass  # whole arrays are what these want
            case _:
                stack.extend(children(e))
