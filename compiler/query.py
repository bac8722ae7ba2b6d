"""What is asked of a model: which variables or elements are given or set, and by which value."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import Enum

from ..grammar.frozen import frozen
from ..grammar.source import Span
from .evidence import Place, place_of
from .graph import FromFormula, FromOutside, Given
from .typed import Scenario, Setting

_WORD = re.compile(r"[^\W\d]\w*")


class Verb(Enum):
    """What is done with a value."""

    CONDITION = "condition"
    DO = "do"


@frozen
class Target:
    """A variable, or one element of it.

    Attributes:
        element: one label per dimension; empty for the whole variable.
        at: where it is written, if that is in the model.
    """

    name: str
    element: Place = ()
    at: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        """As it is written: ``dose[3]``, ``alpha["BIG STONE", 2]``."""
        return self.name + (f"[{', '.join(map(_shown, self.element))}]" if self.element else "")


@frozen
class Query:
    """Evidence and interventions that belong together."""

    evidence: Mapping[Target, Given]
    interventions: Mapping[Target, Given]


def outside(verb: Verb, targets: Iterable[Target]) -> dict[Target, FromOutside]:
    """Values that come with the query. Their keys say what for: ``do:dose[3]``."""
    return {t: FromOutside(f"{verb.value}:{t}") for t in targets}


def in_file(scenario: Scenario) -> Query:
    """What a ``scenario`` block of the model asks."""
    return Query(_settings(scenario.observed), _settings(scenario.done))


def fixed_half(name: str) -> str:
    """Name of the node that an intervention on ``name`` puts in front of its children.

    No variable of a model can be called so, since names contain no parentheses.
    """
    return f"do({name})"


def _settings(settings: Iterable[Setting]) -> dict[Target, Given]:
    return {Target(s.name, place_of(s.element), s.span): FromFormula(s.value) for s in settings}


def _shown(label: str | int) -> str:
    if isinstance(label, int) or _WORD.fullmatch(label):
        return str(label)
    return '"' + label.replace("\\", r"\\").replace('"', r"\"") + '"'
