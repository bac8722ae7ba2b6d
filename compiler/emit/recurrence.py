"""Families that refer to earlier elements: one scan for each set that refers to each other.

What a step needs of variables that are known beforehand is computed for all steps at once, and
sliced; only what depends on earlier elements is left for the loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ...grammar.frozen import frozen
from ..graph import Derived, Node, Patched
from ..recurrence import references
from ..target import OPS, Size, Value, walk
from ..target.scan import Earlier, Read
from ..typed import (
    Const,
    Expr,
    IndexVar,
    OverRange,
    Type,
    Where,
)
from .align import align
from .patches import dtype_of, is_among, patch
from .scope import Laid, Scope
from .step import Member, Step, placed


@frozen
class Kept:
    """Elements that are not drawn: where ``drawn`` does not hold, they are ``value``."""

    drawn: Expr
    value: Value


@frozen
class Drawing:
    """What a step computes of a member that is no formula: the draw of a random variable.

    Attributes:
        draw: given the scope of the step, and the node without its recurring axis.
        kept: by name, what is not drawn.
    """

    draw: Callable[[Scope, Node], Value]
    kept: Mapping[str, Kept]


def scanned(
    scope: Scope, nodes: Sequence[Node], drawing: Drawing | None = None
) -> dict[str, Value]:
    """The values of the families of one recurrence, given those of everything else.

    Args:
        nodes: in an order in which one step can be computed.
        drawing: of random variables, where they are drawn and not known.
    """
    names = {n.name for n in nodes}
    members = [_member(scope, node, names, whole=drawing is not None) for node in nodes]
    starts = {m.length for m in members} - {0}
    if len(starts) > 1:  # clauses that begin at different places: none is taken out of the loop
        members = [_member(scope, node, names, whole=True) for node in nodes]
        starts = set()
    size = scope.size(str(members[0].along.dim))
    start = next(iter(starts), 0)
    given: list[Value] = []
    if start != 0:
        none = scope.builder.const(0)
        given = [none if m.length == 0 else _given(scope, m, size) for m in members]
    if start != 0 and any(m.length == 0 for m in members):
        given = _before(scope, members, given, start)
    whole = _scan(scope, members, (start, size), given, {}, drawing)
    return {m.node.name: _whole(scope, m, part) for m, part in zip(members, whole, strict=True)}


def _member(scope: Scope, node: Node, names: set[str], *, whole: bool) -> Member:
    """A family, its first clauses apart unless it is computed as a ``whole``."""
    assert node.along is not None
    axis = node.plates.index(node.along)
    none = scope.builder.product_of_sizes((0,))
    if not isinstance(node.role, Derived) or whole:
        rest = node.role.expr if isinstance(node.role, Derived) else None
        return Member(node, node.along, axis, None, none, rest)
    axes = {name: 0 for name in names}
    tests: list[tuple[Expr, Expr]] = []
    rest, length = node.role.expr, none
    for covers in node.clauses[:-1]:
        assert isinstance(rest, Where)
        if any(True for _ in references(rest.yes, node.along, axes)):
            break
        tests.append((rest.condition, rest.yes))
        length = scope.builder.sum_of_sizes(length, _count(scope, covers))
        rest = rest.no
    first: tuple[Expr, Expr] | None = None
    for condition, yes in reversed(tests):
        chosen = (
            yes
            if first is None
            else Where(condition, yes, first[1], type=_both(yes, first[1]), span=yes.span)
        )
        first = (tests[-1][0], chosen)
    return Member(node, node.along, axis, first, length, rest)


def _both(a: Expr, b: Expr) -> Type:
    axes = tuple(sorted({*a.type.axes, *b.type.axes}, key=lambda v: v.id))
    return replace(a.type, axes=axes)


def _count(scope: Scope, covers: IndexVar) -> Size:
    match covers.domain:
        case OverRange(first=Const(value=first), last=Const(value=last)):
            return max(0, int(last - first) + 1)
        case OverRange(first=first, last=last) if first == last:
            return 1
        case _:
            return scope.var_size(covers)


def _behind(scope: Scope, condition: Expr) -> Laid:
    """Where the first clauses do not hold."""
    c = scope.lower(condition)
    return Laid(scope.builder.apply("not", c.value), c.axes, c.event)


def _laid_out(scope: Scope, m: Member, laid: Laid, size: Size) -> Value:
    """Over the plates of one step, then along the recurring axis, which comes last."""
    b = scope.builder
    value = align(scope, laid, m.node.plates, 0)
    shape = tuple(size if p == m.along else scope.var_size(p) for p in m.node.plates)
    value = b.expand(value, shape)
    return b.permute(value, (*(i for i in range(len(shape)) if i != m.axis), m.axis))


def _given(scope: Scope, m: Member, size: Size) -> Value:
    assert m.first is not None
    condition, formula = m.first
    return _laid_out(scope, m, scope.guarded(scope.lower(condition)).lower(formula), size)


def _before(
    scope: Scope, members: Sequence[Member], given: Sequence[Value], start: Size
) -> list[Value]:
    """The first elements of definitions that have only one clause, from those of the others."""
    known = {m.node.name: v for m, v in zip(members, given, strict=True) if m.length != 0}
    return _scan(scope, members, (0, start), [], known, None)


def _whole(scope: Scope, m: Member, part: Value) -> Value:
    """In the order of the plates."""
    b = scope.builder
    rank = len(m.node.plates)
    order = [*range(rank - 1)]
    order.insert(m.axis, rank - 1)
    return b.named(b.permute(part, order), m.node.name, m.node.span)


def _scan(
    scope: Scope,
    members: Sequence[Member],
    span: tuple[Size, Size],
    given: Sequence[Value],
    known: Mapping[str, Value],
    drawing: Drawing | None,
) -> list[Value]:
    """Each member's elements along the last axis; members in ``known`` are not computed."""
    b = scope.builder
    step = Step({m.node.name: m for m in members}, scope, span[0])
    outputs: list[Value] = []
    for m in members:
        with b.at(m.node.span):
            is_known = m.node.name in known
            out = step.slice(known[m.node.name]) if is_known else _output(step, m, drawing)
            step.env[placed(m.node.name, 0)] = out
            outputs.append(out)
    names = [m.node.name for m in members]
    read = Read(
        [
            Earlier(names.index(n), lag, p, is_open)
            for (n, lag), (p, is_open) in step.previous.items()
        ],
        [(names.index(n), p) for n, p in step.history.items()],
        step.slices,
        step.draws,
        [(names.index(n), p, w) for n, p, w in step.sums],
    )
    with b.at(members[0].node.span):
        return b.scan_members(names, span, given, read, outputs)


