"""Data that take notes: how solutions went that read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .dormand_prince import Explicit
from .method import Attempt, Method

_NEAR = 0.7  # of the longest step that is stable
_OFTEN = 0.5  # of the steps, for a system to be called stiff
_ENOUGH = 50  # steps, before which nothing is said


@dataclass(frozen=True, slots=True)
class Note:
    """How one solution went.

    Attributes:
        name: of the function that was its slope.
        steps: attempts of the system that made most of them.
        unfinished: whether ``max_steps`` did not suffice for one of its systems.
        stiff: whether most steps of such a system, or of any if all were finished, were as long as
            is stable, however small their errors were.
        share: of all systems, those of which that is true.
    """

    name: str
    steps: int
    unfinished: bool
    stiff: bool
    share: float


def notes_of(names: Sequence[str], notes: Sequence[Note]) -> list[Note]:
    """Those of the solutions of one system.

    Args:
        names: of its states; where a module solves it with several sets of operands, the functions
            that are called by them are numbered.
        notes: of all solutions.
    """
    slope = re.compile(rf"slope_{re.escape('_'.join(names))}(_\d+)?")
    return [n for n in notes if slope.fullmatch(n.name)]


class Watched(dict[str, Any]):
    """What functions read of the data, and notes of the solutions among them."""

    def __init__(self, bound: Mapping[str, Any]) -> None:
        """The same data, and no note."""
        super().__init__(bound)
        self.notes: list[Note] = []


@dataclass
class Strain:
    """Counts, for each system, its steps, and those that stability alone kept short."""

    method: Method
    steps: Tensor | float = 0.0
    good: Tensor | float = 0.0
    bent: Tensor | float = 0.0

    def see(self, attempt: Attempt, h: Tensor, good: Tensor) -> None:
        """One more attempt."""
        self.steps = self.steps + (h != 0).double()
        self.good = self.good + good.double()
        if isinstance(self.method, Explicit):
            near = self.method.strain(attempt, h) >= _NEAR
            self.bent = self.bent + (good & near).double()

    def note(self, name: str, unfinished: Tensor) -> Note:
        """What came of it."""
        steps, good, bent = (torch.as_tensor(x) for x in (self.steps, self.good, self.bent))
        stiff = (bent > _OFTEN * good) & (good >= _ENOUGH)
        some = bool(unfinished.any())
        about = stiff & unfinished if some else stiff
        share = float(stiff.double().mean())
        return Note(name, int(steps.max()), some, bool(about.any()), share)
