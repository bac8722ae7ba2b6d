"""A function to be printed: its signature and the values it returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..target import Value

# A value; a tuple of outputs; or a dict, which is returned as a dict with the same keys.
Outputs = Value | tuple["Outputs", ...] | Mapping[str, "Outputs"]


@dataclass(frozen=True)
class Function:
    """One function of the emitted module.

    Attributes:
        args: names of its arguments. One that reads anything computed in ``bind`` needs ``bound``;
            ``batch`` and ``rng`` are needed by values that draw.
        docstring: first line a sentence, then shapes.
        outputs: what it returns.
        prologue: lines of Python before everything else.
    """

    name: str
    args: tuple[str, ...]
    docstring: str
    outputs: Outputs
    prologue: tuple[str, ...] = ()


def leaves(outputs: Outputs) -> Iterator[Value]:
    """Every value of a tree of outputs, left to right."""
    match outputs:
        case Value():
            yield outputs
        case Mapping():
            for part in outputs.values():
                yield from leaves(part)
        case _:
            for part in outputs:
                yield from leaves(part)
