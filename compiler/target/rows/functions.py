"""Rows of the functions of one and of two numbers."""

import math
from collections.abc import Callable, Mapping
from math import log, pi, sqrt
from typing import TYPE_CHECKING

from ..op import Level, Op, Rule, Spelling, call, method, times
from ..value import Value

if TYPE_CHECKING:
    from ..builder import Builder

_TOTAL = -3.0e38  # stands for -inf where a difference of two of them would be nan; fits float32


# --- functions of one number --------------------------------------------------------------------


def _unary(
    name: str,
    slope: Callable[["Builder", Value, Value], Value] | None,
    fold: Callable[[float], float] | None = None,
    *,
    spelling: Spelling | None = None,
    whole: bool = False,
) -> Op:
    rule = None if slope is None else times(slope)
    return Op(spelling or method(name), (rule,), fold, whole=whole, tensors=True)


def _divide(name: str, fold: Callable[[float], float] | None, below: Callable[..., Value]) -> Op:
    """A function whose derivative is one over something: the adjoint is divided by it."""

    def rule(b: "Builder", g: Value, y: Value, x: Value) -> Value:
        return b.apply("div", g, below(b, y, x))

    return Op(method(name), (rule,), fold, tensors=True)


def _one_minus_square(b: "Builder", v: Value) -> Value:
    return b.apply("sub", 1.0, b.apply("square", v))


def _bell(b: "Builder", scale: float, sharpness: float, v: Value) -> Value:
    """``scale * exp(sharpness * v^2)``."""
    return b.apply("mul", scale, b.apply("exp", b.apply("mul", sharpness, b.apply("square", v))))


def _exp(x: float) -> float:
    return math.exp(x) if x < 700.0 else math.inf


def _log(x: float) -> float:
    return math.log(x) if x != 0.0 else -math.inf


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _log_phi_rule(b: "Builder", g: Value, y: Value, x: Value) -> Value:
    """Density over distribution function as ``sqrt(2 / pi) / erfcx(-x / sqrt 2)``: no underflow."""
    tail = b.apply("erfcx", b.apply("mul", -1.0 / sqrt(2.0), x))
    return b.apply("div", b.apply("mul", sqrt(2.0 / pi), g), tail)


def _slope_of_i1e(b: "Builder", y: Value, x: Value) -> Value:
    """Away from 0, ``i0e(x) - i1e(x) * (sign(x) + 1 / x)``."""
    less = b.apply("mul", y, b.apply("add", b.apply("sign", x), b.apply("reciprocal", x)))
    return b.apply("sub", b.apply("i0e", x), less)


