"""Guards on left sides: ``z[t in time, t > first]`` is about ``first + 1..last`` of ``time``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...grammar import tree
from ...grammar.source import Span
from ..complaints.order import guard_is_no_range
from .context import Context

_MIRRORED: Mapping[str, str] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}


def without_guards(ctx: Context, statements: Sequence[tree.Statement]) -> list[tree.Statement]:
    """The statements, every guarded index with the range that its guards leave of it."""
    found: list[tree.Statement] = []
    for s in statements:
        if isinstance(s, tree.Sample | tree.Define | tree.Factor) and s.target.slots:
            target = _unguarded(ctx, s.target)
            if target is None:
                continue
            s = s if target is s.target else replace(s, target=target)
        found.append(s)
    return found


def _unguarded(ctx: Context, target: tree.Target) -> tree.Target | None:
    """The left side without guards; None after a complaint."""
    guards = [s for s in target.slots if isinstance(s, tree.Binary) and _is_guard(s)]
    if not guards:
        return target
    plates = {s.var.id: s for s in target.slots if isinstance(s, tree.Binder)}
    ends: dict[str, dict[str, tree.Expr]] = {}
    for guard in guards:
        for part in _parts(guard):
            read = _read(part, plates)
            if read is None or any(e in ends.get(read[0], {}) for e in read[1]):
                ctx.complain(guard_is_no_range(part.span, ctx.source.quote(part.span), [*plates]))
                return None
            ends.setdefault(read[0], {}).update(read[1])
    slots = tuple(
        replace(s, domain=_range(s, ends[s.var.id], guards[0].span))
        if isinstance(s, tree.Binder) and s.var.id in ends
        else s
        for s in target.slots
        if not _is_guard(s)
    )
    return replace(target, slots=slots)


def _is_guard(slot: tree.Binder | tree.Expr) -> bool:
    return isinstance(slot, tree.Binary) and (
        slot.op in _MIRRORED or slot.op in ("and", "!=", "or")
    )


def _parts(guard: tree.Expr) -> list[tree.Expr]:
    """Conditions of which all must hold."""
    if isinstance(guard, tree.Binary) and guard.op == "and":
        return [*_parts(guard.left), *_parts(guard.right)]
    return [guard]


def _read(e: tree.Expr, plates: dict[str, tree.Binder]) -> tuple[str, dict[str, tree.Expr]] | None:
    """The index that a condition is about, and the ends that it gives it."""
    if not isinstance(e, tree.Binary) or e.op not in _MIRRORED:
        return None
    for here, op, there in ((e.left, e.op, e.right), (e.right, _MIRRORED[e.op], e.left)):
        if not isinstance(here, tree.Name) or here.id not in plates:
            continue
        if not isinstance(plates[here.id].domain, tree.Name):
            return None
        match op:
            case ">":
                return here.id, {"first": _stepped(there, "+")}
            case ">=":
                return here.id, {"first": there}
            case "<":
                return here.id, {"last": _stepped(there, "-")}
            case "<=":
                return here.id, {"last": there}
            case _:
                return here.id, {"first": there, "last": there}
    return None


def _stepped(e: tree.Expr, op: str) -> tree.Expr:
    one = tree.Number(1.0, "1", span=e.span)
    return tree.Binary(op, e, one, span=e.span)


def _range(b: tree.Binder, ends: dict[str, tree.Expr], at: Span) -> tree.Range:
    assert isinstance(b.domain, tree.Name)
    first = ends.get("first", tree.Name("first", span=at))
    last = ends.get("last", tree.Name("last", span=at))
    return tree.Range(first, last, b.domain, span=b.span)
