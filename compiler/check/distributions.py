"""Typing of distributions: family, arguments, shape of one draw, support."""

from dataclasses import replace

from ...grammar import tree
from .. import complaints, typed
from ..arrays import ARRAYS
from ..composite import CALLED
from ..families import FAMILIES, Family
from ..functions import CALLABLE, FOLDED, REDUCTIONS
from ..types import Kind, SupportName
from .arguments import bind_arguments, choose_form, judge_values, type_arguments
from .binders import not_from_data, whole_number_needed
from .context import Context, Scope, is_constant
from .events import LeftSide, dimension_of, event_of
from .supports import (
    bounds_of,
    describe,
    in_order,
    kind_of,
    known_support,
    of_family,
    order_of,
    restricted,
)


def distribution(
    ctx: Context, d: tree.Distribution, scope: Scope, left: LeftSide
) -> typed.Dist | None:
    """The typed distribution of one draw."""
    family = _family(ctx, d, left, scope)
    if family is None:
        return None
    if d.support is not None and not _can_restrict(ctx, family, d.support, scope):
        return None
    if family.support is SupportName.INDEX:
        scope = replace(scope, alike=left.dim)
    form = choose_form(ctx, family, d.call, scope)
    if form is None:
        return None
    bound = bind_arguments(ctx, family, form, d.call, scope)
    if bound is None:
        return None
    args = type_arguments(ctx, form, bound, d.call, scope)
    if args is None or not judge_values(ctx, family, form, args, scope):
        return None
    event = event_of(ctx, family, form, args, d, scope, left)
    if event is None:
        return None
    dim = left.dim
    if family.support is SupportName.INDEX:
        dim = dimension_of(ctx, form, args, d, left)
        if dim is None:
            return None
    own = of_family(family, args, dim, d.span)
    if not _proper_interval(ctx, family, own, d, scope):
        return None
    support = own if d.support is None else _cut(ctx, family, own, d, args, scope)
    if support is None:
        return None
    return typed.Dist(
        family.name,
        form.name,
        tuple([args[p.name] for p in form.params]),
        event,
        support,
        restricted=d.support is not None and support != own,
        span=d.span,
    )


def drawn_type(dist: typed.Dist, plates: tuple[typed.IndexVar, ...]) -> typed.Type:
    """Type of everything that a statement draws, as a whole."""
    over = [v.dim for v in plates if v.dim is not None]
    support = dist.support
    bounds = bounds_of(support)
    return typed.Type(kind_of(support), (), (*over, *dist.event), bounds, support.dim)


def _family(ctx: Context, d: tree.Distribution, left: LeftSide, scope: Scope) -> Family | None:
    name = d.call.callee
    if name.id in FAMILIES:
        return FAMILIES[name.id]
    functions = {*CALLABLE, *FOLDED, *REDUCTIONS, *ARRAYS, *ctx.functions}
    if name.id in functions:
        formula = f"{ctx.source.quote(left.target.span)} = {ctx.source.quote(d.call.span)}"
        ctx.complain(complaints.function_as_distribution(name.span, name.id, formula), scope)
    else:
        ctx.complain(
            complaints.unknown_distribution(name.span, name.id, (*FAMILIES, *CALLED)), scope
        )
    return None


# --- supports -----------------------------------------------------------------------------------


def _orderable(family: Family) -> bool:
    """Whether vectors of what a family draws can be put in order."""
    is_point = family.low is not None and family.low == family.high
    if family.event:
        return family.support is SupportName.VECTOR
    return not family.support.is_discrete and not is_point


def _proper_interval(
    ctx: Context, family: Family, own: typed.Support, d: tree.Distribution, scope: Scope
) -> bool:
    """Whether the family's own ends are in order, as far as that is known (``Uniform(5, 2)``)."""
    if own.name is not SupportName.INTERVAL or family.low == family.high:
        return True  # a point mass has both ends at one value
    if own.low is None or own.high is None or own.low.type.bounds.low < own.high.type.bounds.high:
        return True
    ctx.complain(complaints.nothing_between(d.call.span), scope)
    return False


