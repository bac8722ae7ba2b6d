"""Families that refer to earlier elements: one scan for each set that refers to each other.

What a step needs of variables that are known beforehand is computed for all steps at once, and
sliced; only what depends on earlier elements is left for the loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..graph import Derived, Node
from ..recurrence import Reference, references
from ..target import DType, Size, Value
from ..target.scan import Earlier, Read
from ..typed import (
    Const,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    OverRange,
    Type,
    Var,
    Where,
    WholeAxis,
)
from ..types import Kind
from .align import align
from .expression import lower
from .gather import At, Slot, indexed, slot_of
from .scope import Laid, Scope

# What a step computes of a member that is no formula: the draw of a random variable. It is given
# the scope of the step, and the node without its recurring axis.
Draw = Callable[[Scope, Node], Value]


@dataclass(frozen=True, slots=True)
class _Member:
    """One family of a recurrence.

    Attributes:
        axis: position of the recurring dimension among its dimensions.
        first: the formula of the clauses that refer to nothing earlier, if there are any, and the
            condition under which it holds.
        length: how many elements that is.
        rest: the formula of the other clauses; None for what is drawn.
    """

    node: Node
    along: IndexVar
    axis: int
    first: tuple[Expr, Expr] | None
    length: Size
    rest: Expr | None

    @property
    def plates(self) -> tuple[IndexVar, ...]:
        """The plates of one step."""
        return tuple(p for p in self.node.plates if p.id != self.along.id)

    @property
    def step(self) -> Node:
        """The node as one step sees it."""
        event = tuple(x for i, x in enumerate(self.node.type.event) if i != self.axis)
        return replace(self.node, plates=self.plates, type=replace(self.node.type, event=event))


def scanned(scope: Scope, nodes: Sequence[Node], draw: Draw | None = None) -> dict[str, Value]:
    """The values of the families of one recurrence, given those of everything else.

    Args:
        nodes: in an order in which one step can be computed.
        draw: for random variables, where they are drawn and not known.
    """
    names = {n.name for n in nodes}
    members = [_member(scope, node, names, whole=draw is not None) for node in nodes]
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
    whole = _scan(scope, members, (start, size), given, {}, draw)
    return {m.node.name: _whole(scope, m, part) for m, part in zip(members, whole, strict=True)}


def _member(scope: Scope, node: Node, names: set[str], *, whole: bool) -> _Member:
    """A family, its first clauses apart unless it is computed as a ``whole``."""
    assert node.along is not None
    axis = node.plates.index(node.along)
    none = scope.builder.product_of_sizes((0,))
    if not isinstance(node.role, Derived) or whole:
        rest = node.role.expr if isinstance(node.role, Derived) else None
        return _Member(node, node.along, axis, None, none, rest)
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
    return _Member(node, node.along, axis, first, length, rest)


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
    return _scan(scope, members, (0, start), [], known, None)


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
    draw: Draw | None,
) -> list[Value]:
    """Each member's elements along the last axis; members in ``known`` are not computed."""
    b = scope.builder
    step = _Step({m.node.name: m for m in members}, scope, span[0])
    outputs: list[Value] = []
    for m in members:
        with b.at(m.node.span):
            is_known = m.node.name in known
            out = step.slice(known[m.node.name]) if is_known else _output(step, m, draw)
            step.env[_placed(m.node.name, 0)] = out
            outputs.append(out)
    names = [m.node.name for m in members]
    read = Read(
        [
            Earlier(names.index(n), lag, p, is_open)
            for (n, lag), (p, is_open) in step.previous.items()
        ],
        [(names.index(n), p) for n, p in step.history.items()],
        step.slices,
    )
    with b.at(members[0].node.span):
        return b.scan_members(names, span, given, read, outputs)


def _output(step: "_Step", m: _Member, draw: Draw | None) -> Value:
    """One step of a member, in the shape of its plates."""
    scope, b = step.outer, step.outer.builder
    outer = scope if m.first is None else scope.guarded(_behind(scope, m.first[0]))
    body = replace(scope, env=step.env, rules=step.rules(outer, m), guards=())
    if m.rest is None:
        assert draw is not None, "what is random is known, or drawn"
        return draw(body, m.step)
    laid = body.lower(m.rest)
    return b.expand(align(body, laid, m.plates, 0), tuple(scope.var_size(p) for p in m.plates))


