"""Rows of a layered drawing: parents above children.

References:
    Sugiyama, Tagawa and Toda (1981), Methods for visual understanding of hierarchical system
    structures; layers by longest path, then pulled together.
"""

from collections.abc import Mapping

from .picture import Picture


def rows(picture: Picture) -> dict[str, int]:
    """The row of every mark, from 0 at the top.

    A mark stands one row below its lowest parent; one without parents just above its highest
    child, and the natural half of an intervened variable, if nothing reads it, beside the fixed
    one.
    """
    above, below = _neighbours(picture)
    floor: dict[str, int] = {}
    for _ in range(len(picture.splits) + 1):
        row = _longest_paths(picture, above, floor)
        floor = {s.fixed: row[s.natural] for s in picture.splits}
    for mark in reversed(picture.marks):
        name = mark.name
        if below[name] and len(above[name]) < len(below[name]):
            row[name] = max(row[name], min(row[c] for c in below[name]) - 1)
    for split in picture.splits:
        if not below[split.natural]:
            row[split.natural] = max(row[split.natural], row[split.fixed])
    top = min(row.values(), default=0)
    return {name: r - top for name, r in row.items()}


def _longest_paths(
    picture: Picture, above: Mapping[str, list[str]], floor: Mapping[str, int]
) -> dict[str, int]:
    row: dict[str, int] = {}
    for mark in picture.marks:
        lowest = max((row[p] + 1 for p in above[mark.name]), default=0)
        row[mark.name] = max(lowest, floor.get(mark.name, 0))
    return row


def _neighbours(picture: Picture) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """Parents and children by the arrows that lead forward; the few others close loops."""
    rank = {m.name: i for i, m in enumerate(picture.marks)}
    above: dict[str, list[str]] = {name: [] for name in rank}
    below: dict[str, list[str]] = {name: [] for name in rank}
    for arrow in picture.arrows:
        if rank[arrow.tail] < rank[arrow.head]:
            above[arrow.head].append(arrow.tail)
            below[arrow.tail].append(arrow.head)
    return above, below
