"""A function to be printed: its signature and the values it returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
        operands: placeholders that are arguments too, before ``args``; their names mean something
            in this function alone.
        fast: whether it runs at every step, so that fewer torch calls matter more than a text that
            reads like the model (see `fuse`).
    """

    name: str
    args: tuple[str, ...]
    docstring: str
    outputs: Outputs
    prologue: tuple[str, ...] = ()
    operands: tuple[Value, ...] = ()
    fast: bool = False


def leaves(outputs: Outputs) -> list[Value]:
    """Every value of a tree of outputs, left to right."""
    found: list[Value] = []
    stack = [outputs]
    while stack:
        part = stack.pop()
        if isinstance(part, Value):
            found.append(part)
        else:
            parts = part.values() if isinstance(part, Mapping) else part
            stack += [*parts][::-1]
    return found


def replaced(outputs: Outputs, new: Iterator[Value]) -> Outputs:
    """The same tree with its values, left to right, taken from ``new``."""
    match outputs:
        case Value():
            return next(new)
        case Mapping():
            return {key: replaced(part, new) for key, part in outputs.items()}
        case _:
            return tuple([replaced(part, new) for part in outputs])


def walk_own(outputs: Iterable[Value]) -> list[Value]:
    """What a function needs, operands first and near their first use; values of ``bind`` are met
    but not entered."""
    seen: set[int] = set()
    found: list[Value] = []
    for output in outputs:
        stack: list[Value | tuple[Value]] = [output]  # a tuple: its operands are done
        while stack:
            v = stack.pop()
            if isinstance(v, tuple):
                found.append(v[0])
            elif v.id not in seen:
                seen.add(v.id)
                if v.inputs and v.batched:
                    stack.append((v,))
                    for x in reversed(v.inputs):
                        if x.id not in seen:
                            stack.append(x)
                else:
                    found.append(v)
    return found
