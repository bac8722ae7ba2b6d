"""Where the parser got stuck: the words around, the brackets that are open, what it would take."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .lexer import BLOCK_WORDS, CLOSER, Token

_BEFORE_STATEMENT = frozenset({"END", "LBRACE", "RBRACE"})
_BLOCKS = frozenset(word.upper() for word in BLOCK_WORDS)
_NONE = Token("NOTHING", "", 0, 0)
VALUES = frozenset({"NAME", "NUMBER", "STRING", "LPAR", "LSQB", "IF", "PREFIX"})


@dataclass(frozen=True)
class Place:
    """A word that fits nowhere, and its surroundings.

    Attributes:
        text: what the words were cut from.
        tokens: all words of the text.
        at: position in ``tokens`` of the word that does not fit.
        accepts: the terminals that would have fitted.
    """

    text: str
    tokens: Sequence[Token]
    at: int
    accepts: frozenset[str]

    @property
    def here(self) -> Token:
        """The word that does not fit."""
        return self.tokens[self.at]

    @property
    def before(self) -> Token:
        """The word before it in the same statement; of type NOTHING at its start."""
        return self.back(1)

    def back(self, n: int) -> Token:
        """The ``n``-th word before, in the same statement."""
        return self.tokens[self.at - n] if self.at - n >= self.first else _NONE

    def ahead(self, n: int) -> Token:
        """The ``n``-th word after."""
        return self.tokens[self.at + n] if self.at + n < len(self.tokens) else _NONE

    @cached_property
    def first(self) -> int:
        """Position of the statement's first word."""
        i = self.at
        while i > 0 and self.tokens[i - 1].type != "END" and not self._opens_block(i - 1):
            i -= 1
        return i

    @property
    def opening(self) -> Token:
        """The statement's first word."""
        return self.tokens[self.first]

    @cached_property
    def open(self) -> tuple[Token, ...]:
        """The brackets that are open, outermost first; blocks are among them."""
        return tuple(self.tokens[i] for i in self._open)

    @cached_property
    def _open(self) -> tuple[int, ...]:
        stack: list[int] = []
        for i, token in enumerate(self.tokens[: self.at]):
            if token.type in CLOSER:
                stack.append(i)
            elif stack and token.type == CLOSER[self.tokens[stack[-1]].type]:
                stack.pop()
            elif token.type == "END":  # the statement is over, whatever it left open
                while stack and not self._opens_block(stack[-1]):
                    stack.pop()
        return tuple(stack)

    @property
    def _innermost(self) -> int | None:
        return self._open[-1] if self._open and self._open[-1] >= self.first else None

    @property
    def bracket(self) -> Token | None:
        """The innermost bracket that this statement has opened."""
        return self.tokens[self._innermost] if self._innermost is not None else None

    @property
    def before_bracket(self) -> Token:
        """The word before the innermost bracket, such as the name of a call."""
        at = self._innermost
        return self.tokens[at - 1] if at is not None and at > self.first else _NONE

    @property
    def bracket_is_closed(self) -> bool:
        """Whether the innermost bracket has its closer further on in the statement."""
        return self._innermost is not None and self._is_closed(self._innermost)

    @property
    def brackets_are_closed(self) -> bool:
        """Whether all brackets of the statement have their closers further on in it."""
        return all(self._is_closed(i) for i in self._open if i >= self.first)

    @property
    def wants_value(self) -> bool:
        """Whether an operand is missing here."""
        return {"NAME", "NUMBER"} <= self.accepts

    @property
    def subject(self) -> str:
        """The name after a statement word, where one stands before this word."""
        second = self.tokens[self.first + 1] if self.at > self.first + 1 else _NONE
        return second.text if second.type == "NAME" else ""

    @property
    def after_target(self) -> bool:
        """Whether all there is so far is ``name`` or ``name[…]``."""
        if self.opening.type != "NAME" or self.at == self.first or self.bracket:
            return False
        is_name = self.at == self.first + 1
        return is_name or (
            self.tokens[self.first + 1].type == "LSQB"
            and self._closing(self.first + 1, self.at) == self.at
        )

    @property
    def target(self) -> str:
        """The text of the left side, where ``after_target`` holds."""
        return self.text[self.opening.start : self.before.stop]

    def rest(self, n: int, until: tuple[str, ...] = ("END", "$END")) -> str:
        """The text from the ``n``-th word after this one to the end of the statement."""
        first = i = self.at + n
        while i < len(self.tokens) and self.tokens[i].type not in until:
            i += 1
        words = self.tokens[first:i]
        return " ".join(self.text[words[0].start : words[-1].stop].split()) if words else ""

    def touches(self, n: int) -> bool:
        """Whether no space stands between the ``n``-th and the next word, counted from here."""
        return self.ahead(n).stop == self.ahead(n + 1).start and self.ahead(n + 1).type != "END"

    @property
    def begins_line(self) -> bool:
        """Whether only blanks stand before the word on its line."""
        head = self.text[: self.here.start].rstrip(" \t")
        return not head or head[-1] in "\r\n"

    def _closing(self, i: int, stop: int) -> int:
        """Position after the bracket that closes the one at ``i``; past ``stop`` if none does."""
        depth = 0
        for j in range(i, stop):
            depth += (self.tokens[j].type in CLOSER) - (self.tokens[j].type in CLOSER.values())
            if depth == 0:
                return j + 1
        return stop + 1

    def _is_closed(self, i: int) -> bool:
        stop = self.at
        while self.tokens[stop].type not in ("END", "$END"):
            stop += 1
        return self._closing(i, stop) <= stop

    def _opens_block(self, i: int) -> bool:
        if self.tokens[i].type != "LBRACE":
            return False
        j = i
        while j > 0 and self.tokens[j - 1].type not in _BEFORE_STATEMENT:
            j -= 1
        return self.tokens[j].type in _BLOCKS