FUNCTIONS: Mapping[str, Op] = {
    "abs": _unary("abs", lambda b, y, x: b.apply("sign", x), abs, whole=True),
    "sign": _unary("sign", None, lambda x: (x > 0) - (x < 0), whole=True),
    "floor": _unary("floor", None, math.floor),
    "ceil": _unary("ceil", None, math.ceil),
    "round": _unary("round", None, round),
    "exp": _unary("exp", lambda b, y, x: y, _exp),
    "expm1": _unary("expm1", lambda b, y, x: b.apply("exp", x), math.expm1),
    "log": _divide("log", _log, lambda b, y, x: x),
    "log1p": _divide("log1p", math.log1p, lambda b, y, x: b.apply("add", x, 1.0)),
    "log10": _divide("log10", math.log10, lambda b, y, x: b.apply("mul", log(10.0), x)),
    "sqrt": _divide("sqrt", math.sqrt, lambda b, y, x: b.apply("mul", 2.0, y)),
    "sin": _unary("sin", lambda b, y, x: b.apply("cos", x), math.sin),
    "cos": _unary("cos", lambda b, y, x: b.apply("neg", b.apply("sin", x)), math.cos),
    "tan": _unary("tan", lambda b, y, x: b.apply("add", b.apply("square", y), 1.0), math.tan),
    "asin": _divide("asin", math.asin, lambda b, y, x: b.apply("sqrt", _one_minus_square(b, x))),
    "acos": _divide(
        "acos",
        math.acos,
        lambda b, y, x: b.apply("neg", b.apply("sqrt", _one_minus_square(b, x))),
    ),
    "atan": _divide("atan", math.atan, lambda b, y, x: b.apply("add", b.apply("square", x), 1.0)),
    "sinh": _unary("sinh", lambda b, y, x: b.apply("cosh", x), math.sinh),
    "cosh": _unary("cosh", lambda b, y, x: b.apply("sinh", x), math.cosh),
    "tanh": _unary("tanh", lambda b, y, x: _one_minus_square(b, y), math.tanh),
    "sigmoid": _unary(
        "sigmoid", lambda b, y, x: b.apply("mul", y, b.apply("sub", 1.0, y)), _sigmoid
    ),
    "logit": _divide(
        "logit",
        lambda p: math.log(p) - math.log1p(-p),
        lambda b, y, x: b.apply("mul", x, b.apply("sub", 1.0, x)),
    ),
    "log_sigmoid": _unary(
        "log_sigmoid",
        lambda b, y, x: b.apply("sigmoid", b.apply("neg", x)),
        lambda x: -_softplus(-x),
        spelling=call("torch.nn.functional.logsigmoid", "{0}"),
    ),
    # beyond the threshold torch returns x itself; its default of 20 is too low for float64
    "softplus": _unary(
        "softplus",
        lambda b, y, x: b.apply("sigmoid", x),
        _softplus,
        spelling=call("torch.nn.functional.softplus", "{0}", "threshold=40.0"),
    ),
    "log1m_exp": Op(
        call("log1m_exp", "{0}"),
        (
            lambda b, g, y, x: b.apply(
                "neg", b.apply("div", g, b.apply("expm1", b.apply("neg", x)))
            ),
        ),
        lambda x: math.log(-math.expm1(x)),
        tensors=True,
        helper="log1m_exp",
    ),
    "lgamma": _unary("lgamma", lambda b, y, x: b.apply("digamma", x), math.lgamma),
    "digamma": _unary("digamma", lambda b, y, x: b.apply("trigamma", x)),
    "trigamma": _unary(
        "trigamma",
        lambda b, y, x: b.apply("tetragamma", x),
        spelling=call("torch.polygamma", "1", "{0}"),
    ),
    "tetragamma": Op(call("torch.polygamma", "2", "{0}"), tensors=True),
    "erf": _unary("erf", lambda b, y, x: _bell(b, 2.0 / sqrt(pi), -1.0, x), math.erf),
    "erfc": _unary("erfc", lambda b, y, x: _bell(b, -2.0 / sqrt(pi), -1.0, x), math.erfc),
    "erfinv": _unary("erfinv", lambda b, y, x: _bell(b, sqrt(pi) / 2.0, 1.0, y)),
    "erfcx": _unary(
        "erfcx",
        lambda b, y, x: b.apply("sub", b.apply("mul", 2.0, b.apply("mul", x, y)), 2.0 / sqrt(pi)),
        spelling=call("torch.special.erfcx", "{0}"),
    ),
    # torch.special.ndtr is 1 + erf: at seven standard deviations it has lost the lower tail
    "Phi": _unary(
        "Phi",
        lambda b, y, x: _bell(b, 1.0 / sqrt(2.0 * pi), -0.5, x),
        lambda x: 0.5 * math.erfc(-x / sqrt(2.0)),
        spelling=Spelling(
            f"0.5 * torch.erfc({{0}} * {-sqrt(0.5)!r})", Level.PRODUCT, (Level.PRODUCT,)
        ),
    ),
    "inv_Phi": _unary(
        "inv_Phi",
        lambda b, y, x: _bell(b, sqrt(2.0 * pi), 0.5, y),
        spelling=call("torch.special.ndtri", "{0}"),
    ),
    "log_Phi": Op(call("torch.special.log_ndtr", "{0}"), (_log_phi_rule,), tensors=True),
    # modified Bessel functions of the first kind, times exp(-abs(x))
    "i0e": _unary(
        "i0e",
        lambda b, y, x: b.apply("sub", b.apply("i1e", x), b.apply("mul", b.apply("sign", x), y)),
        spelling=call("torch.special.i0e", "{0}"),
    ),
    "i1e": _unary("i1e", _slope_of_i1e, spelling=call("torch.special.i1e", "{0}")),
}


# --- functions of two numbers -------------------------------------------------------------------


def _xlogy_0(b: "Builder", g: Value, y: Value, a: Value, x: Value) -> Value:
    slope = b.apply("log", x)
    if a.literal is None:
        nothing = b.apply("and", b.apply("eq", a, 0.0), b.apply("le", x, 0.0))
        slope = b.where(nothing, 0.0, slope)
    return b.apply("mul", g, slope)


def _xlogy_1(b: "Builder", g: Value, y: Value, a: Value, x: Value) -> Value:
    return _unless_zero(b, a, b.apply("div", b.apply("mul", g, a), x))


def _xlog1py_0(b: "Builder", g: Value, y: Value, a: Value, x: Value) -> Value:
    slope = b.apply("log1p", x)
    if a.literal is None:
        nothing = b.apply("and", b.apply("eq", a, 0.0), b.apply("le", x, -1.0))
        slope = b.where(nothing, 0.0, slope)
    return b.apply("mul", g, slope)


def _xlog1py_1(b: "Builder", g: Value, y: Value, a: Value, x: Value) -> Value:
    return _unless_zero(b, a, b.apply("div", b.apply("mul", g, a), b.apply("add", x, 1.0)))


def _unless_zero(b: "Builder", a: Value, v: Value) -> Value:
    return v if a.literal else b.where(b.apply("eq", a, 0.0), 0.0, v)


def _logaddexp(side: int) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, *xs: Value) -> Value:
        # both -inf: the clamp makes their weights 0 instead of nan
        finite = b.apply("maximum", y, _TOTAL)
        return b.apply("mul", g, b.apply("exp", b.apply("sub", xs[side], finite)))

    return rule


PAIRS: Mapping[str, Op] = {
    "xlogy": Op(
        call("torch.xlogy", "{0}", "{1}"),
        (_xlogy_0, _xlogy_1),
        lambda a, x: a * math.log(x) if a else 0.0,
    ),
    "xlog1py": Op(
        call("torch.special.xlog1py", "{0}", "{1}"),
        (_xlog1py_0, _xlog1py_1),
        lambda a, x: a * math.log1p(x) if a else 0.0,
    ),
    "logaddexp": Op(
        call("torch.logaddexp", "{0}", "{1}"),
        (_logaddexp(0), _logaddexp(1)),
        lambda p, q: max(p, q) + math.log1p(math.exp(-abs(p - q))),
        tensors=True,
    ),
}
