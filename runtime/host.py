"""Evaluates expressions of data alone while data are bound: bounds of dimensions, defaults, ends.

What a model computes from data for its density is emitted as code; this is for the few expressions
that are needed before that code can run. An array for an expression has one axis per index variable
in scope (of length 1 where it does not depend on it), then its event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ..compiler.typed import (
    Apply,
    ArrayCall,
    Const,
    Density,
    Dim,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    Local,
    Neural,
    OverRange,
    Reduce,
    Solution,
    Stack,
    Tabulate,
    Var,
    Where,
    WholeAxis,
)
from ..compiler.types import Extent, Kind
from ..grammar.diagnostic import Rejected
from ..grammar.source import Span
from .complaints import binding as complaints
from .complaints.wording import number
from .dimensions import MOST_LABELS

Scope = tuple[IndexVar, ...]


class NotData(Exception):
    """The expression reads a variable that is not computed from data alone."""


class Known(Protocol):
    """What is known while data are bound."""

    def value(self, name: str) -> Tensor:
        """A variable over its dimensions: float64, or int64 positions for kind INDEX.

        Raises:
            NotData: it is not data, nor computed from data alone.
            Rejected: it is, but what was given for it is refused.
        """
        ...

    def labels(self, dim: str) -> Sequence[str | int]:
        """Labels of a dimension."""
        ...

    def first_number(self, dim: str) -> int:
        """The number of a dimension's first label: see `typed.Dim`."""
        ...


def first_number(dim: Dim, labels: Sequence[str | int]) -> int:
    """The number of the first of a dimension's labels."""
    return int(labels[0]) if dim.numbered and labels else 1


def evaluate(expr: Expr, known: Known, scope: Scope = ()) -> Tensor:
    """The value of an expression of data alone.

    Shapes: one axis per variable of ``scope``, its size or 1; then the event of the expression.

    Raises:
        NotData: it reads something that is not data.
        Rejected: D437 an index or a label that does not exist, or the smallest of nothing.
    """
    match expr:
        case Const(value=x):
            return torch.full((1,) * len(scope), x, dtype=torch.float64)
        case Label(label=label):
            return torch.full((1,) * len(scope), _position(expr, label, known))
        case Var(name=name):
            found = known.value(name)
            return found.reshape((1,) * len(scope) + tuple(found.shape))
        case IndexValue(var=var):
            return _index_value(expr, var, known, scope)
        case Element():
            return _element(expr, known, scope)
        case Apply(fn=fn, args=args):
            return _FUNCTIONS[fn](*_aligned([evaluate(a, known, scope) for a in args], scope))
        case Where(condition=condition, yes=yes, no=no):
            test = evaluate(condition, known, scope)
            a = evaluate(yes, _where(known, test != 0, scope), scope)
            b = evaluate(no, _where(known, test == 0, scope), scope)
            test, a, b = _aligned([test, a, b], scope)
            return torch.where(test != 0, a, b)
        case Stack(items=items):
            parts = _aligned([evaluate(i, known, scope) for i in items], scope)
            shape = np.broadcast_shapes(*(tuple(p.shape) for p in parts))
            return torch.stack([p.expand(shape) for p in parts], dim=len(scope))
        case Reduce():
            return _reduce(expr, known, scope)
        case ArrayCall(fn=fn, args=args):
            return _array_call(fn, [evaluate(a, known, scope).double() for a in args], len(scope))
        case Density() | Local() | Solution():  # numerics that are emitted, not repeated here
            raise NotData
        case Neural():
            raise AssertionError("data alone are never computed by a network")
        case Tabulate(vars=over, body=body):
            n, sizes = len(scope), [numbers_of(v, known)[1] for v in over]
            each = evaluate(body, known, scope + over)
            return each.expand(*each.shape[:n], *sizes, *each.shape[n + len(sizes) :])


@dataclass(frozen=True, slots=True)
class _Branch:
    """What is known inside a branch of a conditional, and where its value is wanted.

    Both branches are computed everywhere. ``wanted`` (one axis per variable of the scope in which
    the condition stands) says where an index has to exist: ``if t > 1 then y[t - 1] else 0``.
    """

    known: Known
    wanted: Tensor

    def value(self, name: str) -> Tensor:
        return self.known.value(name)

    def labels(self, dim: str) -> Sequence[str | int]:
        return self.known.labels(dim)

    def first_number(self, dim: str) -> int:
        return self.known.first_number(dim)


def _where(known: Known, holds: Tensor, scope: Scope) -> Known:
    # a condition that is itself an array chooses among whole arrays, which exist in any case
    return _Branch(known, holds) if holds.dim() == len(scope) else known


