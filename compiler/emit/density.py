"""The density term of one statement."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple

from ..composite import log_density
from ..families import FAMILIES
from ..formula import expand_density, expand_log_mass
from ..graph import Node, Observed, Partly, Summed
from ..present import Present
from ..target import Builder, Value
from ..typed import (
    Const,
    Dist,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    OverDim,
    Support,
    Type,
    Var,
    WholeAxis,
)
from ..types import Kind, SupportName
from . import ordered
from .align import align, union
from .distribution import form_of as form_of
from .distribution import possible
from .expression import lower
from .gather import element
from .missing import is_missing, is_present, rule_of, scorable
from .patches import is_among
from .scope import Laid, Scope


class Term(NamedTuple):
    """A statement's contribution to the log density.

    Attributes:
        each: over the plates, one number an element.
        total: their sum.
        states: variables that are being summed out and that it depends on: their state axes follow
            the plates in ``each``, and are all that ``total`` has left.
        first: whether it counts for the first element of a chain alone (True), for all others
            (False), or for all (None).
    """

    node: Node
    each: Value
    total: Value
    states: tuple[IndexVar, ...] = ()
    first: bool | None = None


def term(scope: Scope, node: Node, dist: Dist, *, inline: bool, label: str = "lp") -> Term:
    """Log density of a scored node at its value in ``scope``.

    Args:
        inline: write the density out in target operations, to be simplified and differentiated;
            else call the family's function, to be read.
        label: what the term is called when it is to be read, before the name of the variable.
    """
    scope = scope.reading(not inline)
    with scope.builder.at(node.span):
        if dist.parts:
            formula = log_density(dist, own_element(node))
            return term_of_formula(scope, node, formula, inline=inline, label=label)
        if scope.states:
            return _over_states(scope, node, dist)
        return _term(scope, node, dist, inline=inline, label=label)


def _term(scope: Scope, node: Node, dist: Dist, *, inline: bool, label: str) -> Term:
    b = scope.builder
    there = scorable(scope, node, dist, plated_value(scope, node), arguments(scope, node, dist))
    dist, x, args, form = there.dist, there.value, there.args, form_of(there.dist)
    if inline:
        each = expand_density(b, FAMILIES[dist.family], form, x, args)
    else:
        each = b.density(dist.family, dist.form, x, args)
    family = FAMILIES[dist.family]
    if dist.lifted:
        each = b.reduce("sum", b.expand(each, x.shape), (-1,))
    if dist.support.name.is_ordered:
        alike = _aligned(scope, node.plates, dist, 0) if dist.exchangeable else []
        mass = ordered.log_mass(b, dist, form, alike, ends(scope, node, dist.support), x)
        each = each if mass is None else b.apply("sub", each, mass)
    elif dist.restricted and family.cdf is not None:
        low, high = map(there.end, ends(scope, node, dist.support))
        each = b.apply("sub", each, expand_log_mass(b, family, form, args, low, high))
    if isinstance(node.role, Observed | Partly):
        each = _within_ends(scope, dist, (x, args), node.plates, each, there.end)
    each, total = there.summed(_only_scored(scope, node, each))
    return Term(node, each, total if inline else b.named(total, f"{label}_{node.name}", node.span))


def _over_states(scope: Scope, node: Node, dist: Dist) -> Term:
    """The term with an axis for every variable that is being summed out and that it reads."""
    b, family, form = scope.builder, FAMILIES[dist.family], form_of(dist)
    x = own_value(scope, node)
    support = [e for e in (dist.support.low, dist.support.high) if e is not None]
    laids = [x, *(scope.lower(e) for e in (*dist.args, *support))]
    states = tuple(v for v in union(laids) if v not in node.plates)
    if not states:
        return _term(scope, node, dist, inline=True, label="lp")
    axes = (*node.plates, *states)
    value, args = align(scope, x, axes, len(x.event)), _aligned(scope, axes, dist, dist.lifted)
    low, high = ends(scope, node, dist.support, axes)
    there = scorable(scope, node, dist, value, args, states)
    dist, value, args, form = there.dist, there.value, there.args, form_of(there.dist)

    def density(args: list[Value]) -> Value:
        each = expand_density(b, family, form, value, args)
        if dist.lifted:
            each = b.expand(each, (*each.shape[:-1], value.shape[-1]))
            each = b.reduce("sum", each, (-1,))
        mass: Value | None = None
        if dist.support.name.is_ordered:
            alike = _aligned(scope, axes, dist, 0) if dist.exchangeable else []
            mass = ordered.log_mass(b, dist, form, alike, (low, high), value)
        elif dist.restricted and family.cdf is not None:
            mass = expand_log_mass(b, family, form, args, low, high)
        return each if mass is None else b.apply("sub", each, mass)

    if family.support.is_discrete and not form.name:
        each = possible(scope, dist, laids[1:], args, density)
    else:
        each = density(args)
    each = _within_ends(scope, dist, (value, args), axes, each)
    each = there.masked(each)
    each = _only_scored(scope, node, each, states)
    return _summed_up(scope, node, b.to_rank(each, len(axes)), states, None)


def term_of_formula(
    scope: Scope, node: Node, expr: Expr, *, inline: bool, label: str = "lp"
) -> Term:
    """The term of a formula that says itself what is added, for every element of the plates."""
    scope = scope.reading(not inline)
    with scope.builder.at(node.span):
        laid = scope.lower(expr)
        states = tuple(v for v in laid.axes if v not in node.plates)
        axes = (*node.plates, *states)
        each = scope.builder.to_rank(align(scope, laid, axes, 0), len(axes))
        each = _only_scored(scope, node, each, states)
        if rule_of(node) is not None:
            mask = scope.builder.unsqueeze(is_present(scope, node), tuple(range(-len(states), 0)))
            each = scope.builder.where(mask, each, scope.builder.const(0.0))
        return _summed_up(scope, node, each, states, None if inline else f"{label}_{node.name}")


def _summed_up(
    scope: Scope, node: Node, each: Value, states: tuple[IndexVar, ...], name: str | None
) -> Term:
    """The term with its plates at full length, and their sum."""
    b, total = scope.builder, each
    if node.plates:
        sizes = (*(scope.var_size(p) for p in node.plates), *each.shape[len(node.plates) :])
        whole = b.expand(each, sizes)
        total = b.reduce("sum", whole, tuple(range(-len(sizes), -len(states))))
    return Term(node, each, b.named(total, name, node.span) if name else total, states)


def _within_ends(
    scope: Scope,
    dist: Dist,
    at: tuple[Value, Sequence[Value]],
    axes: tuple[IndexVar, ...],
    each: Value,
    of_present: Callable[[Value | None], Value | None] = lambda end: end,
) -> Value:
    """Minus infinity where the value lies outside of a support that is random.

    That is one with ends that depend on latent variables, or on states that are summed out.
    Everywhere else binding has checked given values, and bijections keep latent ones inside.
    """
    b, family = scope.builder, FAMILIES[dist.family]
    x, args = at
    bounds = []
    for op, end, own in (
        ("ge", dist.support.low, family.low),
        ("le", dist.support.high, family.high),
    ):
        if end is not None:
            laid = scope.lower(end)
            edge = of_present(align(scope, laid, axes, 0))
            assert edge is not None
            bounds.append((op, laid, edge))
        elif isinstance(own, str):
            i = [p.name for p in form_of(dist).params].index(own)
            bounds.append((op, scope.lower(dist.args[i]), args[i]))
    for op, laid, edge in bounds:
        if edge.batched or any(v in scope.state_axes for v in laid.axes):
            each = b.where(_on_side(b, op, x, edge, each.rank), each, b.const(-inf))
    return each


def _on_side(b: Builder, op: str, x: Value, edge: Value, plates: int) -> Value:
    """Whether a number, or every number of a vector, lies on the right side of an end."""
    if x.rank <= plates:
        return b.apply(op, x, edge)
    edge = b.unsqueeze(edge, (-1,)) if edge.rank < x.rank else edge
    return b.reduce("all", b.apply(op, x, edge), (-1,))


def arguments(scope: Scope, node: Node, dist: Dist) -> list[Value]:
    """Arguments aligned to the plates, each with its own event axes after them.

    Of numbers that are put in order, the axis of the vector is one of those.
    """
    return _aligned(scope, node.plates, dist, dist.lifted)


def _aligned(scope: Scope, axes: tuple[IndexVar, ...], dist: Dist, lifted: int) -> list[Value]:
    return aligned(scope, axes, dist, [scope.lower(arg) for arg in dist.args], lifted)


def aligned(
    scope: Scope,
    axes: tuple[IndexVar, ...],
    dist: Dist,
    args: Sequence[Laid],
    lifted: int | None = None,
) -> list[Value]:
    """Lowered arguments over these axes, each with its own event axes after them."""
    more = dist.lifted if lifted is None else lifted
    return [
        align(scope, laid, axes, p.event + more)
        for laid, p in zip(args, form_of(dist).params, strict=True)
    ]


def plated_value(scope: Scope, node: Node) -> Value:
    """The node's value over its plates: all of it, or the range that the statement covers."""
    laid = own_value(scope, node)
    return align(scope, laid, node.plates, len(laid.event))


