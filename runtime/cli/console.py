"""How commands speak: results on stdout, everything else on stderr, and the exit codes.

0 ok; 1 an error in the model, the command or a fit directory; 2 an error in the data; 3 inference
failed; 4 finished, but with ``--strict`` the diagnostics failed; 130 interrupted (Ctrl-C).
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum

import typer

from ...grammar.diagnostic import Diagnostic, Rejected, as_json, render
from ...grammar.source import Source
from ..memory import enough_memory


class Exit(IntEnum):
    """Exit codes, for scripts."""

    OK = 0
    MODEL = 1
    DATA = 2
    INFERENCE = 3
    STRICT = 4
    INTERNAL = 70  # EX_SOFTWARE: a mistake of ours
    INTERRUPTED = 130


def exit_code(diagnostics: Iterable[Diagnostic]) -> Exit:
    """The code that a refusal ends with: that of its first complaint."""
    for d in diagnostics:
        match d.code[0]:
            case "D":
                return Exit.DATA
            case "R" if not d.code.startswith("R55"):  # those are about fit directories
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
        with enough_memory():
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
    _print(text.rstrip("\n"))


def put_json(value: Mapping[str, object]) -> None:
    """A result as one JSON object, on stdout; what is not finite becomes null."""
    _print(json.dumps(_finite(value), ensure_ascii=False, allow_nan=False))


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # whoever read us has had enough (`| head`); Python would complain while it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(int(Exit.OK)) from None


def warn(diagnostics: Iterable[Diagnostic], source: Source) -> None:
    """Warnings, on stderr."""
    for d in diagnostics:
        say(render(d, source))


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
