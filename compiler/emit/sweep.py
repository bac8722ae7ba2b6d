"""Families that recur along two dimensions at once: one scan over fronts.

With weights ``w`` and 1 the fronts are ``d = w * i + t``, counted from 0. A family ``x[i, t]``
becomes ``X[i, d] = x[i, d - w * i]``, which recurs along ``d`` alone, with ``i`` for a plate:
``x[i - 1, t]`` is ``X[i - 1, d - w]``. Elements of ``X`` that lie outside of the family are 0, and
nothing reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...grammar.frozen import frozen
from ..graph import Derived, Node
from ..recurrence import number_of
from ..substitute import in_role, rebuild
from ..sweep import axes_of, lags_of, weights_of
from ..target import Size, Value
from ..typed import (
    Apply,
    Const,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    OverDim,
    Type,
    Var,
    Where,
)
from ..types import Extent, Kind
from .patches import dtype_of
from .recurrence import Drawing, Kept, scanned
from .scope import Scope

_FRONTS = 1_000_000  # added to the id of an index for that of the fronts: ids are unique


@frozen
class _Fronts:
    """How places lie in fronts.

    Attributes:
        kept, gone: the dimension that stays a plate, and the one that fronts take the place of.
        weight: of a position along ``kept``.
        dim: the name of the fronts, as a dimension.
    """

    scope: Scope
    kept: str
    gone: str
    weight: int
    dim: str

    @property
    def count(self) -> Size:
        """Number of fronts."""
        return self.scope.size(self.dim)


def swept(scope: Scope, nodes: Sequence[Node], drawing: Drawing | None = None) -> dict[str, Value]:
    """The values of the families of one recurrence; see `recurrence.scanned`."""
    fronts = _fronts(scope, nodes)
    axes = {n.name: axes_of(n) for n in nodes}
    moved, kept = [], {}
    for node in nodes:
        one = _moved(fronts, node, axes)
        moved.append(one)
        if drawing is not None and not isinstance(node.role, Derived):
            kept[node.name] = _drawn(fronts, node, one, drawing)
    drawing = drawing and Drawing(drawing.draw, kept)
    found = scanned(scope, moved, drawing)
    b = scope.builder
    return {n.name: b.named(_back(fronts, n, found[n.name]), n.name, n.span) for n in nodes}


def _fronts(scope: Scope, nodes: Sequence[Node]) -> _Fronts:
    """The fronts of these families, their number and first label known to the scope."""
    one, other = weights_of(nodes)
    along, across = nodes[0].along, nodes[0].across
    assert along is not None and across is not None
    kept, gone, weight = (
        (across.dim, along.dim, other) if one == 1 else (along.dim, across.dim, one)
    )
    assert kept is not None and gone is not None
    dim = f"{kept} and {gone}" if weight == 1 else f"{weight} {kept} and {gone}"  # no dimension's
    fronts = _Fronts(scope, kept, gone, weight, dim)
    rows, columns = scope.size(kept), scope.size(gone)
    if isinstance(rows, int) and isinstance(columns, int):
        scope.sizes[f"n_{dim}"] = columns + weight * (rows - 1) if rows and columns else 0
    else:
        text = f"{columns} + {weight} * ({rows} - 1) if {rows} and {columns} else 0"
        count = scope.builder.host(f"n_fronts_{kept}_{gone}", text)
        scope.sizes[f"n_{dim}"] = count
    scope.sizes[f"first_{dim}"] = 0
    return fronts


# --- formulas, from places to fronts -------------------------------------------------------------


@frozen
class _Change:
    """Of one family: its index that is gone, the one that stays, that of the fronts, and the
    place along the dimension that is gone, as a formula of the other two."""

    gone: IndexVar
    kept: IndexVar
    front: IndexVar
    place: Expr

    def __call__(self, e: Expr) -> Expr:
        """A part of a formula over places, as one over fronts."""
        if isinstance(e, IndexValue) and e.var == self.gone:
            return self.place
        if self.gone not in e.type.axes:
            return e
        axes = {*(v for v in e.type.axes if v != self.gone), self.front, self.kept}
        return replace(e, type=replace(e.type, axes=tuple(sorted(axes, key=lambda v: v.id))))


def _change(fronts: _Fronts, node: Node) -> _Change:
    assert node.along is not None and node.across is not None
    gone, kept = node.along, node.across
    if gone.dim != fronts.gone:
        gone, kept = kept, gone
    front = IndexVar(f"{kept.name}{gone.name}", _FRONTS + gone.id, OverDim(fronts.dim), gone.span)
    return _Change(gone, kept, front, _place(fronts, kept, front, gone))


def _moved(fronts: _Fronts, node: Node, axes: Mapping[str, tuple[int, int]]) -> Node:
    """The family over fronts in the place of one of its dimensions."""
    change = _change(fronts, node)
    here = number_of(change.front, change.gone.span)
    assert node.along is not None and node.across is not None
    both = (node.along, node.across)

    def referring(e: Expr) -> Expr:
        """Elements of the families, at a lag of fronts."""
        if not (isinstance(e, Element) and isinstance(e.base, Var) and e.base.name in axes):
            return e
        own = axes[e.base.name]
        lags = lags_of(e, own, both)
        assert lags is not None
        first = change.gone is node.along
        to_gone, to_kept = lags if first else lags[::-1]
        lag, at = to_gone + fronts.weight * to_kept, own[0 if first else 1]
        slot = here if lag == 0 else _arithmetic("sub", here, _number(lag, e))
        type_ = replace(e.base.type, event=_event(fronts, e.base.type.event, at))
        slots = (*e.slots[:at], slot, *e.slots[at + 1 :])
        return replace(e, base=replace(e.base, type=type_), slots=slots)

    at = node.plates.index(change.gone)
    plates = (*node.plates[:at], change.front, *node.plates[at + 1 :])
    type_ = replace(node.type, event=_event(fronts, node.type.event, at))
    role = in_role(in_role(node.role, referring), change)
    if isinstance(role, Derived):
        inside, none = _inside(fronts, change.place), _number(0, role.expr)
        type_of = replace(role.expr.type, axes=_union(role.expr, inside))
        role = Derived(Where(inside, role.expr, none, type=type_of, span=role.expr.span))
    return replace(
        node, plates=plates, type=type_, role=role, clauses=(), along=change.front, across=None
    )


def _event(fronts: _Fronts, event: tuple[Extent, ...], at: int) -> tuple[Extent, ...]:
    return (*event[:at], fronts.dim, *event[at + 1 :])


def _place(fronts: _Fronts, kept: IndexVar, front: IndexVar, gone: IndexVar) -> Expr:
    """``t = d + first t - weight * (i - first i)``."""
    first_kept, first_gone = (_first(fronts.scope, d) for d in (fronts.kept, fronts.gone))
    i, d = number_of(kept, gone.span), number_of(front, gone.span)
    steps = _arithmetic("sub", i, first_kept)
    if fronts.weight != 1:
        steps = _arithmetic("mul", _number(fronts.weight, d), steps)
    return _arithmetic("sub", _arithmetic("add", d, first_gone), steps)


def _first(scope: Scope, dim: str) -> Expr:
    count = scope.dims[dim].numbers
    assert count is not None
    return count.first


def _inside(fronts: _Fronts, place: Expr) -> Expr:
    """Whether a front has an element at all at a place."""
    count = fronts.scope.dims[fronts.gone].numbers
    assert count is not None
    ends = (("ge", count.first), ("le", count.last))
    one, other = (_arithmetic(fn, place, end, Kind.BOOL) for fn, end in ends)
    return _arithmetic("and", one, other, Kind.BOOL)


def _number(x: float, like: Expr) -> Const:
    return Const(float(x), type=Type(Kind.INT), span=like.span)


def _arithmetic(fn: str, a: Expr, b: Expr, kind: Kind = Kind.INT) -> Apply:
    return Apply(fn, (a, b), type=Type(kind, _union(a, b)), span=a.span)


def _union(a: Expr, b: Expr) -> tuple[IndexVar, ...]:
    return tuple(sorted({*a.type.axes, *b.type.axes}, key=lambda v: v.id))


# --- draws ---------------------------------------------------------------------------------------


def _drawn(fronts: _Fronts, node: Node, moved: Node, drawing: Drawing) -> Kept:
    """What is drawn of a front: what lies inside, and was to be drawn."""
    b, change = fronts.scope.builder, _change(fronts, node)
    inside = _inside(fronts, change.place)
    own = drawing.kept.get(node.name)
    if own is None:
        shape = fronts.scope.shape(moved.type.event)
        return Kept(inside, b.expand(b.const(0, dtype_of(node)), shape))
    test = _arithmetic("and", inside, rebuild(own.drawn, change), Kind.BOOL)
    return Kept(test, _forth(fronts, node, own.value))


# --- arrays --------------------------------------------------------------------------------------


def _last_two(fronts: _Fronts, node: Node) -> tuple[int, int]:
    dims = [p.dim for p in node.plates]
    return dims.index(fronts.kept), dims.index(fronts.gone)


def _back(fronts: _Fronts, node: Node, value: Value) -> Value:
    """An array over fronts as one over places."""
    b = fronts.scope.builder
    rows, columns = fronts.scope.size(fronts.kept), fronts.scope.size(fronts.gone)
    i, t = b.unsqueeze(b.arange(rows), (-1,)), b.arange(columns)
    per_row = b.size_index(b.sum_of_sizes(fronts.count, fronts.weight))
    index = b.apply("add", b.apply("mul", i, per_row), t)
    return _taken(fronts, node, value, fronts.count, index, (rows, columns))


def _forth(fronts: _Fronts, node: Node, value: Value) -> Value:
    """An array over places as one over fronts; what lies outside is any element."""
    b = fronts.scope.builder
    rows, columns = fronts.scope.size(fronts.kept), fronts.scope.size(fronts.gone)
    i, d = b.unsqueeze(b.arange(rows), (-1,)), b.arange(fronts.count)
    t = b.apply("sub", d, b.apply("mul", i, b.size_index(fronts.weight)))
    last = b.size_index(b.difference(columns, 1))
    t = b.to_index(b.apply("minimum", b.apply("maximum", b.to_float(t), 0.0), b.to_float(last)))
    index = b.apply("add", b.apply("mul", i, b.size_index(columns)), t)
    return _taken(fronts, node, value, columns, index, (rows, fronts.count))


def _taken(
    fronts: _Fronts,
    node: Node,
    value: Value,
    width: Size,
    index: Value,
    shape: tuple[Size, Size],
) -> Value:
    """Elements of an array by their place in its two dimensions, flattened."""
    b, rank = fronts.scope.builder, value.rank
    pair = _last_two(fronts, node)
    order = [*(k for k in range(rank) if k not in pair), *pair]
    value = b.permute(value, order)
    rest = value.shape[:-2]
    flat = b.reshape(value, (*rest, b.product_of_sizes((shape[0], width))))
    found = b.reshape(b.take(flat, b.expand(index, shape)), (*rest, *shape))
    return b.permute(found, [order.index(k) for k in range(rank)])
