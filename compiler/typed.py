"""The typed model: every name resolved, every expression with its axes, kind and bounds.

This is what the checker promises to the passes after it: no unknown name, no wrong dimension, no
wrong number of arguments is left. User functions (``def``) are already inlined.

Axes. An expression inside a statement depends on some of the index variables in scope (its
``axes``) and may itself be an array over further, unindexed axes (its ``event``): in
``move[r, :]`` the axis is ``r`` and the event is ``(regime,)``. The array that computes it is laid
out ``(*batch, *axes, *event)`` with the axes ordered by ``IndexVar.id``: plates first, in the order
in which they are written, then reductions from outside to inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..grammar.diagnostic import Diagnostic
from ..grammar.source import Source, Span
from .families import FAMILIES
from .types import ANYTHING, Bounds, Extent, Kind, SupportName

# --- index variables ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OverDim:
    """``i in dim``: every label of a dimension."""

    dim: str


@dataclass(frozen=True, slots=True)
class OverRange:
    """``t in first..last``: whole numbers, both ends included, computed from data alone.

    ``dim`` is the dimension whose labels these are, where a slot says so (``y[t in 2..T]``), else
    None.
    """

    first: "Expr"
    last: "Expr"
    dim: str | None = None


@dataclass(frozen=True, slots=True)
class IndexVar:
    """A bound index. ``id`` is unique in a model and orders the axes of arrays."""

    name: str
    id: int
    domain: OverDim | OverRange
    span: Span = field(compare=False, repr=False)

    @property
    def dim(self) -> str | None:
        """The dimension whose labels it takes, if any."""
        return self.domain.dim


# --- expressions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A place in the text with its type."""

    type: Type
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Const(Typed):
    """A number. Booleans are 0 and 1."""

    value: float


@dataclass(frozen=True, slots=True)
class Label(Typed):
    """A label of a dimension written as a constant: ``placebo`` in ``alpha[placebo]``.

    ``type.kind`` is INDEX and ``type.dim`` its dimension. ``label`` is a whole number for
    dimensions that count. Where the labels come from the data it is looked up at bind time.
    """

    label: str | int


@dataclass(frozen=True, slots=True)
class Var(Typed):
    """A variable, as a whole: its event is its dimensions followed by its own event."""

    name: str


@dataclass(frozen=True, slots=True)
class IndexValue(Typed):
    """The value of an index variable: its label as a number (INT) or its position (INDEX).

    The checker makes it INT over ranges and dimensions that count, INDEX elsewhere.
    """

    var: IndexVar


@dataclass(frozen=True, slots=True)
class WholeAxis:
    """``:`` in a slot."""


@dataclass(frozen=True, slots=True)
class Element(Typed):
    """``base[slots]``; exactly one slot for every axis of ``base.type.event``.

    A slot is `WholeAxis`, or an expression of kind INDEX (a position: compared dimension by
    dimension by the checker) or INT (a label of a dimension that counts, or, for an anonymous
    axis, a number from 1). ``alpha[c]`` with ``c in county`` has the slot ``IndexValue(c)``.
    """

    base: "Expr"
    slots: tuple["Expr | WholeAxis", ...]


@dataclass(frozen=True, slots=True)
class Apply(Typed):
    """An elementwise function or operator; ``fn`` is a key of ``functions.ELEMENTWISE``."""

    fn: str
    args: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Where(Typed):
    """``if condition then yes else no``, elementwise."""

    condition: "Expr"
    yes: "Expr"
    no: "Expr"


@dataclass(frozen=True, slots=True)
class Stack(Typed):
    """``[a, b, c]``: the items, along a new first event axis."""

    items: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Reduce(Typed):
    """A reduction; ``op`` is a key of ``functions.REDUCTIONS``.

    Over ``vars`` when it has binders; over the whole event of ``body`` when ``vars`` is empty
    (``mean(floor)``).
    """

    op: str
    vars: tuple[IndexVar, ...]
    body: "Expr"


@dataclass(frozen=True, slots=True)
class ArrayCall(Typed):
    """A function of the events of its arguments; ``fn`` is a key of ``arrays.ARRAYS``."""

    fn: str
    args: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Tabulate(Typed):
    """``body`` for every value of ``vars``: an array along them, then along the body's own event.

    What a definition over plates is as a whole. It is not written in models: rewrites make it.
    """

    vars: tuple[IndexVar, ...]
    body: "Expr"


