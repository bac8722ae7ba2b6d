"""The pushdown automaton that reads words by the tables of the grammar.

References:
    Aho, Lam, Sethi & Ullman (2006), Compilers, algorithm 4.44: LR parsing.
"""

from collections.abc import Callable
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
        states: of the phrases begun, outermost first.
        values: what was built of each.
    """

    def __init__(self) -> None:
        """Before the first word."""
        self._tables = tables()
        self._build = _methods()
        self.states = [0]
        self.values: list[Any] = []

    def feed(self, token: Token) -> None:
        """Read a word.

        Raises:
            Unexpected: it does not fit.
            Rejected: by what builds the phrases that it ends.
        """
        rows, states, kind = self._tables.rows, self.states, token.type
        move = rows[states[-1]].get(kind)
        while move is not None and move < 0:
            self._reduce(-1 - move)
            move = rows[states[-1]].get(kind)
        if move is None:
            raise Unexpected
        states.append(move)
        self.values.append(token)

    def finish(self, last: Token) -> Any:
        """What was built of the whole text, after the word ``last`` that ends it.

        Raises:
            Unexpected: something is still missing.
            Rejected: by what builds the phrases that it ends.
        """
        rows, states = self._tables.rows, self.states
        while states[-1] != self._tables.end:
            move = rows[states[-1]].get(last.type)
            if move is None or move >= 0:
                raise Unexpected
            self._reduce(-1 - move)
        return self.values[-1]

    def _reduce(self, number: int) -> None:
        phrase, size, _ = self._tables.rules[number]
        build, states, values = self._build[number], self.states, self.values
        parts: Children = []
        if size:
            parts = values[-size:]
            del states[-size:]
            del values[-size:]
        value = parts[0] if build is None else build(parts)
        states.append(self._tables.rows[states[-1]][phrase])
        values.append(value)

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
