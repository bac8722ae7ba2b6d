"""Lowering of the functions of whole arrays.

The arguments are aligned by the axes that they depend on, and each operation works on the matrices
or vectors at the end: one operation for all plates and draws.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..target import Builder, Size, Value
from ..typed import ArrayCall, IndexVar
from .align import align, union
from .scope import Laid, Scope


def array_call(scope: Scope, e: ArrayCall) -> Laid:
    """The value of ``fn(args)``."""
    laids = [scope.lower(a) for a in e.args]
    axes = union(laids)
    if not _one_for_many(laids):
        laids = [_beside(scope, laid, axes) for laid in laids]
    value = _FUNCTIONS[e.fn](scope.builder, *(_whole(scope, laid) for laid in laids))
    return Laid(value, axes, e.type.event)


def _one_for_many(laids: Sequence[Laid]) -> bool:
    """Whether one matrix meets a plate of vectors, which can be the columns of another."""
    return len(laids) == 2 and not laids[0].axes and len(laids[1].axes) == 1


def _beside(scope: Scope, laid: Laid, axes: tuple[IndexVar, ...]) -> Laid:
    """With unit axes for the plates that others have."""
    return replace(laid, value=align(scope, laid, axes, len(laid.event)), axes=axes)


def _whole(scope: Scope, laid: Laid) -> Laid:
    """The value with every axis of its event at full length, and the numbers of a tensor."""
    b = scope.builder
    v, event = b.to_float(laid.value), scope.shape(laid.event)
    lead: tuple[Size, ...] = v.shape[: max(0, v.rank - len(event))]
    return replace(laid, value=b.expand(v, (*lead, *event)))


def _solving(solve: Callable[[Builder, Value, Value], Value]) -> Callable[..., Value]:
    """A solver of matrices that takes vectors too: each as a column of its own."""

    def function(b: Builder, a: Laid, v: Laid) -> Value:
        if len(v.event) == 2:
            return solve(b, a.value, v.value)
        if _one_for_many((a, v)):  # factored once
            return b.transpose(solve(b, a.value, b.transpose(v.value)))
        return b.squeeze(solve(b, a.value, b.unsqueeze(v.value, (-1,))), (-1,))

    return function


def _of(function: Callable[[Builder, Value], Value]) -> Callable[..., Value]:
    return lambda b, laid: function(b, laid.value)


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "cholesky": _of(lambda b, a: b.cholesky(a)),
    "solve": _solving(lambda b, a, v: b.solve_square(a, v)),
    "solve_lower": _solving(lambda b, a, v: b.solve(b.tril(a), v, upper=False)),
    "inverse": _of(lambda b, a: b.inverse(a)),
    "logdet": _of(lambda b, a: b.logabsdet(a)),
    "det": _of(lambda b, a: b.det(a)),
    "eigenvalues": _of(lambda b, a: b.eigenvalues(a)),
    "eigenvectors": _of(lambda b, a: b.eigenvectors(a)),
    "transpose": _of(lambda b, a: b.transpose(a)),
    "diagonal": _of(lambda b, a: b.diagonal(a)),
    "diag": _of(lambda b, v: b.diag_embed(v)),
    "softmax": _of(lambda b, v: b.softmax(v)),
    "log_softmax": _of(lambda b, v: b.log_softmax(v)),
    "cumsum": _of(lambda b, v: b.cumsum(v)),
    "sort": _of(lambda b, v: b.sort(v)),
}