Leaf = Const | Label | Var | IndexValue
Expr = Leaf | Element | Apply | Where | Stack | Reduce | ArrayCall | Tabulate


# --- declarations and statements ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FromData:
    """Labels are whatever the data bring: names, or 1..n."""


@dataclass(frozen=True, slots=True)
class Names:
    """Labels written in the model."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Labels ``first..last``, computed from scalar data."""

    first: Expr
    last: Expr


@dataclass(frozen=True, slots=True)
class Dim:
    """A declared dimension."""

    name: str
    labels: FromData | Names | Count
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Support:
    """A support with its ends, for ``INTERVAL`` and ``ORDERED``; an absent end is infinite.

    ``dim`` is the dimension of an INDEX support.
    """

    name: SupportName
    low: Expr | None = None
    high: Expr | None = None
    dim: str | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """A declared input. ``type.event`` is its dimensions; ``type.axes`` is empty."""

    name: str
    type: Type
    support: Support
    default: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Dist:
    """A distribution with its arguments.

    Attributes:
        family: key of ``families.FAMILIES``.
        form: which of the family's parametrisations (``Form.name``).
        args: one expression per parameter of that form, in the form's order.
        event: extents of one draw: empty for scalar families, unless ``on ordered`` makes a vector
            of them.
        support: where draws live: the family's own, or what ``on`` restricts it to.
        restricted: whether ``on`` was written, so that the density needs its normaliser.
    """

    family: str
    form: str
    args: tuple[Expr, ...]
    event: tuple[Extent, ...]
    support: Support
    restricted: bool
    span: Span = field(compare=False, repr=False)

    @property
    def lifted(self) -> int:
        """Axes of a draw beyond those of one draw of the family: 1 for numbers put in order."""
        return len(self.event) - FAMILIES[self.family].event

    @property
    def exchangeable(self) -> bool:
        """Whether the numbers of a draw that is put in order are alike before they are."""
        return self.lifted == 1 and not any(a.type.event for a in self.args)

    @property
    def drawable(self) -> bool:
        """Whether a sorted draw is a draw; true of everything that is not put in order."""
        return self.exchangeable or not self.support.name.is_ordered


@dataclass(frozen=True, slots=True)
class Sample:
    """``name[plates] ~ dist``.

    ``plates`` run over the whole of their dimensions, except where ``name`` is data: there a range
    may leave elements out, which are then not observed.

    A family that was written in clauses has their ranges in ``clauses``, in order; its formulas are
    conditionals, ``if t <= last of the first then … else …``. ``along`` is the plate along which
    it refers to earlier elements of its own recurrence, None if it takes part in none; ``reads``
    are ranges of labels that it refers to, as far as only the data can tell that they exist.
    """

    name: str
    plates: tuple[IndexVar, ...]
    dist: Dist
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    clauses: tuple[IndexVar, ...] = ()
    along: IndexVar | None = None
    reads: tuple[IndexVar, ...] = ()


@dataclass(frozen=True, slots=True)
class Define:
    """``name[plates] = expr``; ``clauses``, ``along`` and ``reads`` as of `Sample`."""

    name: str
    plates: tuple[IndexVar, ...]
    expr: Expr
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    clauses: tuple[IndexVar, ...] = ()
    along: IndexVar | None = None
    reads: tuple[IndexVar, ...] = ()


@dataclass(frozen=True, slots=True)
class Param:
    """``param name[plates]: type = initial``. ``initial`` is computed from data alone."""

    name: str
    plates: tuple[IndexVar, ...]
    support: Support
    initial: Expr | None
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """``observe name[element] = value`` or ``do …``. ``value`` is computed from data alone.

    ``element`` is empty for the whole variable, else one constant `Label` or `Const` per dimension.
    """

    name: str
    element: tuple[Expr, ...]
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Guide:
    """A variational family: parameters, draws and definitions, in source order."""

    name: str
    params: tuple[Param, ...]
    samples: tuple[Sample, ...]
    defines: tuple[Define, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Named observations and interventions."""

    name: str
    observed: tuple[Setting, ...]
    done: tuple[Setting, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A checked file. Mappings and tuples keep source order."""

    source: Source
    dims: Mapping[str, Dim]
    data: Mapping[str, Data]
    samples: tuple[Sample, ...]
    defines: tuple[Define, ...]
    params: tuple[Param, ...]
    observed: tuple[Setting, ...]
    guides: Mapping[str, Guide]
    scenarios: Mapping[str, Scenario]
    warnings: tuple[Diagnostic, ...] = ()
