r"""Matrices with a law: their maps from unconstrained space, with log-Jacobians (nats).

==============  ============================================  ====================================
support         x                                             log |dx/du|
==============  ============================================  ====================================
cholesky_corr   L: row i is a point of the unit sphere,       sum over i > j of
                L_ij = z_ij prod_{k<j} sqrt(1 - z_ik^2),      (i - j + 1) log(1 - z_ij^2) / 2
                z = tanh(u)
corr            L L^T                                         … + sum (n - j) log L_jj
cholesky_cov    L: u below the diagonal, exp(u) on it         sum u_jj
cov             L L^T                                         … + n log 2 + sum (n - j + 1) u_jj
==============  ============================================  ====================================

(j from 1 to n.) The coordinates of a correlation matrix are partial correlations: Lewandowski,
Kurowicka & Joe (2009), as in the Stan reference manual. They stand by rows of the lower triangle.
"""

from ..target import Builder, DType, Size, Value
from ..target.triangle import correlation_factor, numbers_of, pairs, read, spread, with_diagonal
from ..types import SupportName


def coordinates(b: Builder, support: SupportName, n: Size) -> Size:
    """How many free numbers an n by n matrix has."""
    own = support in (SupportName.COV, SupportName.CHOLESKY_COV)
    return with_diagonal(b, n) if own else pairs(b, n)


def constrain(b: Builder, support: SupportName, u: Value, n: Size) -> tuple[Value, Value]:
    """The matrix at unconstrained ``u``, and the log-Jacobian of each.

    Shapes: u (..., coordinates) -> (..., n, n), (...).
    """
    match support:
        case SupportName.CHOLESKY_CORR:
            return _correlation_factor(b, u, n)
        case SupportName.CORR:
            factor, jacobian = _correlation_factor(b, u, n)
            return _gram(b, factor), b.apply("add", jacobian, _volume(b, factor, n, 0))
        case SupportName.CHOLESKY_COV:
            return _factor(b, u, n)
        case SupportName.COV:
            factor, jacobian = _factor(b, u, n)
            twos = b.apply("mul", b.size_value(n), b.apply("log", b.const(2.0)))
            volume = b.apply("add", twos, _volume(b, factor, n, 1))
            return _gram(b, factor), b.apply("add", jacobian, volume)
        case _:
            raise AssertionError(f"{support.value} is no set of matrices")


def unconstrain(b: Builder, support: SupportName, x: Value) -> Value:
    """The coordinates of a matrix: the inverse of `constrain`."""
    if support in (SupportName.CORR, SupportName.COV):
        x = b.cholesky(x)
    n = x.shape[-1]
    if support in (SupportName.COV, SupportName.CHOLESKY_COV):
        numbers = read(b, x, n, 0)
        on = _on_diagonal(b, n)
        return b.where(on, b.apply("log", b.where(on, numbers, 1.0)), numbers)
    squares = b.apply("square", x)
    # what is left of the row's length behind each number: tanh(u) over it is sinh(u)
    rest = b.apply("sub", b.flip(b.cumsum(b.flip(squares))), squares)
    ratio = b.apply("div", read(b, x, n, -1), b.apply("sqrt", read(b, rest, n, -1)))
    return _asinh(b, ratio)


def _asinh(b: Builder, x: Value) -> Value:
    size, square = b.apply("abs", x), b.apply("square", x)
    root = b.apply("add", 1.0, b.apply("sqrt", b.apply("add", square, 1.0)))
    grown = b.apply("log1p", b.apply("add", size, b.apply("div", square, root)))
    return b.apply("mul", b.apply("sign", x), grown)


def _correlation_factor(b: Builder, u: Value, n: Size) -> tuple[Value, Value]:
    factor, logs = correlation_factor(b, u, n)
    weighted = b.apply("mul", b.apply("add", numbers_of(b, n, "steps"), 1.0), logs)
    return factor, b.reduce("sum", weighted, (-1,))


def _factor(b: Builder, u: Value, n: Size) -> tuple[Value, Value]:
    on = _on_diagonal(b, n)
    numbers = b.where(on, b.apply("exp", u), u)
    jacobian = b.reduce("sum", b.where(on, u, 0.0), (-1,))
    return b.factor(spread(b, numbers, n, 0)), jacobian


def _gram(b: Builder, factor: Value) -> Value:
    return b.matmul(factor, b.transpose(factor))


def _volume(b: Builder, factor: Value, n: Size, more: int) -> Value:
    """``sum_j (n - j + more) log L_jj``."""
    below = b.apply("sub", b.size_value(n), b.to_float(b.arange(n, 1)))
    weights = b.apply("add", below, float(more))
    logs = b.apply("log", b.diagonal(factor))
    return b.reduce("sum", b.apply("mul", weights, logs), (-1,))


def _on_diagonal(b: Builder, n: Size) -> Value:
    return b.input(
        f"on_diagonal_{n}",
        (coordinates(b, SupportName.COV, n),),
        batched=False,
        dtype=DType.BOOL,
        source=f"triangle.on_diagonal({n})",
    )
