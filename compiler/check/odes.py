"""Typing of systems of differential equations.

Within its braces, a state stands for its value at the present time, without the indices of the
system: they are bound once, for all of it. Outside, it is a variable over those indices and its
own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ...grammar import tree
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import typed
from ..complaints import index_hides, odes, show
from ..complaints.names import definition_too_large
from ..measure import measure
from ..systems import Options, State, System
from ..types import ANYTHING, POSITIVE, Bounds, Kind, SupportName
from .binders import index_value, not_from_data
from .context import Context, Nature, Scope, Symbol
from .expressions import expression
from .operators import position_as_number
from .positive import stays_positive
from .settings import misplaced
from .shapes import axes_of
from .solver_options import options_of
from .targets import Left, left_side, whole_plates

Solved = dict[str, tuple[typed.Define, Symbol]]
_ALLOWED = "an ode holds derivatives, `u' = … from …`, and definitions, `a = …`"


def passed_over(ctx: Context, statements: Iterable[tree.Statement]) -> None:
    """Complain about what `solve` never sees: a derivative outside of every ode, an empty ode."""
    hint = "put it into an ode: `ode t[n in row] = times[n] from 0 { … }`"
    for s in statements:
        match s:
            case tree.Derivative():
                misplaced(ctx, s, "the model", hint)
            case tree.Ode(statements=inner):
                if not any(isinstance(x, tree.Derivative) for x in inner):
                    ctx.complain(odes.no_states(Span(s.span.start, s.span.start + len("ode"))))
            case _:
                pass


@frozen
class _Head:
    """What stands before the braces, typed.

    Attributes:
        time: the time in force, over the plates.
        scope: the scope of the braces: the plates are bound, the time and the states are not.
    """

    plates: tuple[typed.IndexVar, ...]
    over: typed.IndexVar
    times: typed.Expr
    start: typed.Expr
    time: typed.Local
    options: Options
    scope: Scope

    @property
    def dims(self) -> tuple[str, ...]:
        return tuple(p.dim for p in self.plates if p.dim is not None)


@frozen
class _Raw:
    """A state of which only the left side is typed."""

    statement: tree.Derivative
    own: tuple[typed.IndexVar, ...]
    start: typed.Expr

    @property
    def name(self) -> str:
        return self.statement.target.name.id


def solve(ctx: Context, s: tree.Ode, scope: Scope) -> Solved | None:
    """Definitions of all states of a system; None after a complaint."""
    head = _head(ctx, s, scope)
    for inner in s.statements:
        if not isinstance(inner, tree.Derivative | tree.Define):
            misplaced(ctx, inner, "an ode", _ALLOWED)
    derivatives = [x for x in s.statements if isinstance(x, tree.Derivative)]
    if head is None:
        return None
    found = [_raw(ctx, d, head) for d in derivatives]
    raws = [r for r in found if r is not None]
    if len(raws) < len(found):
        return None
    body = _Body(ctx, s, head, raws)
    before = ctx.remember()
    slopes = body.slopes({})
    if slopes is None:
        return None
    candidates = [r.name for r in raws if r.start.type.bounds.low >= 0]
    families = [r.name for r in raws if r.own]
    kept = stays_positive(ctx, candidates, families, body.slopes)
    if kept:  # what was warned about may not happen
        ctx.recall(before)
        slopes = body.slopes(dict.fromkeys(kept, POSITIVE)) or slopes
    states = tuple(
        State(r.name, r.own, body.local(r, ANYTHING), slopes[r.name], r.start) for r in raws
    )
    system = System(head.plates, head.over, head.time, head.times, head.start, states, head.options)
    return {
        state.name: _defined(ctx, raw.statement, system, i, kept)
        for i, (raw, state) in enumerate(zip(raws, states, strict=True))
    }


# --- the head ------------------------------------------------------------------------------------


def _head(ctx: Context, s: tree.Ode, scope: Scope) -> _Head | None:
    name = s.time.name
    options = options_of(ctx, s.options)
    if name.id in scope.visible and name.id in scope.places:
        ctx.complain(index_hides(name.span, name.id, scope.places[name.id]))
    left = left_side(ctx, s.time, scope)
    if left is None or not whole_plates(ctx, s.time, left):
        return None
    if not left.plates or left.event:
        ctx.complain(odes.no_time_index(s.time.span, name.id))
        return None
    *before, over = left.plates
    plates = tuple(before)
    times = _number(ctx, s.times, left.scope, "a time")
    inner = scope.binding(*plates)
    start = _number(ctx, s.start, inner, "the time at which an ode begins")
    if times is None or start is None or options is None:
        return None
    random = ctx.random_part(times, scope.values)
    if random is not None:
        ctx.complain(not_from_data(ctx, "when an ode is solved", random, scope))
        return None
    if over not in times.type.axes:
        ctx.complain(odes.times_do_not_vary(times.span, over.name))
        return None
    bounds = Bounds(start.type.bounds.low, max(start.type.bounds.high, times.type.bounds.high))
    dims = tuple(p.dim for p in plates if p.dim is not None)
    time = typed.Local(name.id, type=typed.Type(Kind.REAL, (), dims, bounds), span=name.span)
    return _Head(plates, over, times, start, time, options, inner)


def _number(ctx: Context, e: tree.Expr, scope: Scope, what: str) -> typed.Expr | None:
    """One number for every index in scope."""
    found = expression(ctx, e, scope)
    if found is None:
        return None
    if found.type.event:
        ctx.complain(odes.not_one_number(found.span, what, show(found.type.event)))
        return None
    if found.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, found))
        return None
    return found


# --- the braces ----------------------------------------------------------------------------------


def _raw(ctx: Context, s: tree.Derivative, head: _Head) -> _Raw | None:
    left = left_side(ctx, s.target, head.scope)
    if left is None or not whole_plates(ctx, s.target, left):
        return None
    if left.event:
        ctx.complain(odes.not_a_local_family(s.target.span, s.target.name.id))
        return None
    taken = {p.dim: p for p in (*head.plates, head.over)}
    for p in left.plates:
        if p.dim in taken:
            first = taken[p.dim].span
            ctx.complain(odes.index_taken(p.span, p.name, str(p.dim), first))
            return None
        taken[p.dim] = p
    start = _number(ctx, s.start, left.scope, "an initial value")
    return None if start is None else _Raw(s, left.plates, start)


@frozen
class _Body:
    """The statements of a system, to be typed under assumptions about its states."""

    ctx: Context
    statement: tree.Ode
    head: _Head
    raws: list[_Raw]

    def slopes(self, bounds: Mapping[str, Bounds]) -> dict[str, typed.Expr] | None:
        """The derivative of every state, where the states lie in these intervals."""
        scope = self._scope(bounds)
        if scope is None:
            return None
        found = {r.name: self._slope(r, scope) for r in self.raws}
        whole = {name: e for name, e in found.items() if e is not None}
        return whole if len(whole) == len(found) else None

    def _slope(self, raw: _Raw, scope: Scope) -> typed.Expr | None:
        s = raw.statement
        return self._bounded(_number(self.ctx, s.slope, scope.binding(*raw.own), "a derivative"))

    def _bounded(self, found: typed.Expr | None) -> typed.Expr | None:
        """A formula, unless the definitions that it reads make it too large."""
        if found is not None and not measure(found, self.ctx.measures).fits:
            self.ctx.complain(definition_too_large(found.span))
            return None
        return found

    def local(self, raw: _Raw, bounds: Bounds) -> typed.Local:
        """What a state is read as."""
        name = raw.statement.target.name
        own = tuple(v.dim for v in raw.own if v.dim is not None)
        type_ = typed.Type(Kind.REAL, (), (*self.head.dims, *own), bounds)
        return typed.Local(name.id, type=type_, span=name.span)

    def _scope(self, bounds: Mapping[str, Bounds]) -> Scope | None:
        """The scope of the derivatives: time, states and definitions."""
        known: dict[str, typed.Expr | None] = {self.head.time.name: self._here(self.head.time)}
        for r in self.raws:
            known[r.name] = self._here(self.local(r, bounds.get(r.name, ANYTHING)))
        scope = replace(self.head.scope, arguments=known)
        fine = True
        for s in self.statement.statements:
            if isinstance(s, tree.Define):
                defined = self._define(s, scope)
                fine = fine and defined is not None
                known[s.target.name.id] = defined
        return scope if fine else None

    def _define(self, s: tree.Define, scope: Scope) -> typed.Expr | None:
        """A definition, as what its name stands for in the statements after it."""
        left = left_side(self.ctx, s.target, scope)
        if left is None or not whole_plates(self.ctx, s.target, left):
            return None
        if left.event:
            self.ctx.complain(odes.not_a_local_family(s.target.span, s.target.name.id))
            return None
        found = _number(self.ctx, s.expr, left.scope, "a definition in an ode")
        found = self._bounded(found)
        return None if found is None else self._family(found, left, s.target.span)

    def _family(self, body: typed.Expr, left: Left, at: Span) -> typed.Expr:
        """A definition over indices: an array of its values, at the present plates."""
        if not left.plates:
            return body
        over = (*self.head.plates, *left.plates)
        event = tuple(v.dim for v in over if v.dim is not None)
        type_ = replace(body.type, axes=(), event=event)
        return self._here(typed.Tabulate(over, body, type=type_, span=at))

    def _here(self, whole: typed.Expr) -> typed.Expr:
        """An array over the plates and more, at the present plates."""
        plates = self.head.plates
        if not plates:
            return whole
        at: list[typed.Expr] = [index_value(self.ctx, p, whole.span) for p in plates]
        rest = whole.type.event[len(plates) :]
        slots: tuple[typed.Expr | typed.WholeAxis, ...]
        slots = (*at, *(typed.WholeAxis() for _ in rest))
        type_ = replace(whole.type, axes=axes_of(i.type for i in at), event=rest)
        return typed.Element(whole, slots, type=type_, span=whole.span)


def _defined(
    ctx: Context, s: tree.Derivative, system: System, at: int, positive: Collection[str]
) -> tuple[typed.Define, Symbol]:
    state, name = system.states[at], s.target.name
    plates = (*system.plates, system.over, *state.own)
    bounds = POSITIVE if name.id in positive else ANYTHING
    expr = typed.Solution(system, at, type=typed.Type(Kind.REAL, plates, (), bounds), span=s.span)
    over = tuple(v.dim for v in plates if v.dim is not None)
    symbol = Symbol(
        name.id,
        Nature.DERIVED,
        typed.Type(Kind.REAL, (), over, bounds),
        typed.Support(SupportName.REAL),
        name.span,
        given=False,
        plates=len(plates),
    )
    return typed.Define(name.id, plates, expr, s.span, name.span), symbol
