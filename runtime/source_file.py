"""Model files as text."""

import sys
from pathlib import Path

from ..grammar.diagnostic import Rejected
from ..grammar.source import Source
from .complaints import command as complaints

MAX_MODEL_BYTES = 5_000_000


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
