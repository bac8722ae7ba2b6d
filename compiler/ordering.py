"""Orders of names that need each other.

Kahn's algorithm with a heap, so that what may stand anywhere stays in the order in which it was
written. networkx has the same; but importing it takes longer than checking a model, and what it is
needed for, the cycles of a model that has some, is rare.
"""

from collections.abc import Callable, Iterable, Mapping
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
        others = {rank[n] for n in needs(name) if n in rank}
        open_[i] = len(others)
        for other in others:
            needed_by[other].append(i)
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


def grouped(
    names: Iterable[str], needs: Callable[[str], Iterable[str]]
) -> tuple[tuple[str, ...], ...]:
    """Like `topological`, with names that need each other in one group.

    The members of a group stay as they are given; a group stands where its first member may.

    References:
        Tarjan (1972), Depth-first search and linear graph algorithms: strongly connected
        components; without recursion.
    """
    listed = list(names)
    try:  # nearly always nothing needs itself, and every name is a group
        return tuple([(name,) for name in topological(listed, needs)])
    except Cyclic:
        known = set(listed)
        reads = {name: tuple({n: None for n in needs(name) if n in known}) for name in listed}
        group = _components(listed, reads)
    members: dict[str, list[str]] = {}
    for name in listed:
        members.setdefault(group[name], []).append(name)
    first = {root: own[0] for root, own in members.items()}
    heads = [first[group[name]] for name in listed if first[group[name]] == name]
    own_of = {own[0]: own for own in members.values()}

    def head_needs(head: str) -> Iterable[str]:
        others = (first[group[n]] for name in own_of[head] for n in reads[name])
        return (other for other in others if other != head)

    return tuple(tuple(own_of[head]) for head in topological(heads, head_needs))


def _components(names: Iterable[str], reads: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """For every name, one name that stands for its strongly connected component."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    root_of: dict[str, str] = {}
    for start in names:
        todo = [(start, 0)] if start not in index else []
        while todo:
            name, at = todo.pop()
            if at == 0:
                index[name] = low[name] = len(index)
                path.append(name)
            else:
                low[name] = min(low[name], low[reads[name][at - 1]])
            rest = reads[name][at:]
            step = next((i for i, n in enumerate(rest) if n not in index), None)
            seen = rest if step is None else rest[:step]
            for n in seen:
                if n not in root_of:
                    low[name] = min(low[name], index[n])
            if step is not None:
                todo += [(name, at + step + 1), (rest[step], 0)]
            elif low[name] == index[name]:
                while name not in root_of:
                    root_of[path.pop()] = name
    return root_of
