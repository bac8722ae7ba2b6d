"""Whether axes that the model takes to be equally long are so in these data."""

from collections.abc import Iterable, Iterator, Sequence

from ..compiler.arrays import ARRAYS
from ..compiler.families import FAMILIES
from ..compiler.graph import Latent, ModelGraph, Node, Observed, Partly, children, formulas
from ..compiler.reading import ends_of
from ..compiler.typed import (
    Apply,
    ArrayCall,
    Dist,
    Expr,
    IndexValue,
    IndexVar,
    OverDim,
    OverRange,
    Reduce,
    Stack,
    Where,
)
from ..compiler.types import Extent
from ..grammar.diagnostic import Diagnostic, Rejected
from ..grammar.source import Span
from .binding import Binding
from .complaints import binding as complaints
from .complaints import dimension
from .earlier import check_read
from .host import NotData, numbers_of


def check_lengths(graph: ModelGraph, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D440) wherever axes of different length meet element by element.

    The compiler knows that two dimensions differ by their names; the length of a literal
    (``[1, 2, 3]``) meets that of a dimension only here.
    """
    for node in graph.nodes.values():
        yield from _in_expressions(formulas(node), binding)
        yield from _in_dist(_dist(node), binding)
    for guide in graph.guides.values():
        for sample in guide.samples:
            yield from _in_expressions(sample.dist.args, binding)
            yield from _in_dist(sample.dist, binding)
        yield from _in_expressions((define.expr for define in guide.defines), binding)


# What has no value when there is nothing to take it of; a sum of nothing is 0.
_NEEDS_SOME = ("mean", "sd", "var", "min", "max")


def check_empty(graph: ModelGraph, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D449) wherever a mean or an extreme is taken over a dimension without elements.

    Not in statements that are empty themselves, nor in branches that may not be taken.
    """
    for node in graph.nodes.values():
        plates = [p.domain.dim for p in node.plates if isinstance(p.domain, OverDim)]
        if 0 in binding.shape(plates):
            continue
        stack = list(formulas(node))
        while stack:
            expr = stack.pop()
            if isinstance(expr, Reduce) and expr.op in _NEEDS_SOME:
                over = [v.domain.dim for v in expr.vars if isinstance(v.domain, OverDim)]
                axes = over if expr.vars else expr.body.type.event
                empty = [a for a in axes if isinstance(a, str) and not binding.labels(a)]
                yield from (dimension.nothing_there(expr.span, expr.op, a) for a in empty[:1])
            if not isinstance(expr, Where):
                stack.extend(children(expr))


def check_ranges(graph: ModelGraph, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D437) wherever a reduction runs over more numbers than any array holds."""
    for node in graph.nodes.values():
        stack = list(formulas(node))
        while stack:
            expr = stack.pop()
            if isinstance(expr, Reduce):
                for var in expr.vars:
                    yield from _too_long(var, binding)
            stack.extend(children(expr))


def _too_long(var: IndexVar, binding: Binding) -> Iterator[Diagnostic]:
    domain = var.domain
    if isinstance(domain, OverRange) and domain.dim is None and not _varies(*ends_of(var)):
        try:
            numbers_of(var, binding)
        except NotData:
            pass
        except Rejected as refused:
            yield from refused.diagnostics


def _varies(*exprs: Expr) -> bool:
    return any(isinstance(e, IndexValue) or _varies(*children(e)) for e in exprs)


def check_clauses(graph: ModelGraph, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D437) wherever a clause runs beyond the labels of its dimension, or (D460) reads
    what is not an earlier element.

    That the clauses follow each other is proved before; whether the data leave room, only here.
    """
    for node in graph.nodes.values():
        for var in node.clauses:
            try:
                numbers_of(var, binding)
            except Rejected as refused:
                yield from refused.diagnostics
        for read in node.reads:
            try:
                yield from check_read(node.name, read, binding)
            except Rejected as refused:
                yield from refused.diagnostics


def _dist(node: Node) -> Dist | None:
    match node.role:
        case Latent(dist=dist) | Observed(dist=dist) | Partly(dist=dist):
            return dist
        case _:
            return None


def _in_dist(dist: Dist | None, binding: Binding) -> Iterator[Diagnostic]:
    """Arguments of vector families against the draw's own axes."""
    if dist is None:
        return
    if dist.parts:
        for part in dist.parts:
            yield from _in_dist(part, binding)
        return
    for arg, param in zip(dist.args, FAMILIES[dist.family].form(dist.form).params, strict=True):
        if param.steps and arg.type.event and dist.support.dim is not None:
            steps, labels = binding.shape((arg.type.event[-1], dist.support.dim))
            if steps + 1 != labels:
                yield complaints.steps_differ(
                    arg.span, param.name, steps, (dist.support.dim, labels)
                )
            continue
        rank = min(param.event, len(arg.type.event))
        axes = arg.type.event[len(arg.type.event) - rank :]
        for axis in axes if dist.event else ():
            yield from _compared(arg.span, axis, dist.event[-1], binding)


def _in_expressions(exprs: Iterable[Expr], binding: Binding) -> Iterator[Diagnostic]:
    stack = list(exprs)
    while stack:
        expr = stack.pop()
        match expr:
            case Apply() | Where() | Stack():
                yield from _meeting(expr.span, children(expr), binding)
            case ArrayCall():
                yield from _by_letters(expr, binding)
            case _:
                pass
        stack.extend(children(expr))


def _meeting(at: Span, parts: Sequence[Expr], binding: Binding) -> Iterator[Diagnostic]:
    """Events of the operands, right-aligned; the first of every axis is the measure."""
    rank = max((len(p.type.event) for p in parts), default=0)
    for axis in range(1, rank + 1):
        found = [p.type.event[-axis] for p in parts if len(p.type.event) >= axis]
        for other in found[1:]:
            yield from _compared(at, found[0], other, binding)


def _by_letters(call: ArrayCall, binding: Binding) -> Iterator[Diagnostic]:
    """Axes of the arguments of one function that its signature takes to be equally long."""
    signature = ARRAYS[call.fn].signature(tuple(len(a.type.event) for a in call.args))
    if signature is None:
        return
    measures: dict[str, Extent] = {}
    for letters, arg in zip(signature.args, call.args, strict=True):
        for letter, extent in zip(letters, arg.type.event, strict=True):
            yield from _compared(arg.span, measures.setdefault(letter, extent), extent, binding)


def _compared(at: Span, a: Extent, b: Extent, binding: Binding) -> Iterator[Diagnostic]:
    if a != b:
        n, m = binding.shape((a, b))
        if n != m and 1 not in (n if isinstance(a, int) else 0, m if isinstance(b, int) else 0):
            yield complaints.lengths_differ(at, (a, n), (b, m))
