"""The typed model: every name resolved, every expression with its axes, kind and bounds.

This is what the checker promises to the passes after it: no unknown name, no wrong dimension, no
wrong number of arguments is left. User functions (``def``) are already inlined.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from ..grammar.diagnostic import Diagnostic
from ..grammar.frozen import frozen
from ..grammar.source import Source, Span
from .exprs import Apply as Apply
from .exprs import ArrayCall as ArrayCall
from .exprs import Const as Const
from .exprs import Density as Density
from .exprs import Element as Element
from .exprs import Expr as Expr
from .exprs import IndexValue as IndexValue
from .exprs import IndexVar as IndexVar
from .exprs import Label as Label
from .exprs import Leaf as Leaf
from .exprs import Local as Local
from .exprs import Neural as Neural
from .exprs import OverDim as OverDim
from .exprs import OverRange as OverRange
from .exprs import Reduce as Reduce
from .exprs import Solution as Solution
from .exprs import Stack as Stack
from .exprs import Tabulate as Tabulate
from .exprs import Type as Type
from .exprs import Typed as Typed
from .exprs import Var as Var
from .exprs import Where as Where
from .exprs import WholeAxis as WholeAxis
from .families import FAMILIES
from .networks import Network, Spread
from .types import Extent, Missing, SupportName

if TYPE_CHECKING:
    from .lookback import Read

# --- declarations and statements ----------------------------------------------------------------


@frozen
class FromData:
    """Labels are whatever the data bring: names, or 1..n."""


@frozen
class Names:
    """Labels written in the model."""

    labels: tuple[str, ...]


@frozen
class Count:
    """Labels ``first..last``, computed from scalar data."""

    first: Expr
    last: Expr


@frozen
class CountUp:
    """Labels ``first..``: as far as the index data that point into the dimension go."""

    first: Expr


@frozen
class Dim:
    """A declared dimension.

    Attributes:
        order: where the model says what comes after what: the numbers that the labels have in
            order. From 1 if they are no numbers of the model's; see `numbered`.
    """

    name: str
    labels: FromData | Names | Count | CountUp
    span: Span = field(compare=False, repr=False)
    order: Count | None = None

    @property
    def numbered(self) -> bool:
        """Whether labels are consecutive whole numbers, and mean what they say."""
        return isinstance(self.labels, Count | CountUp)

    @property
    def numbers(self) -> Count | None:
        """The numbers of the labels, from first to last, where they have an order."""
        return self.labels if isinstance(self.labels, Count) else self.order


@frozen
class Support:
    """A support with its ends, for ``INTERVAL`` and ``ORDERED``; an absent end is infinite.

    ``dim`` is the dimension of an INDEX support.
    """

    name: SupportName
    low: Expr | None = None
    high: Expr | None = None
    dim: str | None = None


@frozen
class Data:
    """A declared input. ``type.event`` is its dimensions; ``type.axes`` is empty.

    ``missing`` says what becomes of elements that have no value; None refuses them.
    """

    name: str
    type: Type
    support: Support
    default: Expr | None
    span: Span = field(compare=False, repr=False)
    missing: Missing | None = None


@frozen
class Dist:
    """A distribution with its arguments.

    Attributes:
        family: key of ``families.FAMILIES``.
        form: which of the family's parametrisations (``Form.name``).
        args: one expression per parameter of that form, in the form's order.
        event: extents of one draw: empty for scalar families, unless ``on ordered`` makes a vector
            of them.
        support: where draws live: the family's own, or what ``on`` restricts it to.
        parts: the distributions that it is made of, where it is no family's: see `composite`.
        over: index variables of a mixture with one component for each of their values.
        restricted: whether ``on`` was written, so that the density needs its normaliser.
    """

    family: str
    form: str
    args: tuple[Expr, ...]
    event: tuple[Extent, ...]
    support: Support
    restricted: bool
    span: Span = field(compare=False, repr=False)
    parts: tuple["Dist", ...] = ()
    over: tuple[IndexVar, ...] = ()

    @property
    def lifted(self) -> int:
        """Axes of a draw beyond those of one draw of the family: 1 for numbers put in order."""
        return 0 if self.parts else len(self.event) - FAMILIES[self.family].event

    @property
    def exchangeable(self) -> bool:
        """Whether the numbers of a draw that is put in order are alike before they are."""
        return self.lifted == 1 and not any(a.type.event for a in self.args)

    @property
    def drawable(self) -> bool:
        """Whether there is a way to draw from it.

        A vector put in order is drawn by sorting, which takes numbers that are alike. A hurdle of
        counts is drawn from the part above 0, which takes a single family.
        """
        if self.family == "Hurdle" and self.parts[0].parts and self.support.name.is_discrete:
            return False
        in_order = self.exchangeable or not self.support.name.is_ordered
        return in_order and all(p.drawable for p in self.parts)

    @property
    def bounded(self) -> bool:
        """Whether draws lie between two numbers."""
        s = self.support
        return s.name is SupportName.UNIT or (s.low is not None and s.high is not None)

    @property
    def proper(self) -> bool:
        """Whether its density integrates to one."""
        return all(p.proper for p in self.parts) if self.parts else FAMILIES[self.family].proper


@frozen
class Sample:
    """``name[plates] ~ dist``.

    ``plates`` run over the whole of their dimensions, except where ``name`` is data: there a range
    may leave elements out, which are then not observed.

    A family that was written in clauses has their ranges in ``clauses``, in order; its formulas are
    conditionals, ``if t <= last of the first then … else …``. ``along`` is the plate along which
    it refers to earlier elements of its own recurrence, None if it takes part in none; ``across``
    is the second one where it recurs along two at once (see `sweep`). ``reads`` are those of its
    references of which only the data can tell that they are to earlier elements.
    """

    name: str
    plates: tuple[IndexVar, ...]
    dist: Dist
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    clauses: tuple[IndexVar, ...] = ()
    along: IndexVar | None = None
    reads: "tuple[Read, ...]" = ()
    across: IndexVar | None = None


@frozen
class Define:
    """``name[plates] = expr``; the other attributes as of `Sample`."""

    name: str
    plates: tuple[IndexVar, ...]
    expr: Expr
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    clauses: tuple[IndexVar, ...] = ()
    along: IndexVar | None = None
    reads: "tuple[Read, ...]" = ()
    across: IndexVar | None = None


@frozen
class Factor:
    """``factor name[plates] = expr``: the sum of ``expr`` over the plates is added."""

    name: str
    plates: tuple[IndexVar, ...]
    expr: Expr
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)


@frozen
class Param:
    """``param name[plates]: type = initial``. ``initial`` is computed from data alone.

    The weights of networks are params too, and may start at random.
    ``event`` are the dimensions of one value, of a type of vectors or matrices.
    """

    name: str
    plates: tuple[IndexVar, ...]
    support: Support
    initial: Expr | None
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    spread: Spread | None = None
    event: tuple[Extent, ...] = ()


@frozen
class Setting:
    """``observe name[element] = value`` or ``do …``. ``value`` is computed from data alone.

    ``element`` is empty for the whole variable, else one constant `Label` or `Const` per dimension.
    """

    name: str
    element: tuple[Expr, ...]
    value: Expr
    span: Span = field(compare=False, repr=False)


@frozen
class Guide:
    """A variational family: parameters, draws and definitions, in source order."""

    name: str
    params: tuple[Param, ...]
    samples: tuple[Sample, ...]
    defines: tuple[Define, ...]
    span: Span = field(compare=False, repr=False)


@frozen
class Scenario:
    """Named observations and interventions."""

    name: str
    observed: tuple[Setting, ...]
    done: tuple[Setting, ...]
    span: Span = field(compare=False, repr=False)


@frozen
class Model:
    """A checked file. Mappings and tuples keep source order."""

    source: Source
    dims: Mapping[str, Dim]
    data: Mapping[str, Data]
    samples: tuple[Sample, ...]
    defines: tuple[Define, ...]
    factors: tuple[Factor, ...]
    params: tuple[Param, ...]
    observed: tuple[Setting, ...]
    guides: Mapping[str, Guide]
    scenarios: Mapping[str, Scenario]
    warnings: tuple[Diagnostic, ...] = ()
    networks: tuple[Network, ...] = ()
