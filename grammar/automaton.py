"""The pushdown automaton that reads words by the tables of the grammar.

References:
    Aho, Lam, Sethi & Ullman (2006), Compilers, algorithm 4.44: LR parsing.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from .build import Build, Children
from .lexer import Token
from .tables import tables


class Unexpected(Exception):
    """A word that fits nowhere; the automaton has read the phrases before it."""


class Automaton:
    """One run over the words of a text.

    Attributes:
        at: which word comes next.
        states: of the phrases begun, outermost first.
        values: what was built of each.
    """

    def __init__(self) -> None:
        """Before the first word."""
        self._tables = tables()
        self._build = _methods()
        self.at = 0
        self.states = [0]
        self.values: list[Any] = []

    def read(self, words: Sequence[Token]) -> Any:
        """What is built of a whole text, the last of whose words is ``$END``.

        Raises:
            Unexpected: the word at ``at`` does not fit.
            Rejected: by what builds the phrases that the word at ``at`` ends.
        """
        rows, rules, methods = self._tables.rows, self._tables.rules, self._build
        states, values, at = self.states, self.values, self.at
        try:
            # without calls but those that build: long texts have as many phrases as words
            for at in range(at, len(words)):  # noqa: B020
                word = words[at]
                kind = word.type
                while (move := rows[states[-1]].get(kind)) is not None and move < 0:
                    phrase, size, _ = rules[-1 - move]
                    build = methods[-1 - move]
                    if build is None:  # its only symbol is handed on
                        states.pop()
                    elif size:
                        parts = values[-size:]
                        del states[-size:], values[-size:]
                        values.append(build(parts))
                    else:
                        values.append(build([]))
                    states.append(rows[states[-1]][phrase])
                if move is None:
                    break
                states.append(move)
                values.append(word)
        finally:
            self.at = at
        if states[-1] != self._tables.end:
            raise Unexpected
        return values[-1]

    def accepts(self) -> frozenset[str]:
        """Kinds of words that would fit."""
        row = self._tables.rows[self.states[-1]]
        return frozenset(kind for kind in row if kind.isupper() and self._fits(kind))

    def _fits(self, kind: str) -> bool:
        rows, states = self._tables.rows, list(self.states)
        move = rows[states[-1]].get(kind)
        while move is not None and move < 0:
            phrase, size, _ = self._tables.rules[-1 - move]
            del states[len(states) - size :]
            states.append(rows[states[-1]][phrase])
            move = rows[states[-1]].get(kind)
        return move is not None or states[-1] == self._tables.end

    def leave_statement(self) -> None:
        """Forget what was begun, back to where a list of statements can go on."""
        while len(self.states) > 1 and not self._goes_on():
            self.states.pop()
            self.values.pop()

    def _goes_on(self) -> bool:
        row = self._tables.rows[self.states[-1]]
        return "statement" in row or "statements" in row


@cache
def _methods() -> tuple[Callable[[Children], Any] | None, ...]:
    build = Build()
    return tuple(
        None if rule.method is None else getattr(build, rule.method) for rule in tables().rules
    )
