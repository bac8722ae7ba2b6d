"""Statements of one function: which values get a line of their own, and under which name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from ...grammar.source import Span
from ..target import OPS, Level, Size, Value
from .lines import WIDTH, Lines
from .loop import Loop, print_backward, print_member, print_scan
from .names import Names

_INLINE = 48  # columns of an expression that may still become part of another
_RETURNED = WIDTH - 11  # the same of one that is returned
_ROOM = WIDTH - 12  # columns of an expression with its operands, before some get their own lines
_LOOPS = frozenset({"scan", "scan_member", "scan_back", "scan_part"})
_SHORT = frozenset({"const", "size", "stop"})  # never on a line of their own
_REDUCTIONS = frozenset({"sum", "max", "min", "logsumexp"})
_DRAWS = frozenset({op for op, row in OPS.items() if row.draws})
_PLACES = ("{0}", "{1}", "{2}")  # of the operands of most operations
# How tightly each of so many operands must bind.
_NEEDS: Mapping[str, tuple[Level, ...]] = {
    op: (*needs, *[Level.ARGUMENT] * (len(_PLACES) - len(needs)))
    for op, needs in ((op, row.spelling.needs) for op, row in OPS.items())
}


class Body:
    """Prints values in order into lines.

    Attributes:
        names: names taken in this scope.
        lines: what was printed.
    """

    def __init__(
        self,
        names: Names,
        known: Mapping[int, str],
        size: Callable[[Size], str],
        module: Callable[[str], str],
        uses: Mapping[int, int],
        *,
        stem: str = "t",
        given: Mapping[int, str] | None = None,
        returned: Value | None = None,
    ) -> None:
        """An empty body.

        Args:
            known: values that already have a text in this scope.
            size: text of a size.
            module: name under which a family's module is imported.
            uses: how often each value is used.
            stem: names of lines without a better one begin with it.
            given: names that some values must get.
            returned: the one value that is returned, if it is one: it may fill a line.
        """
        self.names = names
        self.size = size
        self.lines = Lines()
        self._module = module
        self._uses = uses
        self._stem = stem
        self._given = {} if given is None else given
        self._returned = returned
        # The expression of each value, and how tightly it binds where it is not a plain name.
        self._texts = dict(known)
        self._levels: dict[int, Level] = {}
        self._inline: set[int] = set()
        self._loops: dict[int, Loop] = {}
        self._parts: dict[int, Mapping[int, str]] = {}

    def add(self, values: Iterable[Value]) -> None:
        """Print values whose operands come before them."""
        texts, levels, given, uses = self._texts, self._levels, self._given, self._uses
        lines, names, stem = self.lines, self.names, self._stem
        for v in values:
            at, op = v.id, v.op
            if at in texts:
                continue
            if op in _LOOPS:
                self._loop(v)
                continue
            text, level = self._composed(v)
            if at in given:
                name = given[at]
            elif op in _SHORT or (op == "input" and text.isidentifier()):
                texts[at], levels[at] = text, level
                continue
            elif v.name is not None:
                name = names.fresh(v.name)
            elif (
                len(text) <= (_RETURNED if v is self._returned else _INLINE)
                and uses.get(at, 0) <= 1
                and op not in _DRAWS
            ):
                texts[at], levels[at] = text, level
                self._inline.add(at)
                continue
            else:
                name = names.numbered(stem)
            lines.texts.append(f"{name} = {text}")
            lines.spans.append(v.span)
            texts[at] = name

    def _line(self, v: Value) -> None:
        """Give a value a line of its own."""
        self._inline.discard(v.id)
        name = self._given.get(v.id)
        if name is None:
            name = self.names.fresh(v.name) if v.name else self.names.numbered(self._stem)
        self.lines.add(f"{name} = {self._texts[v.id]}", v.span)
        self._texts[v.id] = name
        del self._levels[v.id]

    # --- loops ----------------------------------------------------------------------------------

    def _loop(self, v: Value) -> None:
        """A scan, one of its members, or the adjoint of one of its operands."""
        name = ""
        if v.op == "scan_part":
            name = self._parts[v.inputs[0].id][v.attrs[0]]
        elif v.op == "scan_member":
            loop = self._loops[v.inputs[0].id]
            name = print_member(self, loop, v.attrs[0], v, self._given.get(v.id))
        elif v.op == "scan":
            self._loops[v.id] = print_scan(self, v)
        else:
            self._parts[v.id] = print_backward(self, self._loops[v.inputs[0].id], v)
        self._texts[v.id] = name

    def line(self, text: str, span: Span | None = None) -> None:
        """A statement of its own."""
        self.lines.add(text, span)

    def plain(self, v: Value) -> str:
        """The name of a value that was added; it gets a line if it had none."""
        if v.id in self._levels:
            self._line(v)
        return self._texts[v.id]

    def inside(self, known: Mapping[int, str], uses: Mapping[int, int]) -> Body:
        """The body of a loop: the same names are taken, other values are known."""
        return Body(self.names, known, self.size, self._module, uses, stem=self._stem)

    def take(self, inner: Body, span: Span | None) -> None:
        """Append the lines of the body of a loop."""
        for text, its in zip(inner.lines.texts, inner.lines.spans, strict=True):
            self.lines.add(f"    {text}", its or span)

    def text(self, v: Value, need: Level = Level.ARGUMENT) -> str:
        """The expression of a value that was added, in parentheses where it binds too loosely."""
        text = self._texts[v.id]
        return text if self._levels.get(v.id, need) >= need else f"({text})"

    # --- expressions ----------------------------------------------------------------------------

    def _composed(self, v: Value) -> tuple[str, Level]:
        """The expression of a value, and how tightly it binds."""
        op, inputs = v.op, v.inputs
        spelling = OPS[op].spelling
        spelt, level, needs = spelling.text, spelling.level, _NEEDS[op]
        template = spelt if isinstance(spelt, str) else spelt(v, self.size)
        if op == "density" or op == "sample":
            template = self._module(v.attrs[0]) + template[len(v.attrs[0]) :]
        if not inputs:
            return template, Level.SIGN if template.startswith("-") else level
        if spelling.twice:
            self._named([inputs[i] for i in spelling.twice])
        elif op == "add":
            c = inputs[1].literal
            if c is not None and -inf < c < 0:
                template = f"{{0}} - {-c!r}"
                inputs = inputs[:1]
        elif op == "unsqueeze" and inputs[0].id in self._inline:
            merged = self._merged_view(v, inputs[0])
            if merged is not None:
                return merged, level
        texts, levels = self._texts, self._levels
        # Nearly always; several times as fast as what follows. No operand contains a place: inputs,
        # the only texts from outside, are named and so have lines of their own.
        if len(inputs) <= len(_PLACES):
            text, columns = template, len(template)
            for i, x in enumerate(inputs):
                operand = texts[x.id]
                columns += len(operand)
                if levels.get(x.id, needs[i]) < needs[i]:
                    operand = f"({operand})"
                text = text.replace(_PLACES[i], operand)
            if columns <= _ROOM:
                return text, level
        self._shorten(inputs, _ROOM - len(template))
        operands = [*map(self.text, inputs, needs), *map(self.text, inputs[len(needs) :])]
        return template.format(*operands), level

    def _named(self, values: Sequence[Value]) -> None:
        """Give lines of their own to operands that the text has more than once."""
        for x in values:
            if x.id in self._inline:
                self._line(x)

    def _merged_view(self, v: Value, x: Value) -> str | None:
        """A unit axis together with the inlined operation whose axis it replaces."""
        if x.op in _REDUCTIONS and x.attrs == v.attrs:
            return f"{self._texts[x.id][:-1]}, keepdim=True)"
        at = x.attrs[0] if x.op == "pick" else None
        if v.attrs == (-1,) and isinstance(at, int):
            return f"{self.text(x.inputs[0], Level.ATOM)}[..., {at}:{at + 1}]"
        return None

    def _shorten(self, inputs: Sequence[Value], room: int) -> None:
        """Give lines of their own to the longest operands until the rest fits."""
        texts = self._texts
        total = sum([len(texts[x.id]) for x in inputs])
        open_ = [x for x in dict.fromkeys(inputs) if x.id in self._inline]
        for x in sorted(open_, key=lambda x: -len(texts[x.id])):
            if total <= room or len(texts[x.id]) < 12:
                return
            total -= len(texts[x.id])
            self._line(x)
            total += len(texts[x.id])
