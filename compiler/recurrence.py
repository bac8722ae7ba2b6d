"""Families that refer to earlier elements of themselves, or of each other: where they do, how far.

A reference lies on the recurring axis at an index that is read relative to the element being
computed: ``s[t - 1]`` lags by one. Ends of ranges are compared as linear forms, so that ``K + 1``
is known to follow ``K`` whatever the data say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..grammar.frozen import frozen
from ..grammar.source import Span
from .composite import CHOICE
from .graph import children
from .intervals import mul
from .typed import (
    Apply,
    Const,
    Dist,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    Type,
    Var,
    Where,
    WholeAxis,
)
from .types import Kind

Guard = tuple[Expr, bool]
Guards = tuple[Guard, ...]


@frozen
class Reference:
    """One place where a formula reads a family of its own recurrence.

    Attributes:
        at: the element, or the whole family.
        slot: the index along the recurring axis; None where the whole axis is read.
        lag: how many steps before the present element, itself an expression; None if it cannot be
            told from the form of the index.
        guards: conditions of the conditionals around it, each with whether it holds there.
    """

    name: str
    at: Expr
    slot: Expr | None
    lag: Expr | None
    guards: Guards = ()

    @property
    def steps(self) -> int | None:
        """The lag as a number, where it is one."""
        match self.lag:
            case Const(value=value):
                return int(value)
            case _:
                return None


def references(
    expr: Expr, along: IndexVar, axes: Mapping[str, int], guards: Guards = ()
) -> Iterator[Reference]:
    """Where ``expr`` reads the families in ``axes``, each with its recurring axis.

    Args:
        along: the index of the statement that runs over the recurring axis.
        guards: conditions around the whole expression.
    """
    todo: list[tuple[Expr, Guards]] = [(expr, guards)]
    while todo:
        e, guards = todo.pop()
        match e:
            case Element(base=Var(name=name), slots=slots) if name in axes:
                slot = slots[axes[name]]
                inside = None if isinstance(slot, WholeAxis) else slot
                back = None if inside is None else lag(inside, along)
                yield Reference(name, e, inside, back, guards)
                todo.extend((s, guards) for s in reversed(slots) if not isinstance(s, WholeAxis))
            case Var(name=name) if name in axes:
                yield Reference(name, e, None, None, guards)
            case Where(condition=condition, yes=yes, no=no):
                todo.append((no, (*guards, (condition, False))))
                todo.append((yes, (*guards, (condition, True))))
                todo.append((condition, guards))
            case _:
                todo.extend((part, guards) for part in reversed(children(e)))


def guarded_parts(dist: Dist, guards: Guards = ()) -> Iterator[tuple[Expr, Guards]]:
    """Every expression of a distribution, with the conditions under which it is of interest."""
    ends = (e for e in (dist.support.low, dist.support.high) if e is not None)
    yield from ((e, guards) for e in (*dist.args, *ends))
    for i, part in enumerate(dist.parts):
        here = ((dist.args[0], i == 0),) if dist.family == CHOICE else ()
        yield from guarded_parts(part, (*guards, *here))


def lag(slot: Expr, along: IndexVar) -> Expr | None:
    """``e`` of ``t - e``, and 0 of ``t``; None for every other index."""
    match slot:
        case IndexValue(var=var) if var.id == along.id:
            return Const(0.0, type=slot.type, span=slot.span)
        case Apply(fn="sub", args=(IndexValue(var=var), back)) if var.id == along.id:
            return None if _reads(back, along) else back
        case _:
            return None


def _reads(expr: Expr, along: IndexVar) -> bool:
    return any(v.id == along.id for v in expr.type.axes)


# --- ends of ranges -----------------------------------------------------------------------------


@frozen
class Linear:
    """``constant + sum of coefficient * term``; terms are expressions of data."""

    constant: float
    terms: tuple[tuple[Expr, float], ...] = ()

    def __add__(self, other: Linear) -> Linear:
        """The sum, with terms that cancel left out."""
        total = dict(self.terms)
        for term, factor in other.terms:
            total[term] = total.get(term, 0.0) + factor
        kept = tuple((term, factor) for term, factor in total.items() if factor)
        return Linear(self.constant + other.constant, kept)

    def __sub__(self, other: Linear) -> Linear:
        """The difference."""
        return self + other.times(-1.0)

    def times(self, factor: float) -> Linear:
        """A multiple."""
        return Linear(self.constant * factor, tuple((t, f * factor) for t, f in self.terms))

    def plus(self, number: float) -> Linear:
        """The form shifted by a number."""
        return Linear(self.constant + number, self.terms)

    @property
    def number(self) -> float | None:
        """Its value, if that does not depend on the data."""
        return None if self.terms else self.constant


def linear(expr: Expr) -> Linear:
    """The linear form of a whole number; what is not linear is a term of its own."""
    match expr:
        case Const(value=value):
            return Linear(value)
        case Label(label=int(number)):
            return Linear(float(number))
        case IndexValue(var=var, type=t) if t.kind is Kind.INT:
            return Linear(0.0, ((number_of(var, expr.span), 1.0),))
        case Apply(fn="add", args=(a, b)):
            return linear(a) + linear(b)
        case Apply(fn="sub", args=(a, b)):
            return linear(a) - linear(b)
        case Apply(fn="neg", args=(a,)):
            return linear(a).times(-1.0)
        case Apply(fn="mul", args=(a, b)):
            left, right = linear(a), linear(b)
            if len(left.terms) * len(right.terms) <= _MOST_PRODUCTS:
                return _product(left, right)
            return Linear(0.0, ((expr, 1.0),))
        case _:
            return Linear(0.0, ((expr, 1.0),))


_MOST_PRODUCTS = 16  # a product of sums has as many terms as the product of their numbers


def _product(a: Linear, b: Linear) -> Linear:
    """A product, multiplied out: ``K * (M + 1)`` is ``K * M + K``, and so is ``(M + 1) * K``."""
    total = b.times(a.constant) + a.times(b.constant).plus(-a.constant * b.constant)
    for p, f in a.terms:
        for q, g in b.terms:
            total = total + Linear(0.0, ((_times(p, q), f * g),))
    return total


def _times(p: Expr, q: Expr) -> Expr:
    """A product of two terms, in an order that does not depend on how it is written."""
    factors = sorted((*_factors(p), *_factors(q)), key=repr)
    whole = factors[0]
    for f in factors[1:]:
        axes = tuple(sorted({*whole.type.axes, *f.type.axes}, key=lambda v: v.id))
        type_ = Type(Kind.INT, axes, bounds=mul(whole.type.bounds, f.type.bounds))
        whole = Apply("mul", (whole, f), type=type_, span=p.span | q.span)
    return whole


def _factors(e: Expr) -> list[Expr]:
    match e:
        case Apply(fn="mul", args=(a, b)):
            return [*_factors(a), *_factors(b)]
        case _:
            return [e]


Ends = Callable[[IndexVar], tuple[Linear, Linear] | None]
"""First and last number of an index, where they are known."""


def number_of(var: IndexVar, span: Span) -> IndexValue:
    """An index variable as a number; the same wherever it stands, whatever is known of it there."""
    return IndexValue(var, type=Type(Kind.INT, (var,), dim=var.dim), span=span)


def inequalities(guards: Iterable[Guard]) -> Iterator[Linear]:
    """What conditions say about whole numbers, as forms that are not negative."""
    for fn, a, b in _comparisons(guards):
        yield from _not_negative(fn, a, b)


def facts_of(guards: Guards, ends: Ends) -> list[Linear]:
    """The same, with what follows from where indices run: what is not the first is later."""
    facts = list(inequalities(guards))
    for fn, a, b in _comparisons(guards):
        if fn == "ne":
            form = linear(a) - linear(b)
            for side in (form, form.times(-1.0)):
                if is_not_negative(side, facts, ends):
                    facts.append(side.plus(-1.0))
    return facts


def _comparisons(guards: Iterable[Guard]) -> Iterator[tuple[str, Expr, Expr]]:
    """Comparisons of whole numbers that hold where conditions do, or do not, as these say."""
    todo = list(guards)
    while todo:
        condition, holds = todo.pop()
        match condition:
            case Apply(fn="not", args=(inner,)):
                todo.append((inner, not holds))
            case Apply(fn="and" | "or" as fn, args=(a, b)) if holds == (fn == "and"):
                todo += [(a, holds), (b, holds)]
            case Apply(fn=fn, args=(a, b)) if a.type.kind is b.type.kind is Kind.INT:
                yield (fn if holds else _OPPOSITE.get(fn, "")), a, b
            case _:
                pass


_OPPOSITE: Mapping[str, str] = {
    "lt": "ge",
    "ge": "lt",
    "gt": "le",
    "le": "gt",
    "eq": "ne",
    "ne": "eq",
}


def _not_negative(fn: str, a: Expr, b: Expr) -> Iterator[Linear]:
    up = linear(b) - linear(a)
    if fn in ("le", "eq"):
        yield up
    if fn in ("ge", "eq"):
        yield up.times(-1.0)
    if fn == "lt":
        yield up.plus(-1.0)
    if fn == "gt":
        yield up.times(-1.0).plus(-1.0)


def least(goal: Linear, ends: Ends) -> Linear:
    """The smallest value of a form, with index variables at the ends of their ranges."""
    total = Linear(goal.constant)
    for term, factor in goal.terms:
        found = ends(term.var) if isinstance(term, IndexValue) else None
        whole = Linear(0.0, ((term, 1.0),)) if found is None else found[0 if factor > 0 else 1]
        total = total + whole.times(factor)
    return total


def is_not_negative(
    goal: Linear,
    facts: Sequence[Linear],
    ends: Ends,
    depth: int = 4,
) -> bool:
    """Whether a form of whole numbers is shown not to be negative.

    A form is at least what it is with index variables at the ends of their ranges and data at the
    bounds of their types; and at least any form that differs from it by a multiple of a fact.
    """
    low = least(goal, ends)
    number = low.constant
    for term, factor in low.terms:
        bounds = term.type.bounds
        number += factor * (bounds.low if factor > 0 else bounds.high)
    if number >= 0:
        return True
    if not depth:
        return False
    for fact in facts:
        for term, factor in fact.terms:
            own = dict(goal.terms).get(term, 0.0)
            if own * factor > 0:
                rest = goal - fact.times(own / factor)
                if is_not_negative(rest, facts, ends, depth - 1):
                    return True
    return False
