"""Definitions that refer to earlier elements: one scan for each set that refers to each other.

What a step needs of variables that are known beforehand is computed for all steps at once, and
sliced; only what depends on earlier elements is left for the loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..graph import Derived, Node
from ..recurrence import Reference, references
from ..target import Size, Value
from ..typed import Const, Element, Expr, IndexVar, OverRange, Type, Var, Where
from .align import align
from .expression import lower
from .scope import Laid, Scope


@dataclass(frozen=True, slots=True)
class _Member:
    """One definition of a recurrence.

    Attributes:
        axis: position of the recurring dimension among its dimensions.
        first: the formula of the clauses that refer to nothing earlier, if there are any, and the
            condition under which it holds.
        length: how many elements that is.
        rest: the formula of the other clauses.
    """

    node: Node
    along: IndexVar
    axis: int
    first: tuple[Expr, Expr] | None
    length: Size
    rest: Expr

    @property
    def plates(self) -> tuple[IndexVar, ...]:
        """The plates of one step."""
        return tuple(p for p in self.node.plates if p.id != self.along.id)


def scanned(scope: Scope, nodes: Sequence[Node]) -> dict[str, Value]:
    """The values of the definitions of one recurrence, given those of everything else.

    Args:
        nodes: in an order in which one step can be computed.
    """
    members = [_member(scope, node, {n.name for n in nodes}) for node in nodes]
    size = scope.size(str(members[0].along.dim))
    starts = {m.length for m in members} - {0}
    assert len(starts) <= 1, "the checker lets clauses of one recurrence begin at one place"
    start = next(iter(starts), 0)
    given: list[Value] = []
    if start != 0:
        none = scope.builder.const(0)
        given = [none if m.length == 0 else _given(scope, m, size) for m in members]
    if start != 0 and any(m.length == 0 for m in members):
        given = _before(scope, members, given, start)
    whole = _scan(scope, members, (start, size), given, {})
    return {m.node.name: _whole(scope, m, part) for m, part in zip(members, whole, strict=True)}


def _member(scope: Scope, node: Node, names: set[str]) -> _Member:
    assert isinstance(node.role, Derived) and node.along is not None
    axes = {name: 0 for name in names}
    tests: list[tuple[Expr, Expr]] = []
    rest, length = node.role.expr, scope.builder.product_of_sizes((0,))
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
    return _Member(node, node.along, node.plates.index(node.along), first, length, rest)


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


def _laid_out(scope: Scope, m: _Member, laid: Laid, size: Size) -> Value:
    """Over the plates of one step, then along the recurring axis, which comes last."""
    b = scope.builder
    value = align(scope, laid, m.node.plates, 0)
    shape = tuple(size if p == m.along else scope.var_size(p) for p in m.node.plates)
    value = b.expand(value, shape)
    return b.permute(value, (*(i for i in range(len(shape)) if i != m.axis), m.axis))


def _given(scope: Scope, m: _Member, size: Size) -> Value:
    assert m.first is not None
    condition, formula = m.first
    return _laid_out(scope, m, scope.guarded(scope.lower(condition)).lower(formula), size)


def _before(
    scope: Scope, members: Sequence[_Member], given: Sequence[Value], start: Size
) -> list[Value]:
    """The first elements of definitions that have only one clause, from those of the others."""
    known = {m.node.name: v for m, v in zip(members, given, strict=True) if m.length != 0}
    return _scan(scope, members, (0, start), [], known)


def _whole(scope: Scope, m: _Member, part: Value) -> Value:
    """In the order of the plates."""
    b = scope.builder
    rank = len(m.node.plates)
    order = [*range(rank - 1)]
    order.insert(m.axis, rank - 1)
    return b.named(b.permute(part, order), m.node.name, m.node.span)


def _scan(
    scope: Scope,
    members: Sequence[_Member],
    span: tuple[Size, Size],
    given: Sequence[Value],
    known: Mapping[str, Value],
) -> list[Value]:
    """Each member's elements along the last axis; members in ``known`` are not computed."""
    b = scope.builder
    step = _Step({m.node.name: m for m in members}, scope)
    outputs: list[Value] = []
    for m in members:
        with b.at(m.node.span):
            if m.node.name in known:
                out = step.slice(known[m.node.name])
            else:
                outer = scope if m.first is None else scope.guarded(_behind(scope, m.first[0]))
                body = replace(scope, env=step.env, rules=step.rules(outer, m), guards=())
                laid = body.lower(m.rest)
                shape = tuple(scope.var_size(p) for p in m.plates)
                out = b.expand(align(body, laid, m.plates, 0), shape)
            step.env[_placed(m.node.name, 0)] = out
            outputs.append(out)
    with b.at(members[0].node.span):
        names = [m.node.name for m in members]
        previous = {(names.index(n), lag): p for (n, lag), p in step.previous.items()}
        whole = b.scan(names, span, given, previous, step.slices, outputs)
    b.named(whole, "_".join(names), members[0].node.span)
    if len(members) == 1:
        return [whole]
    stop = span[1]
    ends: list[Size] = [b.product_of_sizes((k, stop)) for k in range(len(members) + 1)]
    return [b.slice(whole, ends[k], ends[k + 1]) for k in range(len(members))]


