"""Names and strings of the emitted text: the only way from a model's words into Python."""

import builtins
import keyword
from collections.abc import Iterable

_TAKEN = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "torch"))


def literal(text: str) -> str:
    """A string literal; no character of the text can end it."""
    return repr(text)


def identifier(word: str) -> str:
    """The word as a Python identifier that is neither a keyword nor a builtin.

    >>> identifier("lambda"), identifier("dose[3]"), identifier("2nd")
    ('lambda_', 'dose_3', '_2nd')
    """
    if word.isidentifier() and word not in _TAKEN:
        return word
    kept = "".join(c if ("_" + c).isidentifier() else "_" for c in word)
    name = "_".join(part for part in kept.split("_") if part) if kept != word else kept
    if not name.isidentifier():
        name = f"_{name}"
    return f"{name}_" if name in _TAKEN else name


class Names:
    """Gives out the identifiers of one scope, each once.

    A name that is taken gets a number; the order of requests decides, so that equal programs get
    equal names.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """A scope in which some names are in use already."""
        self._taken = set(taken)
        self._next: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def fresh(self, word: str) -> str:
        """An identifier like ``word`` that nothing else in the scope has."""
        name = stem = identifier(word)
        if name in self._taken:
            count = self._next.get(stem, 2)
            while f"{stem}_{count}" in self._taken:
                count += 1
            self._next[stem] = count + 1
            name = f"{stem}_{count}"
        self._taken.add(name)
        return name

    def numbered(self, stem: str) -> str:
        """``stem1``, ``stem2``, …"""
        taken, count = self._taken, self._numbers.get(stem, 1)
        name = f"{stem}{count}"
        while name in taken:
            count += 1
            name = f"{stem}{count}"
        self._numbers[stem] = count + 1
        taken.add(name)
        return name
