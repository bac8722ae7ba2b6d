"""Statements of one function: which values get a line of their own, and under which name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from ...grammar.source import Span
from ..target import OPS, Level, Size, Value
from .loop import Loop, print_backward, print_member, print_scan
from .names import Names

_WIDTH = 96  # columns of a line, its indentation included
SHORT = _WIDTH  # columns of a statement of a function that is never broken
_INLINE = 48  # columns of an expression that may still become part of another
_LOOPS = frozenset({"scan", "scan_member", "scan_back", "scan_part"})
_SHORT = frozenset({"const", "size", "stop"})  # never on a line of their own
_REDUCTIONS = frozenset({"sum", "max", "min", "logsumexp"})


class Line(NamedTuple):
    """One statement, and the place in the model that it computes."""

    text: str
    span: Span | None


@dataclass(slots=True)
class _Text:
    """An expression: its text, how tightly it binds, and whether it is a plain name."""

    text: str
    level: Level
    plain: bool = False


@dataclass
class Body:
    """Prints values in order into lines.

    Attributes:
        known: values that already have a text in this scope.
        size: text of a size.
        module: name under which a family's module is imported.
        uses: how often each value is used.
        given: names that some values must get.
        returned: the one value that is returned, if it is one: it may fill a line.
    """

    names: Names
    known: Mapping[int, str]
    size: Callable[[Size], str]
    module: Callable[[str], str]
    uses: Mapping[int, int]
    stem: str = "t"
    given: Mapping[int, str] = field(default_factory=dict)
    returned: Value | None = None
    lines: list[Line] = field(default_factory=list)
    _texts: dict[int, _Text] = field(default_factory=dict)
    _inline: set[int] = field(default_factory=set)
    _loops: dict[int, Loop] = field(default_factory=dict)
    _parts: dict[int, Mapping[int, str]] = field(default_factory=dict)

    def add(self, values: Iterable[Value]) -> None:
        """Print values whose operands come before them."""
        texts = self._texts
        for v in values:
            if v.id not in texts:
                self._add(v)

    def _add(self, v: Value) -> None:
        if v.id in self.known:
            self._texts[v.id] = _Text(self.known[v.id], Level.ATOM, plain=True)
            return
        if v.op in _LOOPS:
            self._loop(v)
            return
        made = self._compose(v)
        self._texts[v.id] = made
        if v.id in self.given:
            self._line(v)
        elif v.op in _SHORT or (v.op == "input" and made.text.isidentifier()):
            return
        elif (
            v.name is None
            and len(made.text) <= (_WIDTH - 11 if v is self.returned else _INLINE)
            and self.uses.get(v.id, 0) <= 1
            and not OPS[v.op].draws
        ):
            self._inline.add(v.id)
        else:
            self._line(v)

    def _line(self, v: Value) -> None:
        """Give a value a line of its own."""
        self._inline.discard(v.id)
        name = self.given.get(v.id)
        if name is None:
            name = self.names.fresh(v.name) if v.name else self.names.numbered(self.stem)
        self.lines.append(Line(f"{name} = {self._texts[v.id].text}", v.span))
        self._texts[v.id] = _Text(name, Level.ATOM, plain=True)

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, v: Value) -> None:
        """A scan, one of its members, or the adjoint of one of its operands."""
        name = ""
        if v.op == "scan_part":
            name = self._parts[v.inputs[0].id][v.attrs[0]]
        elif v.op == "scan_member":
            loop = self._loops[v.inputs[0].id]
            name = print_member(self, loop, v.attrs[0], v, self.given.get(v.id))
        elif v.op == "scan":
            self._loops[v.id] = print_scan(self, v)
        else:
            self._parts[v.id] = print_backward(self, self._loops[v.inputs[0].id], v)
        self._texts[v.id] = _Text(name, Level.ATOM, plain=True)

    def line(self, text: str, span: Span | None = None) -> None:
        """A statement of its own."""
        self.lines.append(Line(text, span))

    def plain(self, v: Value) -> str:
        """The name of a value that was added; it gets a line if it had none."""
        if not self._texts[v.id].plain:
            self._line(v)
        return self._texts[v.id].text

    def inside(self, known: Mapping[int, str], uses: Mapping[int, int]) -> Body:
        """The body of a loop: the same names are taken, other values are known."""
        return Body(self.names, known, self.size, self.module, uses, self.stem)

    def take(self, inner: Body, span: Span | None) -> None:
        """Append the lines of the body of a loop."""
        self.lines += [Line(f"    {line.text}", line.span or span) for line in inner.lines]

    def text(self, v: Value, need: Level = Level.ARGUMENT) -> str:
        """The expression of a value that was added, in parentheses where it binds too loosely."""
        t = self._texts[v.id]
        return t.text if t.level >= need else f"({t.text})"

    # --- expressions ----------------------------------------------------------------------------

    def _compose(self, v: Value) -> _Text:
        spelling = OPS[v.op].spelling
        text, level, needs = spelling.text, spelling.level, spelling.needs
        template = text if isinstance(text, str) else text(v, self.size)
        inputs: Sequence[Value] = v.inputs
        if v.op in ("density", "sample"):
            template = self.module(str(v.attrs[0])) + template[len(str(v.attrs[0])) :]
        if not inputs:
            return _Text(template, Level.SIGN if template.startswith("-") else level)
        for i in spelling.twice:
            if not self._texts[inputs[i].id].plain and inputs[i].id in self._inline:
                self._line(inputs[i])
        if v.op == "add" and (c := inputs[1].literal) is not None and -inf < c < 0:
            template = f"{{0}} - {-c!r}"
            inputs = inputs[:1]
        elif v.op == "unsqueeze" and inputs[0].id in self._inline:
            merged = self._merged_view(v, inputs[0])
            if merged is not None:
                return _Text(merged, level)
        texts = self._texts
        budget = _WIDTH - len(template) - 12
        if sum([len(texts[x.id].text) for x in inputs]) > budget:
            self._shorten(inputs, budget)
        operands = []
        for i, x in enumerate(inputs):
            t = texts[x.id]
            loose = i < len(needs) and t.level < needs[i]
            operands.append(f"({t.text})" if loose else t.text)
        return _Text(template.format(*operands), level)

    def _merged_view(self, v: Value, x: Value) -> str | None:
        """A unit axis together with the inlined operation whose axis it replaces."""
        if x.op in _REDUCTIONS and x.attrs == v.attrs:
            return f"{self._texts[x.id].text[:-1]}, keepdim=True)"
        at = x.attrs[0] if x.op == "pick" else None
        if v.attrs == (-1,) and isinstance(at, int):
            return f"{self.text(x.inputs[0], Level.ATOM)}[..., {at}:{at + 1}]"
        return None

    def _shorten(self, inputs: Sequence[Value], budget: int) -> None:
        """Give lines of their own to the longest operands until the rest fits."""
        total = sum(len(self._texts[x.id].text) for x in inputs)
        open_ = [x for x in dict.fromkeys(inputs) if x.id in self._inline]
        for x in sorted(open_, key=lambda x: -len(self._texts[x.id].text)):
            if total <= budget or len(self._texts[x.id].text) < 12:
                return
            total -= len(self._texts[x.id].text)
            self._line(x)
            total += len(self._texts[x.id].text)


def wrap(text: str, indent: str) -> list[str]:
    """A statement as lines of at most the usual width where it can be broken: after commas and
    before ``+`` and ``-`` that stand in brackets, outside strings."""
    line = indent + text
    if len(line) <= _WIDTH + 4:
        return [line]
    lines, current = [], indent
    for chunk in _chunks(text):
        if len(current) + len(chunk.rstrip()) > _WIDTH + 4 and current.strip():
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
