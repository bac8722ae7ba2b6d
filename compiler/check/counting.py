"""Elements that are read at a label, where the label of the element itself is known: as lags.

In the clause ``x[1, t in 2..T] = x[1, t - 1]`` the first index is 1: it reads ``x[i, t - 1]``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from .. import typed
from ..composite import CHOICE
from ..recurrence import Guards, linear, number_of
from ..substitute import rebuild
from ..types import Kind

Bounds = Callable[[typed.IndexVar, Guards], tuple[float, float]]
Statement = typed.Define | typed.Sample


def counted_back(s: Statement, axes: Mapping[str, tuple[int, int]], bounds: Bounds) -> Statement:
    """The statement, with labels along its two recurring dimensions as lags where they are.

    Args:
        axes: of the families, the slots of the two dimensions.
        bounds: of an index under some conditions.
    """
    assert s.along is not None and s.across is not None
    counting = _Counting(axes, (s.along, s.across), bounds)
    if isinstance(s, typed.Define):
        return replace(s, expr=counting.within(s.expr, ()))
    return replace(s, dist=counting.within_dist(s.dist, ()))


class _Counting:
    def __init__(
        self,
        axes: Mapping[str, tuple[int, int]],
        here: tuple[typed.IndexVar, typed.IndexVar],
        bounds: Bounds,
    ) -> None:
        self.axes, self.here, self.bounds = axes, here, bounds

    def within(self, e: typed.Expr, guards: Guards) -> typed.Expr:
        """An expression: each branch of its outermost conditionals under its conditions."""
        if isinstance(e, typed.Where):
            yes = self.within(e.yes, (*guards, (e.condition, True)))
            return replace(e, yes=yes, no=self.within(e.no, (*guards, (e.condition, False))))
        return rebuild(e, lambda x: self._element(x, guards))

    def within_dist(self, d: typed.Dist, guards: Guards) -> typed.Dist:
        """A distribution: of a choice, each part under its conditions."""
        parts = []
        for i, part in enumerate(d.parts):
            here = ((d.args[0], i == 0),) if d.family == CHOICE else ()
            parts.append(self.within_dist(part, (*guards, *here)))
        return replace(d, args=tuple(self.within(a, guards) for a in d.args), parts=tuple(parts))

    def _element(self, e: typed.Expr, guards: Guards) -> typed.Expr:
        if not (isinstance(e, typed.Element) and isinstance(e.base, typed.Var)):
            return e
        slots = list(e.slots)
        for axis, var in zip(self.axes.get(e.base.name, ()), self.here, strict=False):
            slot = slots[axis]
            label = None if isinstance(slot, typed.WholeAxis) else linear(slot).number
            low, high = self.bounds(var, guards)
            if label is not None and low == high:
                slots[axis] = _back(var, low - label, e)
        if tuple(slots) == e.slots:
            return e
        own = {v for s in slots if not isinstance(s, typed.WholeAxis) for v in s.type.axes}
        axes = tuple(sorted({*e.type.axes, *own}, key=lambda v: v.id))
        return replace(e, slots=tuple(slots), type=replace(e.type, axes=axes))


def _back(var: typed.IndexVar, steps: float, e: typed.Expr) -> typed.Expr:
    here = number_of(var, e.span)
    if steps == 0:
        return here
    lag = typed.Const(steps, type=typed.Type(Kind.INT), span=e.span)
    return typed.Apply("sub", (here, lag), type=here.type, span=e.span)
