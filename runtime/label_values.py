"""Values of variables that are labels of a dimension (``z ~ Categorical(p)``): inside and outside.

Generated code has positions from 0 for them. What people see, and what they hand in, are the labels
themselves where those are numbers: the year 1993, and not position 3. Where they are words, which
no tensor holds, positions from 0 stay. `Program` is inside; whatever is made of its results for
people goes through `to_labels`, and what they hand in through `to_positions`.
"""

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from ..compiler.graph import Node
from ..compiler.types import Kind

Nodes = Mapping[str, Node]
Labels = Mapping[str, Sequence[str | int]]


def to_labels(values: Mapping[str, Tensor], nodes: Nodes, labels: Labels) -> dict[str, Tensor]:
    """The same values, with the labels at their positions, where those are numbers.

    Shapes: unchanged. A position before the first stands for data that are missing, and becomes
    nan.
    """
    found = dict(values)
    for name, known in _known(values, nodes, labels):
        at = found[name].long()
        if known and all(isinstance(label, int) for label in known):
            found[name] = torch.tensor(known, dtype=torch.int64)[at.clamp(min=0)]
        if bool((at < 0).any()):
            found[name] = torch.where(at < 0, torch.nan, found[name].double())
    return found


def to_positions(values: Mapping[str, Tensor], nodes: Nodes, labels: Labels) -> dict[str, Tensor]:
    """The inverse: int64 positions. What is no label gets -1, which has no probability.

    Shapes: unchanged, with any leading axes.
    """
    found = dict(values)
    for name, known in _known(values, nodes, labels):
        words = any(isinstance(label, str) for label in known)
        numbers = torch.tensor(range(len(known)) if words else known, dtype=torch.int64)
        found[name] = _positions(found[name], numbers)
    return found


def _positions(values: Tensor, labels: Tensor) -> Tensor:
    whole = values.long()
    if not len(labels):
        return torch.full_like(whole, -1)
    ordered, order = labels.sort()
    at = torch.searchsorted(ordered, whole).clamp(max=len(labels) - 1)
    return torch.where(ordered[at] == values, order[at], -1)


def _known(
    values: Mapping[str, Tensor], nodes: Nodes, labels: Labels
) -> Iterator[tuple[str, Sequence[str | int]]]:
    """The names of such values, and all labels that they may have."""
    for name in values:
        if name in nodes and nodes[name].type.kind is Kind.INDEX:
            yield name, labels[str(nodes[name].type.dim)]
