"""Targets as they are written outside of the model: on a command line, as a key in Python."""

import re

from ...grammar.diagnostic import Rejected
from ..query import Target
from . import complaints

_NAME = r"[^\W\d][\w\u0300-\u036f]*"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_BARE = r'[^\[\]",\s](?:[^\[\]",]*[^\[\]",\s])?'  # blanks inside, not around
_LABEL = rf"\s*(?:{_QUOTED}|{_BARE})\s*"
_TARGET = re.compile(rf"\s*({_NAME})\s*(?:\[({_LABEL}(?:,{_LABEL})*)\]\s*)?", re.DOTALL)
_LABELS = re.compile(rf"{_QUOTED}|{_BARE}", re.DOTALL)


def parse_target(text: str) -> Target:
    r"""Read ``weight``, ``dose[3]``, ``alpha[BIG STONE]`` or ``x["1, \"a\"", 2]``.

    A label needs quotes, and a backslash before a quote inside them, only where it contains a
    comma, a bracket or a quote, or where it is a word made of digits.

    Raises:
        Rejected: Q608.
    """
    found = _TARGET.fullmatch(text)
    if found is None:
        raise Rejected([complaints.not_a_target(text)])
    labels = _LABELS.findall(found[2]) if found[2] else []
    return Target(found[1], tuple(map(_read, labels)))


def _read(label: str) -> str | int:
    if label.startswith('"'):
        return re.sub(r"\\(.)", r"\1", label[1:-1], flags=re.DOTALL)
    return int(label) if re.fullmatch(r"-?[0-9]+", label) else label
