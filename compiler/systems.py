"""Systems of ordinary differential equations, as the checker understands them.

A system is not a variable. Each of its states is one, defined by a `Solution` that holds the whole
system: what a state depends on is then read off its formula like everything else, and equal systems
are solved once because they are the same computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..grammar.frozen import frozen
from .typed import Expr, IndexVar, Local

METHODS = ("nonstiff", "stiff")
"""How a system can be solved: by explicit or by implicit steps."""


@frozen
class State:
    """A scalar state, or a family of them.

    Attributes:
        own: its plates, besides those of the system.
        local: what formulas read it as: over the plates of the system, then its own.
        slope: its derivative by time, one number for every plate.
        start: its value at the beginning.
    """

    name: str
    own: tuple[IndexVar, ...]
    local: Local
    slope: Expr
    start: Expr


@frozen
class Options:
    """How a system is solved.

    Attributes:
        rtol, atol: relative and absolute error of a step.
        max_steps: after so many steps the solution has failed.
        method: by its name in the language, one of ``METHODS``.
    """

    rtol: float = 1e-6
    atol: float = 1e-9
    max_steps: int = 10_000
    method: str = "nonstiff"


@frozen
class System:
    """States that change together.

    Attributes:
        plates: independent copies of the system, each with its own solution.
        over: the index of the times at which it is solved.
        time: what formulas read the time as, over ``plates``.
        times: those times, computed from data alone.
        start: the time at which it begins.
    """

    plates: tuple[IndexVar, ...]
    over: IndexVar
    time: Local
    times: Expr
    start: Expr
    states: tuple[State, ...]
    options: Options

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its states."""
        return tuple(s.name for s in self.states)

    @property
    def variables(self) -> tuple[IndexVar, ...]:
        """Every index that it binds."""
        return (*self.plates, self.over, *(v for s in self.states for v in s.own))

    def formulas(self) -> tuple[Expr, ...]:
        """Every expression in it, in a fixed order."""
        return (
            self.times,
            self.start,
            *(s.slope for s in self.states),
            *(s.start for s in self.states),
        )

    def with_formulas(self, new: Sequence[Expr]) -> System:
        """The same system with its expressions replaced, in the order of `formulas`."""
        n = len(self.states)
        times, start, slopes, starts = new[0], new[1], new[2 : 2 + n], new[2 + n :]
        states = tuple(
            replace(s, slope=slope, start=begin)
            for s, slope, begin in zip(self.states, slopes, starts, strict=True)
        )
        return replace(self, times=times, start=start, states=states)
