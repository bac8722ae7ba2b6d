"""Lines of text with their places in the model, and how a long statement is broken."""

from __future__ import annotations

import re

from ...grammar.source import Span

WIDTH = 96  # columns of a line, its indentation included


class Lines:
    """Statements in order.

    Two lists rather than one of pairs: a long model has tens of thousands of them.

    Attributes:
        texts: the statements.
        spans: the place in the model that each of them computes.
    """

    __slots__ = ("spans", "texts")

    def __init__(self) -> None:
        """No lines yet."""
        self.texts: list[str] = []
        self.spans: list[Span | None] = []

    def add(self, text: str, span: Span | None = None) -> None:
        """Append one."""
        self.texts.append(text)
        self.spans.append(span)

    def extend(self, texts: list[str], span: Span | None = None) -> None:
        """Append some that compute the same place, or none."""
        self.texts += texts
        self.spans += [span] * len(texts)

    def take(self, others: Lines) -> None:
        """Append others as they stand."""
        self.texts += others.texts
        self.spans += others.spans

    def take_wrapped(self, others: Lines, indent: str) -> None:
        """Append others, indented, and broken where they are too long."""
        texts, spans = self.texts, self.spans
        for text, span in zip(others.texts, others.spans, strict=True):
            if len(text) <= WIDTH:
                texts.append(indent + text)
                spans.append(span)
            else:
                self.extend(wrap(text, indent), span)


def wrap(text: str, indent: str) -> list[str]:
    """A statement as lines of at most the usual width where it can be broken: after commas and
    before ``+`` and ``-`` that stand in brackets, outside strings."""
    line = indent + text
    if len(line) <= WIDTH + 4:
        return [line]
    lines, current = [], indent
    for chunk in _chunks(text):
        if len(current) + len(chunk.rstrip()) > WIDTH + 4 and current.strip():
            lines.append(current.rstrip())
            current = indent + "    "
        current += chunk
    return [*lines, current.rstrip()]


def _chunks(text: str) -> list[str]:
    """Pieces between which a line may be broken."""
    chunks, start, depth = [], 0, 0
    for m in _BREAKS.finditer(text):
        c, i = m[0], m.start()
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == " " and depth and not text.endswith("...,", 0, i):
            chunks.append(text[start : i + 1])
            start = i + 1
    return [*chunks, text[start:]]


# Strings, brackets, and the spaces at which a line may be broken if they stand in brackets.
_BREAKS = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[()\[\]{}]|(?<=[,+]) """)