def own_value(scope: Scope, node: Node) -> Laid:
    """The same, over the axes that it has: those of its states if it is being summed out."""
    if scope.rules is lower and node.name not in scope.states and _is_whole(node):
        return Laid(scope.env[node.name], node.plates, node.type.event[len(node.plates) :])
    if not node.type.event:
        return scope.lower(Var(name=node.name, type=node.type, span=node.span))
    return element(scope, own_element(node))


def _is_whole(node: Node) -> bool:
    """Whether the plates are the first dimensions, whole and in the order of axes."""
    last = -1
    for p, extent in zip(node.plates, node.type.event, strict=False):
        if not isinstance(p.domain, OverDim) or p.domain.dim != extent or p.id <= last:
            return False
        last = p.id
    return True


def own_element(node: Node) -> Element:
    """The variable's own value, at its plates."""
    slots: list[Expr | WholeAxis] = [
        IndexValue(var=p, type=Type(Kind.INT, axes=(p,)), span=p.span) for p in node.plates
    ]
    slots += [WholeAxis()] * (len(node.type.event) - len(slots))
    base = Var(name=node.name, type=node.type, span=node.span)
    event = node.type.event[len(node.plates) :]
    own = replace(node.type, axes=node.plates, event=event)
    return Element(base=base, slots=tuple(slots), type=own, span=node.span)


