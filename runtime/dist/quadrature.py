"""A rule of quadrature on the unit interval, for the tails that distribution functions are."""

from math import cos, pi


def fejer(n: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Nodes and weights of Fejer's first rule on the unit interval; ``n`` is even.

    References:
        Fejer (1933); Waldvogel (2006), Fast construction of the Fejer quadrature rules.

    Example:
        >>> nodes, weights = fejer(8)
        >>> round(sum(w * x**3 for x, w in zip(nodes, weights)), 12)
        0.25
    """
    angles = [(2 * k + 1) * pi / (2 * n) for k in range(n)]
    nodes = tuple(0.5 * (1 - cos(t)) for t in angles)
    odd = [sum(cos(2 * j * t) / (4 * j * j - 1) for j in range(1, n // 2 + 1)) for t in angles]
    return nodes, tuple((1 - 2 * s) / n for s in odd)
