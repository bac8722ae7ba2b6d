"""Left sides: plates, event dimensions, and how they fit a declaration."""

from ...grammar import tree
from ...grammar.diagnostic import Diagnostic
from ...grammar.frozen import frozen
from ...grammar.source import Span
from .. import complaints, typed
from .binders import bind, dimension
from .context import Context, Scope, Symbol
from .expressions import expression
from .order import at_axis
from .shapes import Event


@frozen
class Left:
    """A typed left side.

    Attributes:
        event: the bare dimensions after the plates; None if there is no slot at all.
        scope: the scope of the right side, plates bound.
    """

    plates: tuple[typed.IndexVar, ...]
    event: Event | None
    scope: Scope


def left_side(ctx: Context, target: tree.Target, scope: Scope) -> Left | None:
    """Plates and event dimensions of a left side."""
    plates: list[typed.IndexVar] = []
    event: list[str] = []
    inner = scope
    symbol = ctx.values.get(target.name.id)
    extents = symbol.type.event if symbol is not None else ()
    for i, slot in enumerate(target.slots):
        match slot:
            case tree.Binder():
                of = extents[i] if i < len(extents) else None
                inside = at_axis(ctx, of, inner) if isinstance(of, str) else inner
                var = bind(ctx, slot, inside, expression)
                if var is None:
                    return None
                if event:
                    ctx.complain(
                        complaints.plate_after_event(
                            slot.span, ctx.source.quote(slot.span), event[-1]
                        )
                    )
                    return None
                plates.append(var)
                inner = inner.binding(var)
            case tree.Name(id=name) if name in ctx.dims:
                dimension(ctx, slot)
                event.append(name)
            case _:
                ctx.complain(_not_a_slot(ctx, target, slot))
                return None
    return Left(tuple(plates), tuple(event) if event else None, inner)


def _not_a_slot(ctx: Context, target: tree.Target, slot: tree.Expr) -> Diagnostic:
    symbol = ctx.values.get(target.name.id)
    dim: str | None = None
    if symbol is not None and symbol.type.event:
        at = target.slots.index(slot)
        extents = symbol.type.event
        dim = str(extents[at]) if at < len(extents) else None
    written = ctx.source.quote(slot.span)
    home = _home_of(ctx, slot)
    if isinstance(slot, tree.Name) and home is None:
        if slot.id in ctx.places:
            return complaints.not_a_dimension(slot.span, slot.id, ctx.places[slot.id], ctx.dims)
        return complaints.index_unbound_left(slot.span, slot.id, dim, ctx.dims)
    return complaints.single_element(slot.span, target.name.id, written, dim or home)


def _home_of(ctx: Context, slot: tree.Expr) -> str | None:
    """The first dimension that a label on a left side can be of."""
    for name, d in ctx.dims.items():
        match slot, d.labels:
            case ((tree.Name(id=label) | tree.Text(value=label)), typed.Names(labels)):
                if label in labels:
                    return name
            case tree.Number(), typed.Count() | typed.CountUp():
                return name
    return None


def whole_plates(ctx: Context, target: tree.Target, left: Left) -> bool:
    """Whether every plate runs over a whole dimension, as it must for what is defined here."""
    for slot, var in zip(target.slots, left.plates, strict=False):
        if isinstance(var.domain, typed.OverRange):
            first, last = var.domain.first, var.domain.last
            ends = f"{ctx.source.quote(first.span)}..{ctx.source.quote(last.span)}"
            dim, declared = _dimension_of(ctx, ends)
            whole = f"{var.name} in {dim}"
            slots = ", ".join(
                whole if s is slot else ctx.source.quote(s.span) for s in target.slots
            )
            name = target.name.id
            declare = None if declared else f"dim {dim} = {ends}"
            ctx.complain(complaints.partial_plate(slot.span, name, f"{name}[{slots}]", declare))
            return False
    return True


def _dimension_of(ctx: Context, ends: str) -> tuple[str, bool]:
    """A dimension with these ends, as they are written, and whether it is declared already."""
    for name, dim in ctx.dims.items():
        match dim.labels:
            case typed.Count(first, last):
                if f"{ctx.source.quote(first.span)}..{ctx.source.quote(last.span)}" == ends:
                    return name, True
            case _:
                pass
    free = (n for n in ("time", "element", "place", "position") if n not in ctx.places)
    return next(free, "another"), False


def fit_declaration(ctx: Context, target: tree.Target, left: Left, symbol: Symbol) -> Left | None:
    """Left side of an observation, its plates in line with the dimensions of the declaration.

    Ranges take the dimension that stands in their place, which must count.
    """
    declared = symbol.type.event
    bare = left.event or ()
    given = len(left.plates) + len(bare)
    if given > len(declared) or (left.event is not None and given < len(declared)):
        shape = tuple(map(str, declared))
        slots = [ctx.source.quote(slot.span) for slot in target.slots]
        ctx.complain(complaints.wrong_slots(target.span, symbol.name, slots, shape, symbol.span))
        return None
    plates: list[typed.IndexVar] = []
    for var, slot, extent in zip(left.plates, target.slots, declared, strict=False):
        fitted = _fit_plate(ctx, var, slot.span, str(extent), symbol)
        if fitted is None:
            return None
        plates.append(fitted)
    rest = declared[len(plates) :]
    for have, slot, want in zip(bare, target.slots[len(plates) :], rest, strict=False):
        if have != want:
            ctx.complain(_differs(slot.span, str(have), symbol, str(want)))
            return None
    return Left(tuple(plates), rest, left.scope.binding(*plates))


def _fit_plate(
    ctx: Context, var: typed.IndexVar, at: Span, extent: str, symbol: Symbol
) -> typed.IndexVar | None:
    match var.domain:
        case typed.OverDim(dim):
            if dim == extent:
                return var
            ctx.complain(_differs(at, dim, symbol, extent))
            return None
        case typed.OverRange(first, last):
            said = ctx.ranges.get(var.id)
            if said is not None and said != extent:
                ctx.complain(_differs(at, said, symbol, extent))
                return None
            if said is None and (extent not in ctx.dims or not ctx.counts(extent)):
                place = ctx.dims[extent].span if extent in ctx.dims else symbol.span
                ctx.complain(complaints.range_over_labels(at, var.name, extent, place))
                return None
            domain = typed.OverRange(first, last, extent)
            return typed.IndexVar(var.name, var.id, domain, var.span)


def _differs(at: Span, have: str, symbol: Symbol, want: str) -> Diagnostic:
    return complaints.left_side_differs(at, have, symbol.name, want, symbol.span)
