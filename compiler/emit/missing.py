"""Elements that the data have and elements that they lack: masks, positions, what is left to score.

Which elements are missing shows when data are bound: a float that is nan, a position below 0. So
masks and positions are arrays of ``bind``, and the number of missing elements is a host integer,
on which nothing but lengths of arrays depends.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import log, pi

from ...grammar.frozen import frozen
from ..families import FAMILIES
from ..graph import Node, Observed, Partly, Replaced, Summed
from ..present import Present
from ..target import DType, Size, Value
from ..typed import Dist, IndexVar, OverRange
from ..types import Kind, Missing
from .places import positions, size_of
from .scope import Scope


def rule_of(node: Node) -> Missing | None:
    """What becomes of the missing elements of a variable that stays observed."""
    return node.role.missing if isinstance(node.role, Observed) else None


def filled(scope: Scope, node: Node) -> Value:
    """The data, with a number that some element has in place of those that are missing.

    It is never scored; inside the support it keeps the terms that are masked free of nan.
    """
    data = f"data[{node.name!r}]"
    if node.type.kind is Kind.INDEX:
        dtype, text = DType.INT, f"{data}.clamp(min=0)"
    else:
        dtype = DType.FLOAT
        text = f"torch.nan_to_num({data}, nan=float(torch.nanmedian({data}).nan_to_num()))"
    return scope.builder.input(
        f"{node.name}_known", scope.shape(node.type.event), batched=False, dtype=dtype, source=text
    )


def is_missing(scope: Scope, node: Node) -> Value:
    """BOOL over the family: which elements have no value."""
    return scope.builder.input(
        f"{node.name}_is_missing",
        scope.shape(node.type.event),
        batched=False,
        dtype=DType.BOOL,
        source=_gaps(scope, node),
    )


def n_missing(scope: Scope, node: Node) -> Size:
    """Host integer: how many elements have no value."""
    return scope.builder.host(f"n_{node.name}_missing", f"int({_gaps(scope, node)}.sum())")


def missing_at(scope: Scope, node: Node) -> Value:
    """INT vector: positions of the missing elements in the flattened family."""
    return scope.builder.input(
        f"{node.name}_missing_at",
        (n_missing(scope, node),),
        batched=False,
        dtype=DType.INT,
        source=f"{_gaps(scope, node)}.flatten().nonzero().flatten()",
    )


def _gaps(scope: Scope, node: Node) -> str:
    """Python text of a mask over the family, true where an element has no value."""
    data = f"data[{node.name!r}]"
    text = f"({data} < 0)" if node.type.kind is Kind.INDEX else f"torch.isnan({data})"
    match node.role:
        case Partly(observed=Present(besides=elements)) if elements is not None:
            pass
        case Partly(barren=Present(besides=elements)) if elements is not None:
            pass
        case Observed(given=Replaced(elements=elements)):
            pass
        case Summed(observed=Present(besides=elements)) if elements is not None:
            pass
        case _:
            return text
    at = ", ".join(positions(scope, node, elements))
    given = f"torch.isin(torch.arange({size_of(scope, node)}), torch.tensor([{at}]))"
    return f"({text} & ~{given}.reshape({text}.shape))"


# --- terms of what is there ---------------------------------------------------------------------


@frozen
class Rows:
    """Plates of a statement, cut down to the draws that the data have.

    Attributes:
        sizes: lengths of the plates.
        at: INT vector: positions of those draws in the flattened plates.
    """

    scope: Scope
    sizes: tuple[Size, ...]
    at: Value

    def pick(self, v: Value, event: int = 0) -> Value:
        """A value over the plates and ``event`` axes of its own, as (n, *event)."""
        b = self.scope.builder
        own = v.shape[v.rank - event :]
        plates = v.shape[: v.rank - event]
        if v.host:
            return v
        if all(n == 1 for n in plates) and self.sizes:
            return b.squeeze(v, range(-v.rank, -event)) if not event else self._once(v, event)
        whole = b.expand(v, (*self.sizes, *own))
        flat = b.reshape(whole, (b.product_of_sizes(self.sizes) if self.sizes else 1, *own))
        last = b.permute(flat, (*range(1, event + 1), 0))
        return b.permute(b.take(last, self.at), (event, *range(event)))

    def _once(self, v: Value, event: int) -> Value:
        b = self.scope.builder
        return b.unsqueeze(b.squeeze(v, range(-v.rank, -event)), (-event - 1,))

    def total(self, each: Value) -> Value:
        """Sum over the draws that are there."""
        b = self.scope.builder
        return b.reduce("sum", b.expand(each, self.at.shape), (-1,))

    def spread(self, each: Value) -> Value:
        """One number for every element of the plates again; 0 where nothing is scored."""
        b = self.scope.builder
        count = b.product_of_sizes(self.sizes) if self.sizes else 1
        whole = b.scatter(b.expand(b.const(0.0), (count,)), self.at, b.expand(each, self.at.shape))
        return b.reshape(whole, self.sizes)


def rows_present(scope: Scope, node: Node) -> Rows:
    """The draws of a statement that the data have in full."""
    b = scope.builder
    text = f"(~{_rows(scope, node)}).flatten().nonzero().flatten()"
    count = b.host(f"n_{node.name}_present", f"int((~{_rows(scope, node)}).sum())")
    at = b.input(f"{node.name}_present_at", (count,), batched=False, dtype=DType.INT, source=text)
    return Rows(scope, tuple(scope.var_size(p) for p in node.plates), at)


def is_present(scope: Scope, node: Node) -> Value:
    """BOOL over the plates: which draws of a statement the data have in full."""
    return scope.builder.input(
        f"{node.name}_is_present",
        tuple(scope.var_size(p) for p in node.plates),
        batched=False,
        dtype=DType.BOOL,
        source=f"~{_rows(scope, node)}",
    )


def _rows(scope: Scope, node: Node) -> str:
    """Python text of a mask over the plates, true where a draw lacks a number."""
    k = len(node.plates)
    text = _gaps(scope, node)
    if len(node.type.event) > k:
        text = f"{text}.flatten({k}).any(-1)"
    return f"{text}{_region(scope, node)}"


def _region(scope: Scope, node: Node) -> str:
    """Python text that cuts a mask down to the ranges of the plates."""
    if not any(isinstance(p.domain, OverRange) for p in node.plates):
        return ""
    slices = []
    for p in node.plates:
        if isinstance(p.domain, OverRange) and p.dim is not None:
            start = f"{scope.var_first(p)} - {scope.first_label(p.dim)}"
            slices.append(f"{start}:{start} + {scope.var_size(p)}")
        else:
            slices.append(":")
    return f"[{', '.join(slices)}]"


# --- vectors that lack some numbers -------------------------------------------------------------


def _marginal(
    scope: Scope, node: Node, dist: Dist, value: Value, args: Sequence[Value], states: int
) -> tuple[Value, list[Value], Value]:
    """A normal vector of which some numbers are integrated out, as a whole one.

    The missing numbers are put at their means, with variance 1 and no covariance: what that adds
    to the log density, ``-log(2 pi) / 2`` each, comes back as the third value, to be taken off.

    Args:
        states: number of axes between the plates and the vector.
    """
    b = scope.builder
    sizes = (*(scope.var_size(p) for p in node.plates), *scope.shape(node.type.event[-1:]))
    here = b.input(
        f"{node.name}_is_there",
        sizes,
        batched=False,
        dtype=DType.BOOL,
        source=f"~{_gaps(scope, node)}{_region(scope, node)}",
    )
    here = b.unsqueeze(here, tuple(range(-1 - states, -1)))
    loc, spread = args
    cov = spread if dist.form == "cov" else b.matmul(spread, b.transpose(spread))
    both = b.apply("and", b.unsqueeze(here, (-1,)), b.unsqueeze(here, (-2,)))
    one = b.diag_embed(b.expand(b.const(1.0), sizes[-1:]))
    count = b.reduce("sum", b.to_float(b.apply("not", here)), (-1,))
    excess = b.apply("mul", b.const(-0.5 * log(2 * pi)), count)
    return b.where(here, value, loc), [loc, b.where(both, cov, one)], excess


# --- what a statement scores --------------------------------------------------------------------


@frozen
class Scorable:
    """What there is to score of a statement: value and arguments, cut down to what the data have.

    Attributes:
        rows: the plates were cut down to these.
        mask: draws that are scored, over the plates and unit axes for states; None for all.
        excess: to be taken off the log density of each draw.
    """

    scope: Scope
    plates: int
    dist: Dist
    value: Value
    args: list[Value]
    rows: Rows | None = None
    mask: Value | None = None
    excess: Value | None = None

    def end(self, end: Value | None) -> Value | None:
        """An end of the support, over what is left of the plates."""
        return end if end is None or self.rows is None else self.rows.pick(end)

    def masked(self, each: Value) -> Value:
        """The log densities without those of draws that do not count."""
        b = self.scope.builder
        if self.excess is not None:
            each = b.apply("sub", each, self.excess)
        return each if self.mask is None else b.where(self.mask, each, b.const(0.0))

    def summed(self, each: Value) -> tuple[Value, Value]:
        """Log densities over the plates, and their sum."""
        if self.rows is not None:
            return self.rows.spread(each), self.rows.total(each)
        each = self.masked(each)
        axes = tuple(range(-self.plates, 0))
        return each, self.scope.builder.reduce("sum", each, axes) if axes else each


def scorable(
    scope: Scope,
    node: Node,
    dist: Dist,
    value: Value,
    args: list[Value],
    states: Sequence[IndexVar] = (),
) -> Scorable:
    """What there is to score of a statement, which is all of it where nothing can be missing.

    Args:
        states: axes that value and arguments have behind the plates.
    """
    b, k, rule = scope.builder, len(node.plates), rule_of(node)
    if rule is None:
        return Scorable(scope, k, dist, value, args)
    if rule is Missing.MARGINALISE and dist.event:
        value, args, excess = _marginal(scope, node, dist, value, args, len(states))
        return Scorable(scope, k, replace(dist, form="cov"), value, args, excess=excess)
    if states or dist.event:
        mask = b.unsqueeze(is_present(scope, node), tuple(range(-len(states), 0)))
        return Scorable(scope, k, dist, value, args, mask=mask)
    rows = rows_present(scope, node)
    ranks = [p.event for p in FAMILIES[dist.family].form(dist.form).params]
    picked = [rows.pick(a, n) for a, n in zip(args, ranks, strict=True)]
    return Scorable(scope, k, dist, rows.pick(value), picked, rows)
