"""Random linear-Gaussian graphs with scalars and families, and random requests about them."""

from dataclasses import dataclass

from hypothesis import strategies as st
from nacre.compiler.graph import FromFormula, ModelGraph
from nacre.compiler.query import Target
from nacre.compiler.typed import Define, Sample
from typed_models import (
    at,
    data,
    define,
    dim,
    graph_of,
    index,
    normal,
    number,
    plus,
    read,
    sample,
    times,
    total,
)

UNITS = ("a", "b", "c")
SIZES = {"unit": 3}
LABELS = {"unit": UNITS}
DATA = {"covariate": [0.5, -1.0, 2.0]}


@dataclass(frozen=True)
class Request:
    """A graph, evidence on it and interventions in it."""

    graph: ModelGraph
    evidence: dict[Target, FromFormula]
    interventions: dict[Target, FromFormula]


@st.composite
def graphs(draw) -> ModelGraph:
    """Two to five variables; each reads some of those before it."""
    parts: list[Sample | Define] = []
    family: dict[str, bool] = {}
    for k in range(draw(st.integers(2, 5))):
        name, is_family = f"v{k}", draw(st.booleans())
        plate = index("i", "unit", 10 * k)
        reads = draw(st.lists(st.sampled_from(sorted(family)), max_size=2)) if family else []
        terms = [
            _reading(r, family[r], plate, is_family, 10 * k + 1 + n) for n, r in enumerate(reads)
        ]
        if is_family and draw(st.booleans()):
            terms.append(times(0.5, at("covariate", plate)))
        mean = plus(number(draw(st.sampled_from((0.0, 1.0)))), *terms)
        plates = (plate,) if is_family else ()
        is_formula = terms and draw(st.integers(0, 3)) == 0
        parts.append(
            define(name, mean, *plates) if is_formula else sample(name, normal(mean), *plates)
        )
        family[name] = is_family
    return graph_of(dim("unit", *UNITS), data("covariate", "unit"), *parts)


def _reading(name, reads_family, plate, in_family, id):
    if not reads_family:
        return times(0.7, read(name))
    if in_family:
        return times(-0.4, at(name, plate))
    inner = index("k", "unit", id)
    return times(0.3, total(at(name, inner), inner))


@st.composite
def requests(draw, *, elements=True) -> Request:
    graph = draw(graphs())
    sampled = [n for n, node in graph.nodes.items() if hasattr(node.role, "dist")]
    return Request(
        graph,
        draw(settings(graph, sampled, elements)),
        draw(settings(graph, sorted(graph.nodes), elements)),
    )


@st.composite
def settings(draw, graph, names, elements=True) -> dict[Target, FromFormula]:
    """Values for some variables or elements of families."""
    if not names:
        return {}
    chosen: dict[Target, FromFormula] = {}
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        parts = [()]
        if elements and graph.nodes[name].type.event:
            parts += [(u,) for u in UNITS]
        value = draw(st.sampled_from((-1.0, 0.0, 2.0)))
        chosen[Target(name, draw(st.sampled_from(parts)))] = FromFormula(number(value))
    return chosen
