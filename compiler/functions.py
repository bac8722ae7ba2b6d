"""The functions and operators of the language, one row each.

The checker reads kinds, bounds and domains from these rows, the emitter reads the operation of the
target that each becomes, and the documentation reads the sentences.
"""

from collections.abc import Callable, Mapping
from math import inf

from ..grammar.frozen import frozen
from . import intervals as iv
from .types import ANYTHING, POSITIVE, UNIT, Bounds, Kind

BoundsRule = Callable[..., Bounds]
KindRule = Callable[[tuple[Kind, ...], tuple[Bounds, ...]], Kind]


@frozen
class Elementwise:
    """A function that works number by number.

    Attributes:
        name: key of the row, and the word by which it is called if it is no operator.
        arity: number of arguments.
        kind: kind of the result from the kinds and bounds of the arguments.
        bounds: interval of the result from the intervals of the arguments.
        text: what it is, for the documentation.
        domain: interval that each argument must stay in.
        symbol: how it is written as an operator.
        target: operation of the target it becomes; the name, if not given.
    """

    name: str
    arity: int
    kind: KindRule
    bounds: BoundsRule
    text: str
    domain: tuple[Bounds, ...] = ()
    symbol: str | None = None
    target: str = ""

    @property
    def op(self) -> str:
        """Operation of the target."""
        return self.target or self.name

    def domain_of(self, position: int) -> Bounds:
        """Interval that one argument must stay in."""
        return self.domain[position] if self.domain else ANYTHING


@frozen
class Reduction:
    """A function from many numbers to one, over bound indices or over a whole array.

    ``bounds`` is given the interval of the reduced numbers; how many there are is not known.
    """

    name: str
    kind: KindRule
    bounds: BoundsRule
    text: str


# --- kinds --------------------------------------------------------------------------------------

_WHOLE = (Kind.INT, Kind.BOOL)


def _real(kinds: tuple[Kind, ...], bounds: tuple[Bounds, ...]) -> Kind:
    return Kind.REAL


def _int(kinds: tuple[Kind, ...], bounds: tuple[Bounds, ...]) -> Kind:
    return Kind.INT


def _bool(kinds: tuple[Kind, ...], bounds: tuple[Bounds, ...]) -> Kind:
    return Kind.BOOL


def _whole_stays_whole(kinds: tuple[Kind, ...], bounds: tuple[Bounds, ...]) -> Kind:
    return Kind.INT if all(k in _WHOLE for k in kinds) else Kind.REAL


def _power(kinds: tuple[Kind, ...], bounds: tuple[Bounds, ...]) -> Kind:
    return _whole_stays_whole(kinds, bounds) if bounds[1].low >= 0 else Kind.REAL


# --- the tables ---------------------------------------------------------------------------------

_OPERATORS = (
    Elementwise("neg", 1, _whole_stays_whole, iv.neg, "minus", symbol="-"),
    Elementwise("add", 2, _whole_stays_whole, iv.add, "sum", symbol="+"),
    Elementwise("sub", 2, _whole_stays_whole, iv.sub, "difference", symbol="-"),
    Elementwise("mul", 2, _whole_stays_whole, iv.mul, "product", symbol="*"),
    Elementwise("div", 2, _real, iv.div, "quotient", symbol="/"),
    Elementwise("pow", 2, _power, iv.power, "x^y", symbol="^"),
    Elementwise("lt", 2, _bool, iv.truth, "1 where less, else 0", symbol="<"),
    Elementwise("le", 2, _bool, iv.truth, "1 where less or equal, else 0", symbol="<="),
    Elementwise("gt", 2, _bool, iv.truth, "1 where greater, else 0", symbol=">"),
    Elementwise("ge", 2, _bool, iv.truth, "1 where greater or equal, else 0", symbol=">="),
    Elementwise("eq", 2, _bool, iv.truth, "1 where equal, else 0", symbol="=="),
    Elementwise("ne", 2, _bool, iv.truth, "1 where different, else 0", symbol="!="),
    Elementwise("and", 2, _bool, iv.truth, "1 where both hold, else 0", symbol="and"),
    Elementwise("or", 2, _bool, iv.truth, "1 where one of both holds, else 0", symbol="or"),
    Elementwise("not", 1, _bool, iv.truth, "1 where it does not hold, else 0", symbol="not"),
)