def _output(step: Step, m: Member, drawing: Drawing | None) -> Value:
    """One step of a member, in the shape of its plates."""
    if isinstance(m.node.role, Patched):
        return _set_somewhere(step, m, m.node.role)
    scope, b = step.outer, step.outer.builder
    outer = scope if m.first is None else scope.guarded(_behind(scope, m.first[0]))
    kept = None if drawing is None else drawing.kept.get(m.node.name)
    if kept is not None:
        outer = outer.guarded(scope.lower(kept.drawn))
    body = replace(scope, env=step.env, rules=step.rules(outer, m), guards=())
    shape = tuple(scope.var_size(p) for p in m.plates)
    if m.rest is not None:
        return b.expand(align(body, body.lower(m.rest), m.plates, 0), shape)
    assert drawing is not None, "what is random is known, or drawn"
    before = b.count
    out = drawing.draw(body, m.step)
    step.draws += [v for v in walk([out]) if v.id >= before and OPS[v.op].draws]
    if kept is None:
        return out
    test = align(body, step.sliced(scope.lower(kept.drawn), m.along), m.plates, 0)
    order = (*(i for i in range(len(m.node.plates)) if i != m.axis), m.axis)
    return b.where(test, out, step.slice(b.permute(kept.value, order)))


def _set_somewhere(step: Step, m: Member, role: Patched) -> Value:
    """One step of a family that is another one, but for some elements that are set."""
    scope, b = step.outer, step.outer.builder
    nothing = b.expand(b.const(0, dtype_of(m.node)), scope.shape(m.node.type.event))
    there = is_among(scope, m.node, role.elements, f"{role.of}_is_set")
    order = (*(i for i in range(len(m.node.plates)) if i != m.axis), m.axis)
    is_set, to = (
        step.slice(b.permute(v, order))
        for v in (there, patch(scope, m.node, nothing, role.elements))
    )
    return b.where(is_set, to, step.env[placed(role.of, 0)])
