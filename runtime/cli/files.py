"""Results as files, and what the operating system has against them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...grammar.diagnostic import Rejected
from ..complaints import command as complaints
from .console import put, say


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a complaint.

    Raises:
        Rejected: Q690.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise Rejected([complaints.cannot_write(str(path), why)]) from None


def write(path: Path, text: str) -> None:
    """Write a text.

    Raises:
        Rejected: Q690.
    """
    with writing(path):
        path.write_text(text, encoding="utf-8")


def deliver(text: str, output: Path | None) -> None:
    """A result, into a file or on stdout.

    Raises:
        Rejected: Q690.
    """
    if output is None:
        put(text)
    else:
        write(output, text)
        say(f"wrote {output}")
