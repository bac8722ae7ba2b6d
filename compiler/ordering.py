"""Orders of names that need each other.

Kahn's algorithm with a heap, so that what may stand anywhere stays in the order in which it was
written. networkx has the same; but importing it takes longer than checking a model, and what it is
needed for, the cycles of a model that has some, is rare.
"""

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush


class Cyclic(ValueError):
    """There is no order.

    Attributes:
        names: those that are in a cycle or need one that is.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        """The message lists ``names``."""
        super().__init__(f"cycle among {', '.join(names)}")
        self.names = names


def topological(names: Iterable[str], needs: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Names so that each comes after those it needs; otherwise as they are given.

    Time O((n + m) log n) for n names with m needs.

    Args:
        needs: what a name needs, repetitions allowed; what is not among ``names`` is ignored.

    Raises:
        Cyclic: names need each other, or themselves.
    """
    listed = list(names)
    rank = {name: i for i, name in enumerate(listed)}
    needed_by: list[list[int]] = [[] for _ in listed]
    open_ = [0] * len(listed)
    for i, name in enumerate(listed):
        for other in {rank[n] for n in needs(name) if n in rank}:
            needed_by[other].append(i)
            open_[i] += 1
    ready = [i for i, count in enumerate(open_) if count == 0]
    heapify(ready)
    found = []
    while ready:
        i = heappop(ready)
        found.append(listed[i])
        for j in needed_by[i]:
            open_[j] -= 1
            if open_[j] == 0:
                heappush(ready, j)
    if len(found) < len(listed):
        raise Cyclic(tuple(n for n, count in zip(listed, open_, strict=True) if count))
    return tuple(found)
