"""Rows of the families of extremes and of lifetimes."""

from math import inf

from ..types import POSITIVE, SupportName
from .row import Parameter, family

_LOC, _SCALE = Parameter("loc"), Parameter("scale", POSITIVE)
_SHAPE, _ANY_SHAPE = Parameter("shape", POSITIVE), Parameter("shape")


def _log_ratio(z: str) -> str:
    """``log(1 + shape * z) / shape``; near 0 its series, so that it has a slope there."""
    y = f"(shape * {z})"
    series = f"1 - {y} * (1 / 2 - {y} * (1 / 3 - {y} / 4))"
    return f"({z} * (if abs{y} < 0.0001 then {series} else log1p{y} / {y}))"


def _exp_ratio(w: str) -> str:
    """``(exp(shape * w) - 1) / shape``, the inverse."""
    y = f"(shape * {w})"
    series = f"1 + {y} * (1 / 2 + {y} * (1 / 6 + {y} / 24))"
    return f"({w} * (if abs{y} < 0.0001 then {series} else expm1{y} / {y}))"


def _drawn(w: str) -> str:
    """The same of noise, which is another number at every mention: one mention in each case."""
    return f"(if shape == 0 then {w} else expm1(shape * ({w})) / (if shape == 0 then 1 else shape))"


_Z = "((x - loc) / scale)"
_W = _log_ratio(_Z)
_POWER = "(log(x) - log(scale))"  # times the shape: logarithm of a power
_FIRST, _SECOND = "exp(lgamma(1 - shape))", "exp(lgamma(1 - 2 * shape))"

EXTREMES = (
    # The limit of maxima; Gumbel at a shape of 0. Beyond the end that the shape makes, nothing.
    family(
        "GeneralizedExtremeValue",
        (_LOC, _SCALE, _ANY_SHAPE),
        SupportName.REAL,
        f"if shape * {_Z} > -1 then -log(scale) - (1 + shape) * {_W} - exp(-{_W}) else -inf",
        draw=f"loc + scale * {_drawn('-log(-log(std_uniform()))')}",
        cdf=f"if shape * {_Z} > -1 then exp(-exp(-{_W})) else if shape < 0 then 1 else 0",
        survival=f"if shape * {_Z} > -1 then -expm1(-exp(-{_W})) else if shape < 0 then 0 else 1",
        quantile=f"loc + scale * {_exp_ratio('(-log(-log(u)))')}",
        mean="if shape == 0 then loc - digamma(1) * scale else if shape < 1"
        " then loc + scale * expm1(lgamma(1 - shape)) / shape else inf",
        variance="if shape == 0 then (pi * scale)^2 / 6 else if shape < 0.5"
        f" then scale^2 * ({_SECOND} - {_FIRST}^2) / shape^2 else inf",
    ),
    # What exceeds a threshold; exponential at a shape of 0.
    family(
        "GeneralizedPareto",
        (_LOC, _SCALE, _ANY_SHAPE),
        SupportName.INTERVAL,
        f"if shape * {_Z} > -1 then -log(scale) - (1 + shape) * {_W} else -inf",
        draw=f"loc + scale * {_drawn('-log(std_uniform())')}",
        low="loc",
        high=inf,
        cdf=f"if shape * {_Z} > -1 then -expm1(-{_W}) else 1",
        survival=f"if shape * {_Z} > -1 then exp(-{_W}) else 0",
        quantile=f"loc + scale * {_exp_ratio('(-log1p(-u))')}",
        mean="if shape < 1 then loc + scale / (1 - shape) else inf",
        variance="if shape < 0.5 then scale^2 / ((1 - shape)^2 * (1 - 2 * shape)) else inf",
    ),
    family(
        "Frechet",
        (_SHAPE, _SCALE),
        SupportName.POSITIVE,
        f"log(shape) - log(scale) - (1 + shape) * {_POWER} - exp(-shape * {_POWER})",
        draw="scale * (-log(std_uniform()))^(-1 / shape)",
        cdf=f"exp(-exp(-shape * {_POWER}))",
        survival=f"-expm1(-exp(-shape * {_POWER}))",
        quantile="scale * (-log(u))^(-1 / shape)",
        mean="if shape > 1 then scale * exp(lgamma(1 - 1 / shape)) else inf",
        variance="if shape > 2 then scale^2 * (exp(lgamma(1 - 2 / shape))"
        " - exp(2 * lgamma(1 - 1 / shape))) else inf",
    ),
    family(
        "Rayleigh",
        (_SCALE,),
        SupportName.POSITIVE,
        "log(x) - 2 * log(scale) - 0.5 * (x / scale)^2",
        draw="scale * sqrt(-2 * log(std_uniform()))",
        cdf="-expm1(-0.5 * (x / scale)^2)",
        survival="exp(-0.5 * (x / scale)^2)",
        quantile="scale * sqrt(-2 * log1p(-u))",
        mean="scale * sqrt(0.5 * pi)",
        variance="scale^2 * (2 - 0.5 * pi)",
    ),
    family(
        "LogLogistic",
        (_SHAPE, _SCALE),
        SupportName.POSITIVE,
        f"log(shape) - log(x) + shape * {_POWER} - 2 * softplus(shape * {_POWER})",
        draw="scale * (1 / std_uniform() - 1)^(-1 / shape)",
        cdf=f"sigmoid(shape * {_POWER})",
        survival=f"sigmoid(-shape * {_POWER})",
        quantile="scale * exp(logit(u) / shape)",
        mean="if shape > 1 then scale * (pi / shape) / sin(pi / shape) else inf",
        variance="if shape > 2 then scale^2 * (2 * (pi / shape) / sin(2 * pi / shape)"
        " - ((pi / shape) / sin(pi / shape))^2) else inf",
    ),
    # The InverseGamma that is near the variance scale^2.
    family(
        "ScaledInverseChiSquared",
        (Parameter("df", POSITIVE), _SCALE),
        SupportName.POSITIVE,
        "0.5 * df * (log(0.5 * df) + 2 * log(scale)) - lgamma(0.5 * df)"
        " - (1 + 0.5 * df) * log(x) - 0.5 * df * scale^2 / x",
        draw="0.5 * df * scale^2 / std_gamma(0.5 * df)",
        cdf="gammaincc(0.5 * df, 0.5 * df * scale^2 / x)",
        survival="gammainc(0.5 * df, 0.5 * df * scale^2 / x)",
        mean="if df > 2 then df * scale^2 / (df - 2) else inf",
        variance="if df > 4 then 2 * (df * scale^2 / (df - 2))^2 / (df - 4) else inf",
    ),
)
