"""Summing out finite discrete variables: which terms meet, in which order, and what it costs.

The terms of a model are families: one number per combination of their plates. A summed variable is
eliminated for all of its elements at once when every term that reads it reads one element for each
combination of its own plates, and when whatever else the term reads is settled by that element.
Then the term is summed over the plates that the variable does not have (or, where the element is
looked up in data, added up per element), and the states are summed out in every element. This is
variable elimination on a plated factor graph (Obermeyer et al. 2019), with index maps.

Where plates cross, one family is *joined*: summed as one variable whose states are all joint
states of its elements, which is exact, and costs K^n.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from math import prod
from typing import NamedTuple

from ..grammar.frozen import frozen
from .graph import Lagged, ModelGraph, Node, Summed, has_term
from .reads import Factor, Slots, merged, onto, reads_of, reduced
from .typed import Const, Count, Dim, IndexVar, Names, OverDim, OverRange

Sizes = Mapping[str, int]

LARGEST_JOINT = 2**16  # joint states of one family
LARGEST_TABLE = 10**8  # numbers in one table of log weights
LARGEST_MATRIX = 32  # joint states of coupled chains whose steps are one matrix


@frozen
class Step:
    """One elimination.

    Attributes:
        name: the variable.
        joined: whether all its elements go at once, as one variable.
        clique: variables whose states meet in its table, itself first.
        plates: dimensions along which there is one table per label.
        table: numbers in one of these tables, the product of the states; None while not known.
        size: numbers in all of them, which is about what an evaluation costs in additions; None
            while a dimension's length is not known.
        families: all variables that go at once: those of one chain, else ``name`` alone.
        along: the dimension along which a chain is summed out, one element after the other.
        length: of the chain, where it is known.
        matrix: whether a step of a chain is one matrix over all joint states (see `Chain`).
    """

    name: str
    joined: bool
    clique: tuple[str, ...]
    plates: tuple[str, ...]
    table: int | None
    size: int | None
    families: tuple[str, ...] = ()
    along: str | None = None
    length: int | None = None
    matrix: bool = False


@frozen
class Stuck:
    """No variable that is left can be eliminated within the budget.

    ``joint`` has, per variable, the number of joint states of its family, where it is known;
    ``over`` is the smallest step that would be possible but for its size.
    """

    clique: tuple[str, ...]
    joint: Mapping[str, int | None]
    over: Step | None = None


# --- sizes --------------------------------------------------------------------------------------


def known_sizes(dims: Mapping[str, Dim]) -> dict[str, int]:
    """Lengths of the dimensions that the model itself fixes."""
    sizes: dict[str, int] = {}
    for name, dim in dims.items():
        match dim.labels:
            case Names(labels=labels):
                sizes[name] = len(labels)
            case Count(first=Const(value=first), last=Const(value=last)):
                sizes[name] = max(0, int(last - first) + 1)
            case _:
                pass
    return sizes


def length(var: IndexVar, sizes: Sizes) -> int | None:
    """How many values an index variable takes, where it is known."""
    match var.domain:
        case OverDim(dim=dim):
            return sizes.get(dim)
        case OverRange(first=Const(value=first), last=Const(value=last)):
            return max(0, int(last - first) + 1)
        case OverRange(dim=dim):
            return None if dim is None else sizes.get(dim)


def joint_states(node: Node, sizes: Sizes) -> int | None:
    """Number of joint states of all elements of a family, where it is known."""
    states = length(_role(node).state, sizes)
    lengths = [sizes.get(e) if isinstance(e, str) else e for e in node.type.event]
    if states is None or None in lengths:
        return None
    count = prod(n for n in lengths if n is not None)
    if states < 2:
        return states
    return states**count if count <= 64 else 2**64


# --- the order ----------------------------------------------------------------------------------


def factors_of(graph: ModelGraph) -> tuple[list[Factor], set[str]]:
    """Terms that read summed variables, and the variables that no single elements are read of."""
    names = axes_of(graph)
    joined = {n for n in names if isinstance(r := graph.nodes[n].role, Summed) and r.joined}
    reads = {node.name: reads_of(node, names) for node in graph.nodes.values() if has_term(node)}
    tangled = {
        name
        for found in reads.values()
        for name, slots in found.items()
        if name not in joined and (len(slots) > 1 or None in slots)
    }
    factors = [
        Factor(
            graph.nodes[term].plates,
            {n: () if n in joined else _only(s) for n, s in found.items()},
        )
        for term, found in reads.items()
        if found
    ]
    return factors, tangled


def _only(slots: Collection[Slots | None]) -> Slots:
    """Where a term reads a variable, if that is one element of it; else nowhere in particular."""
    return next(iter(slots), None) or ()


def axes_of(graph: ModelGraph) -> dict[str, IndexVar]:
    """State axes of everything that is summed out, earlier elements of chains included."""
    return {
        n.name: n.role.axis for n in graph.nodes.values() if isinstance(n.role, Summed | Lagged)
    }


@frozen
class Unit:
    """What is eliminated at once: a variable, or the families of one chain.

    Attributes:
        nodes: the variables, in the order of the graph.
        lagged: names of the earlier elements of each, the latest first; none outside of chains.
        plates: over which the terms that read them meet.
    """

    nodes: tuple[Node, ...]
    lagged: Mapping[str, tuple[str, ...]]
    plates: tuple[IndexVar, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variables and of their earlier elements."""
        return tuple(x for n in self.nodes for x in (n.name, *self.lagged.get(n.name, ())))

    @property
    def along(self) -> IndexVar | None:
        """The plate along which a chain runs."""
        chain = _role(self.nodes[0]).chain
        return None if chain is None else chain.along