def _placed(name: str, lag: int) -> str:
    return f"{name}[{lag}]"  # no variable is called so


@dataclass
class _Step:
    """What the program of a step has read so far.

    Attributes:
        previous: placeholders of earlier elements, by name and lag.
        slices: placeholders of sequences, with the sequences.
        env: values of the members within a step.
    """

    members: Mapping[str, _Member]
    outer: Scope
    previous: dict[tuple[str, int], Value] = field(default_factory=dict)
    slices: list[tuple[Value, Value]] = field(default_factory=list)
    env: dict[str, Value] = field(default_factory=dict)

    def rules(self, outer: Scope, m: _Member) -> Callable[[Scope, Expr], Laid]:
        """How expressions of a step are lowered; ``outer`` lowers what refers to nothing earlier,
        for all steps at once."""
        axes = {name: member.axis for name, member in self.members.items()}

        def rule(scope: Scope, e: Expr) -> Laid:
            if isinstance(e, Var) and e.name in self.env:
                return Laid(self.env[e.name], (), e.type.event)
            found = next(references(e, m.along, axes), None)
            if found is None:
                return self.sliced(outer.lower(e), m.along)
            if found.at is e:
                return self._element(scope, found)
            if isinstance(e, Where) and not any(references(e.condition, m.along, axes)):
                return self._branches(scope, outer, m, e)
            return lower(scope, e)

        return rule

    def _branches(self, scope: Scope, outer: Scope, m: _Member, e: Where) -> Laid:
        """A conditional: what its branches compute outside is guarded outside too."""
        c = outer.lower(e.condition)
        no = Laid(outer.builder.apply("not", c.value), c.axes, c.event)
        yes_rules = self.rules(outer.guarded(c), m)
        no_rules = self.rules(outer.guarded(no), m)

        def rule(inner: Scope, part: Expr) -> Laid:
            if part is e.condition:
                return self.sliced(c, m.along)
            under = yes_rules if part is e.yes else no_rules
            return under(replace(inner, rules=under), part)

        return lower(replace(scope, rules=rule), e)

    def _element(self, scope: Scope, found: Reference) -> Laid:
        """An element of a member: of this step, or of one before."""
        assert isinstance(found.at, Element) and found.steps is not None
        of = self.members[found.name]
        name = _placed(found.name, found.steps)
        if name not in self.env:
            assert found.steps > 0, "members are in the order of a step"
            shape = tuple(scope.var_size(p) for p in of.plates)
            tag = ("earlier", found.name, found.steps)
            value = scope.builder.placeholder(tag, shape)
            self.previous[found.name, found.steps] = value
            self.env[name] = value
        base = found.at.base
        event = tuple(x for i, x in enumerate(base.type.event) if i != of.axis)
        slots = tuple(s for i, s in enumerate(found.at.slots) if i != of.axis)
        whole = Var(name=name, type=replace(base.type, event=event), span=base.span)
        if not slots:
            return lower(scope, whole)
        return lower(
            scope, Element(base=whole, slots=slots, type=found.at.type, span=found.at.span)
        )

    def sliced(self, laid: Laid, along: IndexVar) -> Laid:
        """The present element of what was computed for all steps."""
        at = next((i for i, v in enumerate(laid.axes) if v.id == along.id), None)
        if at is None:
            return laid
        b = self.outer.builder
        rank = laid.rank
        value = b.permute(laid.value, (*(i for i in range(rank) if i != at), at))
        axes = tuple(v for v in laid.axes if v.id != along.id)
        return Laid(self.slice(value), axes, laid.event)

    def slice(self, value: Value) -> Value:
        """The present element along the last axis."""
        for p, v in self.slices:
            if v is value:
                return p
        tag = ("present", value.id)
        p = self.outer.builder.placeholder(tag, value.shape[:-1], dtype=value.dtype)
        self.slices.append((p, value))
        return p
