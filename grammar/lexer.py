"""From characters to words: what each word is, and where each statement ends.

The language has one kind of word. Whether ``data`` opens a statement or is somebody's column,
whether ``on`` restricts a support or names a variable, depends on the place alone, so it is decided
here, by looking one word back and one ahead. The parser then never has to guess.

Line ends close statements, except inside brackets and where the line cannot be over: it ends with
an operator, a comma, ``~`` or ``=``, or the next one begins with an infix operator. A line that
starts a statement of its own is never swallowed by a forgotten operand or bracket above it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .frozen import frozen
from .operators import INFIX, PREFIX
from .source import Span

MAX_DEPTH = 100  # brackets inside brackets

STATEMENT_WORDS = (
    "dim", "data", "observe", "do", "param", "guide", "scenario", "def", "factor", "network",
    "ode",
)  # fmt: skip
BLOCK_WORDS = ("guide", "scenario", "ode")
INFIX_WORDS: Mapping[str, str] = {
    "and": "INFIX",
    "or": "INFIX",
    "then": "THEN",
    "else": "ELSE",
    "in": "IN",
    "on": "ON",
    "from": "FROM",
}
PREFIX_WORDS: Mapping[str, str] = {"if": "IF", "not": "PREFIX"}
MISSING = "missing"  # a word of the language only in `observe y missing drop`
MARKS: Mapping[str, str] = {
    **{mark: "INFIX" for mark in INFIX if not mark.isalpha()},
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
    ",": "COMMA",
    ":": "COLON",
    "=": "EQ",
    "~": "TILDE",
    "'": "PRIME",
    "..": "DOTS",
    "->": "ARROW",
}
CLOSER: Mapping[str, str] = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}


@frozen
class Token:
    """A word and its place; ``type`` is a terminal of model.lark, or one that no rule accepts."""

    type: str
    text: str
    start: int
    stop: int

    @property
    def span(self) -> Span:
        """The place."""
        return Span(self.start, self.stop)

    def as_a(self, kind: str) -> "Token":
        """The same word as another terminal."""
        return Token(kind, self.text, self.start, self.stop)


class Words(NamedTuple):
    """A text as the parser reads it, and the comments, which only the formatter reads."""

    tokens: tuple[Token, ...]
    comments: tuple[Token, ...]


_SCANNER = re.compile(
    r"""[^\S\r\n]*(?:
      (?P<NAME>[^\W\d][\w\u0300-\u036f]*)
    | (?P<NUMBER>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?!\w|\.(?!\.)))
    | (?P<MARK>\.\.|->|[=!<>]=|[-+*/^<>=~,:()\[\]{}])
    | (?P<PRIME>(?<=[\w\]'])')
    | (?P<NEWLINE>\r\n|\n|\r)
    | (?P<COMMENT>\#[^\r\n]*)
    | (?P<STRING>"(?:[^"\\\r\n]|\\[^\r\n])*")
    | (?P<SEMICOLON>;)
    | (?P<LAST>\Z)
    | (?P<BAD_NUMBER>\.?[0-9][\w.]*)
    | (?P<BAD_STRING>"[^\r\n]*|'[^'\r\n]*'?)
    | (?P<BAD>&&|\|\||(?s:.))
    )""",
    re.VERBOSE,
)
_CLOSERS = frozenset(CLOSER.values())
_BLOCKS = frozenset(word.upper() for word in BLOCK_WORDS)
_SPECIAL = frozenset((*STATEMENT_WORDS, *INFIX_WORDS, *PREFIX_WORDS, MISSING))
# after these an operand is over: a `-` subtracts, an `and` joins
_AFTER_OPERAND = frozenset(
    {"NAME", "NUMBER", "STRING", "RPAR", "RSQB", "RBRACE", "BAD", "BAD_NUMBER", "BAD_STRING"}
)
_PLAIN = frozenset({"NUMBER", "COMMA", "STRING", "DOTS", "ARROW", "PRIME"})  # wherever they stand
_STARTS_OPERAND = frozenset({"NAME", "NUMBER", "STRING", "LPAR", "LSQB"})
_ENDS_HEAD = frozenset({"TILDE", "EQ", "COLON"})
# followed by one of these, `data` or `observe` is somebody's variable
_AFTER_NAME = frozenset({"TILDE", "EQ", "LSQB", "INFIX", "PRIME"})
# in `data x[…`, `guide {`, `def f(`: what may come third where a statement begins
_THIRD = frozenset({"LSQB", "COLON", "EQ", "COMMA", "LBRACE", "LPAR", "NEWLINE", "LAST"})
# a line that ends with one of these goes on, unless the next one is a statement by itself
_OPEN_ENDED = frozenset(
    {
        "INFIX",
        "PREFIX",
        "COMMA",
        "TILDE",
        "EQ",
        "IF",
        "THEN",
        "ELSE",
        "ON",
        "IN",
        "FROM",
        "DOTS",
        "ARROW",
    }  # fmt: skip
)
_JOINS = frozenset({"INFIX", "COMMA", "TILDE", "EQ", "DOTS", "ARROW", "LBRACE"})


def lex(text: str) -> Words:
    """Cut a text into the parser's words. Never fails: what is no word comes as a ``BAD`` one.

    Linear in the text. Every statement is closed by one ``END``, also where its brackets are not,
    and the whole by ``$END``.
    """
    raw, comments = _scan(text)
    return Words(tuple(_Arrangement(raw).run()), tuple(comments))


def _scan(text: str) -> tuple[list[Token], list[Token]]:
    """All words and line ends in order (runs of line ends as one), and the comments apart."""
    words: list[Token] = []
    comments: list[Token] = []
    for m in _SCANNER.finditer(text, 1 if text.startswith("\ufeff") else 0):
        kind = m.lastgroup
        assert kind is not None  # one alternative always matches
        word, stop = m[kind], m.end()
        if kind == "NAME" or kind == "NUMBER":
            pass  # nearly all the others
        elif kind == "MARK":
            kind = MARKS.get(word, "INFIX")
        elif kind == "NEWLINE":
            if words and words[-1].type == kind:
                continue
        elif kind == "COMMENT":
            comments.append(Token(kind, word, stop - len(word), stop))
            continue
        elif kind == "LAST":
            break
        words.append(Token(kind, word, stop - len(word), stop))
    words += [Token("LAST", "", len(text), len(text))] * 3  # so that looking ahead needs no test
    return words, comments


def _pairs(raw: Sequence[Token]) -> dict[int, int]:
    """Where each bracket is closed; one that is not, or by another kind, is missing."""
    pairs: dict[int, int] = {}
    wanted: list[str] = []  # what closes the brackets that are open
    places: list[int] = []  # where they were opened
    for i, token in enumerate(raw):
        kind = token.type
        if kind in CLOSER:
            wanted.append(CLOSER[kind])
            places.append(i)
        elif kind in _CLOSERS and kind in wanted[-MAX_DEPTH:]:
            while wanted.pop() != kind:
                places.pop()
            pairs[places.pop()] = i
    return pairs


@frozen
class _Open:
    """A bracket that waits for its closer."""

    kind: str  # LPAR, LSQB, LBRACE (a label set) or BLOCK
    closer: str
    hopeless: bool  # it, or one around it, is never closed


class _Arrangement:
    """One walk over the words: renames those whose place gives them a meaning, ends statements."""

    def __init__(self, raw: Sequence[Token]) -> None:
        self.raw = raw
        self.pairs = _pairs(raw)
        self.out: list[Token] = []
        self.stack: list[_Open] = []
        self.bracket: _Open | None = None  # the innermost one that makes line ends free
        self.first: str | None = None  # type of the statement's first word; None between statements
        self.head = True  # still left of the statement's `~`, `=` or `:`

    def run(self) -> list[Token]:
        """The parser's words."""
        out = self.out
        for i, token in enumerate(self.raw):
            kind = token.type
            if kind in _PLAIN:
                pass
            elif kind == "NAME":
                if token.text in _SPECIAL:
                    token = token.as_a(self.meaning(i, token.text))
            elif kind in CLOSER:
                token = self.open(i, token)
            elif kind in _CLOSERS:
                self.close(kind)
            elif kind == "NEWLINE":
                if self.first and self.line_is_over(i):
                    self.end()
                continue
            elif kind in _ENDS_HEAD:
                self.head = self.head and self.bracket is not None
            elif kind == "INFIX":
                if token.text in PREFIX and self.wants_operand:
                    token = token.as_a("PREFIX")
            elif kind == "SEMICOLON" and self.bracket is None:
                self.end()
                continue
            elif kind == "LAST":
                break
            out.append(token)
            if self.first is None:
                self.first = token.type
            if token.type == "BLOCK":
                out[-1] = token.as_a("LBRACE")
                self.first, self.head = None, True
        return self.finish()

    def finish(self) -> list[Token]:
        """Close what is still open."""
        last = self.raw[-1].stop
        self.end()
        if any(bracket.kind == "BLOCK" for bracket in self.stack):
            self.out.append(Token("END", "", last, last))
        self.out.append(Token("$END", "", last, last))
        return self.out

    @property
    def wants_operand(self) -> bool:
        """Whether the next word stands where an operand is expected."""
        return self.first is None or self.out[-1].type not in _AFTER_OPERAND

    def end(self) -> None:
        """End the statement, with all the brackets that it left open."""
        if self.first:
            at = self.out[-1].stop
            self.out.append(Token("END", "", at, at))
        while self.bracket is not None:
            self.leave(len(self.stack) - 1)
        self.first, self.head = None, True

    def open(self, i: int, token: Token) -> Token:
        """Note an opening bracket; the word becomes BLOCK or TOO_DEEP where it is one."""
        if len(self.stack) >= MAX_DEPTH:
            return token.as_a("TOO_DEEP")
        kind = token.type
        if kind == "LBRACE" and self.first in _BLOCKS and self.bracket is None:
            self.stack.append(_Open("BLOCK", CLOSER[kind], hopeless=False))
            return token.as_a("BLOCK")
        hopeless = i not in self.pairs or (self.bracket is not None and self.bracket.hopeless)
        self.bracket = _Open(kind, CLOSER[kind], hopeless)
        self.stack.append(self.bracket)
        return token

    def close(self, kind: str) -> None:
        """Note a closing bracket. One that closes nothing is left to the parser to refuse."""
        at = len(self.stack) - 1
        while at >= 0 and self.stack[at].closer != kind:
            at -= 1
        if at < 0:
            return
        if self.stack[at].kind == "BLOCK":
            self.end()
            self.first, self.head = "BLOCK", False  # the statement around it goes on
        self.leave(at)

    def leave(self, depth: int) -> None:
        """Forget the brackets inside so many."""
        del self.stack[depth:]
        around = self.stack[-1] if self.stack else None
        self.bracket = None if around is None or around.kind == "BLOCK" else around

    @property
    def is_second(self) -> bool:
        """Whether exactly a keyword and one name of the statement are there."""
        return len(self.out) > 1 and self.out[-1].type == "NAME" and self.out[-2].type == self.first

    def meaning(self, i: int, word: str) -> str:
        """The terminal for a word that means something in some places; elsewhere a NAME."""
        following = self.raw[i + 1]
        if self.first is None:
            keyword = word in STATEMENT_WORDS and following.type not in _AFTER_NAME
            return word.upper() if keyword else "NAME"
        if word == MISSING:
            return "MISSING" if self.first == "OBSERVE" and self.is_second else "NAME"
        if not self.wants_operand:
            return INFIX_WORDS.get(word, "NAME")
        before = self.out[-1].type
        names_only = before == "ON" or (self.bracket is None and (self.head or before == "COLON"))
        if word not in PREFIX_WORDS or names_only:
            return "NAME"
        if following.type == "NEWLINE" and self.bracket:
            following = self.raw[i + 2]
        binder = following.text == "in" and before in ("LSQB", "LPAR", "COMMA")
        operand = following.type in _STARTS_OPERAND or following.text in PREFIX
        return PREFIX_WORDS[word] if operand and not binder else "NAME"

    def line_is_over(self, i: int) -> bool:
        """Whether the line end at ``i`` ends the statement."""
        last = self.out[-1].type
        if self.bracket:
            listed = last in _OPEN_ENDED or last in CLOSER
            return self.begins_statement(i + 1, by_name=not self.bracket.hopeless or listed)
        if self.begins_statement(i + 1, by_name=last == "COMMA"):
            return True
        following, third = self.raw[i + 1], self.raw[i + 2]
        joins = following.type in _JOINS or (
            following.text in INFIX_WORDS and third.type not in ("TILDE", "EQ", "LSQB")
        )
        return last not in _OPEN_ENDED and not joins

    def begins_statement(self, i: int, *, by_name: bool) -> bool:
        """Whether the words from ``i`` on can only be a statement.

        Args:
            by_name: whether ``name = …`` could also be a named argument, or one more ``dim``.
        """
        first, second = self.raw[i], self.raw[i + 1]
        if first.type != "NAME":
            return False
        after = i + 1
        if second.type == "LSQB":
            after = self.pairs.get(i + 1, i) + 1
        relation = self.raw[after].type
        if relation == "PRIME" or relation == "TILDE" or (relation == "EQ" and not by_name):
            return True
        if first.text not in STATEMENT_WORDS:
            return False
        if second.type == "LBRACE":
            return first.text in BLOCK_WORDS
        named = second.type == "NAME" and second.text not in INFIX_WORDS
        third = self.raw[i + 2]
        return named and (third.type in _THIRD or third.text == MISSING)
