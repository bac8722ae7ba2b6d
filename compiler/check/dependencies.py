"""Who reads whom, from the tree alone."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ...grammar import tree
from ...grammar.source import Span
from ..functions import DENSITIES
from .context import ENDS

# Whether a word in the given slot of a variable is a label rather than a variable.
IsLabel = Callable[[str, int, str], bool]
_Bound = frozenset[str]
_Item = tuple[tree.Expr | tree.Range, _Bound]
_NO_ELEMENTS: tuple[tree.Index, ...] = ()


class Reads(NamedTuple):
    """Variables that a statement reads, each with the first place where it does.

    Attributes:
        ordered: without what it reads only behind a plate of its own, as in ``s[t - 1]``.
    """

    every: dict[str, Span]
    ordered: dict[str, Span]


def reads_of(
    s: tree.Sample | tree.Define | tree.Param, known: Container[str], is_label: IsLabel
) -> Reads:
    """Variables that a statement reads."""
    bound: _Bound = frozenset()
    items: list[_Item] = []
    for i, slot in enumerate(s.target.slots):
        if isinstance(slot, tree.Binder):
            if isinstance(slot.domain, tree.Range):
                items.append((slot.domain, bound))
            bound |= {slot.var.id}
        elif not (isinstance(slot, tree.Name) and is_label(s.target.name.id, i, slot.id)):
            items.append((slot, bound))
    items += [(e, bound) for e in _formulas(s)]
    words = _words(items, is_label)
    moving = _moving(words.reductions, bound)
    every: dict[str, Span] = {}
    ordered: dict[str, Span] = {}
    for name, elements in words.names:
        if name.id in known:
            every.setdefault(name.id, name.span)
            if not (elements and any([_lags(e, moving) for e in elements])):
                ordered.setdefault(name.id, name.span)
    return Reads(every, ordered)


def reads_of_start(s: tree.Sample | tree.Define | tree.Param) -> set[str]:
    """Words of a param's initial value that nothing else of the statement has."""
    if not isinstance(s, tree.Param) or s.initial is None:
        return set()
    rest = [b.domain for b in s.target.slots if isinstance(b, tree.Binder)]
    kept = (n.id for e in (*_ends(s.type.support), *rest) for n in free_names(e))
    return {n.id for n in free_names(s.initial)} - {*kept}


def reads_of_ode(s: tree.Ode, known: Container[str], is_label: IsLabel) -> dict[str, Span]:
    """Variables that a system of differential equations reads: every state depends on all.

    In formulas of the braces the time, the states and the definitions are no variables.
    """
    head: _Bound = frozenset(b.var.id for b in s.time.slots if isinstance(b, tree.Binder))
    inner = [x for x in s.statements if isinstance(x, tree.Derivative | tree.Define)]
    local = head | {s.time.name.id} | {x.target.name.id for x in inner}
    items: list[_Item] = [(s.times, head), (s.start, head)]
    for x in inner:
        own = frozenset(b.var.id for b in x.target.slots if isinstance(b, tree.Binder))
        if isinstance(x, tree.Derivative):
            items += [(x.slope, local | own), (x.start, head | own)]
        else:
            items.append((x.expr, local | own))
    found: dict[str, Span] = {}
    for name in _names(items, is_label):
        if name.id in known:
            found.setdefault(name.id, name.span)
    return found


def reads_of_data(s: tree.Data, known: Container[str], is_label: IsLabel) -> dict[str, Span]:
    """Variables that the support and the default of a `data` statement read."""
    items: list[_Item] = [(e, frozenset()) for e in (*_ends(s.type.support), *_some(s.default))]
    return {n.id: n.span for n in _names(items, is_label) if n.id in known}


def reading_at(s: tree.Sample | tree.Define | tree.Param, at: Span) -> tree.Expr | None:
    """What a statement reads through the name at a place: an element, or the whole variable."""
    stack: list[tree.Expr | tree.Range] = list(_formulas(s))
    while stack:
        e = stack.pop()
        if isinstance(e, tree.Index) and e.base.span == at:
            return e
        if isinstance(e, tree.Name) and e.span == at:
            return e
        stack.extend(p for p, _ in _parts(e, frozenset(), lambda *_: False))
    return None


