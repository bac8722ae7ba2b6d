"""Elements of the present step that are written by their label, in terms of the step.

In a clause about one label, ``S[1] = 1 - I[1]``, and behind a condition, ``if t == 1 then z[1]``,
an element of another family of the recurrence is the one of the same step: ``I[t]``.
"""

from collections.abc import Iterable
from dataclasses import replace

from .. import typed
from ..reading import children
from ..recurrence import Ends, Reference, facts_of, is_not_negative, linear, number_of
from ..substitute import Change
from .shapes import axes_of


def is_present(r: Reference, along: typed.IndexVar, ends: Ends) -> bool:
    """Whether an index that is not the recurring one itself is shown to be equal to it."""
    if r.slot is None or isinstance(r.slot, typed.IndexValue):
        return False
    ahead = linear(r.slot) - linear(number_of(along, r.slot.span))
    facts = facts_of(r.guards, ends)
    return all(is_not_negative(x, facts, ends) for x in (ahead, ahead.times(-1.0)))


def in_steps(found: Iterable[tuple[Reference, int]], here: typed.IndexValue) -> Change:
    """What makes expressions read these elements at the recurring index.

    Args:
        found: with the axis of the family that each of them is of.
    """
    axis = {id(r.at): k for r, k in found}
    moved: dict[int, typed.Expr] = {}  # kept, so that no other expression gets their place

    def change(e: typed.Expr) -> typed.Expr:
        if id(e) in axis:
            assert isinstance(e, typed.Element)
            slots = tuple(here if k == axis[id(e)] else s for k, s in enumerate(e.slots))
            e = replace(e, slots=slots)
        elif not any(id(part) in moved for part in children(e)):
            return e
        e = replace(e, type=replace(e.type, axes=axes_of([e.type, here.type])))
        moved[id(e)] = e
        return e

    return change