def units(graph: ModelGraph) -> list[Unit]:
    """What is eliminated at once, each unit where its last variable stands in the graph."""
    lagged: dict[str, dict[int, str]] = {}
    for node in graph.nodes.values():
        if isinstance(node.role, Lagged):
            lagged.setdefault(node.role.of, {})[node.role.lag] = node.name
    found: dict[object, list[Node]] = {}
    for node in (graph.nodes[n] for n in graph.order):
        if isinstance(node.role, Summed):
            chain = node.role.chain
            key = node.name if chain is None else chain.families
            found[key] = [*found.pop(key, []), node]
    return [
        Unit(
            tuple(nodes),
            {n.name: tuple(v for _, v in sorted(lagged.get(n.name, {}).items())) for n in nodes},
            () if _role(nodes[0]).joined else nodes[0].plates,
        )
        for nodes in found.values()
    ]


def order(graph: ModelGraph, sizes: Sizes) -> tuple[Step, ...] | Stuck:
    """Eliminate one variable after the other, the one with the smallest table first.

    Deterministic; ties go to the variable that comes last in the graph, so that children go before
    their parents.
    """
    open_ = _Open(graph, sizes)
    steps: list[Step] = []
    while open_.left:
        turn = open_.next()
        if turn is None:
            return open_.stuck()
        open_.eliminate(turn)
        steps.append(turn.step)
    return tuple(steps)


class _Turn(NamedTuple):
    """One unit that can be eliminated now, and what that makes of the factors that read it."""

    at: int
    step: Step
    touching: tuple[int, ...]
    rest: Factor


