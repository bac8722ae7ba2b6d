"""How large one draw is: from the left side, from a declaration, or from the arguments."""

from ...grammar import tree
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import complaints, typed
from ..complaints import show
from ..families import Family, Form
from ..types import Extent
from .context import Context, Scope
from .shapes import Event, fits
from .supports import order_of
from .teach import written_out


@frozen
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


def event_of(
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
    for p in form.params:
        arg, most = args[p.name], p.event + lifted
        if len(arg.type.event) > most or (most == 2 and len(arg.type.event) != 2):
            _wrong_rank(ctx, family, p.name, most, arg, scope, left)
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
                left.target.span, family.name, show(said), _squared(ctx, left.target, said)
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
                _squared(ctx, left.target, said[:1]),
            ),
            scope,
        )
        return None
    one = _agreed(ctx, extents, scope)
    return None if one is None else (*one, *one)


def _squared(ctx: Context, target: tree.Target, said: Event) -> str:
    """``R[i in row, coef, coef]``: the left side with one bare dimension twice."""
    dim = said[-1] if said else next(iter(ctx.dims), "part")
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


def dimension_of(
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
        if p.steps:
            if left.dim is not None and not _steps_fit(ctx, left.dim, extent):
                ctx.complain(complaints.wrong_steps(at, d.call.callee.id, p.name, left.dim))
                return None
            continue
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
        if any(p.steps for p in form.params):
            ctx.complain(complaints.unknown_grades(d.span, d.call.callee.id, ctx.dims))
        else:
            likely = _by_length(ctx, form, args)
            written = next((ctx.source.quote(a.span) for a in args.values() if a.type.event), "[…]")
            ctx.complain(complaints.unknown_labels(d.span, d.call.callee.id, likely, written))
    return left.dim


def _by_length(ctx: Context, form: Form, args: dict[str, typed.Expr]) -> list[str]:
    """Dimensions, first those that are as long as a vector among the arguments."""
    vectors = (args[p.name].type.event for p in form.params if p.event == 1)
    lengths = {ctx.size_of(event[0]) for event in vectors if event} - {None}
    return sorted(ctx.dims, key=lambda dim: ctx.size_of(dim) not in lengths)


def _steps_fit(ctx: Context, dim: Extent, extent: Extent) -> bool:
    """Whether a vector has one element for every two neighbouring labels, as far as is known."""
    labels, steps = ctx.size_of(dim), ctx.size_of(extent)
    return dim != extent and (labels is None or steps is None or labels == steps + 1)
