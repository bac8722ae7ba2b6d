"""Variables and elements as people write them: ``weight``, ``dose[3]``, ``a["x y", 2]``."""

import re
from collections.abc import Iterator, Mapping

from ..compiler.query import Target
from ..grammar.diagnostic import Rejected
from .complaints import query as complaints

_NAME = re.compile(r"\s*([^\W\d]\w*)\s*(?:\[(.*)\])?\s*", re.DOTALL)
_LABEL = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",\[\]]+?))\s*(?:,|$)')


def target(text: str) -> Target:
    """The variable or element that a text names.

    A label that is a whole number is a number; quotes keep it a word.

    Raises:
        Rejected: Q671, when the text names nothing.

    Example:
        >>> str(target("dose[3]")), str(target('alpha["BIG STONE"]'))
        ('dose[3]', 'alpha["BIG STONE"]')
    """
    match = _NAME.fullmatch(text)
    if match is None:
        raise Rejected([complaints.not_a_variable(text)])
    name, inside = match.groups()
    return Target(name, () if inside is None else tuple(_labels(text, inside)))


def spread(values: Mapping[str, object]) -> dict[Target, object]:
    """Values by variable as values by target: ``{"dose": {3: 0.0}}`` sets single elements.

    A tuple of labels names an element of a family with several dimensions.
    """
    found: dict[Target, object] = {}
    for text, value in values.items():
        whole = target(text)
        if isinstance(value, Mapping):
            for label, one in value.items():
                element = label if isinstance(label, tuple) else (label,)
                found[Target(whole.name, (*whole.element, *element))] = one
        else:
            found[whole] = value
    return found


def _labels(text: str, inside: str) -> Iterator[str | int]:
    at = 0
    while at < len(inside):
        match = _LABEL.match(inside, at)
        if match is None or match.end() == at:
            raise Rejected([complaints.not_a_variable(text)])
        quoted, plain = match.groups()
        if quoted is not None:
            yield re.sub(r"\\(.)", r"\1", quoted)
        else:
            yield int(plain) if re.fullmatch(r"-?\d+", plain) else plain
        at = match.end()
