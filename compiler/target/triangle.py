"""Between numbers in a row and triangular matrices: they stand by rows of the lower triangle.

Where each stands depends on the size alone: ``runtime/dist/triangle.py`` computes it in ``bind``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .value import DType, Size, Value

if TYPE_CHECKING:
    from .builder import Builder


def pairs(b: Builder, n: Size) -> Size:
    """How many numbers stand below the diagonal."""
    return n * (n - 1) // 2 if isinstance(n, int) else b.host(f"{n}_pairs", f"{n} * ({n} - 1) // 2")


def with_diagonal(b: Builder, n: Size) -> Size:
    """How many numbers the lower triangle has with its diagonal."""
    return n * (n + 1) // 2 if isinstance(n, int) else b.host(f"{n}_lower", f"{n} * ({n} + 1) // 2")


def numbers_of(b: Builder, n: Size, what: str) -> Value:
    """``steps`` or ``columns`` of ``runtime.dist.triangle``, of each number below the diagonal."""
    return b.input(
        f"{what}_{n}", (pairs(b, n),), batched=False, source=f"triangle.{what}({n}, dtype)"
    )


def spread(b: Builder, v: Value, n: Size, diagonal: int) -> Value:
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


def read(b: Builder, m: Value, n: Size, diagonal: int) -> Value:
    """Numbers of the lower triangle of a square, by rows."""
    index = b.input(
        f"entries_{n}_{_word(diagonal)}",
        (with_diagonal(b, n) if diagonal == 0 else pairs(b, n),),
        batched=False,
        dtype=DType.INT,
        source=f"triangle.entries({n}, {diagonal})",
    )
    flat = b.reshape(m, (*m.shape[:-2], b.product_of_sizes((n, n))))
    return b.take(flat, index)


def correlation_factor(b: Builder, u: Value, n: Size) -> tuple[Value, Value]:
    """The Cholesky factor of a correlation matrix whose partial correlations are ``tanh(u)``.

    With the logarithms of ``sqrt(1 - tanh(u)^2)``, exact in the tails.
    """
    twice = b.apply("mul", 2.0, u)
    both = b.apply(
        "add", b.apply("log_sigmoid", twice), b.apply("log_sigmoid", b.apply("neg", twice))
    )
    logs = b.apply("mul", 0.5, b.apply("add", both, b.apply("log", b.const(4.0))))
    below = spread(b, logs, n, -1)
    left = b.apply("exp", b.apply("sub", b.cumsum(below), below))
    unit = b.diag_embed(b.expand(b.const(1.0), (n,)))
    directions = b.apply("add", spread(b, b.apply("tanh", u), n, -1), unit)
    return b.factor(b.apply("mul", directions, left)), logs


def _word(diagonal: int) -> str:
    return "whole" if diagonal == 0 else "below"
