"""Whether the labels written in a model exist in the data that its dimensions come from."""

from collections.abc import Iterator

from ..compiler.graph import (
    Elements,
    Fixed,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Replaced,
    children,
    formulas,
)
from ..compiler.present import Present
from ..compiler.reading import parts_of
from ..compiler.typed import Const, Count, Dim, Expr, Guide, Label, Names
from ..grammar.diagnostic import Diagnostic
from .binding import Binding
from .complaints import binding as complaints


def check_labels(graph: ModelGraph, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D439) for every label that the data do not have.

    Labels of dimensions that the model itself lists, or counts to a number that it says, were
    checked when it was compiled.
    """
    open_dims = {name for name, dim in graph.dims.items() if not _is_known(dim)}
    if not open_dims:
        return
    known: dict[str, frozenset[str | int]] = {}
    for expr in _written(graph):
        if isinstance(expr, Label) and expr.type.dim in open_dims:
            dim = str(expr.type.dim)
            if dim not in known:
                known[dim] = frozenset(binding.labels(dim))
            if expr.label not in known[dim]:
                yield complaints.label_not_given(expr.span, expr.label, dim, binding.labels(dim))


def _is_known(dim: Dim) -> bool:
    match dim.labels:
        case Names():
            return True
        case Count(first=first, last=last):
            return isinstance(first, Const) and isinstance(last, Const)
        case _:
            return False


def _written(graph: ModelGraph) -> Iterator[Expr]:
    """Every expression of the model and all of its parts."""
    stack: list[Expr] = []
    for node in graph.nodes.values():
        stack.extend(formulas(node))
        for elements in _elements(node):
            stack.extend(label for labels in elements.labels for label in labels)
    for guide in graph.guides.values():
        stack.extend(_of_guide(guide))
    while stack:
        expr = stack.pop()
        yield expr
        stack.extend(children(expr))


def _of_guide(guide: Guide) -> Iterator[Expr]:
    for sample in guide.samples:
        yield from parts_of(sample.dist)
    yield from (define.expr for define in guide.defines)
    yield from (param.initial for param in guide.params if param.initial is not None)


def _elements(node: Node) -> Iterator[Elements]:
    match node.role:
        case Partly(observed=observed, barren=barren):
            yield from (e for e in (observed, barren) if isinstance(e, Elements))
            if isinstance(observed, Present) and observed.besides is not None:
                yield observed.besides
        case Patched(elements=elements):
            yield elements
        case Observed(given=Replaced(elements=elements)) | Fixed(given=Replaced(elements=elements)):
            yield elements
        case _:
            pass
