"""Diagnostics: what went wrong, kept apart from how it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from difflib import get_close_matches

from .frozen import frozen
from .source import Source, Span


@frozen
class Diagnostic:
    """One complaint about one place.

    Attributes:
        code: stable; tests and documentation refer to it, wording may change. A code that begins
            with ``W`` is a warning, every other one an error.
        span: the place, or None where there is no text to point at (a data file, a command).
        notes: other places involved, each with a sentence.
        hint: what to do about it, ready to be pasted where possible. Every complaint has one.
    """

    code: str
    span: Span | None
    message: str
    notes: tuple[tuple[Span, str], ...] = ()
    hint: str = field(kw_only=True)

    @property
    def is_warning(self) -> bool:
        """Whether this is advice rather than a refusal."""
        return self.code.startswith("W")


@frozen
class Explanation:
    """The long form of a code, printed by ``nacre explain``."""

    title: str
    text: str
    wrong: str
    right: str


class Rejected(Exception):
    """The input was refused. Carries every complaint and the text that they point into."""

    def __init__(self, diagnostics: Iterable[Diagnostic], source: Source | None = None) -> None:
        """Keep the complaints; their rendering is the exception's text."""
        self.diagnostics = tuple(diagnostics)
        self.source = source
        super().__init__(self.render())

    def render(self) -> str:
        """All complaints as text, in order."""
        return "\n".join(render(d, self.source) for d in self.diagnostics)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint with the nearest known name, or None when nothing is near."""
    # get_close_matches is quadratic in the word length: long names are not typing slips
    close = get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6) if len(name) < 100 else []
    return f"did you mean `{close[0]}`?" if close else None


def render(d: Diagnostic, source: Source | None) -> str:
    """The one place where positions become text."""
    kind = "warning" if d.is_warning else "error"
    blocks = [_excerpt(source, d.span, f"{kind}[{d.code}]: {d.message}")]
    blocks += [_excerpt(source, span, f"note: {text}") for span, text in d.notes]
    blocks.append(f"hint: {d.hint}\n")
    return "".join(blocks)


def as_json(d: Diagnostic, source: Source | None) -> Mapping[str, object]:
    """The same facts for a program to read; lines count from 1, columns from 1."""

    def place(span: Span | None) -> Mapping[str, object] | None:
        if span is None or source is None:
            return None
        (line, col), (end_line, end_col) = source.line_col(span.start), source.line_col(span.stop)
        return {
            "file": source.name,
            "line": line,
            "column": col + 1,
            "end_line": end_line,
            "end_column": end_col + 1,
        }

    return {
        "code": d.code,
        "severity": "warning" if d.is_warning else "error",
        "message": d.message,
        "place": place(d.span),
        "notes": [{"message": text, "place": place(span)} for span, text in d.notes],
        "hint": d.hint,
    }


def _excerpt(source: Source | None, span: Span | None, title: str) -> str:
    if source is None or span is None:
        return f"{title}\n"
    line, col = source.line_col(min(span.start, len(source.text)))
    row = source.line(line)
    width = max(1, min(span.stop - span.start, len(row) - col))
    pad = "".join("\t" if c == "\t" else " " for c in row[:col])  # tabs keep the caret honest
    place = f"  --> {source.name}:{line}:{col + 1}"
    return f"{title}\n{place}\n{line:4} | {row}\n     | {pad}{'^' * width}\n"
