"""The formulas of the family rows, written out as values of the target.

A row says what a density, a draw or a distribution function *is*, in the language itself. Here it
is parsed by the language's own grammar (once), and every function in it becomes operations of the
target, where it is simplified, differentiated and printed like the rest of the model.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf

from ..grammar import tree
from ..grammar.parse import parse
from ..grammar.source import Source
from .families import Family, Form
from .functions import BINARY, CALLABLE, CONSTANTS, UNARY
from .target import Builder, Value
from .target.composed import ARRAY_FUNCTIONS
from .target.noise import STANDARD, Noise
from .target.ops import POINTWISE
from .target.value import Shape, broadcast
from .types import SupportName


def expand_density(
    builder: Builder, family: Family, form: Form, x: Value, args: Sequence[Value]
) -> Value:
    """Log density at ``x`` (nats), for ``x`` in the support; outside it may be any number.

    Shapes: ``x`` (*plates, *event) and every argument (*plates, *own event), broadcasting as ever
    -> (*plates,). A number where a vector is expected is repeated along ``x``.
    """
    plates = _plates(x, family.event, args, form)
    args = _repeated(builder, form, args, x.shape[-1:] if family.event else ())
    value = _Formula(builder, _named(form, args, x=x)).value(form.log_density)
    return builder.expand(value, plates)


def expand_draw(
    builder: Builder,
    family: Family,
    form: Form,
    args: Sequence[Value],
    shape: Shape,
    noise: Noise,
    *,
    low: Value | None = None,
    high: Value | None = None,
) -> Value:
    """A draw as a function of standard noise, so that gradients flow to the arguments.

    Restricted to ``low``..``high``, it is the quantile of a level between those of the ends: levels
    near 1 have few digits, so far in the upper tail a draw may end up on ``low``.

    Shapes: ``shape`` is (*plates, *event), that of the result, unless no noise enters.

    Raises:
        ValueError: the family has no such draw (`has_draw` tells).
    """
    restricted = low is not None or high is not None
    if not has_draw(family, form, restricted=restricted):
        raise ValueError(f"{family.name} has no pathwise draw")
    if restricted:
        return _draw_between(builder, family, form, args, noise.uniform(shape), low, high)
    assert form.draw is not None
    args = _repeated(builder, form, args, shape[-1:] if family.event else ())
    return _Formula(builder, _named(form, args), noise, shape).value(form.draw)


def has_draw(family: Family, form: Form, *, restricted: bool) -> bool:
    """Whether `expand_draw` can write it as a function of noise."""
    return family.quantile is not None if restricted else form.draw is not None


def _draw_between(
    b: Builder,
    family: Family,
    form: Form,
    args: Sequence[Value],
    u: Value,
    low: Value | None,
    high: Value | None,
) -> Value:
    assert family.quantile is not None
    low, high = _within_support(b, family, low, high)
    below = b.const(0.0) if low is None else expand_cdf(b, family, args, low, form)
    up_to = b.const(1.0) if high is None else expand_cdf(b, family, args, high, form)
    level = b.apply("add", below, b.apply("mul", u, b.apply("sub", up_to, below)))
    x = _plain(b, family, form, args, u=level).value(family.quantile)
    # rounding of the level may carry the quantile over an end
    x = x if low is None else b.apply("maximum", x, low)
    return x if high is None else b.apply("minimum", x, high)


def expand_cdf(
    builder: Builder, family: Family, args: Sequence[Value], x: Value, form: Form | None = None
) -> Value:
    """P(X <= x), by the arguments of ``form`` (the family's first, when left out).

    Raises:
        ValueError: the family has no distribution function among the target's operations.
    """
    if family.cdf is None:
        raise ValueError(f"{family.name} has no distribution function")
    return _plain(builder, family, form, args, x=x).value(family.cdf)


def expand_survival(
    builder: Builder, family: Family, args: Sequence[Value], x: Value, form: Form | None = None
) -> Value:
    """P(X > x), to full precision in the upper tail where the row has a formula for it."""
    if family.survival is None:
        return builder.apply("sub", 1.0, expand_cdf(builder, family, args, x, form))
    return _plain(builder, family, form, args, x=x).value(family.survival)


def expand_log_mass(
    builder: Builder,
    family: Family,
    form: Form,
    args: Sequence[Value],
    low: Value | None,
    high: Value | None,
) -> Value:
    """Log probability of the interval from ``low`` to ``high``: what ``on (low, high)`` divides by.

    None stands for no end. For families of whole numbers both ends belong to the interval. With one
    end the tail's own formula is used; with two, the difference of whichever tails are smaller.
    """
    b = builder
    low, high = _within_support(b, family, low, high)
    if low is not None and family.support.is_discrete:
        low = b.apply("sub", low, 1.0)
    if low is None and high is None:
        return b.const(0.0)
    if low is None:
        assert high is not None
        return _log(b, expand_cdf(b, family, args, high, form))
    if high is None:
        return _log(b, expand_survival(b, family, args, low, form))
    below, up_to = (expand_cdf(b, family, args, end, form) for end in (low, high))
    mass = b.apply("sub", up_to, below)
    if family.survival is not None:
        above, over = (expand_survival(b, family, args, end, form) for end in (low, high))
        upper = b.apply("gt", below, 0.5)
        mass = b.where(upper, b.apply("sub", above, over), mass)
    return b.apply("log", mass)


def expand_mean(builder: Builder, family: Family, form: Form, args: Sequence[Value]) -> Value:
    """The mean, where it exists; elementwise for vectors.

    Raises:
        ValueError: the family has none.
    """
    if family.mean is None:
        raise ValueError(f"{family.name} has no mean")
    return _plain(builder, family, form, args).value(family.mean)


def expand_variance(builder: Builder, family: Family, form: Form, args: Sequence[Value]) -> Value:
    """The variance, where it exists; elementwise for vectors.

    Raises:
        ValueError: the family has none.
    """
    if family.variance is None:
        raise ValueError(f"{family.name} has no variance")
    return _plain(builder, family, form, args).value(family.variance)


# --- arguments ----------------------------------------------------------------------------------


def _named(form: Form, args: Sequence[Value], **more: Value) -> Mapping[str, Value]:
    return {**{p.name: a for p, a in zip(form.params, args, strict=True)}, **more}


def _plain(
    b: Builder, family: Family, form: Form | None, args: Sequence[Value], **more: Value
) -> "_Formula":
    """A formula's surroundings in the first form's parameters, whichever form was given."""
    first = family.forms[0]
    form = form or first
    if form.name != first.name:
        given = _Formula(b, _named(form, args))
        args = [given.value(text) for text in form.plain]
    return _Formula(b, _named(first, args, **more))


def _plates(x: Value, event: int, args: Sequence[Value], form: Form) -> Shape:
    own = [a.shape[: max(0, a.rank - p.event)] for a, p in zip(args, form.params, strict=True)]
    return broadcast([x.shape[: x.rank - event], *own])


def _repeated(b: Builder, form: Form, args: Sequence[Value], event: Shape) -> list[Value]:
    """Numbers given for vectors repeated along the event: sums over it count each."""

    if not event:
        return list(args)

    def full(a: Value, rank: int) -> Value:
        if rank != 1 or (a.shape and a.shape[-1] == event[0]):
            return a
        if a.rank == 0 or a.shape[-1] == 1:
            return b.expand(a, (*a.shape[:-1], *event))
        return a

    return [full(a, p.event) for a, p in zip(args, form.params, strict=True)]


def _within_support(
    b: Builder, family: Family, low: Value | None, high: Value | None
) -> tuple[Value | None, Value | None]:
    """The ends without those that are known to cut nothing off: there a distribution function may
    have no slope (that of a LogNormal at 0 is 0 * inf)."""
    first, last = _OWN_ENDS.get(family.support, (-inf, inf))
    at_low = None if low is None else b.constant_of(low)
    at_high = None if high is None else b.constant_of(high)
    return (
        None if at_low is not None and at_low <= first else low,
        None if at_high is not None and at_high >= last else high,
    )


_OWN_ENDS: Mapping[SupportName, tuple[float, float]] = {
    SupportName.POSITIVE: (0.0, inf),
    SupportName.UNIT: (0.0, 1.0),
    SupportName.COUNT: (0.0, inf),
}


def _log(b: Builder, probability: Value) -> Value:
    """A logarithm; of the normal distribution function by its own operation, which never is 0."""
    if probability.op == "Phi":
        return b.apply("log_Phi", *probability.inputs)
    return b.apply("log", probability)


# --- expressions --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Formula:
    """Formulas over these names; ``noise`` and the ``shape`` to ask of it only in draws."""

    b: Builder
    names: Mapping[str, Value]
    noise: Noise | None = None
    shape: Shape = ()

    def value(self, formula: str) -> Value:
        """The value of a formula."""
        return _read(formula)(self)

    def source(self) -> Noise:
        """Where noise comes from, which only draws ask for."""
        assert self.noise is not None, "noise outside a draw"
        return self.noise


_Rule = Callable[[_Formula], Value]


@cache
def _read(formula: str) -> _Rule:
    """A formula as a function of its surroundings; rows are few, and each is read once."""
    (statement,) = parse(Source("a family's formula", f"f = {formula}")).statements
    assert isinstance(statement, tree.Define)
    return _rule(statement.expr)


def _rule(e: tree.Expr) -> _Rule:
    known = _number(e)
    if known is not None:
        return lambda f: f.b.const(known)
    match e:
        case tree.Name(id=name):
            return lambda f: f.names[name]
        case tree.Unary(op=symbol, operand=operand):
            op, x = UNARY[symbol].op, _rule(operand)
            return lambda f: f.b.apply(op, x(f))
        case tree.Binary(op=symbol, left=left, right=right):
            op, x, y, power = BINARY[symbol].op, _rule(left), _rule(right), _number(right)
            if op == "pow" and power == 2.0:
                return lambda f: f.b.apply("square", x(f))
            return lambda f: f.b.apply(op, x(f), y(f))
        case tree.Conditional(condition=condition, yes=yes, no=no):
            c, x, y = _rule(condition), _rule(yes), _rule(no)
            return lambda f: f.b.where(c(f), x(f), y(f))
        case tree.Call(callee=tree.Name(id=name), args=args):
            return _call(name, [_rule(a) for a in args])
        case _:
            raise AssertionError(f"a formula has no use for {type(e).__name__}")


def _number(e: tree.Expr) -> float | None:
    """The number of an expression that reads nothing: ``0.5 * log(2 * pi)`` is computed once."""
    match e:
        case tree.Number(value=number):
            return number
        case tree.Name(id=name):  # no parameter of a family is called like a constant
            return CONSTANTS.get(name)
        case tree.Unary(op=symbol, operand=operand):
            return _folded(UNARY[symbol].op, [_number(operand)])
        case tree.Binary(op=symbol, left=left, right=right):
            return _folded(BINARY[symbol].op, [_number(left), _number(right)])
        case tree.Call(callee=tree.Name(id=name), args=args) if args and name in CALLABLE:
            return _folded(CALLABLE[name].op, [_number(a) for a in args])
        case _:
            return None


def _folded(op: str, args: Sequence[float | None]) -> float | None:
    fold = POINTWISE[op].fold if op in POINTWISE else None
    if fold is None or POINTWISE[op].result is not None:
        return None
    numbers = [a for a in args if a is not None]
    if len(numbers) < len(args):
        return None
    try:
        return float(fold(*numbers))
    except (ArithmeticError, ValueError):  # left to torch
        return None


def _call(name: str, args: Sequence[_Rule]) -> _Rule:
    if name in STANDARD:
        standard = STANDARD[name]
        return lambda f: standard(f.b, f.source(), f.shape, *[a(f) for a in args])
    if name in ARRAY_FUNCTIONS:
        whole = ARRAY_FUNCTIONS[name]
        return lambda f: whole(f.b, *[a(f) for a in args])
    op = CALLABLE[name].op if name in CALLABLE else name
    return lambda f: f.b.apply(op, *[a(f) for a in args])
