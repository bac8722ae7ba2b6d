"""Values by variable or element, as people give them in Python and on the command line."""

from collections.abc import Mapping

from ..compiler.query import Target
from ..compiler.rewrite.targets import parse_target


def spread(values: Mapping[str, object]) -> dict[Target, object]:
    """Values by variable as values by target: ``{"dose": {3: 0.0}}`` sets single elements.

    A tuple of labels names an element of a family with several dimensions.
    """
    found: dict[Target, object] = {}
    for text, value in values.items():
        whole = parse_target(text)
        if isinstance(value, Mapping):
            for label, one in value.items():
                element = label if isinstance(label, tuple) else (label,)
                found[Target(whole.name, (*whole.element, *element))] = one
        else:
            found[whole] = value
    return found