def ends(
    scope: Scope, node: Node, support: Support, axes: tuple[IndexVar, ...] | None = None
) -> tuple[Value | None, Value | None]:
    """Ends of an interval support over the plates (or these axes); None where it is infinite."""
    axes = node.plates if axes is None else axes

    def end(expr: Expr | None) -> Value | None:
        if expr is None or (isinstance(expr, Const) and abs(expr.value) == inf):
            return None
        return align(scope, scope.lower(expr), axes, 0)

    match support.name:
        case SupportName.POSITIVE | SupportName.POSITIVE_ORDERED:
            return scope.builder.const(0.0), None
        case SupportName.UNIT:
            return scope.builder.const(0.0), scope.builder.const(1.0)
        case SupportName.INTERVAL | SupportName.ORDERED | SupportName.COUNT | SupportName.INT:
            return end(support.low), end(support.high)
        case _:
            return None, None


def _only_scored(scope: Scope, node: Node, each: Value, states: Sequence[IndexVar] = ()) -> Value:
    """Elements that feed nothing are not scored (they are drawn forward afterwards)."""
    match node.role:
        case Partly(barren=barren) | Summed(unscored=barren) if barren is not None:
            b = scope.builder
            if isinstance(barren, Present):
                mask = is_missing(scope, node)
            else:
                mask = is_among(scope, node, barren, f"{node.name}_scored", "not in")
            mask = b.unsqueeze(mask, tuple(range(-len(states), 0)))
            return b.where(mask, each, b.const(0.0))
        case _:
            return each
