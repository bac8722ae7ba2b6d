"""References of recurrences of which only the data can tell that they are to earlier elements."""

from collections.abc import Iterator, Sequence

import torch

from ..compiler.lookback import Read
from ..compiler.recurrence import number_of
from ..compiler.typed import IndexVar, OverRange
from ..grammar.diagnostic import Diagnostic
from .binding import Binding
from .complaints import recurrences as complaints
from .host import evaluate, numbers_of


def check_read(name: str, read: Read, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D460) about the first element that reads what is not there, or not yet.

    Args:
        name: of the family that reads.
    """
    axes = {read.along, *read.slot.type.axes, *(v for c, _ in read.guards for v in c.type.axes)}
    scope = tuple(sorted(axes, key=lambda v: v.id))
    if any(not numbers_of(v, binding)[1] for v in scope):
        return
    here = evaluate(number_of(read.along, read.span), binding, scope)
    slot = evaluate(read.slot, binding, scope).round().double()
    labels = binding.labels(str(read.along.dim))
    first = float(binding.first_number(str(read.along.dim)))
    if read.slot.type.kind.value == "index":
        slot = slot + first
    wrong = (slot < first) | (slot >= here)
    if read.covers is not None:
        wrong = wrong & _within(read.covers, here, binding)
    for condition, holds in read.guards:
        wrong = wrong & ((evaluate(condition, binding, scope) != 0) == holds)
    if not bool(wrong.any()):
        return
    at = tuple(int(i) for i in torch.nonzero(wrong)[0])
    there, now = (int(x.expand(wrong.shape)[at]) for x in (slot, here))
    others = _others(scope, at, read.along, binding)
    yield complaints.not_earlier(
        read.span,
        (name, labels[now - int(first)]),
        (read.name, _called(labels, there - int(first), there)),
        there < first,
        others,
        str(read.along.dim),
    )


def _called(labels: Sequence[str | int], position: int, number: int) -> str | int:
    """A label, or its number where there is none."""
    return labels[position] if 0 <= position < len(labels) else number


def _within(covers: OverRange, here: torch.Tensor, binding: Binding) -> torch.Tensor:
    first, last = (float(evaluate(e, binding).reshape(())) for e in (covers.first, covers.last))
    return (here >= first) & (here <= last)


def _others(
    scope: tuple[IndexVar, ...], at: tuple[int, ...], along: IndexVar, binding: Binding
) -> list[str]:
    """``k = 2``: what the other index variables are at a place."""
    found = []
    for var, i in zip(scope, at, strict=True):
        if var == along:
            continue
        if isinstance(var.domain, OverRange) and var.dim is None:
            label: object = numbers_of(var, binding)[0] + i
        else:
            label = binding.labels(str(var.dim))[numbers_of(var, binding)[0] + i]
        found.append(f"{var.name} = {label}")
    return found
