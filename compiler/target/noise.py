"""Standard noise: what the draws of families are functions of, and how it is made of less."""

from collections.abc import Callable, Mapping
from typing import Protocol

from .builder import Builder
from .triangle import correlation_factor, numbers_of, pairs
from .value import Shape, Value


class Noise(Protocol):
    """Where the standard noise of a draw comes from: fresh, independent numbers at every call."""

    def normal(self, shape: Shape) -> Value:
        """Standard normal numbers."""
        ...

    def uniform(self, shape: Shape) -> Value:
        """Numbers, uniform on the open unit interval."""
        ...


def _log_gamma(b: Builder, noise: Noise, a: Value) -> Value:
    """Gamma(a + 1) * U^(1/a) is Gamma(a), and its logarithm never underflows."""
    whole = b.apply("log", b.std_gamma(b.apply("add", a, 1.0)))
    return b.apply("add", whole, b.apply("div", b.apply("log", noise.uniform(a.shape)), a))


def _correlations(b: Builder, noise: Noise, shape: Shape, eta: Value) -> Value:
    """The Cholesky factor of a correlation matrix of Lewandowski, Kurowicka & Joe.

    By the C-vine: partial correlations are independent, of column j (from 0) ``2 B - 1`` with
    ``B ~ Beta(a, a)``, ``a = eta + (n - 2 - j) / 2``, and the coordinate of one is half the logit.
    """
    n = shape[-1]
    columns = numbers_of(b, n, "columns")
    behind = b.apply("sub", b.apply("sub", b.size_value(n), 2.0), columns)
    a = b.apply("add", b.unsqueeze(eta, (-1,)), b.apply("mul", 0.5, behind))
    a = b.expand(a, (*shape[:-2], pairs(b, n)))
    logit = b.apply("sub", _log_gamma(b, noise, a), _log_gamma(b, noise, a))
    return correlation_factor(b, b.apply("mul", 0.5, logit), n)[0]


def _bartlett(b: Builder, noise: Noise, shape: Shape, df: Value) -> Value:
    """The Cholesky factor of a Wishart draw around the unit matrix: roots of chi-squared variables
    on the diagonal, normal ones below (Bartlett 1933). Not a number unless ``df > n - 1``."""
    n = shape[-1]
    less = b.apply("sub", b.unsqueeze(df, (-1,)), b.to_float(b.arange(n)))
    half = b.expand(b.apply("mul", 0.5, less), shape[:-1])
    exists = b.apply("gt", half, 0.0)
    draw = b.apply("mul", 2.0, b.std_gamma(b.where(exists, half, 1.0)))
    roots = b.where(exists, b.apply("sqrt", draw), float("nan"))
    return b.factor(b.apply("add", b.tril(noise.normal(shape), -1), b.diag_embed(roots)))


STANDARD: Mapping[str, Callable[..., Value]] = {
    "std_normal": lambda b, noise, shape: noise.normal(shape),
    "std_uniform": lambda b, noise, shape: noise.uniform(shape),
    "std_gamma": lambda b, noise, shape, a: b.std_gamma(b.expand(a, shape)),
    "std_gamma_each": lambda b, noise, shape, a: b.unsqueeze(
        b.std_gamma(b.expand(a, shape[:-1])), (-1,)
    ),
    "std_inverse_gaussian": lambda b, noise, shape, a: b.std_inverse_gaussian(b.expand(a, shape)),
    "std_correlations": _correlations,
    "std_bartlett": _bartlett,
}
"""By the names that formulas use, over the noise, the shape of the draw and the parameters."""
