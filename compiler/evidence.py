"""What given values do to a role: shared by what builds a graph and what rewrites it."""

from collections.abc import Iterator

from ..grammar.source import Span
from .graph import (
    Elements,
    Fixed,
    FromDataFile,
    FromFormula,
    FromOutside,
    Given,
    Latent,
    Node,
    Observed,
    Partly,
    Patched,
    Replaced,
    Summed,
)
from .present import Present
from .typed import Const, Expr, Label, Type
from .types import Extent, Kind

Place = tuple[str | int, ...]  # one element of a family, by its labels; empty for all of it


def place_of(labels: tuple[Expr, ...]) -> Place:
    """The labels of an element as plain words and numbers."""
    return tuple(_plain(label) for label in labels)


def labels_of(node: Node, place: Place) -> tuple[Expr, ...]:
    """The labels of an element in the one form in which a graph holds them.

    Axes without a name are counted from 1.
    """
    axes = node.type.event[: len(place)]
    return tuple(_label(word, axis, node.span) for word, axis in zip(place, axes, strict=True))


def observed(
    role: Latent | Observed | Partly, element: tuple[Expr, ...], given: Given
) -> Observed | Partly:
    """The role once all of a variable (``element`` is empty) or one element of it is given.

    What was given before is replaced, the rest of it stays.
    """
    if not element:
        return Observed(role.dist, given)
    new = Elements((element,), (given,))
    match role:
        case Latent(dist):
            return Partly(dist, new, None)
        case Partly(dist, Present(besides), barren):
            return Partly(dist, Present(merged(besides, new)), barren)
        case Partly(dist, seen, barren):
            assert not isinstance(seen, Present) and not isinstance(barren, Present)
            return Partly(dist, merged(seen, new), without(barren, new))
        case Observed(dist, base, missing):
            return Observed(dist, replaced(base, new), missing)


def freed(role: Latent | Observed | Partly) -> Latent | Partly:
    """The role without its evidence."""
    match role:
        case Partly(dist, _, barren) if barren is not None:
            return Partly(dist, None, barren)
        case _:
            return Latent(role.dist)


def intervened(
    role: Fixed | Patched | None, of: str, element: tuple[Expr, ...], given: Given
) -> Fixed | Patched:
    """The role of the fixed half of ``of`` after one more intervention: the last one wins."""
    new = Elements((element,), (given,))
    match role:
        case _ if not element:
            return Fixed(of, given)
        case Fixed(given=base):
            return Fixed(of, replaced(base, new))
        case Patched(elements=old):
            return Patched(of, merged(old, new))
        case None:
            return Patched(of, new)


def replaced(base: Given, new: Elements) -> Replaced:
    """A given value with some elements given anew."""
    match base:
        case Replaced(base=first, elements=old):
            return Replaced(first, merged(old, new))
        case first:
            return Replaced(first, new)


def merged(old: Elements | None, new: Elements) -> Elements:
    """Both sets of elements; where they meet, the new values.

    In the order of their labels, so that it does not matter in which order they came.
    """
    values = {place_of(ls): (ls, g) for e in (old, new) if e for ls, g in _pairs(e)}
    places = sorted(values, key=_rank)
    given = tuple(g for p in places if (g := values[p][1]) is not None)
    return Elements(tuple(values[p][0] for p in places), given)


def without(old: Elements | None, gone: Elements | None) -> Elements | None:
    """``old`` without the elements of ``gone``; None when nothing is left."""
    if old is None or gone is None:
        return old
    lost = {place_of(labels) for labels in gone.labels}
    left = [(labels, g) for labels, g in _pairs(old) if place_of(labels) not in lost]
    if not left:
        return None
    return Elements(tuple(ls for ls, _ in left), tuple(g for _, g in left if g is not None))


def _pairs(elements: Elements) -> tuple[tuple[tuple[Expr, ...], Given | None], ...]:
    given = elements.given or (None,) * len(elements.labels)
    return tuple(zip(elements.labels, given, strict=True))


def _rank(place: Place) -> tuple[tuple[bool, int, str], ...]:
    """Numbers before words, numbers by size."""
    return tuple((isinstance(w, str), 0 if isinstance(w, str) else w, str(w)) for w in place)


def _plain(label: Expr) -> str | int:
    match label:
        case Label(label=word):
            return word
        case Const(value=number):
            return int(number)
        case _:
            raise AssertionError("an element is named by constant labels")


def _label(word: str | int, axis: Extent, span: Span) -> Expr:
    if isinstance(axis, str):
        return Label(word, type=Type(Kind.INDEX, dim=axis), span=span)
    return Const(float(word), type=Type(Kind.INT), span=span)


def outside_keys(node: Node) -> Iterator[str]:
    """Keys of the values from outside that a node's role asks for."""
    todo: list[Given] = []
    match node.role:
        case Observed(given=given) | Fixed(given=given):
            todo.append(given)
        case (
            Patched(elements=elements)
            | Partly(observed=Elements() | Present() as elements)
            | Summed(observed=Elements() | Present() as elements)
        ):
            todo.extend(elements.given)
        case _:
            pass
    while todo:
        match todo.pop():
            case FromOutside(key=key):
                yield key
            case Replaced(base=base, elements=elements):
                todo.extend((base, *elements.given))
            case FromDataFile() | FromFormula():
                pass
