"""What a simulation draws, and what of it nothing can draw.

Forward simulation draws each variable from its distribution, causes before effects. That is right
where every statement is a distribution of its variable, whatever its causes are. ``Flat()`` is one
between two ends that nothing random moves: there its constant density is that of a uniform
distribution, up to a factor that is the same in every draw. Where the ends are random, so is that
factor, and it bears on what moves them.
"""

from .graph import Derived, Fixed, Free, Input, ModelGraph, Node, Potential, scored
from .query import fixed_half
from .reading import names_in
from .stepwise import stuck
from .typed import Dist, Expr


def unsimulable(graph: ModelGraph) -> tuple[Node, ...]:
    """Variables that cannot be drawn forward, of those that are.

    They are improper, or follow from themselves in no order, or are vectors of unlike numbers put
    in order; or they are factors, which make the joint distribution another one than what is drawn.
    """
    left_out, unread = stuck(graph), cut_off(graph)
    return tuple(
        node
        for node in graph.nodes.values()
        if isinstance(node.role, Potential)
        or node.name not in unread
        and (dist := scored(node)) is not None
        and (improper(graph, dist) or not dist.drawable or node.name in left_out)
    )


def cut_off(graph: ModelGraph) -> frozenset[str]:
    """Natural halves of variables that were set as a whole.

    Nobody reads them, and a simulation shows the value that was set.
    """
    halves = {fixed_half(name): name for name in graph.nodes}
    return frozenset(
        halves[node.name]
        for node in graph.nodes.values()
        if isinstance(node.role, Fixed) and node.name in halves  # the other may have been left out
    )


def improper(graph: ModelGraph, dist: Dist) -> bool:
    """Whether a density may be that of no distribution, or of one times something random."""
    if dist.proper:
        return False
    if dist.family == "if" and not _random(graph, dist.args[0]):
        return any(improper(graph, part) for part in dist.parts)
    if dist.parts or dist.lifted or not dist.bounded:
        return True
    return any(_random(graph, e) for e in (dist.support.low, dist.support.high) if e is not None)


def _random(graph: ModelGraph, *exprs: Expr) -> bool:
    """Whether what expressions read is drawn, itself or by way of definitions."""
    seen, todo = set[str](), names_in(*exprs)
    while todo:
        node = graph.nodes.get(name := todo.pop())
        if node is None or name in seen or isinstance(node.role, Input | Free | Fixed):
            continue
        if not isinstance(node.role, Derived):
            return True
        seen.add(name)
        todo += names_in(node.role.expr)
    return False