def _is_wanted(known: Known, rank: int) -> Tensor:
    """Where the value of an expression with ``rank`` axes of scope is wanted."""
    wanted = torch.ones((1,) * rank, dtype=torch.bool)
    while isinstance(known, _Branch):  # reductions inside a branch add axes behind its own
        wanted = wanted & known.wanted[(..., *(None,) * (rank - known.wanted.dim()))]
        known = known.known
    return wanted


def scalar(expr: Expr, known: Known) -> float:
    """The value of an expression that is one number."""
    return float(evaluate(expr, known).reshape(()))


def numbers_of(var: IndexVar, known: Known) -> tuple[int, int]:
    """First position and number of positions (or numbers) that an index variable takes.

    For a variable over labels, positions count from 0. For a bare range, the first number itself.

    Raises:
        Rejected: D437 when a range runs beyond the labels of its dimension.
    """
    if not isinstance(var.domain, OverRange):
        return 0, len(known.labels(var.domain.dim))
    first, last = scalar(var.domain.first, known), scalar(var.domain.last, known)
    count = max(0, int(last) - int(first) + 1)
    if count > MOST_LABELS:
        ends = f"{number(first)}..{number(last)}: more than {MOST_LABELS:,} numbers"
        raise _failed(var.span, f"the range of `{var.name}`", ends)
    if var.domain.dim is None:
        return int(first), count
    labels = known.labels(var.domain.dim)
    start = int(first) - known.first_number(var.domain.dim)
    if count and not 0 <= start <= start + count <= len(labels):
        dim, ends = var.domain.dim, f"{number(first)}..{number(last)}"
        raise _failed(var.span, f"the range of `{var.name}` over `{dim}`", f"{ends}, outside of it")
    return start, count


# --- parts --------------------------------------------------------------------------------------


def _failed(at: Span, what: str, value: str) -> Rejected:
    return Rejected([complaints.formula_failed(at, what, value)])


def _position(expr: Label, label: str | int, known: Known) -> int:
    dim = expr.type.dim
    if dim is None:
        raise AssertionError("a label has a dimension")
    labels = known.labels(dim)
    try:
        return labels.index(label)
    except ValueError:
        raise Rejected([complaints.label_not_given(expr.span, label, dim, labels)]) from None


def _index_value(expr: IndexValue, var: IndexVar, known: Known, scope: Scope) -> Tensor:
    start, count = numbers_of(var, known)
    found = torch.arange(start, start + count)
    if expr.type.kind is not Kind.INDEX:
        if var.dim is not None:
            found = found + known.first_number(var.dim)
        found = found.double()
    return found.reshape([count if v.id == var.id else 1 for v in scope])


def _element(expr: Element, known: Known, scope: Scope) -> Tensor:
    base = evaluate(expr.base, known, scope)
    rank = len(scope)
    taken = {a: s for a, s in enumerate(expr.slots) if not isinstance(s, WholeAxis)}
    kept = [a for a in range(len(expr.slots)) if a not in taken]
    index = [
        _checked(slot, expr, axis, base.shape[rank + axis], known, scope)
        for axis, slot in taken.items()
    ]
    if not index:
        return base
    index = _aligned(index, scope)
    empty = [rank + a for a in taken if base.shape[rank + a] == 0]
    if empty:  # no element of it is wanted, or it had been refused
        base = base.new_zeros([1 if i in empty else n for i, n in enumerate(base.shape)])
    moved = base.permute(*range(rank), *(rank + a for a in [*taken, *kept]))
    outer = [
        torch.arange(n).reshape([n if j == i else 1 for j in range(index[0].dim())])
        for i, n in enumerate(base.shape[:rank])
    ]
    return moved[(*outer, *index)]


def _checked(slot: Expr, expr: Element, axis: int, size: int, known: Known, scope: Scope) -> Tensor:
    """Positions of one slot, refused where they lie outside of the axis."""
    found = evaluate(slot, known, scope)
    if slot.type.kind is not Kind.INDEX:
        found = found.round().long() - _first_number(expr.base.type.event[axis], known)
    outside = (found < 0) | (found >= size)
    if not bool(outside.any()):
        return found
    missing = outside & _is_wanted(known, len(scope))
    if bool(missing.any()):
        wrong = int(found.expand(missing.shape)[missing][0])
        what = f"index {axis + 1} here"
        raise _failed(slot.span, what, f"position {wrong + 1}, of {size}")
    return torch.where(outside, 0, found)  # where it is not wanted, any position will do


def _first_number(extent: Extent, known: Known) -> int:
    """The number that names the first element of an axis."""
    return known.first_number(extent) if isinstance(extent, str) else 1