class _Open:
    """What is left to eliminate.

    Only units that read a factor that changed are looked at again: chains of thousands of variables
    are eliminated in time proportional to their length.

    Attributes:
        left: units by their place in the graph.
        factors: by number.
        readers: numbers of the factors that read a variable.
        turns: what could be eliminated, by the place of the unit.
        queue: the same, the best first; what is no longer so is passed over when it comes.
    """

    def __init__(self, graph: ModelGraph, sizes: Sizes) -> None:
        factors, self.tangled = factors_of(graph)
        self.graph, self.sizes = graph, sizes
        self.left = dict(enumerate(units(graph)))
        self.unit_of = {name: at for at, unit in self.left.items() for name in unit.names}
        self.factors: dict[int, Factor] = {}
        self.readers: dict[str, dict[int, None]] = {}
        self.turns: dict[int, _Turn] = {}
        self.queue: list[tuple[int, int]] = []
        self.count = 0
        for factor in factors:
            self._add(factor)
        self._look_at(self.left)

    def next(self) -> _Turn | None:
        """The unit whose table is the smallest; None where no unit can go."""
        while self.queue:
            size, at = heappop(self.queue)
            turn = self.turns.get(-at)
            if turn is not None and (len(turn.step.clique), turn.at) == (size, -at):
                return turn
        return None

    def eliminate(self, turn: _Turn) -> None:
        """Put what is left of its factors in place of a unit."""
        del self.left[turn.at], self.turns[turn.at]
        changed = {n for k in turn.touching for n in self.factors[k].reads} | set(turn.rest.reads)
        for number in turn.touching:
            for name in self.factors.pop(number).reads:
                del self.readers[name][number]
        if turn.rest.reads:
            self._add(turn.rest)
        self._look_at(sorted({self.unit_of[n] for n in changed} & self.left.keys()))

    def stuck(self) -> Stuck:
        """Why no unit can go."""
        names = [n.name for u in self.left.values() for n in u.nodes]
        joint = {n: joint_states(self.graph.nodes[n], self.sizes) for n in names}
        tried = [self._tried(at) for at in self.left]
        over = [t.step for t in tried if t is not None]
        return Stuck(tuple(names), joint, min(over, key=lambda s: s.size or 0, default=None))

    def _add(self, factor: Factor) -> None:
        self.count += 1
        self.factors[self.count] = factor
        for name in factor.reads:
            self.readers.setdefault(name, {})[self.count] = None

    def _look_at(self, places: Iterable[int]) -> None:
        for at in places:
            turn = self._tried(at)
            self.turns.pop(at, None)
            if turn is not None and (turn.step.size is None or turn.step.size <= LARGEST_TABLE):
                self.turns[at] = turn
                # a table of unknown size is judged by how many variables meet in it
                heappush(self.queue, (len(turn.step.clique), -at))

    def _tried(self, at: int) -> _Turn | None:
        """The unit at a place eliminated, whatever the size; None where its terms do not meet."""
        unit = self.left[at]
        if self.tangled.intersection(unit.names):
            return None
        numbers = sorted({k for name in unit.names for k in self.readers.get(name, ())})
        whole = met([self.factors[k] for k in numbers], unit)
        rest = whole and reduced(whole, unit.names, unit.along)
        if whole is None or rest is None:
            return None
        return _Turn(at, _step(self.graph, unit, whole, self.sizes), tuple(numbers), rest)


def met(touching: Sequence[Factor], unit: Unit) -> Factor | None:
    """The terms that read a unit as one factor over its plates; None where they do not meet."""
    parts = [onto(f, read_by(f, unit), unit.plates) for f in touching]
    sound = [p for p in parts if p is not None]
    return merged(sound) if len(sound) == len(parts) else None


def read_by(factor: Factor, unit: Unit) -> str:
    """A variable of the unit that the factor reads."""
    return next(n for n in unit.names if n in factor.reads)


def _step(graph: ModelGraph, unit: Unit, whole: Factor, sizes: Sizes) -> Step:
    own = _role(unit.nodes[0])
    names = (*unit.names, *(n for n in whole.reads if n not in unit.names))
    table = _product([_states(graph.nodes[n], sizes) for n in names])
    size = _product([table, *(length(p, sizes) for p in whole.plates)])
    along = unit.along
    plates = tuple(p.dim or p.name for p in whole.plates if p != along)
    return Step(
        unit.nodes[0].name,
        own.joined,
        names,
        plates,
        table,
        size,
        tuple(n.name for n in unit.nodes),
        None if along is None else along.dim,
        None if along is None else length(along, sizes),
        _is_matrix(unit, sizes),
    )


def _is_matrix(unit: Unit, sizes: Sizes) -> bool:
    """Whether the weights of a step are computed as one matrix over all joint states.

    For one family they are. Of several, summing out one after the other takes fewer additions, and
    more operations.
    """
    chain = _role(unit.nodes[0]).chain
    if chain is None or chain.lags > 1:
        return False
    own = _product([_states(n, sizes) for n in unit.nodes])
    return len(unit.nodes) == 1 or (own is not None and own <= LARGEST_MATRIX)


def _product(lengths: Sequence[int | None]) -> int | None:
    return None if None in lengths else prod(n for n in lengths if n is not None)


def _states(node: Node, sizes: Sizes) -> int | None:
    match node.role:
        case Summed(joined=True):
            return joint_states(node, sizes)
        case Summed(axis=axis) | Lagged(axis=axis):
            return length(axis, sizes)
        case role:
            raise AssertionError(f"`{node.name}` ({type(role).__name__}) has no states")


def _role(node: Node) -> Summed:
    assert isinstance(node.role, Summed)
    return node.role
