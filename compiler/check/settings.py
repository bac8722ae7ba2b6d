"""Typing of ``observe`` and ``do``, in the file and in its scenarios."""

from collections.abc import Collection, Iterable

from ...grammar import tree
from ...grammar.diagnostic import did_you_mean
from .. import complaints, typed
from .context import Context, Nature, Scope, Symbol
from .expressions import expression
from .labels import label
from .values import value_for

_Key = tuple[str | float, ...]
_Taken = dict[tuple[str, _Key], typed.Setting]


def observed(
    ctx: Context,
    statements: Iterable[tree.Observe],
    scope: Scope,
    given: Collection[str] = (),
) -> tuple[typed.Setting, ...]:
    """Observations of random variables, and of the data among ``given``.

    A scenario may give data that have a distribution another value. A value for one element holds
    against one for the whole variable.
    """
    found: list[typed.Setting] = []
    taken: _Taken = {}
    for s in statements:
        symbol = _observable(ctx, s, scope, given)
        setting = None if symbol is None else _setting(ctx, s, symbol, scope)
        if setting is not None and _is_new(ctx, setting, taken):
            found.append(setting)
    return tuple(found)


def done(ctx: Context, statements: Iterable[tree.Do], scope: Scope) -> tuple[typed.Setting, ...]:
    """Interventions on any variable."""
    found: list[typed.Setting] = []
    taken: _Taken = {}
    for s in statements:
        symbol = _known(ctx, s, scope)
        setting = None if symbol is None else _setting(ctx, s, symbol, scope)
        if setting is not None and _is_new(ctx, setting, taken):
            found.append(setting)
    return tuple(found)


def _known(ctx: Context, s: tree.Observe | tree.Do, scope: Scope) -> Symbol | None:
    name = s.target.name
    if name.id in scope.values:
        return scope.values[name.id]
    known = [n for n, v in scope.values.items() if v is None or v.nature is Nature.RANDOM]
    close = did_you_mean(name.id, known) or did_you_mean(name.id, scope.values)
    ctx.complain(complaints.unknown_variable(name.span, name.id, close))
    return None


def _observable(
    ctx: Context, s: tree.Observe, scope: Scope, given: Collection[str]
) -> Symbol | None:
    symbol = _known(ctx, s, scope)
    if symbol is None or symbol.nature is Nature.RANDOM or symbol.name in given:
        return symbol
    at = s.target.name.span
    match symbol.nature:
        case Nature.DATA | Nature.IMPUTED:
            ctx.complain(complaints.data_observed(at, symbol.name, symbol.span))
        case Nature.PARAM:
            ctx.complain(complaints.param_observed(at, symbol.name, symbol.span))
        case _:
            ctx.complain(complaints.derived_observed(at, symbol.name, symbol.span))
    return None


def _setting(
    ctx: Context, s: tree.Observe | tree.Do, symbol: Symbol, scope: Scope
) -> typed.Setting | None:
    ctx.used.add(symbol.span)
    element = _element(ctx, s, symbol, scope)
    if element is None:
        return None
    what = "an observed value" if isinstance(s, tree.Observe) else "the value of an intervention"
    value = value_for(ctx, s.value, symbol, scope, what, () if element else None)
    return None if value is None else typed.Setting(symbol.name, element, value, s.span)


def _element(
    ctx: Context, s: tree.Observe | tree.Do, symbol: Symbol, scope: Scope
) -> tuple[typed.Expr, ...] | None:
    """One constant per dimension, or nothing for the whole variable."""
    slots, event = s.target.slots, symbol.type.event
    if not slots:
        return ()
    if len(slots) != len(event):
        shape = tuple(map(str, event))
        given = [ctx.source.quote(slot.span) for slot in slots]
        d = complaints.wrong_slots(s.target.span, symbol.name, given, shape, symbol.span)
        ctx.complain(d)
        return None
    if symbol.nature is Nature.RANDOM and symbol.plates < len(event):
        ctx.complain(complaints.part_of_draw(s.target.span, symbol.name, symbol.span))
        return None
    found: list[typed.Expr] = []
    for slot, extent in zip(slots, event, strict=True):
        if isinstance(slot, tree.Binder):
            written = ctx.source.quote(s.target.span)
            ctx.complain(complaints.element_not_constant(slot.span, written, symbol.name))
            return None
        e = (
            label(ctx, slot, extent, scope, expression)
            if isinstance(extent, str)
            else expression(ctx, slot, scope)
        )
        if e is None:
            return None
        if not isinstance(e, typed.Label | typed.Const):
            written = ctx.source.quote(s.target.span)
            ctx.complain(complaints.element_not_constant(slot.span, written, symbol.name))
            return None
        if not _fits(ctx, e, extent):
            return None
        found.append(e)
    return tuple(found)


def _fits(ctx: Context, e: typed.Label | typed.Const, extent: str | int) -> bool:
    if isinstance(e, typed.Label):
        return True
    if isinstance(extent, int) and e.value.is_integer() and 1 <= e.value <= extent:
        return True
    if isinstance(extent, int):
        index = (ctx.source.quote(e.span), e.type.bounds)
        d = complaints.leaves_axis(e.span, index, ("1", str(extent)), None)
    else:
        written = ctx.source.quote(e.span)
        d = complaints.label_needed(
            e.span, written, extent, ctx.dims[extent].span, ctx.listed(extent)
        )
    ctx.complain(d)
    return False


def _is_new(ctx: Context, s: typed.Setting, taken: _Taken) -> bool:
    """Whether nothing else sets the same variable, or the same element of it."""
    first = taken.setdefault((s.name, _key(s)), s)
    if first is not s:
        ctx.complain(complaints.set_twice(s.span, s.name, first.span))
    return first is s


def _key(s: typed.Setting) -> _Key:
    return tuple(e.label if isinstance(e, typed.Label) else _number(e) for e in s.element)


def _number(e: typed.Expr) -> float:
    assert isinstance(e, typed.Const)
    return e.value


def misplaced(ctx: Context, s: tree.Statement, where: str, allowed: str) -> None:
    """Complain about a statement that cannot stand where it does."""
    ctx.complain(complaints.misplaced_statement(s.span, _word(s), where, allowed))


def _word(s: tree.Statement) -> str:
    """How a kind of statement is called."""
    match s:
        case tree.Sample():
            return "`~`"
        case tree.Define():
            return "`=`"
        case tree.Factor():
            return "`factor`"
        case tree.Dims():
            return "`dim`"
        case _:
            return f"`{type(s).__name__.lower()}`"
