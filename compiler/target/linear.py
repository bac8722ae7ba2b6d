"""Builder methods for vectors, matrices and scans along the last axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .coerce import to_tensor
from .value import ShapeMismatch, Value, broadcast, broadcast_size

if TYPE_CHECKING:
    from .builder import Builder


def matmul(b: Builder, p: Value, q: Value) -> Value:
    """Matrix product; a vector counts as a row on the left and as a column on the right.

    Shapes: (..., i, k), (..., k, j) -> (..., i, j); (k,), (k, j) -> (j,); (i, k), (k,) -> (i,);
    (k,), (k,) -> (). Axes before the matrices broadcast.
    """
    p, q = b.to_float(p), b.to_float(q)
    if p.rank == 0 or q.rank == 0:
        raise ShapeMismatch(f"no matrix product of {p!r} and {q!r}")
    if q.rank == 1 and q.batched:
        if p.rank == 1:
            return b.matmul(q, p) if not p.batched else b.reduce("sum", b.apply("mul", p, q), (-1,))
        if not p.batched and p.rank == 2:
            return b.matmul(q, b.transpose(p))
        return b.squeeze(b.matmul(p, b.unsqueeze(q, (-1,))), (-1,))
    if p.rank == 1 and (q.batched or q.rank > 2):
        return b.squeeze(b.matmul(b.unsqueeze(p, (-2,)), q), (-2,))
    if q.rank >= 2 and p.rank >= 2:
        rank = max(p.rank, q.rank)
        p, q = b.align(p, rank), b.align(q, rank)
    return b.make("matmul", (p, q), shape=_product_shape(p, q))


def _product_shape(p: Value, q: Value) -> tuple[int | str, ...]:
    if q.rank == 1:
        broadcast_size(p.shape[-1], q.shape[-1])
        return p.shape[:-1]
    broadcast_size(p.shape[-1], q.shape[-2])
    return (*broadcast((p.shape[:-2], q.shape[:-2])), *p.shape[-2:-1], q.shape[-1])


def cholesky(b: Builder, a: Value) -> Value:
    """Lower Cholesky factors; nan where a matrix is not positive definite."""
    if b.simplify and a.op == "matmul":
        p, q = a.inputs
        if p.op == "tril" and "factor" in p.attrs and b.transpose(p) is q:
            return p  # it was made of its factor
    return b.make("cholesky", (b.to_float(a),), shape=a.shape)


def log_paths(b: Builder, start: Value, pairs: Value, seen: Value) -> Value:
    """Logarithm of the sum of the weights of all paths of a chain (see `runtime.chains`).

    Shapes: start (*lead, k); pairs (*lead, n or 1, k, k); seen (*lead, n, k); leads of one rank.
    """
    operands = tuple(to_tensor(b, v) for v in (start, pairs, seen))
    lead = broadcast([start.shape[:-1], pairs.shape[:-3], seen.shape[:-2]])
    paths = b.make("paths", operands, shape=())
    return b.make("paths_sum", (paths,), shape=lead)


def log_paths_back(b: Builder, total: Value, adjoint: Value) -> tuple[Value, ...]:
    """What flows back from the sum over all paths to each operand, over the whole lead."""
    (paths,), lead = total.inputs, total.shape
    inputs = (to_tensor(b, b.expand(adjoint, lead)), paths, *paths.inputs)
    back = b.make("paths_back", inputs, shape=(), batched=True)
    return tuple(
        b.make("paths_part", (back,), (i,), shape=(*lead, *v.shape[len(lead) :]), batched=True)
        for i, v in enumerate(paths.inputs)
    )


def solve(b: Builder, a: Value, v: Value, *, upper: bool, left: bool = True) -> Value:
    """``x`` with ``a x = v`` (or ``x a = v``) for triangular matrices ``a`` and matrices ``v``."""
    rank = max(a.rank, v.rank)
    a, v = b.to_float(a), b.to_float(v)
    a, v = b.align(a, rank), b.align(to_tensor(b, v), rank)
    lead = broadcast((a.shape[:-2], v.shape[:-2]))
    return b.make("solve", (a, v), (upper, left), shape=(*lead, *v.shape[-2:]))


def solve_square(b: Builder, a: Value, v: Value) -> Value:
    """``x`` with ``a x = v`` for square ``a`` and matrices ``v``; nan where ``a`` is singular."""
    rank = max(a.rank, v.rank)
    a, v = b.to_float(a), b.to_float(v)
    a, v = b.align(to_tensor(b, a), rank), b.align(to_tensor(b, v), rank)
    lead = broadcast((a.shape[:-2], v.shape[:-2]))
    return b.make("solve_square", (a, v), shape=(*lead, *v.shape[-2:]))


def inverse(b: Builder, a: Value) -> Value:
    """Inverse matrices; nan for singular ones."""
    return b.make("inverse", (b.to_float(a),), shape=a.shape)


def logabsdet(b: Builder, a: Value) -> Value:
    """Logarithms of absolute determinants; -inf for singular matrices."""
    return b.make("logabsdet", (b.to_float(a),), shape=a.shape[:-2])


def det(b: Builder, a: Value) -> Value:
    """Determinants."""
    return b.make("det", (b.to_float(a),), shape=a.shape[:-2])


def eigh(b: Builder, a: Value) -> Value:
    """Eigenvectors of symmetric matrices as columns, and the eigenvalues as one column more.

    Eigenvalues increase; of each matrix only the lower triangle is read. Both results are one
    value, so that the factorisation is computed once. Shapes: (..., n, n) -> (..., n, n + 1).
    """
    return b.make("eigh", (b.to_float(a),), shape=(*a.shape[:-1], b.sum_of_sizes(a.shape[-1], 1)))


def eigenvalues(b: Builder, a: Value) -> Value:
    """Eigenvalues of symmetric matrices, increasing."""
    return b.pick(b.eigh(a), a.shape[-1])


def eigenvectors(b: Builder, a: Value) -> Value:
    """Eigenvectors of symmetric matrices, as columns in the order of their eigenvalues."""
    return b.slice(b.eigh(a), 0, a.shape[-1])


def solve_lower(b: Builder, a: Value, v: Value) -> Value:
    """``x`` with ``a x = v`` for lower triangular ``a``.

    Shapes: a (..., n, n); v (..., n) with one axis fewer than ``a``, or (..., n, k).
    """
    if v.rank < a.rank:
        v = b.expand(v, (*v.shape[:-1], a.shape[-1]))
        return b.squeeze(b.solve(a, b.unsqueeze(v, (-1,)), upper=False), (-1,))
    return b.solve(a, v, upper=False)


def factor(b: Builder, a: Value) -> Value:
    """The lower triangle of what is known to be positive on its diagonal: a Cholesky factor."""
    return b.make("tril", (a,), (0, "factor"), shape=a.shape)


def tril(b: Builder, a: Value, diagonal: int = 0) -> Value:
    """Lower triangles, up to a diagonal; zeros above."""
    return b.make("tril", (a,), (diagonal,), shape=a.shape, dtype=a.dtype)


def cumsum(b: Builder, v: Value) -> Value:
    """Running sums along the last axis."""
    return b.make("cumsum", (to_tensor(b, b.to_float(v)),), shape=v.shape)


def sort(b: Builder, v: Value) -> Value:
    """The last axis in increasing order."""
    return b.make("sort", (to_tensor(b, v),), shape=v.shape, dtype=v.dtype)


def sort_back(b: Builder, g: Value, v: Value) -> Value:
    """What stands at the places of sorted numbers, at the places of the numbers ``v`` themselves.

    Both have one shape; the result has no derivative.
    """
    g, v = to_tensor(b, g), to_tensor(b, v)
    g, v = b.broadcast_batch(g, v), b.broadcast_batch(v, g)
    return b.make("sort_back", (g, v), shape=v.shape, dtype=g.dtype)


def log_softmax(b: Builder, v: Value) -> Value:
    """Logarithms of `softmax`."""
    return b.make("log_softmax", (v,), shape=v.shape)


def softmax(b: Builder, v: Value) -> Value:
    """Exponentials along the last axis, divided by their sum."""
    return b.make("softmax", (v,), shape=v.shape)
