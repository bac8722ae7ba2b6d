"""``--observe x=9.5``: names and values from the command line."""

import json
from collections.abc import Iterable, Sequence

from ...grammar.diagnostic import Rejected
from ..complaints import command as complaints


def assignments(flag: str, texts: Iterable[str]) -> dict[str, object]:
    """Values by the name before the first ``=`` outside brackets.

    A value is read as JSON (numbers, lists, quoted words); any other plain word is a label.

    Raises:
        Rejected: Q685, Q686, Q691 a name with two values.

    Example:
        >>> assignments("--do", ["x=1", "alpha[BIG]=2.5", "arm=placebo", "y=[1, 2]"])
        {'x': 1, 'alpha[BIG]': 2.5, 'arm': 'placebo', 'y': [1, 2]}
    """
    found: dict[str, object] = {}
    for text in texts:
        name, sign, value = _split(text)
        if not sign or not name.strip() or not value.strip():
            raise Rejected([complaints.not_an_assignment(flag, text)])
        key, given = name.strip(), _value(flag, value.strip())
        if key in found and found[key] != given:
            raise Rejected([complaints.two_values(flag, key)])
        found[key] = given
    return found


def only_one(flag: str, texts: Sequence[str]) -> str | None:
    """What a flag gives that has one value, however often that is repeated.

    Raises:
        Rejected: Q691 two values.
    """
    if len(set(texts)) > 1:
        raise Rejected([complaints.given_twice(flag, texts)])
    return texts[0] if texts else None


def _split(text: str) -> tuple[str, str, str]:
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "[") - (c == "]")
        if c == "=" and depth == 0:
            return text[:i], "=", text[i + 1 :]
    return text, "", ""


def _value(flag: str, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # more digits than Python reads are among them
        pass
    try:
        return float(text)  # .5 and 1. are no JSON
    except ValueError:
        pass
    if text[0] in "[{\"'(" or "=" in text:
        raise Rejected([complaints.not_a_value(flag, text)])
    return text
