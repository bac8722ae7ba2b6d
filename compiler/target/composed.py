"""What the formulas of families may do with vectors and matrices, as values of the target.

Events are last: a vector is (*plates, n), a matrix (*plates, n, n). The notation is that of
`families.row`.
"""

from collections.abc import Callable, Mapping
from math import log, nan, pi

from .builder import Builder
from .value import Size, Value


def _total(b: Builder, v: Value) -> Value:
    return b.reduce("sum", v, (-1,))


def _normalise(b: Builder, v: Value) -> Value:
    return b.apply("div", v, b.reduce("sum", v, (-1,), keepdim=True))


def _dot(b: Builder, v: Value, w: Value) -> Value:
    return _total(b, b.apply("mul", v, w))


def _up_to(b: Builder, n: Value) -> Value:
    """0, 1, …, to the largest of all; the zero beside them is for plates without elements."""
    flat = b.reshape(n, (b.product_of_sizes(n.shape),)) if n.rank > 1 else n
    largest = b.reduce("max", b.pad(flat, 0, 1), (-1,)) if n.rank else n
    return b.to_float(b.arange(b.host_int(b.apply("add", largest, 1.0), "values")))


def _at(b: Builder, v: Value, x: Value) -> Value:
    """``v[..., x]``, one position of the last axis per element of the plates: a linear index."""
    index = b.to_index(x)
    plates = v.shape[:-1]
    stride: Size = v.shape[-1]
    for axis, n in reversed(list(enumerate(plates))):
        if n != 1:
            here = b.apply("mul", b.arange(n), b.size_index(stride))
            after = tuple(range(axis + 1 - len(plates), 0))
            index = b.apply("add", index, b.unsqueeze(here, after) if after else here)
        stride = b.product_of_sizes((stride, n))
    flat = b.reshape(v, (stride,)) if plates else v
    if index.batched:
        return b.gather(flat, index)
    return b.take(flat, index) if index.rank else b.pick_at(flat, index)


def _product(b: Builder, m: Value, v: Value) -> Value:
    return b.squeeze(b.matmul(m, b.unsqueeze(v, (-1,))), (-1,))


def _solve_lower(b: Builder, m: Value, v: Value) -> Value:
    """``m^-1 v`` for vectors ``v``; one matrix for many of them is one solve of a matrix."""
    lead = m.shape[:-2]
    if v.rank == 2 and all(n == 1 for n in lead):
        one = b.squeeze(m, range(-m.rank, -2))
        return b.transpose(b.solve_lower(one, b.transpose(v)))
    return b.solve_lower(b.to_rank(m, v.rank + 1), v)


def _solve_upper(b: Builder, m: Value, v: Value) -> Value:
    """``m^-T v`` for vectors ``v``, by a lower triangular ``m``."""
    column = b.unsqueeze(b.expand(v, (*v.shape[:-1], m.shape[-1])), (-1,))
    return b.squeeze(b.solve(b.to_rank(b.transpose(m), v.rank + 1), column, upper=True), (-1,))


def _falling(b: Builder, m: Value) -> Value:
    n = m.shape[-1]
    below = b.apply("sub", b.size_value(n), b.to_float(b.arange(n, 1)))
    return _total(b, b.apply("mul", below, b.apply("log", b.diagonal(m))))


def _squares(b: Builder, m: Value) -> Value:
    return b.reduce("sum", b.apply("square", m), (-2, -1))


def _multigamma(b: Builder, a: Value, m: Value) -> Value:
    """Not a number where the distribution does not exist: ``lgamma`` alone has values there."""
    n = m.shape[-1]
    size = b.size_value(n)
    halves = b.apply("mul", 0.5, b.to_float(b.arange(n)))
    each = b.apply("lgamma", b.apply("sub", b.unsqueeze(a, (-1,)), halves))
    less = b.apply("mul", 0.5, b.apply("sub", size, 1.0))
    constant = b.apply("mul", 0.5 * log(pi), b.apply("mul", size, less))
    total = b.apply("add", _total(b, each), constant)
    return b.where(b.apply("gt", a, less), total, nan)


ARRAY_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "sum": _total,
    "len": lambda b, v: b.size_value(v.shape[-1]),
    "dot": _dot,
    "logsumexp": lambda b, v: b.reduce("logsumexp", v, (-1,)),
    "softmax": lambda b, v: b.softmax(v),
    "normalise": _normalise,
    "at": _at,
    "each": lambda b, v: b.unsqueeze(v, (-1,)),
    "up_to": _up_to,
    "cholesky": lambda b, m: b.cholesky(m),
    "solve_lower": _solve_lower,
    "solve_upper": _solve_upper,
    "solve_matrix": lambda b, m, v: b.solve(m, v, upper=False),
    "product": _product,
    "back": lambda b, m, v: _product(b, b.transpose(m), v),
    "inverse": lambda b, m: b.inverse(m),
    "falling": _falling,
    "squares": _squares,
    "scaled": lambda b, m, s: b.apply("mul", m, b.unsqueeze(s, (-2, -1))),
    "multigamma": _multigamma,
    "transposed": lambda b, m: b.transpose(m),
    "lower": lambda b, p, q: b.factor(b.matmul(p, q)),
    "outer": lambda b, v: b.apply("mul", b.unsqueeze(v, (-1,)), b.unsqueeze(v, (-2,))),
    "gram": lambda b, m: b.matmul(m, b.transpose(m)),
    "diagonal": lambda b, m: b.diagonal(m),
    "logdiag": lambda b, m: _total(b, b.apply("log", b.diagonal(m))),
}
