"""Typing of distributions made of distributions: choices, mixtures, extra zeros, censoring."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from ...grammar import tree
from ...grammar.diagnostic import did_you_mean
from .. import complaints, typed
from ..complaints.composites import censored_nowhere, parts_too_deep
from ..composite import CALLED, CENSORED, CHOICE, HURDLE, KNOWN, MIXTURE, is_point
from ..families import FAMILIES, Family, Form, Parameter
from ..types import UNIT, Kind, SupportName
from .arguments import judge_values
from .binders import bind
from .context import Context, Scope
from .distributions import distribution, named_args, sums_known
from .events import LeftSide
from .expressions import expression
from .operators import is_truth, position_as_number
from .shapes import events_fit
from .supports import bounds_of, constant
from .unions import united

# Extra zeros among extra zeros cost twice as much with every level.
MOST_DEEP = 8
Written = tree.Distribution | tree.Conditional | tree.Mixture


def as_distribution(e: tree.Expr) -> Written | None:
    """An expression as the distribution that it is, where one is asked for."""
    match e:
        case tree.Call() if e.callee.id in FAMILIES or e.callee.id in CALLED:
            return tree.Distribution(e, span=e.span)
        case tree.Distribution() | tree.Mixture():
            return e
        case tree.Conditional() if as_distribution(e.yes) and as_distribution(e.no):
            return e
        case _:
            return None


def any_distribution(ctx: Context, d: Written, scope: Scope, left: LeftSide) -> typed.Dist | None:
    """The typed distribution of one draw, whatever it is made of."""
    match d:
        case tree.Conditional():
            return _choice(ctx, d, scope, left)
        case tree.Mixture():
            return _bounded(ctx, _mixture_over(ctx, d, scope, left), scope)
        case tree.Distribution() if d.call.callee.id in CALLED:
            if d.support is not None:
                ctx.complain(complaints.restricted_parts(d.support.span, d.call.callee.id), scope)
                return None
            return _bounded(ctx, _called(ctx, d.call, scope, left), scope)
        case tree.Distribution():
            return distribution(ctx, d, scope, left)


def _bounded(ctx: Context, made: typed.Dist | None, scope: Scope) -> typed.Dist | None:
    """A distribution made of others, unless those go too deep."""
    if made is not None and _depth(made) > MOST_DEEP:
        ctx.complain(parts_too_deep(made.span, MOST_DEEP), scope)
        return None
    return made


def _depth(d: typed.Dist) -> int:
    """How many distributions made of others stand inside each other; choices do not count."""
    below = max(map(_depth, d.parts), default=0)
    return below + (bool(d.parts) and d.family != CHOICE)


def _called(ctx: Context, call: tree.Call, scope: Scope, left: LeftSide) -> typed.Dist | None:
    match call.callee.id:
        case "Mixture":
            return _mixture(ctx, call, scope, left)
        case "Censored":
            return _censored(ctx, call, scope, left)
        case _:
            return _with_zeros(ctx, call, scope, left)


def _part(ctx: Context, e: tree.Expr, scope: Scope, left: LeftSide) -> typed.Dist | None:
    written = as_distribution(e)
    if written is None:
        name = e.callee.id if isinstance(e, tree.Call) else ""
        known = (*FAMILIES, *CALLED)
        hint = did_you_mean(name, known) if name else None
        ctx.complain(complaints.not_a_distribution(e.span, ctx.source.quote(e.span), hint), scope)
        return None
    return any_distribution(ctx, written, scope, left)


# --- choices ------------------------------------------------------------------------------------


def _choice(ctx: Context, d: tree.Conditional, scope: Scope, left: LeftSide) -> typed.Dist | None:
    condition = expression(ctx, d.condition, scope)
    branches = scope.in_branch()
    yes, no = _part(ctx, d.yes, branches, left), _part(ctx, d.no, branches, left)
    if condition is None or yes is None or no is None:
        return None
    if not is_truth(condition.type) or condition.type.event:
        written = ctx.source.quote(condition.span)
        ctx.complain(complaints.not_a_truth(condition.span, "`if`", written), scope)
        return None
    known = KNOWN if ctx.random_part(condition, scope.values) is None else ""
    made = _made(ctx, CHOICE, (condition,), (yes, no), d, scope)
    return made and replace(made, form=known)


# --- mixtures -----------------------------------------------------------------------------------


def _mixture(ctx: Context, call: tree.Call, scope: Scope, left: LeftSide) -> typed.Dist | None:
    if call.named or len(call.args) < 2 or as_distribution(call.args[0]):
        ctx.complain(complaints.composite_arguments(call.span, MIXTURE), scope)
        return None
    weights = expression(ctx, call.args[0], scope)
    parts = [_part(ctx, e, scope, left) for e in call.args[1:]]
    found = tuple(p for p in parts if p is not None)
    if weights is None or len(found) < len(parts):
        return None
    if len(weights.type.event) != 1:
        ctx.complain(complaints.weights_are_a_vector(weights.span, len(found)), scope)
        return None
    if not _judged(ctx, MIXTURE, Parameter("weights", UNIT, event=1, simplex=True), weights, scope):
        return None
    if not events_fit(ctx, weights.type.event, (len(found),)) or (
        ctx.size_of(weights.type.event[0]) is None
    ):
        ctx.complain(
            complaints.weights_differ(weights.span, str(weights.type.event[0]), len(found)), scope
        )
        return None
    return _made(ctx, MIXTURE, (weights,), found, call, scope)


def _mixture_over(ctx: Context, d: tree.Mixture, scope: Scope, left: LeftSide) -> typed.Dist | None:
    if d.op.id != MIXTURE:
        ctx.complain(complaints.not_a_distribution(d.span, ctx.source.quote(d.span), None), scope)
        return None
    if len(d.binders) != 1 or isinstance(d.binders[0].domain, tree.Range):
        ctx.complain(complaints.composite_arguments(d.span, MIXTURE), scope)
        return None
    var = bind(ctx, d.binders[0], scope, expression)
    if var is None:
        return None
    inner = scope.binding(var)
    weight, part = expression(ctx, d.weight, inner), _part(ctx, d.dist, inner, left)
    if weight is None or part is None:
        return None
    if weight.type.event:
        ctx.complain(complaints.weights_are_numbers(weight.span, var.name), scope)
        return None
    if not _judged(ctx, MIXTURE, Parameter("weight", UNIT), weight, scope):
        return None
    if any(var in e.type.axes for e in (part.support.low, part.support.high) if e is not None):
        ctx.complain(complaints.ends_of_components(part.span, var.name), scope)
        return None
    made = _made(ctx, MIXTURE, (weight,), (part,), d, scope)
    return made and replace(made, over=(var,))


# --- extra zeros and censoring ------------------------------------------------------------------


def _with_zeros(ctx: Context, call: tree.Call, scope: Scope, left: LeftSide) -> typed.Dist | None:
    name = call.callee.id
    if call.named or len(call.args) != 2 or as_distribution(call.args[0]):
        ctx.complain(complaints.composite_arguments(call.span, name), scope)
        return None
    p, part = expression(ctx, call.args[0], scope), _part(ctx, call.args[1], scope, left)
    if p is None or part is None:
        return None
    if p.type.event:
        ctx.complain(complaints.composite_arguments(call.args[0].span, name), scope)
        return None
    if not _judged(ctx, name, Parameter("p", UNIT), p, scope):
        return None
    if part.event or part.support.name is SupportName.INDEX or is_point(part):
        ctx.complain(complaints.numbers_only(call.args[1].span, name), scope)
        return None
    if name == HURDLE and part.support.name is SupportName.BOOL:
        ctx.complain(complaints.numbers_only(call.args[1].span, name), scope)
        return None
    zero = constant(0.0, call.span)
    zero = replace(zero, type=replace(zero.type, kind=Kind.INT))
    point = typed.Dist(
        "Delta", "", (zero,), (), typed.Support(SupportName.INTERVAL, zero, zero),
        restricted=False, span=call.span,
    )  # fmt: skip
    support = united(ctx, (part, point), call.args[1].span, scope)
    if support is None:
        return None
    return _dist(name, (p,), (part,), support, call)


def _censored(ctx: Context, call: tree.Call, scope: Scope, left: LeftSide) -> typed.Dist | None:
    named = {n.id: e for n, e in call.named}
    if not call.args or len(call.args) + len(named) > 3 or not set(named) <= {"low", "high"}:
        ctx.complain(complaints.composite_arguments(call.span, CENSORED), scope)
        return None
    part = _part(ctx, call.args[0], scope, left)
    given = dict(zip(("low", "high"), call.args[1:], strict=False)) | named
    if not given:
        written = ctx.source.quote(call.args[0].span)
        ctx.complain(censored_nowhere(call.span, written), scope)
        return None
    ends = [_end(ctx, given.get(side), call, sign, scope)
            for side, sign in (("low", -inf), ("high", inf))]  # fmt: skip
    low, high = ends
    if part is None or low is None or high is None:
        return None
    if part.event or part.support.name in (SupportName.INDEX, SupportName.BOOL) or part.parts:
        ctx.complain(complaints.numbers_only(call.args[0].span, CENSORED), scope)
        return None
    if FAMILIES[part.family].cdf is None:
        ctx.complain(
            complaints.no_distribution_function(call.args[0].span, CENSORED, part.family), scope
        )
        return None
    if not sums_known(ctx, FAMILIES[part.family], named_args(part), scope):
        return None
    if low.type.bounds.low >= high.type.bounds.high:
        ctx.complain(complaints.nothing_between(call.span), scope)
        return None
    support = _between(part.support, low, high)
    return _dist(CENSORED, (low, high), (part,), support, call)


def _end(
    ctx: Context, e: tree.Expr | None, call: tree.Call, infinite: float, scope: Scope
) -> typed.Expr | None:
    if e is None:
        return constant(infinite, call.span)
    end = expression(ctx, e, scope)
    if end is None:
        return None
    if end.type.event:
        ctx.complain(complaints.array_as_end(end.span, ctx.source.quote(end.span)), scope)
        return None
    if end.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, end), scope)
        return None
    return end


def _between(support: typed.Support, low: typed.Expr, high: typed.Expr) -> typed.Support:
    """The numbers of a support that are seen as they are, with both ends."""
    name = support.name
    if name not in (SupportName.COUNT, SupportName.INT):
        name = SupportName.INTERVAL
    bounds = bounds_of(support)
    first = None if low.type.bounds.high == -inf else low
    last = None if high.type.bounds.low == inf else high
    if first is None and bounds.low > -inf and name is SupportName.INTERVAL:
        first = support.low or constant(bounds.low, low.span)
    if last is None:
        last = support.high
    if first is None and last is None and name is SupportName.INTERVAL:
        return support
    return typed.Support(name, first, last)


# --- all of them --------------------------------------------------------------------------------


def _made(
    ctx: Context,
    name: str,
    args: tuple[typed.Expr, ...],
    parts: Sequence[typed.Dist],
    d: tree.Node,
    scope: Scope,
) -> typed.Dist | None:
    support = united(ctx, parts, d.span, scope)
    return None if support is None else _dist(name, args, parts, support, d)


def _dist(
    name: str,
    args: tuple[typed.Expr, ...],
    parts: Sequence[typed.Dist],
    support: typed.Support,
    d: tree.Node,
) -> typed.Dist:
    return typed.Dist(
        name, "", args, parts[0].event, support, restricted=False, span=d.span, parts=tuple(parts)
    )


def _judged(ctx: Context, name: str, p: Parameter, arg: typed.Expr, scope: Scope) -> bool:
    """Probabilities are held to what those of a family are."""
    if arg.type.kind is Kind.INDEX:
        ctx.complain(position_as_number(ctx, arg), scope)
        return False
    form = Form("", (p,), "")
    row = Family(name, "", (form,), SupportName.REAL)
    return judge_values(ctx, row, form, {p.name: arg}, scope)