def _aligned(parts: Sequence[Tensor], scope: Scope) -> list[Tensor]:
    """Events right-aligned behind the axes of the scope."""
    rank = max(p.dim() for p in parts)
    n = len(scope)
    return [p.reshape(p.shape[:n] + (1,) * (rank - p.dim()) + p.shape[n:]) for p in parts]


def _reduce(expr: Reduce, known: Known, scope: Scope) -> Tensor:
    n = len(scope)
    body = evaluate(expr.body, known, scope + expr.vars)
    if expr.vars:
        sizes = [numbers_of(v, known)[1] for v in expr.vars]
        # what does not depend on an index is still summed once per value of it
        rest = body.shape[n + len(sizes) :]
        body = body.expand(*body.shape[:n], *sizes, *rest).movedim(
            tuple(range(n, n + len(sizes))), tuple(range(-len(sizes), 0))
        )
        body = body.flatten(-len(sizes))
    else:
        body = body.flatten(n) if body.dim() > n else body.unsqueeze(-1)
    if body.shape[-1] == 0 and expr.op not in ("sum", "prod"):
        raise _failed(expr.span, f"`{expr.op}` of nothing", "undefined")
    return _REDUCTIONS[expr.op](body.double())


def _array_call(fn: str, args: list[Tensor], lead: int) -> Tensor:
    """A function of matrices and vectors, which stand behind ``lead`` axes of the scope."""
    if fn not in _SOLVERS:
        return _ARRAYS[fn](*args)
    a, v = args
    vector = v.dim() == lead + 1
    x = _SOLVERS[fn](a, v[..., None] if vector else v)
    return x[..., 0] if vector else x


def _factor(a: Tensor) -> Tensor:
    factor, failed = torch.linalg.cholesky_ex(a)
    return torch.where((failed == 0)[..., None, None], factor, torch.nan)


def _truth(op: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda a, b: op(a, b).double()


# Keys are those of `compiler.functions`; a test holds them together.
_FUNCTIONS: Mapping[str, Callable[..., Tensor]] = {
    "neg": torch.neg,
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "pow": torch.pow,
    "lt": _truth(torch.lt),
    "le": _truth(torch.le),
    "gt": _truth(torch.gt),
    "ge": _truth(torch.ge),
    "eq": _truth(torch.eq),
    "ne": _truth(torch.ne),
    "and": _truth(torch.logical_and),
    "or": _truth(torch.logical_or),
    "not": lambda a: torch.logical_not(a).double(),
    "abs": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "round": torch.round,
    "square": torch.square,
    "sqrt": torch.sqrt,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "log10": torch.log10,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "atan": torch.atan,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "inv_logit": torch.sigmoid,
    "logit": torch.logit,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "log_sigmoid": lambda x: -torch.logaddexp(-x, torch.zeros_like(x)),
    "lgamma": torch.lgamma,
    "digamma": torch.digamma,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "Phi": torch.special.ndtr,
    "minimum": torch.minimum,
    "maximum": torch.maximum,
}

# Over the last axis.
_REDUCTIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "sum": lambda x: x.sum(-1),
    "prod": lambda x: x.prod(-1),
    "mean": lambda x: x.mean(-1),
    "sd": lambda x: x.std(-1, correction=1),
    "var": lambda x: x.var(-1, correction=1),
    "min": lambda x: x.amin(-1),
    "max": lambda x: x.amax(-1),
    "logsumexp": lambda x: x.logsumexp(-1),
}

# Over the last axis or the last two; the keys of both are those of `compiler.arrays`. What has no
# value is nan: a singular matrix is refused where its number is used.
_ARRAYS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "cholesky": _factor,
    "inverse": lambda a: torch.linalg.inv_ex(a)[0],
    "logdet": lambda a: torch.linalg.slogdet(a).logabsdet,
    "det": torch.linalg.det,
    "eigenvalues": torch.linalg.eigvalsh,
    "eigenvectors": lambda a: torch.linalg.eigh(a).eigenvectors,
    "transpose": lambda a: a.mT,
    "diagonal": lambda a: a.diagonal(dim1=-2, dim2=-1),
    "diag": torch.diag_embed,
    "softmax": lambda v: v.softmax(-1),
    "log_softmax": lambda v: v.log_softmax(-1),
    "cumsum": lambda v: v.cumsum(-1),
    "sort": lambda v: v.sort(-1).values,
}

_SOLVERS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "solve": lambda a, v: torch.linalg.solve_ex(a, v)[0],
    "solve_lower": lambda a, v: torch.linalg.solve_triangular(a.tril(), v, upper=False),
}
