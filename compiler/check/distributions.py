"""Typing of distributions: family, arguments, shape of one draw, support."""

from dataclasses import dataclass

from ...grammar import tree
from ...grammar.source import Span
from .. import complaints, typed
from ..arrays import ARRAYS
from ..complaints import show
from ..families import FAMILIES, Family, Form
from ..functions import CALLABLE, FOLDED, REDUCTIONS
from ..types import Extent, SupportName
from .arguments import bind_arguments, choose_form, judge_values, type_arguments
from .context import Context, Scope
from .shapes import Event, fits
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
from .teach import written_out


@dataclass(frozen=True, slots=True)
class LeftSide:
    """What the left side of a `~` says about one draw.

    Attributes:
        event: dimensions of its own, where they are written or declared, else None.
        dim: for data that are positions, the dimension that they point into.
        target: as written, with the statement it stands in, for hints.
        at: where the density is asked for, in an expression: there is no left side then.
    """

    event: Event | None
    dim: str | None
    target: tree.Target
    statement: Span
    at: typed.Expr | None = None


def distribution(
    ctx: Context, d: tree.Distribution, scope: Scope, left: LeftSide
) -> typed.Dist | None:
    """The typed distribution of one draw."""
    family = _family(ctx, d, left, scope)
    if family is None:
        return None
    if d.support is not None and not _can_restrict(ctx, family, d.support, scope):
        return None
    form = choose_form(ctx, family, d.call, scope)
    if form is None:
        return None
    bound = bind_arguments(ctx, family, form, d.call, scope)
    if bound is None:
        return None
    args = type_arguments(ctx, form, bound, d.call, scope)
    if args is None or not judge_values(ctx, family, form, args, scope):
        return None
    event = _event(ctx, family, form, args, d, scope, left)
    if event is None:
        return None
    dim = left.dim
    if family.support is SupportName.INDEX:
        dim = _dimension(ctx, form, args, d, left)
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
        tuple(args[p.name] for p in form.params),
        event,
        support,
        restricted=support != own,
        span=d.span,
    )


def drawn_type(dist: typed.Dist, plates: tuple[typed.IndexVar, ...]) -> typed.Type:
    """Type of everything that a statement draws, as a whole."""
    over = tuple(v.dim for v in plates if v.dim is not None)
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
        ctx.complain(complaints.unknown_distribution(name.span, name.id, FAMILIES), scope)
    return None


# --- shapes -------------------------------------------------------------------------------------


def _event(
    ctx: Context,
    family: Family,
    form: Form,
    args: dict[str, typed.Expr],
    d: tree.Distribution,
    scope: Scope,
    left: LeftSide,
) -> Event | None:
    """Extents of one draw: from the left side, from the declaration, or from the arguments."""
    order = order_of(d.support)
    lifted = 1 if order is not None and family.event == 0 else 0
    if left.at is not None and not any((family.event, *(p.event for p in form.params))):
        return ()  # number by number: see `densities`
    ranks = {p.name: p.event + lifted for p in form.params}
    for name, arg in args.items():
        if len(arg.type.event) > ranks[name] or (ranks[name] == 2 and len(arg.type.event) != 2):
            _wrong_rank(ctx, family, name, ranks[name], arg, scope, left)
            return None
    if family.event + lifted == 0 and left.at is not None:
        return ()
    if family.event + lifted == 0:
        return _no_event(ctx, family, args, scope, left)
    said = left.event
    has_plates = any(isinstance(s, tree.Binder) for s in left.target.slots)
    alike = not any(a.type.event for a in args.values())
    if lifted and not said and alike and (has_plates or said is not None):
        _order_of_numbers(ctx, d, args, left)
        return None
    if said is not None and len(said) != family.event + lifted:
        ctx.complain(
            complaints.wrong_event(
                left.target.span, family.name, show(said), _rebound(left.target, said)
            )
            if family.event < 2
            else complaints.matrix_drawn(
                left.target.span, family.name, show(said), _squared(ctx, left.target, said[-1])
            ),
            scope,
        )
        return None
    extents = [(e, left.target.span) for e in said or ()]
    extents += [(e, a.span) for a in args.values() for e in a.type.event]
    if family.event == 2:
        return _square(ctx, family, extents, d, left, scope)
    if not extents:
        written = ctx.source.quote(left.target.span)
        ctx.complain(complaints.unknown_length(d.span, family.name, written, ctx.dims), scope)
        return None
    return _agreed(ctx, extents, scope)


def _square(
    ctx: Context,
    family: Family,
    extents: list[tuple[Extent, Span]],
    d: tree.Distribution,
    left: LeftSide,
    scope: Scope,
) -> Event | None:
    """Extents of a matrix, all of whose axes are one dimension."""
    if not extents:
        written = left.target.name.id
        ctx.complain(complaints.unknown_size(d.span, family.name, written, ctx.dims), scope)
        return None
    said = left.event
    if said and not fits(ctx, *said):
        written = ctx.source.quote(left.target.span)
        ctx.complain(
            complaints.not_square(
                left.target.span,
                f"one draw of `{family.name}`",
                written,
                said,
                _squared(ctx, left.target, said[0]),
            ),
            scope,
        )
        return None
    one = _agreed(ctx, extents, scope)
    return None if one is None else (*one, *one)


