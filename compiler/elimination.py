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

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from .graph import ModelGraph, Node, Summed, children, formulas, scored
from .substitute import rebuild
from .typed import (
    Const,
    Count,
    Dim,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Names,
    OverDim,
    OverRange,
    Type,
    Var,
    WholeAxis,
)
from .types import Kind

Slots = tuple[Expr, ...]
Sizes = Mapping[str, int]

LARGEST_JOINT = 2**16  # joint states of one family
LARGEST_TABLE = 10**8  # numbers in one table of log weights


@dataclass(frozen=True, slots=True)
class Factor:
    """A family of terms: its plates, and for each summed variable which element it reads.

    ``reads`` holds one expression per dimension of the variable; none where it is joined or has no
    dimensions.
    """

    plates: tuple[IndexVar, ...]
    reads: Mapping[str, Slots]


@dataclass(frozen=True, slots=True)
class Step:
    """One elimination.

    Attributes:
        name: the variable.
        joined: whether all its elements go at once, as one variable.
        clique: variables whose states meet in its table, itself first.
        plates: dimensions along which there is one table per label.
        table: numbers in one of these tables, the product of the states; None while not known.
        size: numbers in all of them; None while a dimension's length is not known.
    """

    name: str
    joined: bool
    clique: tuple[str, ...]
    plates: tuple[str, ...]
    table: int | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Stuck:
    """No variable that is left can be eliminated within the budget.

    ``joint`` has, per variable, the number of joint states of its family, where it is known.
    """

    clique: tuple[str, ...]
    joint: Mapping[str, int | None]


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


# --- reads --------------------------------------------------------------------------------------


def reads_of(node: Node, summed: Collection[str]) -> dict[str, set[Slots | None]]:
    """Elements of summed variables that a statement reads; None for what is no single element."""
    found: dict[str, set[Slots | None]] = {}
    if node.name in summed:
        own = tuple(
            IndexValue(var=p, type=Type(Kind.INDEX, (p,), dim=p.dim), span=p.span)
            for p in node.plates
        )
        found.setdefault(node.name, set()).add(own)
    for formula in formulas(node):
        for name, slots in _reads(formula, summed):
            plain = slots is not None and _settled(slots, node.plates, summed)
            found.setdefault(name, set()).add(slots if plain else None)
    return found


def _reads(e: Expr, summed: Collection[str]) -> Iterator[tuple[str, Slots | None]]:
    todo = [e]
    while todo:
        e = todo.pop()
        match e:
            case Element(base=Var(name=name), slots=slots) if name in summed:
                if any(isinstance(s, WholeAxis) for s in slots):
                    yield name, None
                else:
                    yield name, tuple(s for s in slots if not isinstance(s, WholeAxis))
                todo.extend(s for s in slots if not isinstance(s, WholeAxis))
            case Var(name=name) if name in summed:
                yield name, None if e.type.event else ()
            case _:
                todo.extend(children(e))


def _settled(slots: Slots, plates: Sequence[IndexVar], summed: Collection[str]) -> bool:
    """Whether the plates and the data alone say which element it is."""
    return all(
        set(index_vars(s)) <= set(plates) and not any(True for _ in _reads(s, summed))
        for s in slots
    )


def index_vars(e: Expr) -> Iterator[IndexVar]:
    """Index variables that an expression mentions."""
    todo = [e]
    while todo:
        e = todo.pop()
        if isinstance(e, IndexValue):
            yield e.var
        todo.extend(children(e))


# --- one elimination ----------------------------------------------------------------------------


def onto(factor: Factor, node: Node) -> Factor | None:
    """A factor as one of the elements of a variable that it reads: over the variable's plates.

    None where something else that it reads would differ within an element.
    """
    role = _role(node)
    plates = () if role.joined else node.plates
    slots = factor.reads[node.name]
    new = [IndexValue(var=p, type=Type(Kind.INDEX, (p,), dim=p.dim), span=p.span) for p in plates]
    reads: dict[str, Slots] = {}
    for name, others in factor.reads.items():
        if name != node.name:
            moved = tuple(_moved(s, slots, new) for s in others)
            if any(not set(index_vars(s)) <= set(plates) for s in moved):
                return None
            reads[name] = moved
    return Factor(plates, reads)


