"""The one way a model file looks.

A formatted text has the words of the original, in their order, and its comments. Spaces and
indentation are ours; line breaks inside a statement are the writer's; parentheses that change
nothing go, unless the writer broke a line inside them. So formatting never changes what a model
means (``parse(show(x)) == parse(x)``), and formatting twice is formatting once.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .lexer import CLOSER, Token, lex
from .parse import parse
from .source import Source
from .unparse import INDENT, spaced, words

_LINE_END = re.compile(r"\r\n|\n|\r")


def show(source: Source) -> str:
    """The text of a model, formatted.

    One space around ``~ = + - * /`` and comparisons, none around ``^`` and ``..`` or inside
    brackets, blocks indented by four, two spaces before a comment at a line's end, at most one
    blank line in a row.

    Raises:
        Rejected: E1xx, where the text is no model.
    """
    model = parse(source)
    lexed = lex(source.text)
    lines = _Lines(source.text)
    page = _Page(lines)
    kept = _necessary(lexed.tokens[:-1], words(model), lines)
    comments = iter(lexed.comments)
    comment = next(comments, None)
    for token in kept:
        while comment is not None and comment.start < token.start:
            page.comment(comment)
            comment = next(comments, None)
        page.word(token)
    while comment is not None:
        page.comment(comment)
        comment = next(comments, None)
    return page.text()


class _Lines:
    """Which line a character stands on, by any convention of ending lines."""

    def __init__(self, text: str) -> None:
        self.ends = [m.end() for m in _LINE_END.finditer(text)]

    def number(self, offset: int) -> int:
        """The line's number, from 1."""
        return bisect_right(self.ends, offset) + 1


def _necessary(written: Sequence[Token], wanted: Sequence[Token], lines: _Lines) -> Iterator[Token]:
    """What was written, without the parentheses and last commas that nobody needs.

    The two differ in nothing else: whatever is no parenthesis corresponds one to one. A pair is
    known by the words between, of several around the same words the outermost is the needed one.
    """
    last_commas = {
        i
        for i, (token, after) in enumerate(zip(written, written[1:], strict=False))
        if token.type == "COMMA" and after.type in CLOSER.values()
    }
    needed = Counter(between for _, _, between in _pairs(wanted, frozenset()))
    dropped: set[int] = set()
    for first, last, between in sorted(_pairs(written, last_commas)):
        if needed[between]:
            needed[between] -= 1
        elif lines.number(written[first].start) == lines.number(written[last].start):
            dropped |= {first, last}
    spelled = (word for word in wanted if word.type not in ("LPAR", "RPAR"))
    for i, token in enumerate(written):
        if i in last_commas:
            if lines.number(token.start) != lines.number(written[i + 1].start):
                yield token
        elif token.type not in ("LPAR", "RPAR"):
            yield replace(next(spelled), start=token.start, stop=token.stop)
        elif i not in dropped:
            yield token


def _pairs(
    tokens: Sequence[Token], skipped: set[int] | frozenset[int]
) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Each pair of parentheses: its two positions, and which of the other words it holds."""
    opened: list[tuple[int, int]] = []
    words = 0
    for i, token in enumerate(tokens):
        if token.type == "LPAR":
            opened.append((i, words))
        elif token.type == "RPAR":
            first, begin = opened.pop()
            yield first, i, (begin, words)
        elif i not in skipped:
            words += 1


class _Page:
    """Output lines, filled word by word."""

    def __init__(self, lines: _Lines) -> None:
        self.lines = lines
        self.out: list[str] = []
        self.line: list[Token] = []  # of the line that is being written
        self.margin = 0
        self.level = 0  # blocks around
        self.depth = 0  # brackets around, in this statement
        self.inside = False  # a statement has begun and not ended
        self.fresh = True  # nothing stands yet in this block
        self.last = 0  # the line of the original that was reached

    def text(self) -> str:
        """All of it."""
        return "".join(f"{line}\n" for line in self.out)

    def word(self, token: Token) -> None:
        """The next word."""
        if token.type == "END":
            self.flush()
            self.inside, self.depth = False, 0
            return
        number = self.lines.number(token.start)
        if token.type == "CLOSE":
            self.close_block(token)
        elif not self.inside:
            self.gap(number)
            self.begin(token, self.level)
        elif number > self.last and not (token.type == "BLOCK" and self.line):
            self.flush()
            closes = token.type in CLOSER.values()
            self.begin(token, self.level + (self.depth - 1 if closes else max(self.depth, 1)))
        else:
            self.line.append(token)
        self.last = number
        self.depth += (token.type in CLOSER) - (token.type in CLOSER.values())
        if token.type == "BLOCK":
            self.flush()
            self.level += 1
            self.inside, self.fresh, self.depth = False, True, 0

    def comment(self, token: Token) -> None:
        """A comment: behind what stands on its line, or on a line of its own."""
        number, text = self.lines.number(token.start), token.text.rstrip()
        self.flush()
        if number == self.last:
            self.out[-1] += f"  {text}"
        elif self.inside:
            self.out.append(INDENT * (self.level + max(self.depth, 1)) + text)
        else:
            self.gap(number)
            self.out.append(INDENT * self.level + text)
        self.last, self.fresh = number, False

    def begin(self, token: Token, margin: int) -> None:
        """A new line."""
        self.line, self.margin, self.inside, self.fresh = [token], margin, True, False

    def close_block(self, token: Token) -> None:
        """The brace after a block's statements; an empty block stays on one line."""
        self.level -= 1
        if self.fresh:
            self.out[-1] += token.text
            self.inside, self.fresh = True, False
        else:
            self.begin(token, self.level)

    def gap(self, number: int) -> None:
        """One blank line, if there was any above this line of the original."""
        if not self.fresh and number > self.last + 1:
            self.out.append("")

    def flush(self) -> None:
        """End the line."""
        if self.line:
            self.out.append(INDENT * self.margin + spaced(self.line))
            self.line = []
