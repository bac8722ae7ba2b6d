"""The order in which what reads each other is typed, and the circles for which there is none."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from ...grammar.source import Source, Span
from ..ordering import Cyclic, grouped, topological

if TYPE_CHECKING:
    import networkx as nx

_BRACKET = re.compile(r"\[[^\[\]\n]*\]")
Edges = Mapping[str, Mapping[str, Span]]  # what each name reads, with the place where it does


def order(names: Iterable[str], edges: Edges) -> list[str]:
    """Names so that each comes after those it reads; source order otherwise.

    Raises:
        Cyclic: some read each other.
    """
    return list(topological(names, edges.__getitem__))


def acyclic(names: Iterable[str], edges: Edges) -> bool:
    """Whether no names read each other, or themselves."""
    try:
        topological(names, edges.__getitem__)
    except Cyclic:
        return False
    return True


def cycles(names: Collection[str], edges: Edges) -> list[list[str]]:
    """One shortest cycle for every knot of names that read each other.

    Each is given from its first name in source order, every name followed by one that it reads.
    """
    rank = {name: i for i, name in enumerate(names)}
    found = [_round(knot, min(knot, key=rank.__getitem__), rank) for knot in _knots(names, edges)]
    return sorted(found, key=lambda c: rank[c[0]])


def knotted(names: Collection[str], edges: Edges) -> set[str]:
    """Every name that is in some cycle."""
    return {n for knot in _knots(names, edges) for n in knot}


def _knots(names: Collection[str], edges: Edges) -> "list[nx.DiGraph]":
    """Largest sets of names that all read each other, with edges to what is read."""
    try:
        topological(names, edges.__getitem__)
    except Cyclic as error:
        import networkx as nx  # not at the top: hardly a model needs it, and it is slow to import

        known = set(error.names)
        g: nx.DiGraph = nx.DiGraph()
        g.add_edges_from((name, read) for name in known for read in edges[name] if read in known)
        knots = nx.strongly_connected_components(g)
        return [g.subgraph(k) for k in knots if len(k) > 1 or g.has_edge(*k, *k)]
    return []


def groups(names: Iterable[str], edges: Edges) -> list[list[str]]:
    """Names in the order of `order`; those that read each other stand together."""
    return [list(g) for g in grouped(names, edges.__getitem__)]


def _round(g: "nx.DiGraph", start: str, rank: Mapping[str, int]) -> list[str]:
    """A shortest way from a name back to itself, ties by source order."""
    import networkx as nx

    if g.has_edge(start, start):
        return [start]
    back = nx.single_target_shortest_path_length(g, start)
    here, path = min((n for n in g.successors(start)), key=lambda n: (back[n], rank[n])), [start]
    while here != start:
        path.append(here)
        here = min(g.successors(here), key=lambda n: (back[n], rank[n]))
    return path


def as_read(source: Source, name: Span) -> str:
    """What is read, as it is written: the name, and the indices behind it."""
    indices = _BRACKET.match(source.text, name.stop)
    return source.quote(Span(name.start, indices.end() if indices else name.stop))