def _can_restrict(ctx: Context, family: Family, on: tree.Support, scope: Scope) -> bool:
    """Whether ``on`` names a support, and the family one that can be cut down to it."""
    if isinstance(on, tree.NamedSupport) and not known_support(ctx, on.name, scope):
        return False
    if _orderable(family) and (order_of(on) is not None or family.event == 0):
        return True
    if family.support in (SupportName.COUNT, SupportName.INT) and isinstance(on, tree.Interval):
        return True
    ctx.complain(complaints.not_restrictable(on.span, f"`{family.name}`", "a distribution"), scope)
    return False


def _cut(
    ctx: Context,
    family: Family,
    own: typed.Support,
    d: tree.Distribution,
    args: dict[str, typed.Expr],
    scope: Scope,
) -> typed.Support | None:
    assert d.support is not None
    order = order_of(d.support)
    if order is not None:
        return _ordered(ctx, family, own, order, d, args, scope)
    support = restricted(ctx, own, d.support, scope)
    if support is None or support == own:
        return support
    if own.name.is_discrete and not _whole_ends(ctx, support, scope):
        return None
    if not sums_known(ctx, family, args, scope):
        return None
    return support


def sums_known(ctx: Context, family: Family, args: dict[str, typed.Expr], scope: Scope) -> bool:
    """Whether data say how many terms the family's distribution function has."""
    for p in family.forms[0].params:
        if not p.summed or p.name not in args:
            continue
        random = ctx.random_part(args[p.name], scope.values)
        if random is not None:
            what = f"`{p.name}`, to which the distribution function of {family.name} sums up,"
            ctx.complain(not_from_data(ctx, what, random, scope), scope)
            return False
    return True


def named_args(dist: typed.Dist) -> dict[str, typed.Expr]:
    """The arguments of a family by the names of its parameters."""
    form = FAMILIES[dist.family].form(dist.form)
    return {p.name: a for p, a in zip(form.params, dist.args, strict=True)}


def _whole_ends(ctx: Context, support: typed.Support, scope: Scope) -> bool:
    """Whether the ends of whole numbers are whole: both belong to what is left."""
    for end in (support.low, support.high):
        if end is None or end.type.kind in (Kind.INT, Kind.BOOL):
            continue
        if not is_constant(end) or not float(end.type.bounds.low).is_integer():
            ctx.complain(whole_number_needed(ctx, end, "an end", scope), scope)
            return False
    return True


def _ordered(
    ctx: Context,
    family: Family,
    own: typed.Support,
    order: SupportName,
    d: tree.Distribution,
    args: dict[str, typed.Expr],
    scope: Scope,
) -> typed.Support | None:
    """The support of a vector that is put in order.

    Of numbers that are alike, one order in n! is as probable as the next; of others, nobody knows.
    """
    assert d.support is not None
    for end in (own.low, own.high):
        if end is not None and end.type.event:
            ctx.complain(complaints.array_as_end(end.span, ctx.source.quote(end.span)), scope)
            return None
    support = in_order(ctx, own, order, d.support.span, scope)
    if support is None:
        return None
    alike = not any(a.type.event for a in args.values())
    cut = bounds_of(own) != bounds_of(support)
    known = alike and (family.cdf is not None or not cut)
    if family.proper and not known and _normaliser_varies(ctx, support, args, scope):
        ctx.complain(
            complaints.order_not_normalised(d.support.span, family.name, describe(ctx, support))
        )
    return support


def _normaliser_varies(
    ctx: Context, support: typed.Support, args: dict[str, typed.Expr], scope: Scope
) -> bool:
    """Whether what normalises a restricted density depends on something random.

    One that depends on data alone is a constant and changes no posterior.
    """
    parts = [*args.values(), *(e for e in (support.low, support.high) if e is not None)]
    return any(ctx.random_part(e, scope.values) is not None for e in parts)
