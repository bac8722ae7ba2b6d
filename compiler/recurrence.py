"""Families that refer to earlier elements of themselves, or of each other: where they do, how far.

A reference lies on the recurring axis at an index that is read relative to the element being
computed: ``s[t - 1]`` lags by one. Ends of ranges are compared as linear forms, so that ``K + 1``
is known to follow ``K`` whatever the data say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .graph import children
from .typed import Apply, Const, Element, Expr, IndexValue, IndexVar, OverRange, Var, WholeAxis


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a formula reads a family of its own recurrence.

    Attributes:
        at: the element, or the whole family.
        slot: the index along the recurring axis; None where the whole axis is read.
        lag: how many steps before the present element, itself an expression; None if it cannot be
            told from the form of the index.
    """

    name: str
    at: Expr
    slot: Expr | None
    lag: Expr | None

    @property
    def steps(self) -> int | None:
        """The lag as a number, where it is one."""
        match self.lag:
            case Const(value=value):
                return int(value)
            case _:
                return None


def references(expr: Expr, along: IndexVar, axes: Mapping[str, int]) -> Iterator[Reference]:
    """Where ``expr`` reads the families in ``axes``, each with its recurring axis.

    Args:
        along: the index of the statement that runs over the recurring axis.
    """
    todo = [expr]
    while todo:
        e = todo.pop()
        match e:
            case Element(base=Var(name=name), slots=slots) if name in axes:
                slot = slots[axes[name]]
                inside = None if isinstance(slot, WholeAxis) else slot
                yield Reference(name, e, inside, None if inside is None else lag(inside, along))
                todo.extend(s for s in reversed(slots) if not isinstance(s, WholeAxis))
            case Var(name=name) if name in axes:
                yield Reference(name, e, None, None)
            case _:
                todo.extend(reversed(children(e)))


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


@dataclass(frozen=True, slots=True)
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
        case Apply(fn="add", args=(a, b)):
            return linear(a) + linear(b)
        case Apply(fn="sub", args=(a, b)):
            return linear(a) - linear(b)
        case Apply(fn="neg", args=(a,)):
            return linear(a).times(-1.0)
        case Apply(fn="mul", args=(a, b)):
            for factor, rest in ((linear(a), b), (linear(b), a)):
                if factor.number is not None:
                    return linear(rest).times(factor.number)
            return Linear(0.0, ((expr, 1.0),))
        case _:
            return Linear(0.0, ((expr, 1.0),))


def largest(expr: Expr) -> Linear:
    """An upper bound of a whole number: an index variable is at most the end of its range."""
    match expr:
        case IndexValue(var=IndexVar(domain=OverRange(_, last))):
            return linear(last)
        case _:
            return linear(expr)
