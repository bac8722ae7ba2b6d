"""Typed expressions: index variables, and what formulas are made of.

Axes. An expression inside a statement depends on some of the index variables in scope (its
``axes``) and may itself be an array over further, unindexed axes (its ``event``): in
``move[r, :]`` the axis is ``r`` and the event is ``(regime,)``. The array that computes it is laid
out ``(*batch, *axes, *event)`` with the axes ordered by ``IndexVar.id``: plates first, in the order
in which they are written, then reductions from outside to inside.
"""

from dataclasses import field
from typing import TYPE_CHECKING

from ..grammar.frozen import frozen
from ..grammar.source import Span
from .types import ANYTHING, Bounds, Extent, Kind

if TYPE_CHECKING:
    from .systems import System
    from .typed import Dist

# --- index variables ----------------------------------------------------------------------------


@frozen
class OverDim:
    """``i in dim``: every label of a dimension."""

    dim: str


@frozen
class OverRange:
    """``t in first..last``: whole numbers, both ends included, computed from data alone.

    ``dim`` is the dimension whose labels these are, where a slot says so (``y[t in 2..T]``), else
    None.
    """

    first: "Expr"
    last: "Expr"
    dim: str | None = None


@frozen
class IndexVar:
    """A bound index. ``id`` is unique in a model and orders the axes of arrays."""

    name: str = field(hash=False)  # the id is enough, and hashed sooner
    id: int
    domain: OverDim | OverRange = field(hash=False)
    span: Span = field(compare=False, repr=False)

    @property
    def dim(self) -> str | None:
        """The dimension whose labels it takes, if any."""
        return self.domain.dim


# --- expressions --------------------------------------------------------------------------------


@frozen
class Type:
    """What the checker found out about an expression.

    Attributes:
        kind: what one number of it is.
        axes: index variables it depends on, ordered by id.
        event: extents of its own, unindexed axes.
        bounds: interval every number of it stays in.
        dim: for ``Kind.INDEX``, the dimension it points into.
    """

    kind: Kind
    axes: tuple[IndexVar, ...] = ()
    event: tuple[Extent, ...] = ()
    bounds: Bounds = ANYTHING
    dim: str | None = None


@frozen
class Typed:
    """A place in the text with its type."""

    type: Type = field(kw_only=True)
    span: Span = field(compare=False, repr=False, kw_only=True)


@frozen
class Const(Typed):
    """A number. Booleans are 0 and 1."""

    value: float


@frozen
class Label(Typed):
    """A label of a dimension written as a constant: ``placebo`` in ``alpha[placebo]``.

    ``type.kind`` is INDEX and ``type.dim`` its dimension. ``label`` is a whole number for
    dimensions that count. Where the labels come from the data it is looked up at bind time.
    """

    label: str | int


@frozen
class Var(Typed):
    """A variable, as a whole: its event is its dimensions followed by its own event."""

    name: str


@frozen
class IndexValue(Typed):
    """The value of an index variable: its label as a number (INT) or its position (INDEX).

    The checker makes it INT over ranges and dimensions that count, INDEX elsewhere.
    """

    var: IndexVar


@frozen
class WholeAxis:
    """``:`` in a slot."""


@frozen
class Element(Typed):
    """``base[slots]``; exactly one slot for every axis of ``base.type.event``.

    A slot is `WholeAxis`, or an expression of kind INDEX (a position: compared dimension by
    dimension by the checker) or INT (a label of a dimension that counts, or, for an anonymous
    axis, a number from 1). ``alpha[c]`` with ``c in county`` has the slot ``IndexValue(c)``.
    """

    base: "Expr"
    slots: tuple["Expr | WholeAxis", ...]


@frozen
class Apply(Typed):
    """An elementwise function or operator; ``fn`` is a key of ``functions.ELEMENTWISE``."""

    fn: str
    args: tuple["Expr", ...]


@frozen
class Where(Typed):
    """``if condition then yes else no``, elementwise."""

    condition: "Expr"
    yes: "Expr"
    no: "Expr"


@frozen
class Stack(Typed):
    """``[a, b, c]``: the items, along a new first event axis."""

    items: tuple["Expr", ...]


@frozen
class Reduce(Typed):
    """A reduction; ``op`` is a key of ``functions.REDUCTIONS``.

    Over ``vars`` when it has binders; over the whole event of ``body`` when ``vars`` is empty
    (``mean(floor)``).
    """

    op: str
    vars: tuple[IndexVar, ...]
    body: "Expr"


@frozen
class ArrayCall(Typed):
    """A function of the events of its arguments; ``fn`` is a key of ``arrays.ARRAYS``."""

    fn: str
    args: tuple["Expr", ...]


@frozen
class Tabulate(Typed):
    """``body`` for every value of ``vars``: an array along them, then along the body's own event.

    What a definition over plates is as a whole. It is not written in models: rewrites make it.
    """

    vars: tuple[IndexVar, ...]
    body: "Expr"


@frozen
class Density(Typed):
    """``logpdf(D, x)``, ``cdf(D, x)``, ``logcdf(D, x)``, ``logsf(D, x)``.

    ``fn`` is a key of ``functions.DENSITIES``. Of a family of numbers it works number by number.
    """

    fn: str
    dist: "Dist"
    at: "Expr"


@frozen
class Neural(Typed):
    """What a module from Python gives: an array over the network's outputs, at every axis.

    ``network`` is the key of the `Network`; ``weights`` its flat vector of weights.
    """

    network: str
    weights: "Expr"
    args: tuple["Expr", ...]


@frozen
class Local(Typed):
    """What the formulas of a system of differential equations are functions of: time, a state."""

    name: str


@frozen
class Solution(Typed):
    """One state of a system of differential equations, at the times where it is solved.

    Its axes are the plates of the system, its time index, and the plates of the state.
    """

    system: "System"
    state: int


Leaf = Const | Label | Var | Local | IndexValue
Whole = Stack | Reduce | ArrayCall | Tabulate | Neural
Expr = Leaf | Element | Apply | Where | Whole | Density | Solution