def _placed(name: str, lag: Size) -> str:
    return f"{name}[{lag}]"  # no variable is called so


@dataclass
class _Step:
    """What the program of a step has read so far.

    Attributes:
        start: the first step.
        previous: placeholders of earlier elements, by name and lag; each with whether a step may
            have no such element.
        history: placeholders of all elements, by name.
        slices: placeholders of sequences, with the sequences.
        env: values of the members within a step.
    """

    members: Mapping[str, _Member]
    outer: Scope
    start: Size
    previous: dict[tuple[str, Size], tuple[Value, bool]] = field(default_factory=dict)
    history: dict[str, Value] = field(default_factory=dict)
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
                return self._element(scope, outer, m, found)
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

    def _element(self, scope: Scope, outer: Scope, m: _Member, found: Reference) -> Laid:
        """An element of a member: of this step, or of one before."""
        assert isinstance(found.at, Element)
        of = self.members[found.name]
        lag = self._lag(m, found)
        if lag is None:
            return self._past(scope, outer, m, found)
        name = _placed(found.name, lag)
        if name not in self.env:
            assert lag != 0, "members are in the order of a step"
            self.env[name] = self._earlier(of, lag)
        base = found.at.base
        event = tuple(x for i, x in enumerate(base.type.event) if i != of.axis)
        slots = tuple(s for i, s in enumerate(found.at.slots) if i != of.axis)
        whole = Var(name=name, type=replace(base.type, event=event), span=base.span)
        if not slots:
            return lower(scope, whole)
        return lower(
            scope, Element(base=whole, slots=slots, type=found.at.type, span=found.at.span)
        )

    def _lag(self, m: _Member, found: Reference) -> Size | None:
        """How many steps before this one, if that is the same for every step and element."""
        if isinstance(found.slot, IndexValue) and found.slot.var.id == m.along.id:
            return 0
        if found.steps is not None:
            return found.steps
        if found.lag is None or found.lag.type.axes:
            return None
        laid = self.outer.lower(found.lag)
        if laid.value.batched:
            return None
        return self.outer.builder.host_int(laid.value, f"lag_{m.along.name}")

    def _earlier(self, of: _Member, lag: Size) -> Value:
        tag = ("earlier", of.node.name, lag)
        value = self._placeholder(tag, of)
        always = isinstance(lag, int) and isinstance(self.start, int) and lag <= self.start
        self.previous[of.node.name, lag] = value, not always
        return value

    def _placeholder(self, tag: tuple[str | Size, ...], of: _Member, *more: Size) -> Value:
        shape = tuple(self.outer.var_size(p) for p in of.plates)
        dtype = DType.INT if of.node.type.kind is Kind.INDEX else DType.FLOAT
        return self.outer.builder.placeholder(tag, (*shape, *more), dtype=dtype)

    def _past(self, scope: Scope, outer: Scope, m: _Member, found: Reference) -> Laid:
        """Elements of steps before, at positions that change from step to step."""
        assert isinstance(found.at, Element)
        of, b = self.members[found.name], self.outer.builder
        if found.name not in self.history:
            size = self.outer.size(str(of.along.dim))
            self.history[found.name] = self._placeholder(("history", found.name), of, size)
        rank = len(of.node.plates)
        order = [*range(rank - 1)]
        order.insert(of.axis, rank - 1)
        event = found.at.base.type.event
        base = Laid(b.permute(self.history[found.name], order), (), event)
        slots = [
            slot_of(scope, s, x) if self._moves(s, m) else self._sliced_slot(outer, m, s, x)
            for s, x in zip(found.at.slots, event, strict=True)
        ]
        return indexed(scope, base, slots)

    def _moves(self, slot: Expr | WholeAxis, m: _Member) -> bool:
        """Whether an index is itself computed from elements of the recurrence."""
        axes = {name: member.axis for name, member in self.members.items()}
        return not isinstance(slot, WholeAxis) and any(references(slot, m.along, axes))

    def _sliced_slot(
        self, outer: Scope, m: _Member, slot: Expr | WholeAxis, extent: str | int
    ) -> Slot:
        """Positions computed for all steps at once."""
        found = slot_of(outer, slot, extent)
        return At(self.sliced(found.index, m.along)) if isinstance(found, At) else found

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
        p = self.outer.builder.placeholder(
            tag, value.shape[:-1], batched=value.batched, dtype=value.dtype
        )
        self.slices.append((p, value))
        return p