def may_begin(s: tree.Sample | tree.Define) -> bool:
    """Whether a formula has parts that may be left out, as the first elements of a family need."""
    stack: list[tree.Expr | tree.Range] = list(_formulas(s))
    while stack:
        e = stack.pop()
        if isinstance(e, tree.Conditional | tree.Reduce):
            return True
        stack.extend(p for p, _ in _parts(e, frozenset(), lambda *_: False))
    return False


def first_of(d: tree.Expr, names: Container[str]) -> tree.Expr:
    """A distribution without the branches that read some families: that of their first elements."""
    match d:
        case tree.Conditional(yes=yes, no=no):
            for one, other in ((yes, no), (no, yes)):
                if _mentions(other, names) and not _mentions(one, names):
                    return first_of(one, names)
            return d
        case tree.Distribution(call=call):
            args = tuple(first_of(a, names) for a in call.args)
            named = tuple((n, first_of(a, names)) for n, a in call.named)
            return replace(d, call=replace(call, args=args, named=named))
        case _:
            return d


def free_names(e: tree.Expr | tree.Range) -> list[tree.Name]:
    """Words in an expression that no binder of its own introduces."""
    return _names([(e, frozenset())], lambda *_: False)


def calls(e: tree.Expr) -> Iterator[tree.Call]:
    """Every call in an expression."""
    stack: list[tree.Expr | tree.Range] = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, tree.Call):
            yield part
        stack.extend(p for p, _ in _parts(part, frozenset(), lambda *_: False))


def distributions(e: tree.Expr) -> Iterator[tree.Call]:
    """Calls in an expression that are distributions where one is asked for."""
    stack = [c.args[0] for c in calls(e) if c.callee.id in DENSITIES and c.args]
    while stack:
        part = stack.pop()
        match part:
            case tree.Call():
                yield part
                stack.extend(part.args)
            case tree.Distribution(call=call):
                yield call
            case tree.Conditional(yes=yes, no=no):
                stack += (yes, no)
            case tree.Mixture(dist=dist):
                stack.append(dist)
            case _:
                pass


def _formulas(s: tree.Sample | tree.Define | tree.Param) -> Iterator[tree.Expr]:
    match s:
        case tree.Sample(dist=dist):
            yield dist
        case tree.Define(expr=expr):
            yield expr
        case tree.Param(type=type_, initial=initial):
            yield from _ends(type_.support)
            yield from _some(initial)


def _ends(support: tree.Support | None) -> Iterator[tree.Expr]:
    if isinstance(support, tree.Interval):
        yield from (support.low, support.high)


def _some(e: tree.Expr | None) -> Iterator[tree.Expr]:
    if e is not None:
        yield e


class _Words(NamedTuple):
    """Words that stand for variables, in the order in which they are written.

    Attributes:
        names: each with the elements that are read through it, from outside: ``x[i][j]``, ``x[i]``.
        reductions: those around them, outer before inner.
    """

    names: list[tuple[tree.Name, tuple[tree.Index, ...]]]
    reductions: list[tree.Reduce]


def _words(items: Iterable[_Item], is_label: IsLabel) -> _Words:
    names: list[tuple[tree.Name, tuple[tree.Index, ...]]] = []
    reductions: list[tree.Reduce] = []
    stack = [(e, bound, _NO_ELEMENTS) for e, bound in items][::-1]
    while stack:
        e, bound, elements = stack.pop()
        if isinstance(e, tree.Name):
            if e.id not in bound:
                names.append((e, elements))
        elif isinstance(e, tree.Number):
            pass
        elif isinstance(e, tree.Binary):  # these before all others, since they are the most
            stack += ((e.right, bound, elements), (e.left, bound, elements))
        elif isinstance(e, tree.Distribution) and e.support is None:
            stack.append((e.call, bound, elements))
        elif isinstance(e, tree.Call) and not e.named:
            stack += [(a, bound, elements) for a in reversed(e.args)]
        else:
            parts = _parts(e, bound, is_label)
            stack += [(part, inner, elements) for part, inner in reversed(parts)]
            if isinstance(e, tree.Index):
                stack[-1] = (e.base, bound, (*elements, e))
            elif isinstance(e, tree.Reduce):
                reductions.append(e)
    return _Words(names, reductions)


