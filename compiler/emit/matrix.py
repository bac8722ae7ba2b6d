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
from ..types import SupportName


def coordinates(b: Builder, support: SupportName, n: Size) -> Size:
    """How many free numbers an n by n matrix has."""
    own = support in (SupportName.COV, SupportName.CHOLESKY_COV)
    if isinstance(n, int):
        return n * (n + 1) // 2 if own else n * (n - 1) // 2
    sign, name = ("+", "lower") if own else ("-", "pairs")
    return b.host(f"{n}_{name}", f"{n} * ({n} {sign} 1) // 2")


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
        numbers = _read(b, x, n, 0)
        on = _on_diagonal(b, n)
        return b.where(on, b.apply("log", b.where(on, numbers, 1.0)), numbers)
    squares = b.apply("square", x)
    # what is left of the row's length behind each number: tanh(u) over it is sinh(u)
    rest = b.apply("sub", b.flip(b.cumsum(b.flip(squares))), squares)
    ratio = b.apply("div", _read(b, x, n, -1), b.apply("sqrt", _read(b, rest, n, -1)))
    return _asinh(b, ratio)


def _asinh(b: Builder, x: Value) -> Value:
    size, square = b.apply("abs", x), b.apply("square", x)
    root = b.apply("add", 1.0, b.apply("sqrt", b.apply("add", square, 1.0)))
    grown = b.apply("log1p", b.apply("add", size, b.apply("div", square, root)))
    return b.apply("mul", b.apply("sign", x), grown)


def _correlation_factor(b: Builder, u: Value, n: Size) -> tuple[Value, Value]:
    twice = b.apply("mul", 2.0, u)
    # log(1 - tanh(u)^2) / 2, exact in the tails
    both = b.apply("add", b.apply("log_sigmoid", twice), b.apply("log_sigmoid", _neg(b, twice)))
    logs = b.apply("mul", 0.5, b.apply("add", both, b.apply("log", b.const(4.0))))
    spread = _spread(b, logs, n, -1)
    left = b.apply("exp", b.apply("sub", b.cumsum(spread), spread))
    unit = b.diag_embed(b.expand(b.const(1.0), (n,)))
    directions = b.apply("add", _spread(b, b.apply("tanh", u), n, -1), unit)
    factor = b.factor(b.apply("mul", directions, left))
    steps = b.input(
        f"steps_{n}",
        (coordinates(b, SupportName.CORR, n),),
        batched=False,
        source=f"triangle.steps({n}, dtype)",
    )
    weighted = b.apply("mul", b.apply("add", steps, 1.0), logs)
    return factor, b.reduce("sum", weighted, (-1,))


def _neg(b: Builder, v: Value) -> Value:
    return b.apply("neg", v)


def _factor(b: Builder, u: Value, n: Size) -> tuple[Value, Value]:
    on = _on_diagonal(b, n)
    numbers = b.where(on, b.apply("exp", u), u)
    jacobian = b.reduce("sum", b.where(on, u, 0.0), (-1,))
    return b.factor(_spread(b, numbers, n, 0)), jacobian


def _gram(b: Builder, factor: Value) -> Value:
    return b.matmul(factor, b.transpose(factor))


def _volume(b: Builder, factor: Value, n: Size, more: int) -> Value:
    """``sum_j (n - j + more) log L_jj``."""
    below = b.apply("sub", b.size_value(n), b.to_float(b.arange(n, 1)))
    weights = b.apply("add", below, float(more))
    logs = b.apply("log", b.diagonal(factor))
    return b.reduce("sum", b.apply("mul", weights, logs), (-1,))


# --- between numbers in a row and triangles -----------------------------------------------------


def _spread(b: Builder, v: Value, n: Size, diagonal: int) -> Value:
    """Numbers of the lower triangle at their places in a square of zeros."""
    index = b.input(
        f"places_{n}_{_word(diagonal)}",
        (b.product_of_sizes((n, n)),),
        batched=False,
        dtype=DType.INT,
        source=f"triangle.places({n}, {diagonal})",
    )
    square = b.take(b.pad(v, 0, 1), index)
    return b.reshape(square, (*v.shape[:-1], n, n))


def _read(b: Builder, m: Value, n: Size, diagonal: int) -> Value:
    """Numbers of the lower triangle of a square, by rows."""
    support = SupportName.COV if diagonal == 0 else SupportName.CORR
    index = b.input(
        f"entries_{n}_{_word(diagonal)}",
        (coordinates(b, support, n),),
        batched=False,
        dtype=DType.INT,
        source=f"triangle.entries({n}, {diagonal})",
    )
    flat = b.reshape(m, (*m.shape[:-2], b.product_of_sizes((n, n))))
    return b.take(flat, index)


def _on_diagonal(b: Builder, n: Size) -> Value:
    return b.input(
        f"on_diagonal_{n}",
        (coordinates(b, SupportName.COV, n),),
        batched=False,
        dtype=DType.BOOL,
        source=f"triangle.on_diagonal({n})",
    )


def _word(diagonal: int) -> str:
    return "whole" if diagonal == 0 else "below"
