"""The density term of one statement."""

from dataclasses import dataclass
from math import inf

from ..families import FAMILIES, Form
from ..formula import expand_density, expand_log_mass
from ..graph import Node, Partly
from ..target import DType, Value
from ..typed import Const, Dist, Element, Expr, IndexValue, Support, Type, Var, WholeAxis
from ..types import Kind, SupportName
from . import ordered
from .align import align
from .environment import positions, size_of
from .gather import element
from .scope import Scope


@dataclass(frozen=True, slots=True)
class Term:
    """A statement's contribution to the log density.

    Attributes:
        each: over the plates, one number an element.
        total: their sum.
    """

    node: Node
    each: Value
    total: Value


def term(scope: Scope, node: Node, dist: Dist, *, inline: bool, label: str = "lp") -> Term:
    """Log density of a scored node at its value in ``scope``.

    Args:
        inline: write the density out in target operations, to be simplified and differentiated;
            else call the family's function, to be read.
        label: what the term is called when it is to be read, before the name of the variable.
    """
    with scope.builder.at(node.span):
        return _term(scope, node, dist, inline=inline, label=label)


def _term(scope: Scope, node: Node, dist: Dist, *, inline: bool, label: str) -> Term:
    b = scope.builder
    x = plated_value(scope, node)
    args = arguments(scope, node, dist)
    form = form_of(dist)
    if inline:
        each = expand_density(b, FAMILIES[dist.family], form, x, args)
    else:
        each = b.density(dist.family, dist.form, x, args)
    family = FAMILIES[dist.family]
    if dist.lifted:
        each = b.reduce("sum", b.expand(each, x.shape), (-1,))
    if dist.support.name.is_ordered:
        alike = _aligned(scope, node, dist, 0) if dist.exchangeable else []
        mass = ordered.log_mass(b, dist, form, alike, ends(scope, node, dist.support), x)
        each = each if mass is None else b.apply("sub", each, mass)
    elif dist.restricted and family.cdf is not None:
        low, high = ends(scope, node, dist.support)
        each = b.apply("sub", each, expand_log_mass(b, family, form, args, low, high))
    each = _only_scored(scope, node, each)
    axes = tuple(range(-len(node.plates), 0))
    total = b.reduce("sum", each, axes) if axes else each
    return Term(node, each, total if inline else b.named(total, f"{label}_{node.name}", node.span))


def form_of(dist: Dist) -> Form:
    """The row of the parametrisation that a statement uses."""
    return next(f for f in FAMILIES[dist.family].forms if f.name == dist.form)


def arguments(scope: Scope, node: Node, dist: Dist) -> list[Value]:
    """Arguments aligned to the plates, each with its own event axes after them.

    Of numbers that are put in order, the axis of the vector is one of those.
    """
    return _aligned(scope, node, dist, dist.lifted)


def _aligned(scope: Scope, node: Node, dist: Dist, lifted: int) -> list[Value]:
    return [
        align(scope, scope.lower(arg), node.plates, p.event + lifted)
        for arg, p in zip(dist.args, form_of(dist).params, strict=True)
    ]


def plated_value(scope: Scope, node: Node) -> Value:
    """The node's value over its plates: all of it, or the range that the statement covers."""
    kind = Type(Kind.INT)
    slots: list[Expr | WholeAxis] = [
        IndexValue(var=p, type=Type(Kind.INT, axes=(p,)), span=p.span) for p in node.plates
    ]
    slots += [WholeAxis()] * (len(node.type.event) - len(slots))
    base = Var(name=node.name, type=node.type, span=node.span)
    whole = Element(base=base, slots=tuple(slots), type=kind, span=node.span)
    laid = element(scope, whole)
    return align(scope, laid, node.plates, len(laid.event))


def ends(scope: Scope, node: Node, support: Support) -> tuple[Value | None, Value | None]:
    """Ends of an interval support over the plates; None where it is infinite."""

    def end(expr: Expr | None) -> Value | None:
        if expr is None or (isinstance(expr, Const) and abs(expr.value) == inf):
            return None
        return align(scope, scope.lower(expr), node.plates, 0)

    match support.name:
        case SupportName.POSITIVE | SupportName.POSITIVE_ORDERED:
            return scope.builder.const(0.0), None
        case SupportName.UNIT:
            return scope.builder.const(0.0), scope.builder.const(1.0)
        case SupportName.INTERVAL | SupportName.ORDERED:
            return end(support.low), end(support.high)
        case _:
            return None, None


def _only_scored(scope: Scope, node: Node, each: Value) -> Value:
    """Elements that feed nothing are not scored (they are drawn forward afterwards)."""
    match node.role:
        case Partly(barren=barren) if barren is not None:
            return scope.builder.where(scored_mask(scope, node), each, scope.builder.const(0.0))
        case _:
            return each


def scored_mask(scope: Scope, node: Node) -> Value:
    """BOOL over the family: which elements the density counts."""
    assert isinstance(node.role, Partly) and node.role.barren is not None
    at = ", ".join(positions(scope, node, node.role.barren))
    shape = ", ".join(str(s) for s in scope.shape(node.type.event))
    return scope.builder.input(
        f"{node.name}_scored",
        scope.shape(node.type.event),
        batched=False,
        dtype=DType.BOOL,
        source=f"torch.tensor([i not in ({at},) for i in range({size_of(scope, node)})])"
        f".reshape({shape})",
    )
