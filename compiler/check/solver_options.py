"""Options of an ode: ``rtol``, ``atol``, ``max_steps``, ``method``."""

from collections.abc import Iterable

from ...grammar import tree
from ...grammar.source import Span
from ..complaints import odes
from ..systems import METHODS, Options
from .context import Context

_KNOWN = ("rtol", "atol", "max_steps", "method")
_MOST_STEPS = 10_000_000


def options_of(ctx: Context, written: Iterable[tuple[tree.Name, tree.Expr]]) -> Options | None:
    """The options of an ode; those that are not written have their defaults."""
    values: dict[str, float | str] = {}
    places: dict[str, Span] = {}
    fine = True
    for name, value in written:
        if name.id not in _KNOWN:
            ctx.complain(odes.unknown_option(name.span, name.id, _KNOWN))
        elif name.id in places:
            ctx.complain(odes.option_twice(name.span, name.id, places[name.id]))
        else:
            places[name.id] = name.span
            read = _method(ctx, value) if name.id == "method" else _number(ctx, name.id, value)
            if read is not None:
                values[name.id] = read
                continue
        fine = False
    return Options(**values) if fine else None  # type: ignore[arg-type]


def _method(ctx: Context, value: tree.Expr) -> str | None:
    if isinstance(value, tree.Name) and value.id in METHODS:
        return value.id
    named = value.id if isinstance(value, tree.Name) else None
    ctx.complain(odes.unknown_method(value.span, named, METHODS))
    return None


def _number(ctx: Context, name: str, value: tree.Expr) -> float | None:
    steps = name == "max_steps"
    if isinstance(value, tree.Number):
        if steps and value.is_int and 1 <= value.value <= _MOST_STEPS:
            return int(value.value)
        if not steps and 0 < value.value < 1:
            return value.value
    needs = "a whole number from 1" if steps else "a number between 0 and 1"
    usual = f"{getattr(Options(), name):g}".replace("e-0", "e-")
    ctx.complain(odes.option_outside(value.span, name, needs, usual))
    return None
