"""The model graph: one node a statement, a closed set of roles, edges read off the formulas.

A graph is immutable; a rewrite is a function from graph to graph. Values are bound later, so a new
observation does not recompile anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..grammar.frozen import frozen
from ..grammar.source import Source, Span
from .given import Elements as Elements
from .given import FromDataFile as FromDataFile
from .given import FromFormula as FromFormula
from .given import FromOutside as FromOutside
from .given import Given as Given
from .given import Replaced as Replaced
from .given import formulas_of
from .lookback import Read
from .networks import Network, Spread
from .ordering import grouped, topological
from .present import Present
from .reading import children as children
from .reading import ends_of, mentions, parts_of, read_at
from .reading import names_in as names_in
from .summed import Chain as Chain
from .summed import Lagged as Lagged
from .summed import Summed as Summed
from .typed import (
    Data,
    Dim,
    Dist,
    Expr,
    Guide,
    IndexVar,
    Scenario,
    Support,
    Type,
)
from .types import Missing

# --- roles --------------------------------------------------------------------------------------
# Each says what it does to the joint density. "Fixed but still scored" cannot be written down.


@frozen
class Latent:
    """Free: a block of the unconstrained vector, and scored."""

    dist: Dist


@frozen
class Observed:
    """Conditioned: its value is given, and it is still scored; its parents keep their edges.

    Elements that the data do not have are not scored (DROP), or integrated over (MARGINALISE).
    """

    dist: Dist
    given: Given
    missing: Missing | None = None


@frozen
class Partly:
    """A family in which some elements are given and scored, some do not matter, the rest are free.

    ``barren`` elements feed nothing that is observed or asked for (their children read an
    intervened copy): they are neither scored nor free, and are drawn forward afterwards.
    """

    dist: Dist
    observed: Elements | Present | None
    barren: Elements | Present | None


@frozen
class Fixed:
    """The fixed half of an intervened variable: its value is given, nothing scores it, nothing
    points at it. ``of`` is the variable that was split."""

    of: str
    given: Given


@frozen
class Patched:
    """The fixed half of an intervened family: ``of`` with some elements replaced; never scored."""

    of: str
    elements: Elements


@frozen
class Derived:
    """A formula of other variables; never scored."""

    expr: Expr


@frozen
class Potential:
    """A ``factor``: its formula is added to the log density, and nothing reads it."""

    expr: Expr


@frozen
class Free:
    """A ``param``: optimised, without a density."""

    initial: Expr | None
    spread: Spread | None = None


@frozen
class Input:
    """Data that nothing scores."""


Scored = Latent | Observed | Partly | Summed
Role = Scored | Lagged | Fixed | Patched | Derived | Potential | Free | Input


@frozen(slots=False)
class Node:
    """A variable with its shape and role.

    Attributes:
        plates: the index variables bound on the left of its statement. Formulas in ``role`` refer
            to them. For data without a statement they are empty.
        type: ``event`` is all its axes (dimensions, then a draw's own event), ``axes`` is empty.
        support: where its values live; bijections and checks of given values read it.
        clauses: ranges of the clauses in which it was written, in order; see `typed.Sample`.
        along: the plate along which it refers to earlier elements of its own recurrence.
        reads: references that must be to earlier elements, which only the data can tell.
        across: the second plate where it recurs along two at once; see `sweep`.
    """

    name: str
    plates: tuple[IndexVar, ...]
    type: Type
    support: Support
    role: Role
    span: Span = field(compare=False, repr=False)
    clauses: tuple[IndexVar, ...] = ()
    along: IndexVar | None = None
    reads: tuple[Read, ...] = ()
    across: IndexVar | None = None

    @property
    def parents(self) -> tuple[str, ...]:
        """Read off the role, not stored: an edge cannot disagree with the formula."""
        return self._read[0]

    @property
    def indices(self) -> Sequence[IndexVar]:
        """Index variables whose values its formulas have, with repetitions."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[tuple[str, ...], Sequence[IndexVar]]:
        found = mentions(formulas(self))
        names = dict.fromkeys(found.variables)
        if isinstance(self.role, Patched):
            names.setdefault(self.role.of)
        return tuple(names), found.indices


@dataclass(frozen=True)
class ModelGraph:
    """Variables in source order, with everything a program is made of.

    ``guides``, ``scenarios`` and ``networks`` are carried along unread by rewrites.
    """

    source: Source
    dims: Mapping[str, Dim]
    data: Mapping[str, Data]
    nodes: Mapping[str, Node]
    guides: Mapping[str, Guide]
    scenarios: Mapping[str, Scenario]
    networks: tuple[Network, ...] = ()

    def descendants(self, name: str) -> set[str]:
        """Everything to which a directed path leads from a variable, without itself."""
        found = {name}
        for names in self._circles:
            if any(p in found for n in names for p in self._feeding[n]):
                found.update(names)
        return found - {name}

    def own_values(self, node: Node) -> tuple[str, ...]:
        """Those of a node's parents that are its own values, or the patched copy of them.

        Not empty for a family that follows from itself: it cannot be drawn in one step.
        """
        own, copies = node.name, self._copies
        return tuple([p for p in node.parents if p == own or copies.get(p) == own])

    @cached_property
    def _copies(self) -> Mapping[str, str]:
        """The families of which some elements are replaced, by their patched copies."""
        return {n.name: n.role.of for n in self.nodes.values() if isinstance(n.role, Patched)}

    @cached_property
    def _feeding(self) -> Mapping[str, tuple[str, ...]]:
        """By name, the parents that a variable's edges come from.

        An observed family may refer to its own given values (``y[t] ~ Normal(y[t-1], 1)``), or to
        a copy of them in which some are replaced: such an edge back to itself is dropped, since
        given values are constants of the density. Families that refer to earlier elements of each
        other make a circle here, though not among their elements: see `groups`.
        """
        found = {}
        for name, node in self.nodes.items():
            own = [name] if isinstance(node.role, Derived) else [*self.own_values(node)]
            own += self.starts_from(node)
            found[name] = tuple([p for p in node.parents if p not in own]) if own else node.parents
        return found

    @cached_property
    def _circles(self) -> tuple[tuple[str, ...], ...]:
        """All names in order, those that depend on each other as one group."""
        return grouped(self.nodes, self._feeding.__getitem__)

    def starts_from(self, node: Node) -> tuple[str, ...]:
        """Observed variables whose given values a param starts from: constants of the density."""
        if not isinstance(node.role, Free) or node.role.initial is None:
            return ()
        ends = [e for var in node.plates for e in ends_of(var)]
        ends += [e for e in (node.support.low, node.support.high) if e is not None]
        kept = {*names_in(*ends)}
        found = (n for n in names_in(node.role.initial) if n in self.nodes and n not in kept)
        return tuple(n for n in found if isinstance(self.nodes[n].role, Observed))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Topological; ties keep source order, so generated code never shuffles.

        Raises:
            Cyclic: the graph breaks its law; no checked model does.
        """
        return tuple(name for group in self.groups for name in group)

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The order in which values are computed.

        A group of several is a recurrence of definitions, in an order in which each step can be
        computed. A random variable of a recurrence has its value from elsewhere: it comes before
        the definitions that read it, whatever its distribution reads.

        Raises:
            Cyclic: elements of one step need each other, or families that do not recur.
        """
        if not self.recurrences:
            return self._circles
        known = {
            name: names
            for names in self.recurrences
            for name in names
            if scored(self.nodes[name]) is not None
        }

        def needs(name: str) -> Iterator[str]:
            inside = known.get(name, frozenset())
            return (p for p in self._feeding[name] if p not in inside)

        return tuple(
            topological(names, self.same_step) if len(names) > 1 else names
            for names in grouped(self.nodes, needs)
        )

    @cached_property
    def recurrences(self) -> tuple[frozenset[str], ...]:
        """Families that depend on earlier elements of each other, or of themselves."""
        return tuple(
            frozenset(names)
            for names in self._circles
            if len(names) > 1 or names[0] in self.nodes[names[0]].parents
        )

    def same_step(self, name: str) -> Iterator[str]:
        """What a member of a recurrence needs of the present step.

        That is all of what does not recur, which then makes a cycle.
        """
        node = self.nodes[name]
        if node.along is None:
            yield from node.parents
            return
        yield from (n for e in formulas(node) for n in read_at(e, node.along, node.across))
        if isinstance(node.role, Patched):
            yield node.role.of

    def having(self, *changed: Node) -> "ModelGraph":
        """The graph with these nodes replaced (same name) or added at the end."""
        return (
            self
            if not changed
            else replace(self, nodes={**self.nodes, **{n.name: n for n in changed}})
        )


# --- reading formulas ---------------------------------------------------------------------------


def formulas(node: Node) -> list[Expr]:
    """Every expression that the node's role evaluates, outermost only."""
    found = [e for plate in node.plates for e in ends_of(plate)]
    match node.role:
        case Latent(dist) | Observed(dist=dist) | Partly(dist=dist):
            found += parts_of(dist)
        case Summed(dists=dists):
            found += [e for dist in dists for e in parts_of(dist)]
        case Derived(expr) | Potential(expr):
            found.append(expr)
        case Free(initial):
            ends = (initial, node.support.low, node.support.high)
            found += [e for e in ends if e is not None]
        case Fixed() | Patched() | Lagged() | Input():
            pass
    return found + [e for given in _given(node.role) for e in formulas_of(given)]


def _given(role: Role) -> Sequence[Given]:
    """The values that a role is given."""
    match role:
        case Observed(given=given) | Fixed(given=given):
            return (given,)
        case Partly(observed=observed, barren=barren):
            return [given for e in (observed, barren) if e for given in e.given]
        case Patched(elements=elements) | Summed(observed=Elements() | Present() as elements):
            return elements.given
        case _:
            return ()


def laws(role: Scored) -> tuple[Dist, ...]:
    """What elements are drawn from: one distribution, or that of a chain's first and the rest."""
    return role.dists if isinstance(role, Summed) else (role.dist,)


def scored(node: Node) -> Dist | None:
    """The distribution that a node is scored with, if any."""
    role = node.role
    return role.dist if isinstance(role, Scored) else None


def has_term(node: Node) -> bool:
    """Whether a node adds something to the log density."""
    return isinstance(node.role, Potential) or scored(node) is not None
