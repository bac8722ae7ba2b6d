"""What a graph says about independence, and about what can be left out.

Plain graph algorithms on a directed acyclic graph, linear in its edges.
"""

from collections.abc import Collection, Iterable

import networkx as nx


def d_separated(
    graph: nx.DiGraph, xs: Collection[str], ys: Collection[str], given: Collection[str] = ()
) -> bool:
    """Whether every path between ``xs`` and ``ys`` is blocked by ``given``.

    If so the two are independent given the third in every density that factorises over the graph.
    The three sets must not overlap.
    """
    return not connected(graph, xs, given) & set(ys)


def connected(graph: nx.DiGraph, xs: Collection[str], given: Collection[str] = ()) -> set[str]:
    """Everything that an active path joins to ``xs``, ``xs`` themselves included.

    References:
        Shachter (1998), Bayes-Ball: The Rational Pastime, section 3; a node is visited at most once
        from below and once from above.
    """
    blocked = set(given)
    seen: set[tuple[str, bool]] = set()
    todo = [(x, True) for x in xs]  # True: the path arrives from a child (or begins here)
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        name, from_below = at
        if from_below and name not in blocked:
            todo.extend((p, True) for p in graph.predecessors(name))
            todo.extend((c, False) for c in graph.successors(name))
        if not from_below and name not in blocked:
            todo.extend((c, False) for c in graph.successors(name))
        if not from_below and name in blocked:  # evidence sends the ball back up: a collider opens
            todo.extend((p, True) for p in graph.predecessors(name))
    return {name for name, _ in seen if name not in blocked}


def ancestors(graph: nx.DiGraph, names: Iterable[str]) -> set[str]:
    """Everything from which a directed path leads to one of ``names``, without themselves unless
    one is above another."""
    found: set[str] = set()
    todo = [p for n in names for p in graph.predecessors(n)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(graph.predecessors(name))
    return found


def barren(graph: nx.DiGraph, evidence: Collection[str], asked: Collection[str] = ()) -> set[str]:
    """Nodes that are neither evidence, nor asked for, nor above any that is.

    Their factors integrate to one, so that they can be left out.
    """
    wanted = {*evidence, *asked}
    return set(graph) - wanted - ancestors(graph, wanted)


def markov_blanket(graph: nx.DiGraph, name: str) -> set[str]:
    """Parents, children and the children's other parents: given these, nothing else matters."""
    children = set(graph.successors(name))
    spouses = {p for c in children for p in graph.predecessors(c)}
    return ({*graph.predecessors(name)} | children | spouses) - {name}
