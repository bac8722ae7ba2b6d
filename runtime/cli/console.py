"""How commands speak: results on stdout, everything else on stderr, and the exit codes.

0 ok; 1 an error in the model or the command; 2 an error in the data; 3 inference failed;
4 finished, but with ``--strict`` the diagnostics failed.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import typer

from ...grammar.diagnostic import Diagnostic, Rejected, as_json, render
from ...grammar.source import Source
from ..complaints import command as complaints

MAX_MODEL_BYTES = 5_000_000


class Exit(IntEnum):
    """Exit codes, for scripts."""

    OK = 0
    MODEL = 1
    DATA = 2
    INFERENCE = 3
    STRICT = 4


def exit_code(diagnostics: Iterable[Diagnostic]) -> Exit:
    """The code that a refusal ends with: that of its first complaint."""
    for d in diagnostics:
        match d.code[0]:
            case "D":
                return Exit.DATA
            case "R":
                return Exit.INFERENCE
            case "W":
                continue
            case _:
                return Exit.MODEL
    return Exit.OK


@contextmanager
def refusals(*, as_object: bool = False) -> Iterator[None]:
    """Turn a `Rejected` into its text on stderr (or JSON on stdout) and an exit code."""
    try:
        yield
    except Rejected as refusal:
        if as_object:
            errors = [as_json(d, refusal.source) for d in refusal.diagnostics]
            put_json({"ok": False, "errors": errors})
        else:
            say(refusal.render())
        raise typer.Exit(int(exit_code(refusal.diagnostics))) from None


def say(text: str) -> None:
    """A line for people, on stderr."""
    print(text.rstrip("\n"), file=sys.stderr, flush=True)


def put(text: str) -> None:
    """A result, on stdout."""
    print(text.rstrip("\n"), flush=True)


def put_json(value: Mapping[str, object]) -> None:
    """A result as one JSON object, on stdout; what is not finite becomes null."""
    print(json.dumps(_finite(value), ensure_ascii=False, allow_nan=False), flush=True)


def warn(diagnostics: Iterable[Diagnostic], source: Source) -> None:
    """Warnings, on stderr."""
    for d in diagnostics:
        say(render(d, source))


def read_source(path: str) -> Source:
    """A model file as text; ``-`` is standard input.

    Raises:
        Rejected: Q681 to Q683, when there is no such file, it is too long, or it is not text.
    """
    if path == "-":
        raw, name = sys.stdin.buffer.read(MAX_MODEL_BYTES + 1), "<stdin>"
    else:
        file, name = Path(path), path
        try:
            with file.open("rb") as stream:
                raw = stream.read(MAX_MODEL_BYTES + 1)
        except OSError as error:
            raise Rejected(
                [complaints.unreadable(path, error.strerror or str(error), _near(file))]
            ) from None
    if len(raw) > MAX_MODEL_BYTES:
        raise Rejected([complaints.too_long(path, MAX_MODEL_BYTES)])
    try:
        return Source(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Rejected([complaints.not_text(path, error.start)]) from None


def _near(file: Path) -> list[str]:
    """Model files beside the one that is missing."""
    try:
        return [str(p) for p in sorted(file.parent.glob("*.ppl"))[:200]]
    except OSError:
        return []


def _finite(value: object) -> object:
    match value:
        case float() if value != value or value in (float("inf"), float("-inf")):
            return None
        case Mapping():
            return {str(k): _finite(v) for k, v in value.items()}
        case list() | tuple():
            return [_finite(v) for v in value]
        case _:
            return value
