"""What there is to draw, before anyone decides where: marks, arrows and the boxes of plates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum

from ...grammar.frozen import frozen
from ...grammar.source import Source
from ..evidence import place_of
from ..graph import (
    Derived,
    Elements,
    Fixed,
    Free,
    FromDataFile,
    FromFormula,
    FromOutside,
    Given,
    Input,
    Lagged,
    Latent,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Potential,
    Replaced,
    Summed,
)
from ..query import Target
from ..typed import Expr, Names

_LONGEST = 26  # characters of a formula quoted in a mark


class Look(Enum):
    """How a role shows. The value is what the legend says."""

    LATENT = "latent"
    OBSERVED = "observed"
    PARTLY = "partly observed"
    FIXED = "intervened"
    PATCHED = "partly intervened"
    DERIVED = "computed"
    FACTOR = "factor"
    PARAM = "parameter"
    DATA = "data"


@frozen
class Mark:
    """A variable.

    Attributes:
        note: second line: a distribution, a value, a formula. May be empty.
        box: index into ``Picture.boxes`` of the innermost plate around it, or None.
    """

    name: str
    note: str
    look: Look
    box: int | None


@frozen
class Arrow:
    """``head`` reads ``tail``. An arrow from a mark to itself is a loop."""

    tail: str
    head: str


@frozen
class Split:
    """The two halves of an intervened variable, between which no arrow runs any more."""

    natural: str
    fixed: str


@frozen
class Box:
    """A plate. A dimension has several boxes where it crosses others."""

    dim: str
    label: str
    parent: int | None


@frozen
class Picture:
    """A drawing without a layout.

    ``marks`` are in an order in which arrows lead forward (loops and a family that reads its own
    patched copy aside); ``boxes`` stand after their parents.
    """

    title: str
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    splits: tuple[Split, ...]
    boxes: tuple[Box, ...]


def picture(
    graph: ModelGraph,
    *,
    title: str = "",
    sizes: Mapping[str, int] | None = None,
    values: Mapping[str, object] | None = None,
) -> Picture:
    """The picture of a graph.

    Args:
        sizes: lengths of dimensions, where the data are known; shown on the plates.
        values: what comes from outside, by key (``do:weight``); shown in the marks.
    """
    arrows, splits = _arrows(graph), _splits(graph)
    names = _shown(graph, arrows, splits)
    paths = {name: _path(graph, graph.nodes[name]) for name in names}
    common = Counter(dim for path in paths.values() for dim in path)
    first = {dim: i for i, dim in enumerate(common)}

    def outermost(dim: str) -> tuple[int, int]:
        return -common[dim], first[dim]  # a frequent plate holds a rarer one, not the reverse

    at: dict[tuple[str, ...], int] = {}
    boxes: list[Box] = []
    marks = []
    for name in names:
        path = tuple(sorted(paths[name], key=outermost))
        for i in range(1, len(path) + 1):
            if path[:i] not in at:
                at[path[:i]] = len(boxes)
                label = _plate_label(graph, path[i - 1], sizes or {})
                boxes.append(Box(path[i - 1], label, at.get(path[: i - 1])))
        node = graph.nodes[name]
        note = _note(node, graph.source, values or {})
        marks.append(Mark(name, note, _look(node), at.get(path)))
    return Picture(title, tuple(marks), arrows, splits, tuple(boxes))


def before_after(
    before: ModelGraph,
    after: ModelGraph,
    *,
    titles: tuple[str, str] = ("before", "after"),
    sizes: Mapping[str, int] | None = None,
    values: Mapping[str, object] | None = None,
) -> tuple[Picture, Picture]:
    """Both pictures, for any of the formats to place side by side."""
    one, two = titles
    return (
        picture(before, title=one, sizes=sizes, values=values),
        picture(after, title=two, sizes=sizes, values=values),
    )


def as_json(pictures: Sequence[Picture]) -> dict[str, object]:
    """The same facts for a program to read."""
    return {"graphs": [_one_as_json(p) for p in pictures]}


def _one_as_json(p: Picture) -> dict[str, object]:
    def plates(box: int | None) -> list[str]:
        return [] if box is None else [*plates(p.boxes[box].parent), p.boxes[box].dim]

    parents: dict[str, list[str]] = {m.name: [] for m in p.marks}
    for arrow in p.arrows:
        parents[arrow.head].append(arrow.tail)
    return {
        "title": p.title,
        "nodes": [
            {
                "name": m.name,
                "role": m.look.name.lower(),
                "note": m.note,
                "plates": plates(m.box),
                "parents": parents[m.name],
            }
            for m in p.marks
        ],
        "splits": [{"natural": s.natural, "fixed": s.fixed} for s in p.splits],
    }


def _shown(graph: ModelGraph, arrows: Sequence[Arrow], splits: Sequence[Split]) -> tuple[str, ...]:
    """All variables but data that no formula reads: they only say how long something is."""
    joined = {end for a in arrows for end in (a.tail, a.head)} | {s.natural for s in splits}
    return tuple(
        n for n in graph.order if n in joined or not isinstance(graph.nodes[n].role, Input)
    )


def _arrows(graph: ModelGraph) -> tuple[Arrow, ...]:
    return tuple(Arrow(p, name) for name in graph.order for p in graph.nodes[name].parents)


def _splits(graph: ModelGraph) -> tuple[Split, ...]:
    return tuple(
        Split(node.role.of, node.name)
        for node in graph.nodes.values()
        if isinstance(node.role, Fixed) and node.role.of in graph.nodes
    )


def _path(graph: ModelGraph, node: Node) -> tuple[str, ...]:
    """Dimensions over which a variable is repeated; the axes of one draw are no plates."""
    match node.role:
        case Latent(dist) | Observed(dist, _) | Partly(dist, _, _):
            axes = node.type.event[: len(node.type.event) - len(dist.event)]
        case Fixed(of=of) | Patched(of=of) if of in graph.nodes:
            return _path(graph, graph.nodes[of])
        case _:
            axes = node.type.event
    return tuple(dict.fromkeys(a for a in axes if isinstance(a, str)))


def _plate_label(graph: ModelGraph, dim: str, sizes: Mapping[str, int]) -> str:
    match graph.dims[dim].labels:
        case Names(labels):
            return f"{dim} ({len(labels)})"
        case _:
            return f"{dim} ({sizes[dim]})" if dim in sizes else dim


def _look(node: Node) -> Look:
    match node.role:
        case Latent() | Summed() | Lagged() | Partly(observed=None):
            return Look.LATENT
        case Observed():
            return Look.OBSERVED
        case Partly():
            return Look.PARTLY
        case Fixed():
            return Look.FIXED
        case Patched():
            return Look.PATCHED
        case Derived():
            return Look.DERIVED
        case Potential():
            return Look.FACTOR
        case Free():
            return Look.PARAM
        case Input():
            return Look.DATA


def _note(node: Node, source: Source, values: Mapping[str, object]) -> str:
    match node.role:
        case Latent(dist) | Summed(dist=dist):
            return dist.family
        case Observed(dist, given):
            return _given(given, source, values) or dist.family
        case Partly(dist, Elements() as seen, _):
            return _elements(node.name, seen, source, values)
        case Partly(dist, _, _):
            return dist.family
        case Fixed(given=given):
            return _given(given, source, values) or "given"
        case Patched(of=of, elements=elements):
            return _elements(of, elements, source, values)
        case Derived(expr) | Potential(expr):
            return f"= {_quoted(expr, source)}"
        case Free() | Input() | Lagged():
            return ""


def _given(given: Given, source: Source, values: Mapping[str, object]) -> str:
    match given:
        case FromFormula(expr, plates):
            return "" if plates else f"= {_quoted(expr, source)}"
        case FromOutside(key):
            return f"= {_clipped(str(values[key]))}" if key in values else ""
        case Replaced(_, elements):
            return f"{len(elements.labels)} replaced"
        case FromDataFile():
            return ""


def _elements(name: str, elements: Elements, source: Source, values: Mapping[str, object]) -> str:
    """The element that is given, or how many."""
    if len(elements.labels) > 1:
        return f"{len(elements.labels)} given"
    target = Target(name, place_of(elements.labels[0]))
    return _clipped(f"{target} {_given(elements.given[0], source, values)}".strip())


def _quoted(expr: Expr, source: Source) -> str:
    return _clipped(source.quote(expr.span))


def _clipped(text: str) -> str:
    """One line that can be shown: a model is untrusted, and some characters rearrange others."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in _words(text))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _words(text: str) -> str:
    return " ".join(text.split())
