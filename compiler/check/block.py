"""A block of statements that define names: the model itself, or a guide.

Statements may stand in any order. They are typed in the order of their dependencies, so that the
shape of everything an expression reads is known before the expression.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .. import complaints, typed
from . import dependencies
from .context import Context, Scope, Symbol
from .inlining import MOST_WORK
from .statements import define, draw, observation, param

Defining = tree.Sample | tree.Define | tree.Param


@dataclass(slots=True)
class Sources:
    """The statements that say what one name is."""

    param: tree.Param | None = None
    define: tree.Define | None = None
    draw: tree.Sample | None = None

    def all(self) -> list[Defining]:
        """Those that are there."""
        return [s for s in (self.param, self.define, self.draw) if s is not None]


@dataclass(slots=True)
class Block:
    """Typed statements, by the name that they are about."""

    params: dict[str, typed.Param] = field(default_factory=dict)
    samples: dict[str, typed.Sample] = field(default_factory=dict)
    defines: dict[str, typed.Define] = field(default_factory=dict)

    def in_source_order(self) -> "Block":
        """The same statements, in the order in which they are written."""
        return Block(_sorted(self.params), _sorted(self.samples), _sorted(self.defines))


_Statement = TypeVar("_Statement", typed.Param, typed.Sample, typed.Define)


def _sorted(statements: Mapping[str, _Statement]) -> dict[str, _Statement]:
    return dict(sorted(statements.items(), key=lambda item: item[1].span.start))


def gather(
    ctx: Context,
    statements: Iterable[tree.Statement],
    places: dict[str, Span],
    drawable: Container[str],
) -> dict[str, Sources]:
    """Statements by name; a second definition of a name is refused, and left out.

    Args:
        places: where names were introduced before; learns the new ones.
        drawable: names introduced elsewhere that a ``~`` may stand beside.
    """
    found: dict[str, Sources] = {}
    for s in statements:
        if not isinstance(s, tree.Sample | tree.Define | tree.Param):
            continue
        name = s.target.name
        sources = found.get(name.id, Sources())
        refused = _refused(ctx, s, sources, places.get(name.id), drawable)
        if refused is not None:
            ctx.complain(refused)
            continue
        match s:
            case tree.Sample():
                sources.draw = s
            case tree.Define():
                sources.define = s
            case tree.Param():
                sources.param = s
        found[name.id] = sources
        places.setdefault(name.id, name.span)
    return found


def _refused(
    ctx: Context,
    s: Defining,
    sources: Sources,
    taken: Span | None,
    drawable: Container[str],
) -> Diagnostic | None:
    """Why a statement may not stand beside what is there already, if it may not."""
    name, at = s.target.name.id, s.target.name.span
    match s:
        case tree.Sample() if sources.draw is not None:
            return complaints.sampled_twice(at, name, sources.draw.target.name.span)
        case tree.Sample():
            fine = name in drawable or sources.define is not None
        case tree.Define() if name in ctx.data_names:
            return complaints.data_defined(at, name, ctx.places[name])
        case tree.Define():
            fine = sources.draw is not None and sources.define is None and name not in drawable
        case tree.Param():
            fine = False
    return None if taken is None or fine else complaints.defined_twice(at, name, taken)


def type_block(
    ctx: Context,
    sources: Mapping[str, Sources],
    scope: Scope,
    values: dict[str, Symbol | None],
    others: Mapping[str, Mapping[str, Span]],
) -> Block:
    """Type every statement; ``values``, which the scope shows, learns the symbols.

    ``others`` are names that are introduced elsewhere but read variables too: data, by their
    defaults. They take part in cycles.
    """
    edges = _edges(ctx, sources, others)
    names = list(edges)
    for cycle in dependencies.cycles(names, edges):
        steps = [(n, edges[n][m]) for n, m in zip(cycle, [*cycle[1:], cycle[0]], strict=True)]
        ctx.complain(complaints.cycle(steps, [n for n in cycle if n in ctx.data_names]))
    knotted = dependencies.knotted(names, edges)
    for name in sources:
        values.setdefault(name, None)  # known, though nothing can be said about it yet
    block = Block()
    for name in dependencies.order([n for n in names if n not in knotted], edges):
        if name in sources:
            values[name] = _introduced(ctx, name, sources[name], scope, block)
    for name, s in sources.items():
        if s.draw is not None and (name in ctx.data_names or s.define is not None):
            _observe(ctx, s, values.get(name), scope, block)
    return block.in_source_order()


def _edges(
    ctx: Context, sources: Mapping[str, Sources], others: Mapping[str, Mapping[str, Span]]
) -> dict[str, dict[str, Span]]:
    """What every name reads. An observed family may read its own values: they are data."""
    known = {*sources, *others}
    is_label = _labels_in_slots(ctx, sources)
    edges = {name: dict(reads) for name, reads in others.items()}
    for name, s in sources.items():
        reads = edges.setdefault(name, {})
        for statement in s.all():
            observed = statement is s.draw and (name in ctx.data_names or s.define is not None)
            for read, at in dependencies.reads_of(statement, known, is_label).items():
                if not (observed and read == name):
                    reads.setdefault(read, at)
    return edges


def _labels_in_slots(ctx: Context, sources: Mapping[str, Sources]) -> dependencies.IsLabel:
    shapes: dict[str, list[str]] = {}
    for name, s in sources.items():
        for statement in s.all():
            shapes.setdefault(name, [_dim(slot) for slot in statement.target.slots])

    def is_label(name: str, slot: int, word: str) -> bool:
        symbol = ctx.values.get(name)
        dims = [str(e) for e in symbol.type.event] if symbol else shapes.get(name, [])
        dim = ctx.dims.get(dims[slot]) if slot < len(dims) else None
        return dim is not None and isinstance(dim.labels, typed.Names) and word in dim.labels.labels

    return is_label


def _dim(slot: tree.Binder | tree.Expr) -> str:
    match slot:
        case tree.Binder(domain=tree.Name(id=dim)) | tree.Name(id=dim):
            return dim
        case _:
            return ""


def _introduced(ctx: Context, name: str, s: Sources, scope: Scope, block: Block) -> Symbol | None:
    """Type the statement that a name comes from; data come from elsewhere."""
    ctx.work_left = MOST_WORK
    if s.param is not None:
        made = param(ctx, s.param, scope)
        if made is not None:
            block.params[name] = made[0]
            return made[1]
    elif s.define is not None:
        defined = define(ctx, s.define, scope)
        if defined is not None:
            block.defines[name] = defined[0]
            return defined[1]
    elif name in ctx.data_names:
        return scope.values.get(name)
    elif s.draw is not None:
        drawn = draw(ctx, s.draw, scope)
        if drawn is not None:
            block.samples[name] = drawn[0]
            return drawn[1]
    return None


def _observe(ctx: Context, s: Sources, symbol: Symbol | None, scope: Scope, block: Block) -> None:
    """Type a ``~`` on what is given: data, or a definition that reads data alone."""
    assert s.draw is not None
    if symbol is None:
        return
    if not symbol.given:
        at = s.draw.target.name.span
        ctx.complain(complaints.drawn_and_defined(at, symbol.name, symbol.span))
        return
    ctx.work_left = MOST_WORK
    sample = observation(ctx, s.draw, symbol, scope)
    if sample is not None:
        block.samples[symbol.name] = sample
