"""How large formulas are, as what they become when everything in them is written out.

Some formulas are put in where they are read: bodies of functions, definitions in a system of
differential equations, what is derived from a variable that is summed out. Each of these can read
the one before twice, so that a page of text would become more than any machine holds; and later
passes recurse over formulas. So there are limits, and they are looked at before anything is made.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .reading import children
from .typed import Apply, Expr, Var

MOST_NODES = 20_000  # of one formula, shared parts counted wherever they stand
DEEPEST = 150  # nesting of the result


class Measure(NamedTuple):
    """Size and depth of an expression as a tree.

    Attributes:
        expr: keeps its identity taken.
        nested: depth without arithmetic, which is emitted without recursion.
    """

    expr: Expr | None
    size: int
    depth: int
    nested: int

    @property
    def fits(self) -> bool:
        """Whether it may be written out after everything is checked."""
        return self.size <= MOST_NODES and self.nested <= DEEPEST


NOTHING: Mapping[str, Measure] = MappingProxyType({})


def measure(
    expr: Expr, done: dict[int, Measure], written_out: Mapping[str, Measure] = NOTHING
) -> Measure:
    """Size and depth of an expression; parts that are shared are measured once.

    Args:
        done: what was measured before, by identity; added to.
        written_out: variables in whose place their formulas stand.
    """
    stack = [expr]
    while stack:
        e = stack[-1]
        parts = children(e)
        waiting = [p for p in parts if id(p) not in done]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if isinstance(e, Var) and e.name in written_out:
            done[id(e)] = written_out[e.name]._replace(expr=e)
        else:
            done[id(e)] = _with_parts(e, [done[id(p)] for p in parts])
    return done[id(expr)]


def _with_parts(e: Expr, parts: Sequence[Measure]) -> Measure:
    size = 1 + sum(m.size for m in parts)
    depth = 1 + max((m.depth for m in parts), default=0)
    nested = max((m.nested for m in parts), default=0) + (not isinstance(e, Apply))
    return Measure(e, size, depth, nested)