def _moved(e: Expr, slots: Slots, new: Sequence[IndexValue]) -> Expr:
    def change(part: Expr) -> Expr:
        for slot, own in zip(slots, new, strict=True):
            if part == slot or (
                isinstance(part, IndexValue)
                and isinstance(slot, IndexValue)
                and part.var == slot.var
            ):
                return own
        return part

    return rebuild(e, change)


def merged(factors: Sequence[Factor]) -> Factor | None:
    """Factors over the same plates as one; None where two read different elements of a variable."""
    reads: dict[str, Slots] = {}
    for f in factors:
        for name, slots in f.reads.items():
            if reads.setdefault(name, slots) != slots:
                return None
    return Factor(factors[0].plates, reads)


# --- the order ----------------------------------------------------------------------------------


def factors_of(graph: ModelGraph) -> tuple[list[Factor], set[str]]:
    """Terms that read summed variables, and the variables that no single elements are read of."""
    nodes = {n.name: n for n in graph.nodes.values() if isinstance(n.role, Summed)}
    reads = {
        node.name: reads_of(node, nodes)
        for node in graph.nodes.values()
        if scored(node) is not None
    }
    tangled = {
        name
        for found in reads.values()
        for name, slots in found.items()
        if not _role(nodes[name]).joined and (len(slots) > 1 or None in slots)
    }
    factors = [
        Factor(
            graph.nodes[term].plates,
            {n: () if _role(nodes[n]).joined else _only(s) for n, s in found.items()},
        )
        for term, found in reads.items()
        if found
    ]
    return factors, tangled


def _only(slots: Collection[Slots | None]) -> Slots:
    """Where a term reads a variable, if that is one element of it; else nowhere in particular."""
    return next(iter(slots), None) or ()


def order(graph: ModelGraph, sizes: Sizes) -> tuple[Step, ...] | Stuck:
    """Eliminate one variable after the other, the one with the smallest table first.

    Deterministic; ties go to the variable that comes last in the graph, so that children go before
    their parents.
    """
    left = [n for n in graph.order if isinstance(graph.nodes[n].role, Summed)]
    factors, tangled = factors_of(graph)
    steps: list[Step] = []
    while left:
        best: tuple[int, int, Step, Factor, list[Factor]] | None = None
        for at, name in enumerate(left):
            if name in tangled:
                continue
            touching = [f for f in factors if name in f.reads]
            parts = [onto(f, graph.nodes[name]) for f in touching]
            sound = [p for p in parts if p is not None]
            whole = merged(sound) if len(sound) == len(parts) else None
            if whole is None:
                continue
            step = _step(graph, name, whole, sizes)
            if step.size is not None and step.size > LARGEST_TABLE:
                continue
            # a table of unknown size is judged by how many variables meet in it
            rank = (len(step.clique), -at)
            if best is None or rank < best[:2]:
                best = (*rank, step, whole, touching)
        if best is None:
            joint = {n: joint_states(graph.nodes[n], sizes) for n in left}
            return Stuck(tuple(left), joint)
        _, _, step, whole, touching = best
        steps.append(step)
        left.remove(step.name)
        factors = [f for f in factors if f not in touching]
        if whole.reads:
            factors.append(whole)
    return tuple(steps)


def _step(graph: ModelGraph, name: str, whole: Factor, sizes: Sizes) -> Step:
    role = _role(graph.nodes[name])
    clique = (name, *whole.reads)
    states = [_role(graph.nodes[n]) for n in clique]
    lengths = [_states(graph.nodes[n], r, sizes) for n, r in zip(clique, states, strict=True)]
    table = _product(lengths)
    size = _product([table, *(length(p, sizes) for p in whole.plates)])
    plates = tuple(p.dim or p.name for p in whole.plates)
    return Step(name, role.joined, clique, plates, table, size)


def _product(lengths: Sequence[int | None]) -> int | None:
    return None if None in lengths else prod(n for n in lengths if n is not None)


def _states(node: Node, role: Summed, sizes: Sizes) -> int | None:
    return joint_states(node, sizes) if role.joined else length(role.state, sizes)


def _role(node: Node) -> Summed:
    assert isinstance(node.role, Summed)
    return node.role
