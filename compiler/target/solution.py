"""Solutions of differential equations as values.

A solution is computed by the runtime, from a program that says how the state changes: the `Field`,
whose leaves are placeholders. Three kinds of values stand for it: the ``path``, which is all that
the solver found out, the numbers on it (``solved``), and what flows back from them to each operand
(``path_back``, ``path_part``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from ...grammar.frozen import frozen
from .scan import closed
from .value import Value

if TYPE_CHECKING:
    from .builder import Builder


@frozen
class Field:
    """How the state of a system changes.

    Attributes:
        label: of the functions that are printed from it.
        time: a placeholder, over the plates.
        state: a placeholder, ``(*plates, n)``; all states in a row.
        fixed: a placeholder for each operand that stays the same.
        slope: derivative of the state by time, in its shape.
        adjoint: a placeholder like ``state``.
        pull: the adjoint by ``state`` and by each of ``fixed``.
    """

    label: str
    time: Value
    state: Value
    fixed: tuple[Value, ...]
    slope: Value
    adjoint: Value
    pull: tuple[Value, ...]


def closed_field(
    b: Builder, tag: Sequence[Hashable], slope: Value
) -> tuple[Value, tuple[Value, ...], tuple[Value, ...]]:
    """A slope in terms of placeholders alone, the placeholders, and what they stand for.

    What depends on data alone stays as it is. Placeholders are told apart by their position, so
    that equal systems are one in every function of a module.
    """
    fixed: dict[int, tuple[Value, Value]] = {}

    def leaf(v: Value) -> Value:
        at = (*tag, "fixed", len(fixed))
        made = b.placeholder(at, v.shape, batched=v.batched, dtype=v.dtype)
        return b.named(made, v.name) if v.name else made

    (inside,) = closed(b, (slope,), fixed, leaf, data=False)
    placeholders, operands = zip(*fixed.values(), strict=True) if fixed else ((), ())
    return inside, placeholders, operands


def solution(
    b: Builder,
    field: Field,
    operands: Sequence[Value],
    options: tuple[tuple[str, Hashable], ...],
    *,
    keep: bool,
) -> Value:
    """The state at the times where it is wanted, ``(*plates, times, n)``.

    Args:
        operands: the state at the beginning, the time then, the times, and what ``field.fixed``
            stand for.
        options: of the solver, by name.
        keep: whether the adjoint will be wanted, so that steps should not be forgotten.
    """
    b.solves = True
    plates, n = field.state.shape[:-1], field.state.shape[-1]
    path = b.make("path", tuple(operands), (field, options, keep), shape=(), batched=True)
    b.named(path, f"{field.label}_path")
    return b.make("solved", (path,), shape=(*plates, operands[2].shape[-1], n))


def flows_back(b: Builder, solved: Value, adjoint: Value) -> tuple[Value, ...]:
    """What flows back from a solution to each operand of its path."""
    path = solved.inputs[0]
    back = b.make("path_back", (b.expand(adjoint, solved.shape), path), shape=(), batched=True)
    return tuple(
        b.make("path_part", (back,), (i,), shape=operand.shape, batched=True)
        for i, operand in enumerate(path.inputs)
    )


def fields_in(values: Iterable[Value]) -> tuple[Field, ...]:
    """The fields of all paths among some values, each once."""
    found = {v.attrs[0].label: v.attrs[0] for v in values if v.op == "path"}
    return tuple(found.values())
