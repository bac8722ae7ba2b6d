"""Recurrences along two dimensions at once: ``x[i, t]`` from ``x[i - 1, t]`` and ``x[i, t - 1]``.

Elements are computed in fronts: those for which a weighted sum of the two positions is the same
depend on earlier fronts alone, and are computed together. The weights follow from the lags.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from .graph import Node, formulas
from .reading import children
from .recurrence import linear, number_of
from .typed import Element, Expr, IndexVar, Var, WholeAxis

Lags = tuple[int, int]  # how many positions back, along each of the two dimensions
WEIGHTS: Sequence[Lags] = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1))


def weights(lags: Iterable[Lags]) -> Lags | None:
    """Weights of the two positions by which every lag leads to an earlier front; None if none do.

    One of them is 1, so that a position follows from the front and the other one.
    """
    found = set(lags)
    for a, b in WEIGHTS:
        if all(a * one + b * other > 0 for one, other in found):
            return a, b
    return None


def lags_of(read: Element, axes: Lags, here: tuple[IndexVar, IndexVar]) -> Lags | None:
    """How far back an element is read, if that is the same for all elements.

    Args:
        axes: the slots of the two dimensions.
        here: the indices of the statement that run over them.
    """
    found = tuple(back(read.slots[axis], var) for axis, var in zip(axes, here, strict=True))
    one, other = found
    return None if one is None or other is None else (one, other)


def back(slot: Expr | WholeAxis, here: IndexVar) -> int | None:
    """``k`` of ``t - k``."""
    if isinstance(slot, WholeAxis):
        return None
    number = (linear(number_of(here, slot.span)) - linear(slot)).number
    return None if number is None or number != int(number) else int(number)


def axes_of(node: Node) -> Lags:
    """The slots of a family's two dimensions."""
    assert node.along is not None and node.across is not None
    return node.plates.index(node.along), node.plates.index(node.across)


def weights_of(nodes: Sequence[Node]) -> Lags:
    """Weights of the fronts of families that recur together."""
    axes = {n.name: axes_of(n) for n in nodes}
    found = weights(
        lags
        for n in nodes
        for e in formulas(n)
        for lags in _lags_in(e, axes, (n.plates[axes[n.name][0]], n.plates[axes[n.name][1]]))
        if lags != (0, 0)
    )
    assert found is not None, "the checker found some"
    return found


def _lags_in(e: Expr, axes: Mapping[str, Lags], here: tuple[IndexVar, IndexVar]) -> Iterator[Lags]:
    for read in elements_of(e, axes):
        assert isinstance(read.base, Var)
        found = lags_of(read, axes[read.base.name], here)
        assert found is not None, "the checker has looked at every reference"
        yield found


def elements_of(e: Expr, names: Collection[str]) -> Iterator[Element]:
    """Elements of some families that an expression reads."""
    todo = [e]
    while todo:
        e = todo.pop()
        if isinstance(e, Element) and isinstance(e.base, Var) and e.base.name in names:
            yield e
        todo.extend(children(e))
