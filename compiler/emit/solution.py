"""Systems of differential equations: their field, and the states at the times that are wanted."""

from collections.abc import Sequence
from dataclasses import replace

from ..differentiate import differentiate
from ..printer import Function
from ..systems import Options, State, System
from ..target import Size, Value
from ..target.solution import Field, closed_field
from ..typed import Expr, IndexVar, Local, Solution
from .align import align
from .scope import Laid, Scope


def local(scope: Scope, e: Local) -> Laid:
    """The time or a state, within the formulas of its system."""
    return Laid(scope.env[_key(e.name)], (), e.type.event)


def solution(scope: Scope, e: Solution) -> Laid:
    """One state of a system, over the plates, the times, and its own plates."""
    system = e.system
    at = _offsets(scope, system)[e.state]
    whole = _solved(scope, system)
    state = system.states[e.state]
    shape = tuple(scope.var_size(v) for v in (*system.plates, system.over))
    value = _part(scope, whole, shape, state, at)
    return Laid(value, (*system.plates, system.over, *state.own), ())


def _key(name: str) -> str:
    return f"{name}'"  # no variable is called so


def _offsets(scope: Scope, system: System) -> list[Size]:
    """Where each state begins among all of them, and where the last one ends."""
    ends: list[Size] = [0]
    for state in system.states:
        ends.append(scope.builder.sum_of_sizes(ends[-1], _count(scope, state)))
    return ends


def _count(scope: Scope, state: State) -> Size:
    return scope.builder.product_of_sizes([scope.var_size(v) for v in state.own])


def _part(scope: Scope, whole: Value, lead: tuple[Size, ...], state: State, start: Size) -> Value:
    """One state of all of them along the last axis; a family gets its own axes back."""
    b = scope.builder
    if not state.own:
        return b.pick(whole, start)
    stop = b.sum_of_sizes(start, _count(scope, state))
    part = b.slice(whole, start, stop)
    return b.reshape(part, (*lead, *(scope.var_size(v) for v in state.own)))


def _solved(scope: Scope, system: System) -> Value:
    b = scope.builder
    scope = replace(scope, guards=())
    plates = tuple(scope.var_size(v) for v in system.plates)
    begin = _joined(scope, system, [s.start for s in system.states], plates)
    field, fixed = _field(scope, system, plates)
    start = b.expand(align(scope, scope.lower(system.start), system.plates, 0), plates)
    over = (*system.plates, system.over)
    times = align(scope, scope.lower(system.times), over, 0)
    times = b.expand(times, (*plates, scope.var_size(system.over)))
    options = _written(system.options)
    label = field.label
    return b.named(
        b.solution(field, (begin, start, times, *fixed), options, keep=scope.keep), label
    )


def _written(options: Options) -> tuple[tuple[str, float | int | str], ...]:
    usual = options.method == Options().method
    return (
        ("rtol", options.rtol),
        ("atol", options.atol),
        ("max_steps", options.max_steps),
        *(() if usual else (("method", options.method),)),
    )


def _field(
    scope: Scope, system: System, plates: tuple[Size, ...]
) -> tuple[Field, tuple[Value, ...]]:
    """How the state changes, and the operands that this takes."""
    b, tag = scope.builder, ("ode", system.names)
    n = _offsets(scope, system)[-1]
    time = b.named(b.placeholder((*tag, "time"), plates), system.time.name)
    state = b.named(b.placeholder((*tag, "state"), (*plates, n)), "state")
    adjoint = b.named(b.placeholder((*tag, "adjoint"), (*plates, n)), "adjoint")
    env = {**scope.env, _key(system.time.name): time}
    for s, at in zip(system.states, _offsets(scope, system), strict=False):
        part = _part(scope, state, plates, s, at)
        env[_key(s.name)] = b.named(part, s.name) if part is not state else part
    inner = scope.with_env(env)
    slope = _joined(inner, system, [s.slope for s in system.states], plates)
    inside, fixed, operands = closed_field(b, tag, slope)
    pull = differentiate([(inside, adjoint)], (state, *fixed), b)
    label = b.label_of("_".join(system.names), (inside, *pull))
    return Field(label, time, state, fixed, inside, adjoint, pull), operands


def _joined(
    scope: Scope, system: System, formulas: Sequence[Expr], plates: tuple[Size, ...]
) -> Value:
    """One number for every state, all of them in a row."""
    b = scope.builder
    parts: list[Value] = []
    for state, formula in zip(system.states, formulas, strict=True):
        axes: tuple[IndexVar, ...] = (*system.plates, *state.own)
        own = tuple(scope.var_size(v) for v in state.own)
        with b.at(formula.span):
            value = align(scope, scope.lower(formula), axes, 0)
            value = b.to_float(b.expand(value, (*plates, *own)))
            if state.own:
                parts.append(b.reshape(value, (*plates, _count(scope, state))))
            else:
                parts.append(b.unsqueeze(value, (-1,)))
    return b.cat(parts)


def field_functions(fields: Sequence[Field]) -> list[Function]:
    """The functions that the runtime solves with."""
    found: list[Function] = []
    for f in fields:
        found.append(
            Function(
                f"slope_{f.label}",
                ("bound",),
                "Derivative of the state by time.",
                f.slope,
                operands=(f.time, f.state, *f.fixed),
            )
        )
        found.append(
            Function(
                f"pull_{f.label}",
                ("bound",),
                f"What flows back from `slope_{f.label}` to the state and to what is fixed.",
                f.pull,
                operands=(f.time, f.state, f.adjoint, *f.fixed),
                fast=True,
            )
        )
    return found
