"""``logpdf(D, x)``, ``cdf(D, x)`` and the like: distributions evaluated inside expressions.

Where a variable has a distribution, its value is known to be in the support. Here the value is any
expression, and outside of the support its log density is minus infinity. The formula of the family
is then evaluated at a number inside, so that neither it nor its slope meets what it cannot bear.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf

from ...grammar.frozen import frozen
from ..composite import is_discrete, is_point, log_density
from ..families import FAMILIES, Family, Form
from ..formula import expand_cdf, expand_density, expand_log_mass
from ..target import Value
from ..typed import Density, Dist, Element, Expr, IndexVar, Support, Var
from ..types import POSITIVE, UNIT, Bounds, Kind, SupportName
from .align import align, guard, union
from .scope import Laid, Scope

_WHOLE = (SupportName.COUNT, SupportName.INT, SupportName.BOOL)
_NUMBERS = (
    SupportName.REAL,
    SupportName.POSITIVE,
    SupportName.UNIT,
    SupportName.INTERVAL,
    *_WHOLE,
)
_FIXED: Mapping[SupportName, Bounds] = {
    SupportName.POSITIVE: POSITIVE,
    SupportName.UNIT: UNIT,
    SupportName.COUNT: POSITIVE,
    SupportName.BOOL: UNIT,
}


def density(scope: Scope, e: Density) -> Laid:
    """The target value of a function of a distribution and a value."""
    if e.dist.parts:
        assert e.fn == "logpdf", "the checker lets only families have distribution functions"
        return scope.lower(log_density(e.dist, e.at))
    at = _At.of(scope, e)
    value = at.log_density() if e.fn == "logpdf" else at.tail(e.fn)
    return Laid(value, at.axes, at.event)


@frozen
class _At:
    """A distribution at a value, everything in one layout ``(*axes, *event)``.

    Of a family of numbers the event is one of the result too: it works number by number.
    """

    scope: Scope
    e: Density
    x: Value
    args: Sequence[Value]
    laids: Sequence[Laid]
    ends: tuple[Value | None, Value | None]
    axes: tuple[IndexVar, ...]
    event: tuple[str | int, ...]

    @classmethod
    def of(cls, scope: Scope, e: Density) -> "_At":
        dist, family, form = e.dist, FAMILIES[e.dist.family], form_of(e.dist)
        edges = [_edge(scope, dist.support, side) for side in ("low", "high")]
        x, *args = scope.lower(e.at), *map(scope.lower, dist.args)
        if e.fn != "logpdf":
            x = guard(scope, x, 0.5)
        args = guarded_args(scope, form, args, dist.args)
        laids = [x, *args, *(edge for edge in edges if edge is not None)]
        axes = union(laids)
        event = () if family.event else max((laid.event for laid in (x, *args)), key=len)
        if any(p.event for p in form.params):
            event = ()
        ranks = [p.event or len(event) for p in form.params]
        return cls(
            scope,
            e,
            align(scope, x, axes, family.event or len(event)),
            [align(scope, a, axes, rank) for a, rank in zip(args, ranks, strict=True)],
            args,
            (_beside(scope, edges[0], axes, event), _beside(scope, edges[1], axes, event)),
            axes,
            event,
        )

    @property
    def family(self) -> Family:
        """Its row."""
        return FAMILIES[self.e.dist.family]

    @property
    def form(self) -> Form:
        """The parametrisation."""
        return form_of(self.e.dist)

    def log_density(self) -> Value:
        """Log density, minus infinity outside of the support."""
        b, dist = self.scope.builder, self.e.dist
        inside = self._inside()
        x = self.x if inside is None else b.where(inside, self.x, self._safe())

        def at(args: list[Value]) -> Value:
            return expand_density(b, self.family, self.form, x, args)

        if self.scope.readable:
            value = b.density(dist.family, dist.form, x, self.args)
        elif self.scope.states and is_discrete(dist) and not dist.form:
            value = possible(self.scope, dist, self.laids, list(self.args), at)
        else:
            value = at(list(self.args))
        if dist.restricted and self.family.cdf is not None:
            value = b.apply("sub", value, self._mass(*self._restriction()))
        return value if inside is None else b.where(inside, value, b.const(-inf))

    def tail(self, fn: str) -> Value:
        """``cdf``, ``logcdf`` or ``logsf``, for any number."""
        b, x = self.scope.builder, self.x
        low, high = self._own_ends()
        whole = self.family.support.is_discrete
        if whole and self.e.at.type.kind not in (Kind.INT, Kind.BOOL):
            x = b.apply("floor", x)
        point = is_point(self.e.dist)
        below = None if low is None else b.apply("lt" if whole or point else "le", x, low)
        above = None if high is None else b.apply("gt" if point else "ge", x, high)
        for out in (below, above):
            x = x if out is None else b.where(out, self._safe(), x)
        first, last = self._restriction() if self.e.dist.restricted else (None, None)
        if fn == "cdf" and not self.e.dist.restricted:
            value = expand_cdf(b, self.family, self.args, x, self.form)
        elif fn == "logsf":
            value = self._mass(b.apply("add", x, 1.0) if whole else x, last)
        else:
            value = self._mass(first, x)
        if self.e.dist.restricted:
            value = b.apply("sub", value, self._mass(first, last))
            value = b.apply("exp", value) if fn == "cdf" else value
        nothing, all_ = (0.0, 1.0) if fn == "cdf" else (-inf, 0.0)
        if fn == "logsf":
            nothing, all_ = all_, nothing
        value = value if below is None else b.where(below, b.const(nothing), value)
        return value if above is None else b.where(above, b.const(all_), value)

    def _mass(self, low: Value | None, high: Value | None) -> Value:
        return expand_log_mass(self.scope.builder, self.family, self.form, self.args, low, high)

    def _own_ends(self) -> tuple[Value | None, Value | None]:
        b, support = self.scope.builder, self.e.dist.support
        fixed = _FIXED.get(support.name, Bounds())
        low, high = self.ends
        return (
            b.const(fixed.low) if low is None and fixed.low > -inf else low,
            b.const(fixed.high) if high is None and fixed.high < inf else high,
        )

    def _restriction(self) -> tuple[Value | None, Value | None]:
        """Ends that are not those of the family: `on (0, inf)` has a name and no written end."""
        same = self.e.dist.support.name is self.family.support
        return self.ends if same else self._own_ends()

    def _inside(self) -> Value | None:
        """Whether the value is in the support; None where that is certain."""
        b, support, t = self.scope.builder, self.e.dist.support, self.e.at.type
        if support.name not in _NUMBERS or is_point(self.e.dist):
            return None  # the formula of a point compares for itself
        low, high = self._own_ends()
        found: list[Value] = []
        open_low, open_high = open_ends(self.form)
        if low is not None and not _certain(b.constant_of(low), t.bounds.low, -1) or open_low:
            edge = b.const(0.0) if low is None else low
            found.append(b.apply("gt" if open_low else "ge", self.x, edge))
        if high is not None and not _certain(b.constant_of(high), t.bounds.high, 1) or open_high:
            edge = b.const(1.0) if high is None else high
            found.append(b.apply("lt" if open_high else "le", self.x, edge))
        if support.name in _WHOLE and t.kind not in (Kind.INT, Kind.BOOL):
            found.append(b.apply("eq", self.x, b.apply("floor", self.x)))
        whole = None
        for test in found:
            whole = test if whole is None else b.apply("and", whole, test)
        return whole

    def _safe(self) -> Value:
        """Some number inside the support."""
        b = self.scope.builder
        low, high = self._own_ends()
        if self.family.support.is_discrete:
            return low if low is not None else high if high is not None else b.const(0.0)
        if low is not None and high is not None:
            return b.apply("mul", 0.5, b.apply("add", low, high))
        if low is not None:
            return b.apply("add", low, 1.0)
        return b.const(0.0) if high is None else b.apply("sub", high, 1.0)


def form_of(dist: Dist) -> Form:
    """The row of the parametrisation that a distribution uses."""
    return FAMILIES[dist.family].form(dist.form)


def open_ends(form: Form) -> tuple[bool, bool]:
    """Whether the density has no value at 0, and at 1, which its support leaves out."""
    return "log(x)" in form.log_density, "log1p(-x)" in form.log_density


def guarded_args(
    scope: Scope, form: Form, args: Sequence[Laid], written: Sequence[Expr]
) -> list[Laid]:
    """Arguments in a branch that may not be taken: there, bounded ones are what they may be.

    Latent variables are so by themselves; and what is computed of them alone stays one number for
    all rows.
    """
    if not scope.guards:
        return list(args)
    b = scope.builder
    found = []
    for laid, p, arg in zip(args, form.params, written, strict=True):
        bounded = p.bounds != Bounds() and not p.whole and b.constant_of(laid.value) is None
        bounded = bounded and not (_stays_inside(scope, arg) and _within(arg, p.bounds))
        found.append(guard(scope, laid, 0.5) if bounded and not p.event else laid)
    return found


def _within(arg: Expr, bounds: Bounds) -> bool:
    """Whether all that a real variable may be is allowed; a whole one may lie on the edge."""
    return arg.type.kind is Kind.REAL and arg.type.bounds.within(bounds)


def _stays_inside(scope: Scope, arg: Expr) -> bool:
    """Whether an argument is a latent variable, or an element of one: never on the edge."""
    whole = arg.base if isinstance(arg, Element) else arg
    return isinstance(whole, Var) and whole.name in scope.inside


def possible(
    scope: Scope,
    dist: Dist,
    laids: Sequence[Laid],
    args: list[Value],
    density: Callable[[list[Value]], Value],
) -> Value:
    """A mass whose parameters some states may put on the edge, where the mass is 0 and its
    logarithm has no slope: there the slope is taken at parameters inside."""
    b = scope.builder
    params = form_of(dist).params
    risky = [
        p.bounds in (UNIT, POSITIVE)
        and not p.whole
        and laid.value.batched
        and not _stays_inside(scope, arg)
        and any(v in scope.state_axes for v in laid.axes)
        for p, laid, arg in zip(params, laids, dist.args, strict=False)
    ]
    each = density(args)
    if not any(risky):
        return each
    possible = b.apply("gt", each, b.const(-inf))
    inside = [
        b.where(b.unsqueeze(possible, tuple(range(-p.event, 0))), a, b.const(0.5)) if risk else a
        for a, p, risk in zip(args, params, risky, strict=True)
    ]
    return b.where(possible, density(inside), b.const(-inf))


def _certain(end: float | None, bound: float, side: int) -> bool:
    """Whether a value with this bound cannot lie beyond an end."""
    return end is not None and (bound - end) * side <= 0


def _beside(
    scope: Scope, edge: Laid | None, axes: tuple[IndexVar, ...], event: tuple[str | int, ...]
) -> Value | None:
    return None if edge is None else align(scope, edge, axes, len(event))


def _edge(scope: Scope, support: Support, side: str) -> Laid | None:
    end: Expr | None = support.low if side == "low" else support.high
    return None if end is None else scope.lower(end)
