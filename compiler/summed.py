"""Roles of what is summed out, and the plan's words for chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..grammar.frozen import frozen
from .typed import Dist, IndexVar

if TYPE_CHECKING:
    from .graph import Elements
    from .present import Present


@frozen
class Chain:
    """How a family of discrete variables hangs together along one of its dimensions.

    Attributes:
        families: all that hang together; each of them is a chain along the same dimension.
        along: that plate of the family's own.
        lags: how many steps back any statement looks, at its families or those coupled to them.
        start: what the first element is drawn from, where all others share one law that is the
            same at every step; None where the law has to be written out step by step.
        matrix: whether the weights of a step are one matrix over all joint states; else coupled
            families are summed out of it one after the other.
    """

    families: tuple[str, ...]
    along: IndexVar
    lags: int
    start: Dist | None = None
    matrix: bool = False


@frozen
class Summed:
    """A finite discrete variable that is summed out: no part of the unconstrained vector, and its
    term meets those that read it under a sum over its states.

    Attributes:
        state: runs over the states of one element.
        axis: of every term that reads the variable: ``state``, or, when ``joined``, over the joint
            states of the whole family.
        observed: elements whose state is given.
        unscored: those among them that were set, and not observed.
        joined: whether all elements together are summed as one variable.
        turn: place in the order of elimination, from 0; families of one chain share it.
        chain: set where neighbouring elements meet in one term.
    """

    dist: Dist
    state: IndexVar
    axis: IndexVar
    observed: Elements | Present | None = None
    unscored: Elements | None = None
    joined: bool = False
    turn: int = 0
    chain: Chain | None = None

    @property
    def dists(self) -> tuple[Dist, ...]:
        """Every distribution that an element may be drawn from."""
        first = self.chain.start if self.chain else None
        return (self.dist,) if first is None else (first, self.dist)


@frozen
class Lagged:
    """Elements ``lag`` steps before, of a family that is summed out along a chain: a variable of
    their own for the terms in which neighbours meet."""

    of: str
    lag: int
    axis: IndexVar
