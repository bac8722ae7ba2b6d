"""Whether a condition lets an index through that is too early: ``if t == 1 then a else s[t - 2]``.

Conditions about the recurring index alone are tried at the first labels, one after the other.
"""

from collections.abc import Callable, Mapping

from .. import typed
from ..recurrence import Guards, Linear, linear

_MOST_TRIED = 100
_COMPARED: Mapping[str, Callable[[float], bool]] = {
    "eq": lambda x: x == 0,
    "ne": lambda x: x != 0,
    "lt": lambda x: x < 0,
    "le": lambda x: x <= 0,
    "gt": lambda x: x > 0,
    "ge": lambda x: x >= 0,
}


def last_behind(
    exists: Linear, along: typed.IndexVar, run: tuple[Linear, Linear] | None, guards: Guards
) -> int | None:
    """The last label whose element reads what is not there, if some label is shown to do so.

    Args:
        exists: negative where there is no such element.
        along: the recurring index, and ``run``, its first and last number.
        guards: the conditions under which it is read.
    """
    if run is None or run[0].number is None or not exists.terms:
        return None
    for label in range(int(run[0].number), int(run[0].number) + _MOST_TRIED):
        found, beyond = _at(exists, along, label), run[1].number
        if found is None or found >= 0 or (beyond is not None and label > beyond):
            return None
        if all(_holds(c, along, label) is wanted for c, wanted in guards):
            return label - int(found) - 1 if exists.terms[0][1] == 1.0 else label
    return None


def _at(form: Linear, along: typed.IndexVar, label: int) -> float | None:
    """A form where the recurring index is a label; None if it depends on something else."""
    total = form.constant
    for term, factor in form.terms:
        if not (isinstance(term, typed.IndexValue) and term.var.id == along.id):
            return None
        total += factor * label
    return total


def _holds(condition: typed.Expr, along: typed.IndexVar, label: int) -> bool | None:
    """Whether a condition holds at a label; None if that depends on something else."""
    match condition:
        case typed.Apply(fn="not", args=(inner,)):
            found = _holds(inner, along, label)
            return None if found is None else not found
        case typed.Apply(fn="and" | "or" as fn, args=args):
            both = [_holds(a, along, label) for a in args]
            if None in both:
                return None
            return all(both) if fn == "and" else any(both)
        case typed.Apply(fn=fn, args=(a, b)) if fn in _COMPARED:
            difference = _at(linear(a) - linear(b), along, label)
            return None if difference is None else _COMPARED[fn](difference)
        case _:
            return None