_FUNCTIONS = (
    Elementwise("abs", 1, _whole_stays_whole, iv.absolute, "absolute value"),
    Elementwise("sign", 1, _int, iv.within(-1, 1), "-1, 0 or 1"),
    Elementwise("floor", 1, _int, iv.floor, "largest whole number not above"),
    Elementwise("ceil", 1, _int, iv.ceil, "smallest whole number not below"),
    Elementwise("round", 1, _int, iv.nearest, "nearest whole number, halves to even"),
    Elementwise("square", 1, _whole_stays_whole, iv.square, "x^2"),
    Elementwise("sqrt", 1, _real, iv.sqrt, "square root", (POSITIVE,)),
    Elementwise("exp", 1, _real, iv.exp, "e^x"),
    Elementwise("expm1", 1, _real, iv.expm1, "e^x - 1, exact near 0"),
    Elementwise("log", 1, _real, iv.log, "natural logarithm", (POSITIVE,)),
    Elementwise("log1p", 1, _real, iv.log1p, "log(1 + x), exact near 0", (Bounds(-1.0, inf),)),
    Elementwise("log10", 1, _real, iv.log10, "logarithm to base 10", (POSITIVE,)),
    Elementwise("sin", 1, _real, iv.within(-1, 1), "sine"),
    Elementwise("cos", 1, _real, iv.within(-1, 1), "cosine"),
    Elementwise("tan", 1, _real, iv.within(-inf, inf), "tangent"),
    Elementwise("atan", 1, _real, iv.atan, "inverse tangent"),
    Elementwise("tanh", 1, _real, iv.tanh, "hyperbolic tangent"),
    Elementwise("sigmoid", 1, _real, iv.sigmoid, "1 / (1 + e^-x), the inverse of logit"),
    Elementwise("inv_logit", 1, _real, iv.sigmoid, "the same as sigmoid", target="sigmoid"),
    Elementwise("logit", 1, _real, iv.within(-inf, inf), "log(p / (1 - p))", (UNIT,)),
    Elementwise("softplus", 1, _real, iv.softplus, "log(1 + e^x)"),
    Elementwise("log_sigmoid", 1, _real, iv.log_sigmoid, "log(sigmoid(x))"),
    Elementwise("lgamma", 1, _real, iv.lgamma, "logarithm of the gamma function"),
    Elementwise("digamma", 1, _real, iv.within(-inf, inf), "derivative of lgamma"),
    Elementwise("erf", 1, _real, iv.within(-1, 1), "error function"),
    Elementwise("erfc", 1, _real, iv.within(0, 2), "1 - erf(x)"),
    Elementwise("Phi", 1, _real, iv.within(0, 1), "distribution function of Normal(0, 1)"),
    Elementwise("minimum", 2, _whole_stays_whole, iv.minimum, "the smaller; also min(a, b, …)"),
    Elementwise("maximum", 2, _whole_stays_whole, iv.maximum, "the larger; also max(a, b, …)"),
)

ELEMENTWISE: Mapping[str, Elementwise] = {row.name: row for row in (*_OPERATORS, *_FUNCTIONS)}

UNARY: Mapping[str, Elementwise] = {
    row.symbol: row for row in _OPERATORS if row.symbol and row.arity == 1
}
BINARY: Mapping[str, Elementwise] = {
    row.symbol: row for row in _OPERATORS if row.symbol and row.arity == 2
}
CALLABLE: Mapping[str, Elementwise] = {
    **{row.name: row for row in _FUNCTIONS},
    "pow": ELEMENTWISE["pow"],
}

# `min(a, b, c)` folds its arguments two by two.
FOLDED: Mapping[str, Elementwise] = {
    "min": ELEMENTWISE["minimum"],
    "max": ELEMENTWISE["maximum"],
}

REDUCTIONS: Mapping[str, Reduction] = {
    row.name: row
    for row in (
        Reduction("sum", _whole_stays_whole, iv.sum_of, "sum"),
        Reduction("prod", _whole_stays_whole, iv.product_of, "product"),
        Reduction("mean", _real, iv.same, "arithmetic mean"),
        Reduction("sd", _real, iv.spread, "standard deviation, with n - 1"),
        Reduction("var", _real, iv.spread, "variance, with n - 1"),
        Reduction("min", _whole_stays_whole, iv.same, "smallest"),
        Reduction("max", _whole_stays_whole, iv.same, "largest"),
        Reduction("logsumexp", _real, iv.log_sum_exp_of, "log of the sum of exponentials"),
    )
}

# Functions of a distribution and a value.
DENSITIES: Mapping[str, str] = {
    "logpdf": "log density, or log probability, at x",
    "cdf": "P(X <= x)",
    "logcdf": "log P(X <= x)",
    "logsf": "log P(X > x)",
}

# What other systems call a function of ours.
ELSEWHERE: Mapping[str, str] = {
    "arctan": "atan",
    "cdf_normal": "Phi",
    "chol": "cholesky",
    "cholesky_decompose": "cholesky",
    "cumulative_sum": "cumsum",
    "determinant": "det",
    "diag_matrix": "diag",
    "eigenvalues_sym": "eigenvalues",
    "eigenvectors_sym": "eigenvectors",
    "eigvalsh": "eigenvalues",
    "expit": "sigmoid",
    "fabs": "abs",
    "gammaln": "lgamma",
    "inv": "inverse",
    "ln": "log",
    "log_determinant": "logdet",
    "logistic": "sigmoid",
    "norm_cdf": "Phi",
    "mdivide_left_tri_low": "solve_lower",
    "product": "prod",
    "slogdet": "logdet",
    "solve_triangular": "solve_lower",
    "std": "sd",
    "variance": "var",
}

CONSTANTS: Mapping[str, float] = {"pi": 3.141592653589793, "inf": inf}
