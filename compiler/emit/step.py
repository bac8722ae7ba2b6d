"""One step of a recurrence: what it reads of earlier ones, and what is sliced from outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ...grammar.frozen import frozen
from ..graph import Node
from ..recurrence import Reference, references
from ..target import Size, Value
from ..typed import Element, Expr, IndexValue, IndexVar, Reduce, Var, Where, WholeAxis
from ..types import Kind
from .align import align
from .expression import lower
from .gather import Along, At, Slot, indexed, slot_of
from .patches import dtype_of
from .scope import Laid, Scope
from .weighted import weighted


@frozen
class Member:
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


def placed(name: str, lag: Size) -> str:
    """What an element of a member is called within a step."""
    return f"{name}[{lag}]"  # no variable is called so


@dataclass
class Step:
    """What the program of a step has read so far.

    Attributes:
        start: the first step.
        previous: placeholders of earlier elements, by name and lag; each with whether a step may
            have no such element.
        history: placeholders of all elements, by name.
        slices: placeholders of sequences, with the sequences.
        sums: placeholders of weighted sums of earlier elements: the name, the placeholder, the
            weights.
        draws: what is drawn in every step.
        env: values of the members within a step.
    """

    members: Mapping[str, Member]
    outer: Scope
    start: Size
    previous: dict[tuple[str, Size], tuple[Value, bool]] = field(default_factory=dict)
    history: dict[str, Value] = field(default_factory=dict)
    slices: list[tuple[Value, Value]] = field(default_factory=list)
    sums: list[tuple[str, Value, Value]] = field(default_factory=list)
    draws: list[Value] = field(default_factory=list)
    env: dict[str, Value] = field(default_factory=dict)

    def rules(self, outer: Scope, m: Member) -> Callable[[Scope, Expr], Laid]:
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
            total = self._sum(outer, m, e) if isinstance(e, Reduce) else None
            return total or lower(scope, e)

        return rule

    def _branches(self, scope: Scope, outer: Scope, m: Member, e: Where) -> Laid:
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

    def _element(self, scope: Scope, outer: Scope, m: Member, found: Reference) -> Laid:
        """An element of a member: of this step, or of one before."""
        assert isinstance(found.at, Element)
        of = self.members[found.name]
        lag = self._lag(m, found)
        if lag is None:
            return self._past(scope, outer, m, found)
        name = placed(found.name, lag)
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

    def _lag(self, m: Member, found: Reference) -> Size | None:
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

    def _earlier(self, of: Member, lag: Size) -> Value:
        tag = ("earlier", of.node.name, lag)
        value = self._placeholder(tag, of)
        always = isinstance(lag, int) and isinstance(self.start, int) and lag <= self.start
        self.previous[of.node.name, lag] = value, not always
        return value

    def _placeholder(self, tag: tuple[str | Size, ...], of: Member, *more: Size) -> Value:
        shape = tuple(self.outer.var_size(p) for p in of.plates)
        dtype = dtype_of(of.node)
        return self.outer.builder.placeholder(tag, (*shape, *more), dtype=dtype)

    def _past(self, scope: Scope, outer: Scope, m: Member, found: Reference) -> Laid:
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

    def _sum(self, outer: Scope, m: Member, e: Reduce) -> Laid | None:
        """A sum of earlier elements, each times a weight that is known beforehand."""
        found = weighted(e, lambda x: isinstance(x.base, Var) and x.base.name in self.members)
        if found is None:
            return None
        assert isinstance(found.element.base, Var)
        of = self.members[found.element.base.name]
        own = [s for i, s in enumerate(found.element.slots) if i != of.axis]
        plates = [s.var for s in own if isinstance(s, IndexValue)]
        if (
            found.axis != of.axis
            or [v.domain for v in plates] != [p.domain for p in of.plates]
            or len({v.id for v in plates}) != len(own)
            or m.along in plates
            or of.node.type.kind is Kind.INDEX
            or self._moves(found.weight, m)
        ):
            return None
        laid = outer.lower(found.weight)
        axes = (*plates, m.along, found.var)
        if laid.event or m.along not in laid.axes or not set(laid.axes) <= set(axes):
            return None
        weights = _in_order(self.outer, laid, axes)
        total = self._placeholder(("sum", of.node.name, weights.id), of)
        self.sums.append((of.node.name, total, weights))
        event = tuple(x for i, x in enumerate(found.element.base.type.event) if i != of.axis)
        return indexed(self.outer, Laid(total, (), event), [Along(v) for v in plates])

    def _moves(self, slot: Expr | WholeAxis, m: Member) -> bool:
        """Whether an index is itself computed from elements of the recurrence."""
        axes = {name: member.axis for name, member in self.members.items()}
        return not isinstance(slot, WholeAxis) and any(references(slot, m.along, axes))

    def _sliced_slot(
        self, outer: Scope, m: Member, slot: Expr | WholeAxis, extent: str | int
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


def _in_order(scope: Scope, laid: Laid, axes: tuple[IndexVar, ...]) -> Value:
    """With all of the axes, in that order; the last two at their full length."""
    b = scope.builder
    canonical = tuple(sorted(axes, key=lambda v: v.id))
    value = b.to_rank(align(scope, laid, canonical, 0), len(axes))
    value = b.permute(value, [canonical.index(v) for v in axes])
    return b.expand(value, (*value.shape[:-2], *(scope.var_size(v) for v in axes[-2:])))
