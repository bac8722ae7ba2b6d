"""A guide against one rewritten model: what is drawn, what is given, what has no part in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ..evidence import merged
from ..graph import (
    Derived,
    Elements,
    Fixed,
    Free,
    Input,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
)
from ..present import Present
from ..query import fixed_half
from ..substitute import reading
from ..typed import Guide, IndexVar, Sample, Support, Type
from ..types import Kind, SupportName


class Pair(NamedTuple):
    """Both halves of a variational bound.

    Attributes:
        model: what log p is made of.
        family: what log q is made of: the guide's statements over the given values of the model.
            Elements of a family that are given, or that nothing reads, are not scored.
    """

    model: ModelGraph
    family: ModelGraph


def guide_graphs(whole: ModelGraph, inferred: ModelGraph, guide: Guide) -> Pair:
    """The guide against what is inferred.

    A draw of a variable that was observed, or that the model has no use for, falls away with its
    statement. What a remaining statement reads of an intervened variable is the value that was set,
    as for the variable's children in the model. And a variable that only the guide has a use for,
    since others are drawn from it, stays in both.

    Args:
        whole: every variable of the model.
        inferred: those that inference is about.
    """
    halves = {n: fixed_half(n) for n in whole.nodes if fixed_half(n) in whole.nodes}
    own = {n.name: reading(n, halves) for n in _statements(whole, inferred, guide)}
    kept = _needed(whole, inferred, own)
    model = replace(
        whole,
        nodes={n: inferred.nodes.get(n, node) for n, node in whole.nodes.items() if n in kept},
    )
    given = _given(whole)
    free = {n.name: n for n in model.nodes.values() if isinstance(n.role, Free)}
    drawn = {n: node for n, node in own.items() if n in kept}
    sources = {**given, **drawn}
    patched = {
        n.name: n
        for n in whole.nodes.values()
        if isinstance(n.role, Patched) and n.role.of in sources
    }
    nodes = {**given, **patched, **free, **_params(guide), **drawn}
    return Pair(model, replace(whole, nodes=nodes))


def _statements(whole: ModelGraph, inferred: ModelGraph, guide: Guide) -> Iterator[Node]:
    """Definitions and draws of the guide, those of given variables left out."""
    for d in guide.defines:
        type_ = replace(d.expr.type, axes=(), event=(*_dims(d.plates), *d.expr.type.event))
        yield Node(d.name, d.plates, type_, Support(SupportName.REAL), Derived(d.expr), d.span)
    for s in guide.samples:
        node = inferred.nodes.get(s.name, whole.nodes[s.name])
        role = _drawn(node, s)
        if role is not None:
            yield replace(node, plates=s.plates, role=role, span=s.span)


def _drawn(node: Node, sample: Sample) -> Latent | Partly | None:
    match node.role:
        case Latent():
            return Latent(sample.dist)
        case Partly(observed=Present() as present):
            return Partly(sample.dist, None, present)
        case Partly(observed=None | Elements() as observed, barren=None | Elements() as barren):
            # of neither kind of element does the guide have anything to say
            taken = observed if barren is None else merged(observed, barren)
            return Partly(sample.dist, None, taken)
        case _:
            return None


def _params(guide: Guide) -> dict[str, Node]:
    return {
        p.name: Node(
            p.name,
            p.plates,
            Type(Kind.REAL, event=(*_dims(p.plates), *p.event)),
            p.support,
            Free(p.initial, p.spread),
            p.span,
        )
        for p in guide.params
    }


def _given(whole: ModelGraph) -> dict[str, Node]:
    """What has the same value in every draw, computed from data alone included."""
    found: dict[str, Node] = {}
    for node in (whole.nodes[n] for n in whole.order):
        match node.role:
            case Input() | Fixed():
                found[node.name] = node
            case Observed(given=value):
                found[node.name] = replace(node, role=Fixed(node.name, value))
            case Derived() if all(p in found for p in node.parents):
                found[node.name] = node
            case _:
                pass
    return found


def _needed(whole: ModelGraph, inferred: ModelGraph, own: Mapping[str, Node]) -> set[str]:
    """Names of what is inferred, and of all that the model or the guide makes it from."""
    kept: set[str] = set()
    todo = list(inferred.nodes)
    while todo:
        name = todo.pop()
        if name in kept:
            continue
        kept.add(name)
        todo += [p for node in (own.get(name), whole.nodes.get(name)) if node for p in node.parents]
    return kept


def _dims(plates: tuple[IndexVar, ...]) -> tuple[str, ...]:
    return tuple(p.dim for p in plates if p.dim is not None)