def _names(items: Iterable[_Item], is_label: IsLabel) -> list[tree.Name]:
    """Words that stand for variables, in the order in which they are written."""
    return [name for name, _ in _words(items, is_label).names]


class _Moving(NamedTuple):
    """Index variables of a statement.

    Attributes:
        plates: those of its left side.
        within: those of reductions whose ranges depend on them, ``j in 1..t - 1``.
    """

    plates: _Bound
    within: _Bound


def _moving(reductions: Iterable[tree.Reduce], plates: _Bound) -> _Moving:
    within: set[str] = set()
    if plates:
        for b in (b for r in reductions for b in r.binders):
            if isinstance(b.domain, tree.Range) and _mentions(b.domain, plates | within):
                within.add(b.var.id)
    return _Moving(plates, frozenset(within))


def _mentions(e: tree.Expr | tree.Range, names: Container[str]) -> bool:
    return any([n.id in names for n in free_names(e)])


def _lags(e: tree.Index, moving: _Moving) -> bool:
    """Whether an element is read beside the statement's own: at ``t - …``, at an index that is
    looked up, at a label, or at all that a range before ``t`` has.

    Whether it is an earlier one is judged once everything is typed.
    """
    for s in e.slots:
        if isinstance(s, tree.Name):
            if s.id in moving.within or (s.id in ENDS and s.id not in moving.plates):
                return True
        elif isinstance(s, tree.Number) or _is_place(s, moving):
            return True
        elif isinstance(s, tree.Whole | tree.Text) or _goes_on(s, moving):
            pass
        elif _mentions(s, moving.plates | moving.within):
            return True
    return False


def _is_place(e: tree.Expr | tree.Whole, moving: _Moving) -> bool:
    """``first + 1``: a place that is counted from an end."""
    match e:
        case tree.Name(id=name) if name in ENDS:
            return name not in moving.plates
        case tree.Binary(op="+" | "-", left=left, right=tree.Number()):
            return _is_place(left, moving)
        case _:
            return False


def _goes_on(e: tree.Expr, moving: _Moving) -> bool:
    """``t + 1``, which is never earlier."""
    match e:
        case tree.Binary(op="+", left=tree.Name(id=name)):
            return name in moving.plates
        case _:
            return False


def _parts(e: tree.Expr | tree.Range, bound: _Bound, is_label: IsLabel) -> list[_Item]:
    match e:
        case tree.Index(base=base, slots=slots):
            name = base.id if isinstance(base, tree.Name) else ""
            parts: list[_Item] = [(base, bound)]
            for i, s in enumerate(slots):
                if isinstance(s, tree.Name):
                    # what is bound is no variable either, and sooner found out
                    if s.id not in bound and not is_label(name, i, s.id):
                        parts.append((s, bound))
                elif not isinstance(s, tree.Whole):
                    parts.append((s, bound))
            return parts
        case tree.Call(args=args, named=named):
            return [*[(a, bound) for a in args], *[(v, bound) for _, v in named]]
        case tree.Binary(left=left, right=right):
            return [(left, bound), (right, bound)]
        case tree.Distribution(call=call, support=support):
            return [(call, bound), *[(e, bound) for e in _ends(support)]]
        case tree.Unary(operand=operand):
            return [(operand, bound)]
        case tree.Conditional(condition=c, yes=yes, no=no):
            return [(c, bound), (yes, bound), (no, bound)]
        case tree.Array(items=items):
            return [(i, bound) for i in items]
        case tree.Range(first=first, last=last):
            return [(first, bound), (last, bound)]
        case tree.Reduce(binders=binders) | tree.Mixture(binders=binders):
            parts = []
            for b in binders:
                if isinstance(b.domain, tree.Range):
                    parts.append((b.domain, bound))
                bound |= {b.var.id}
            bodies = (e.body,) if isinstance(e, tree.Reduce) else (e.weight, e.dist)
            return [*parts, *[(b, bound) for b in bodies]]
        case _:
            return []
