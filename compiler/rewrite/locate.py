"""From the targets of a request to places in the graph, with every complaint about them."""

from collections.abc import Callable, Iterator, Mapping

from ...grammar.diagnostic import Diagnostic, Rejected
from ...grammar.frozen import frozen
from ..evidence import labels_of
from ..graph import Fixed, Given, Latent, ModelGraph, Node, Observed, Partly, Patched, Potential
from ..query import Target
from ..typed import Const, Count, Expr, Names
from ..types import Extent
from . import complaints

_SHOWN = 8  # labels quoted in a message


@frozen
class Located:
    """A variable, or one element of it (``labels``), and the value it is given."""

    node: Node
    labels: tuple[Expr, ...]
    given: Given


Objection = Callable[[Node, Target], Diagnostic | None]


def locate(
    graph: ModelGraph, asked: Mapping[Target, Given], objection: Objection
) -> tuple[Located, ...]:
    """Where the targets are, whole variables before elements.

    So the value of an element holds against the value of its family, in whichever order they are
    written.

    Raises:
        Rejected: with every complaint at once.
    """
    complaints_ = [c for t in asked for c in _complaints(graph, t, objection)]
    if complaints_:
        raise Rejected(complaints_, graph.source)
    found = sorted(asked.items(), key=lambda item: bool(item[0].element))
    return tuple(_located(graph, target, given) for target, given in found)


def variables(graph: ModelGraph) -> dict[str, Node]:
    """The variables that the model's writer has a name for: no fixed halves, and no factors."""
    unnamed = Fixed | Patched | Potential
    return {n.name: n for n in graph.nodes.values() if not isinstance(n.role, unnamed)}


def _located(graph: ModelGraph, target: Target, given: Given) -> Located:
    node = graph.nodes[target.name]
    axes = node.type.event[: len(target.element)]
    place = tuple(_canonical(graph, a, w) for a, w in zip(axes, target.element, strict=True))
    return Located(node, labels_of(node, place), given)


def _complaints(graph: ModelGraph, target: Target, objection: Objection) -> Iterator[Diagnostic]:
    named = variables(graph)
    node = named.get(target.name)
    if node is None:
        factor = graph.nodes.get(target.name)
        if factor is not None and isinstance(factor.role, Potential):
            yield complaints.factor_given(target.at, target.name, factor.span)
            return
        yield complaints.unknown_variable(target.at, target.name, named)
        return
    if (refused := objection(node, target)) is not None:
        yield refused
        return
    if target.element:
        yield from _about_element(graph, node, target)


def _about_element(graph: ModelGraph, node: Node, target: Target) -> Iterator[Diagnostic]:
    match node.role:
        case Latent(dist) | Observed(dist, _) | Partly(dist, _, _) if dist.event:
            yield complaints.part_of_a_joint_draw(target.at, str(target), node.name, node.span)
            return
        case _:
            pass
    axes = tuple(str(a) for a in node.type.event)
    if len(target.element) != len(axes):
        yield complaints.wrong_labels(target.at, node.name, str(target), axes, node.span)
        return
    for axis, word in zip(node.type.event, target.element, strict=True):
        known = _known_labels(graph, axis)
        if known is not None and _canonical(graph, axis, word) not in known:
            yield _unknown_label(graph, node, target, axis, word)


def _unknown_label(
    graph: ModelGraph, node: Node, target: Target, axis: Extent, word: str | int
) -> Diagnostic:
    declared = graph.dims[axis].span if isinstance(axis, str) else node.span
    name = axis if isinstance(axis, str) else f"this axis of {node.name}"
    return complaints.unknown_label(target.at, str(word), name, _excerpt(graph, axis), declared)


def _excerpt(graph: ModelGraph, axis: Extent) -> tuple[str, ...]:
    """The labels of an axis, as far as a message can hold them."""
    match _known_labels(graph, axis):
        case range() as known if known:
            return (f"{known[0]}..{known[-1]}",)
        case tuple() as known if len(known) <= _SHOWN:
            return known
        case tuple() as known:
            return (*known[:_SHOWN], "…")
        case _:
            return ("none",)


def _known_labels(graph: ModelGraph, axis: Extent) -> range | tuple[str, ...] | None:
    """The labels of an axis if they are written in the model."""
    if isinstance(axis, int):
        return range(1, axis + 1)
    match graph.dims[axis].labels:
        case Names(labels):
            return labels
        case Count(first=Const(value=first), last=Const(value=last)):
            return range(int(first), int(last) + 1)
        case _:
            return None


def _canonical(graph: ModelGraph, axis: Extent, word: str | int) -> str | int:
    """A label in the form in which its dimension holds it: a number where it counts."""
    if isinstance(axis, str) and isinstance(graph.dims[axis].labels, Names):
        return str(word)
    counts = isinstance(axis, int) or graph.dims[axis].numbered
    return int(word) if counts and _is_whole(word) else word


def _is_whole(word: str | int) -> bool:
    return isinstance(word, int) or (word.removeprefix("-").isdecimal())
