"""Source texts and the character ranges that point into them."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open character range ``[start, stop)`` of one source text."""

    start: int
    stop: int

    def __or__(self, other: "Span") -> "Span":
        """Smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.stop, other.stop))


@dataclass(frozen=True)
class Source:
    """A model's text and the name under which messages quote it."""

    name: str
    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the line starts once, so that a position is found by bisection."""
        starts = (0, *[end.end() for end in re.finditer("\n", self.text)])
        object.__setattr__(self, "_starts", starts)

    def line_col(self, offset: int) -> tuple[int, int]:
        """One-based line and zero-based column of a character offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]

    def line(self, number: int) -> str:
        """Text of a one-based line, without its line break."""
        start = self._starts[number - 1]
        stop = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:stop].rstrip("\r")

    def quote(self, span: Span) -> str:
        """Text under a span."""
        return self.text[span.start : span.stop]
