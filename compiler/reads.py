"""What terms read of discrete variables that are summed out, and how they come together.

The terms of a statement are a family, one for each combination of its plates. `reads_of` says which
element of every summed variable each term reads; `onto` brings a family of terms to the plates of
one of these variables, so that those that read one element meet.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..grammar.frozen import frozen
from .graph import Node, children, formulas
from .recurrence import number_of
from .substitute import rebuild
from .typed import Element, Expr, IndexValue, IndexVar, OverDim, Type, Var, WholeAxis
from .types import Kind

Slots = tuple[Expr, ...]


@frozen
class Factor:
    """A family of terms: its plates, and for each summed variable which element it reads.

    ``reads`` holds one expression per dimension of the variable; none where it is joined or has no
    dimensions.
    """

    plates: tuple[IndexVar, ...]
    reads: Mapping[str, Slots]


def reads_of(node: Node, summed: Collection[str]) -> dict[str, set[Slots | None]]:
    """Elements of summed variables that a statement reads; None for what is no single element."""
    found: dict[str, set[Slots | None]] = {}
    if node.name in summed:
        found.setdefault(node.name, set()).add(own_slots(node.plates))
    for formula in formulas(node):
        for name, slots in _reads(formula, summed):
            if slots is not None and _settled(slots, node.plates, summed):
                found.setdefault(name, set()).add(_as_one(slots))
            else:
                found.setdefault(name, set()).add(None)
    return found


def own_slots(plates: Sequence[IndexVar]) -> tuple[IndexValue, ...]:
    """The element that belongs to the present combination of plates."""
    return tuple(
        IndexValue(var=p, type=Type(Kind.INDEX, (p,), dim=p.dim), span=p.span) for p in plates
    )


def _as_one(slots: Slots) -> Slots:
    """Indices over whole dimensions, written in one way: as a label or a position they are one."""
    return tuple(
        own_slots([s.var])[0] if isinstance(s, IndexValue) and isinstance(s.var.domain, OverDim)
        else s
        for s in slots
    )  # fmt: skip


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


# --- coming together ----------------------------------------------------------------------------


def onto(factor: Factor, name: str, plates: Sequence[IndexVar]) -> Factor | None:
    """A factor as one of the elements of a variable that it reads: over that variable's plates.

    None where something else that it reads would differ within an element.
    """
    slots, new = factor.reads[name], own_slots(plates)
    reads: dict[str, Slots] = {name: new}
    for other, others in factor.reads.items():
        if other != name:
            moved = tuple(_moved(s, slots, new) for s in others)
            if any(not set(index_vars(s)) <= set(plates) for s in moved):
                return None
            reads[other] = moved
    return Factor(tuple(plates), reads)


def _moved(e: Expr, slots: Slots, new: Sequence[IndexValue]) -> Expr:
    def change(part: Expr) -> Expr:
        for slot, own in zip(slots, new, strict=True):
            if part == slot or (
                isinstance(part, IndexValue)
                and isinstance(slot, IndexValue)
                and part.var == slot.var
            ):
                # a number stays one: within arithmetic a label counts from its first
                return own if part.type.kind is Kind.INDEX else number_of(own.var, own.span)
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


def reduced(factor: Factor, names: Collection[str], along: IndexVar | None = None) -> Factor | None:
    """What is left when these variables are summed out of a factor, along a plate if they are a
    chain; None where that plate still says which element of another variable is read."""
    reads = {n: s for n, s in factor.reads.items() if n not in names}
    own = own_slots(factor.plates)
    if along is None:
        return Factor(factor.plates, reads)
    if any(along in set(index_vars(e)) for slots in reads.values() for e in slots):
        return None
    if any(factor.reads[n] != own for n in names if n in factor.reads):
        return None
    return Factor(tuple(p for p in factor.plates if p != along), reads)
