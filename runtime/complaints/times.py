"""Complaints about the times of differential equations."""

from collections.abc import Mapping

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from .wording import number

_Element = tuple[str, float]  # its labels, and its value


def times_do_not_increase(at: Span, here: _Element, before: _Element) -> Diagnostic:
    """A time that is not later than the one before it."""
    (label, value), (earlier, least) = here, before
    return Diagnostic(
        "D465",
        at,
        f"the times of an ode must increase: that of `{label}` is {number(value)}, which is not"
        f" after {number(least)}, that of `{earlier}`",
        hint="sort the rows by time; what was measured at the same time can refer to one row",
    )


def time_before_start(at: Span, first: _Element, start: float, said: Span) -> Diagnostic:
    """A time before the beginning."""
    label, value = first
    return Diagnostic(
        "D466",
        at,
        f"the ode begins at {number(start)}, and the time of `{label}` is {number(value)}, before"
        " that",
        notes=((said, "where it begins"),),
        hint=f"let it begin there, `from {number(value)}`, or leave that row out",
    )


CODES: Mapping[str, Explanation] = {
    "D465": Explanation(
        "times that do not increase",
        "A system of differential equations is solved from each of its times to the next, so each"
        " must be later than the one before. The first may be the beginning itself.",
        "ode t[n in row] = ts[n] from 0 { … }        # ts is 1, 3, 2",
        "ode t[n in row] = ts[n] from 0 { … }        # ts is 1, 2, 3",
    ),
    "D466": Explanation(
        "a time before the beginning",
        "A system of differential equations is solved forwards from where it begins. Let it begin"
        " at the first of its times, or before.",
        "ode t[n in row] = ts[n] from 5 { … }        # ts is 1, 2, 3",
        "ode t[n in row] = ts[n] from 0 { … }        # ts is 1, 2, 3",
    ),
}