def _squared(ctx: Context, target: tree.Target, dim: Extent) -> str:
    """``R[i in row, coef, coef]``: the left side with one bare dimension twice."""
    binders = [ctx.source.quote(s.span) for s in target.slots if isinstance(s, tree.Binder)]
    return f"{target.name.id}[{', '.join([*binders, str(dim), str(dim)])}]"


def _rebound(target: tree.Target, said: Event) -> str | None:
    """``p[i in row, kind]`` for a left side ``p[row, kind]``."""
    if any(isinstance(s, tree.Binder) for s in target.slots) or not said:
        return None
    names = [f"{c} in {d}" for c, d in zip("ijkmn", said[:-1], strict=False)]
    return f"{target.name.id}[{', '.join([*names, str(said[-1])])}]"


def _agreed(ctx: Context, extents: list[tuple[Extent, Span]], scope: Scope) -> Event | None:
    """The one extent that all agree on; a dimension says more than a length."""
    best, place = extents[0]
    for extent, at in extents[1:]:
        if not fits(ctx, best, extent):
            ctx.complain(complaints.shapes_differ(at, (place, (best,)), (at, (extent,))), scope)
            return None
        if isinstance(best, int) and isinstance(extent, str):
            best, place = extent, at
    return (best,)


def _orderable(family: Family) -> bool:
    """Whether vectors of what a family draws can be put in order."""
    is_point = family.low is not None and family.low == family.high
    if family.event:
        return family.support is SupportName.VECTOR
    return not family.support.is_discrete and not is_point


def _order_of_numbers(
    ctx: Context, d: tree.Distribution, args: dict[str, typed.Expr], left: LeftSide
) -> None:
    """``mu[k in component] ~ … on ordered``: one number for each ``k`` has no order."""
    slots = left.target.slots
    last = slots[-1] if slots and isinstance(slots[-1], tree.Binder) else None
    hint = None
    if last is not None and isinstance(last.domain, tree.Name):
        head = [ctx.source.quote(s.span) for s in slots[:-1]]
        vector = f"{left.target.name.id}[{', '.join([*head, last.domain.id])}]"
        read = {v.name for a in args.values() for v in a.type.axes}
        right = "…" if last.var.id in read else ctx.source.quote(d.call.span)
        assert d.support is not None
        hint = f"{vector} ~ {right} on {ctx.source.quote(d.support.span)}"
    assert d.support is not None
    ctx.complain(
        complaints.order_of_numbers(
            d.support.span,
            ctx.source.quote(d.support.span),
            ctx.source.quote(left.target.span),
            hint,
        )
    )


def _no_event(
    ctx: Context,
    family: Family,
    args: dict[str, typed.Expr],
    scope: Scope,
    left: LeftSide,
) -> Event | None:
    if not left.event:
        # a vector argument of a family of numbers (Categorical) is no event of the draw
        return ()
    hint = written_out(ctx, left.statement, left.target, left.event, args.values(), scope)
    ctx.complain(
        complaints.array_drawn(left.target.span, family.name, show(left.event), hint), scope
    )
    return None


def _wrong_rank(
    ctx: Context,
    family: Family,
    name: str,
    rank: int,
    arg: typed.Expr,
    scope: Scope,
    left: LeftSide,
) -> None:
    written, event = ctx.source.quote(arg.span), arg.type.event
    if rank == 2:
        d = complaints.matrix_needed(arg.span, family.name, name, written, show(event))
    elif rank == 1:
        d = complaints.vector_needed(arg.span, family.name, name, written, show(event))
    else:
        hint = written_out(ctx, left.statement, left.target, event, [arg], scope)
        d = complaints.array_as_number(arg.span, family.name, name, (written, show(event)), hint)
    ctx.complain(d, scope)


def _dimension(
    ctx: Context,
    form: Form,
    args: dict[str, typed.Expr],
    d: tree.Distribution,
    left: LeftSide,
) -> str | None:
    """The dimension whose labels are drawn."""
    for p in form.params:
        if p.event != 1 or not args[p.name].type.event:
            continue
        extent, at = args[p.name].type.event[0], args[p.name].span
        if left.dim is None and isinstance(extent, str):
            return extent
        if left.dim is None:
            continue
        if not fits(ctx, left.dim, extent):
            ctx.complain(
                complaints.shapes_differ(at, (left.target.span, (left.dim,)), (at, (extent,)))
            )
            return None
    if left.dim is None:
        ctx.complain(complaints.unknown_labels(d.span, d.call.callee.id, ctx.dims))
    return left.dim


# --- supports -----------------------------------------------------------------------------------


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
    if family.proper and family.cdf is None and _normaliser_varies(ctx, support, args, scope):
        ctx.complain(
            complaints.not_normalised(d.support.span, family.name, describe(ctx, support)), scope
        )
    return support


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
