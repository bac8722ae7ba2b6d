"""Rows of the families of one real number."""

from math import inf

from ..types import POSITIVE, UNIT, SupportName
from .row import Form, Parameter, family

_LOC, _SCALE = Parameter("loc"), Parameter("scale", POSITIVE)
_SHAPE, _RATE, _DF = (
    Parameter("shape", POSITIVE),
    Parameter("rate", POSITIVE),
    Parameter("df", POSITIVE),
)


_MEAN, _SD = Parameter("mean", POSITIVE), Parameter("sd", POSITIVE)
_INVERSE_GAMMA = ("((mean / sd)^2 + 2)", "(mean * ((mean / sd)^2 + 1))")
_BETA_BY_MEAN = ("(mean * concentration)", "((1 - mean) * concentration)")
_SIZE = "(mean * (1 - mean) / sd^2 - 1)"  # the concentration of a beta variable of this spread
_BETA_BY_SD = (f"(mean * {_SIZE})", f"((1 - mean) * {_SIZE})")


def _gamma(shape: str, rate: str) -> str:
    return f"xlogy({shape} - 1, x) - {rate} * x + {shape} * log({rate}) - lgamma({shape})"


def _inverse_gamma(shape: str, scale: str) -> str:
    return f"-({shape} + 1) * log(x) - {scale} / x + {shape} * log({scale}) - lgamma({shape})"


def _beta(a: str, b: str) -> str:
    norm = f"lgamma({a} + {b}) - lgamma({a}) - lgamma({b})"
    return f"xlogy({a} - 1, x) + xlog1py({b} - 1, -x) + {norm}"


def _beta_draw(a: str, b: str) -> str:
    """Gamma(a + 1) * U^(1/a) is Gamma(a), and its logarithm never underflows."""
    first = f"log(std_gamma({a} + 1)) + log(std_uniform()) / {a}"
    second = f"log(std_gamma({b} + 1)) - log(std_uniform()) / {b}"
    return f"sigmoid({first} - {second})"


def _student_t(z: str) -> str:
    """Distribution function of the standard t at ``z``, of two ways the one that keeps digits.

    By the symmetric beta distribution of ``(1 + z / sqrt(df + z^2)) / 2``, which is smooth at 0.
    """
    root = f"sqrt(df + ({z})^2)"
    far = f"0.5 * df / ({root} * ({root} + abs({z})))"
    near = f"0.5 + 0.5 * {z} / {root}"
    return f"betainc(0.5 * df, 0.5 * df, if {z} < -sqrt(df) then {far} else {near})"


_ON_REALS = (
    family(
        "Normal",
        (_LOC, _SCALE),
        SupportName.REAL,
        "-0.5 * ((x - loc) / scale)^2 - log(scale) - 0.5 * log(2 * pi)",
        draw="loc + scale * std_normal()",
        more=(
            Form(
                "precision",
                (_LOC, Parameter("precision", POSITIVE)),
                "-0.5 * precision * (x - loc)^2 + 0.5 * log(precision) - 0.5 * log(2 * pi)",
                draw="loc + std_normal() / sqrt(precision)",
                plain=("loc", "1 / sqrt(precision)"),
            ),
        ),
        cdf="Phi((x - loc) / scale)",
        survival="Phi((loc - x) / scale)",
        quantile="loc + scale * inv_Phi(u)",
        mean="loc",
        variance="scale^2",
    ),
    family(
        "Cauchy",
        (_LOC, _SCALE),
        SupportName.REAL,
        "-log1p(((x - loc) / scale)^2) - log(scale) - log(pi)",
        draw="loc + scale * tan(pi * (std_uniform() - 0.5))",
        cdf="0.5 + atan((x - loc) / scale) / pi",
        survival="0.5 + atan((loc - x) / scale) / pi",
        quantile="loc + scale * tan(pi * (u - 0.5))",
    ),
    family(
        "StudentT",
        (_DF, Parameter("loc", default="0"), Parameter("scale", POSITIVE, default="1")),
        SupportName.REAL,
        "-0.5 * (df + 1) * log1p(((x - loc) / scale)^2 / df) - log(scale)"
        " + lgamma(0.5 * (df + 1)) - lgamma(0.5 * df) - 0.5 * log(df) - 0.5 * log(pi)",
        draw="loc + scale * std_normal() * sqrt(0.5 * df / std_gamma(0.5 * df))",
        cdf=_student_t("(x - loc) / scale"),
        survival=_student_t("(loc - x) / scale"),
        mean="loc",
        variance="if df > 2 then scale^2 * df / (df - 2) else inf",
    ),
    family(
        "Laplace",
        (_LOC, _SCALE),
        SupportName.REAL,
        "-abs(x - loc) / scale - log(scale) - log(2)",
        draw="loc + scale * (log(std_uniform()) - log(std_uniform()))",
        cdf="if x < loc then 0.5 * exp(-abs(x - loc) / scale)"
        " else 1 - 0.5 * exp(-abs(x - loc) / scale)",
        survival="if x > loc then 0.5 * exp(-abs(x - loc) / scale)"
        " else 1 - 0.5 * exp(-abs(x - loc) / scale)",
        quantile="loc + scale * (if u < 0.5 then log(2 * u) else -log(2 * (1 - u)))",
        mean="loc",
        variance="2 * scale^2",
    ),
    family(
        "Logistic",
        (_LOC, _SCALE),
        SupportName.REAL,
        "(loc - x) / scale - 2 * softplus((loc - x) / scale) - log(scale)",
        draw="loc - scale * log(1 / std_uniform() - 1)",
        cdf="sigmoid((x - loc) / scale)",
        survival="sigmoid((loc - x) / scale)",
        quantile="loc + scale * logit(u)",
        mean="loc",
        variance="(pi * scale)^2 / 3",
    ),
    family(
        "Gumbel",
        (_LOC, _SCALE),
        SupportName.REAL,
        "(loc - x) / scale - exp((loc - x) / scale) - log(scale)",
        draw="loc - scale * log(-log(std_uniform()))",
        cdf="exp(-exp((loc - x) / scale))",
        survival="-expm1(-exp((loc - x) / scale))",
        quantile="loc - scale * log(-log(u))",
        mean="loc - digamma(1) * scale",
        variance="(pi * scale)^2 / 6",
    ),
    # The improper prior: constant on its support, which `on` usually narrows.
    family("Flat", (), SupportName.REAL, "0", proper=False),
    # All mass on one value. Its density is the mass there, so it is no prior for gradient methods;
    # in a guide it makes a point estimate.
    family(
        "Delta",
        (Parameter("value"),),
        SupportName.INTERVAL,
        "if x == value then 0 else -inf",
        draw="value",
        low="value",
        high="value",
        cdf="if x < value then 0 else 1",
        mean="value",
        variance="0",
    ),
)

_ON_POSITIVES = (
    family(
        "LogNormal",
        (_LOC, _SCALE),
        SupportName.POSITIVE,
        "-0.5 * ((log(x) - loc) / scale)^2 - log(x) - log(scale) - 0.5 * log(2 * pi)",
        draw="exp(loc + scale * std_normal())",
        cdf="Phi((log(x) - loc) / scale)",
        survival="Phi((loc - log(x)) / scale)",
        quantile="exp(loc + scale * inv_Phi(u))",
        mean="exp(loc + 0.5 * scale^2)",
        variance="expm1(scale^2) * exp(2 * loc + scale^2)",
    ),
    family(
        "HalfNormal",
        (_SCALE,),
        SupportName.POSITIVE,
        "-0.5 * (x / scale)^2 - log(scale) + 0.5 * log(2 / pi)",
        draw="scale * abs(std_normal())",
        cdf="erf(x / (scale * sqrt(2)))",
        survival="2 * Phi(-x / scale)",
        quantile="scale * inv_Phi(0.5 + 0.5 * u)",
        mean="scale * sqrt(2 / pi)",
        variance="scale^2 * (1 - 2 / pi)",
    ),
    family(
        "HalfCauchy",
        (_SCALE,),
        SupportName.POSITIVE,
        "-log1p((x / scale)^2) - log(scale) + log(2 / pi)",
        draw="scale * tan(0.5 * pi * std_uniform())",
        cdf="2 / pi * atan(x / scale)",
        quantile="scale * tan(0.5 * pi * u)",
    ),
    family(
        "HalfStudentT",
        (_DF, Parameter("scale", POSITIVE, default="1")),
        SupportName.POSITIVE,
        "-0.5 * (df + 1) * log1p((x / scale)^2 / df) - log(scale) + log(2)"
        " + lgamma(0.5 * (df + 1)) - lgamma(0.5 * df) - 0.5 * log(df) - 0.5 * log(pi)",
        draw="scale * abs(std_normal()) * sqrt(0.5 * df / std_gamma(0.5 * df))",
        cdf="1 - 2 * " + _student_t("-x / scale"),
        survival="2 * " + _student_t("-x / scale"),
        mean="if df > 1 then 2 * scale * sqrt(df / pi) / (df - 1)"
        " * exp(lgamma(0.5 * (df + 1)) - lgamma(0.5 * df)) else inf",
        variance="if df > 2 then scale^2 * df / (df - 2) - 4 * scale^2 * df / (pi * (df - 1)^2)"
        " * exp(2 * lgamma(0.5 * (df + 1)) - 2 * lgamma(0.5 * df)) else inf",
    ),
    family(
        "Exponential",
        (_RATE,),
        SupportName.POSITIVE,
        "log(rate) - rate * x",
        draw="-log(std_uniform()) / rate",
        more=(
            Form(
                "scale",
                (_SCALE,),
                "-x / scale - log(scale)",
                draw="-scale * log(std_uniform())",
                plain=("1 / scale",),
            ),
        ),
        cdf="-expm1(-rate * x)",
        survival="exp(-rate * x)",
        quantile="-log1p(-u) / rate",
        mean="1 / rate",
        variance="1 / rate^2",
    ),
    family(
        "Gamma",
        (_SHAPE, _RATE),
        SupportName.POSITIVE,
        _gamma("shape", "rate"),
        draw="std_gamma(shape) / rate",
        more=(
            Form(
                "scale",
                (_SHAPE, _SCALE),
                "xlogy(shape - 1, x) - x / scale - shape * log(scale) - lgamma(shape)",
                draw="scale * std_gamma(shape)",
                plain=("shape", "1 / scale"),
            ),
            Form(
                "mean",
                (_MEAN, _SD),
                _gamma("(mean / sd)^2", "mean / sd^2"),
                draw="std_gamma((mean / sd)^2) * sd^2 / mean",
                plain=("(mean / sd)^2", "mean / sd^2"),
            ),
        ),
        cdf="gammainc(shape, rate * x)",
        survival="gammaincc(shape, rate * x)",
        mean="shape / rate",
        variance="shape / rate^2",
    ),
    family(
        "ChiSquared",
        (_DF,),
        SupportName.POSITIVE,
        "xlogy(0.5 * df - 1, x) - 0.5 * x - 0.5 * df * log(2) - lgamma(0.5 * df)",
        draw="2 * std_gamma(0.5 * df)",
        cdf="gammainc(0.5 * df, 0.5 * x)",
        survival="gammaincc(0.5 * df, 0.5 * x)",
        mean="df",
        variance="2 * df",
    ),
    family(
        "InverseGamma",
        (_SHAPE, _SCALE),
        SupportName.POSITIVE,
        _inverse_gamma("shape", "scale"),
        draw="scale / std_gamma(shape)",
        more=(
            Form(
                "mean",
                (_MEAN, _SD),
                _inverse_gamma(*_INVERSE_GAMMA),
                draw=f"{_INVERSE_GAMMA[1]} / std_gamma({_INVERSE_GAMMA[0]})",
                plain=_INVERSE_GAMMA,
            ),
        ),
        cdf="gammaincc(shape, scale / x)",
        survival="gammainc(shape, scale / x)",
        mean="if shape > 1 then scale / (shape - 1) else inf",
        variance="if shape > 2 then scale^2 / ((shape - 1)^2 * (shape - 2)) else inf",
    ),
    family(
        "Weibull",
        (_SHAPE, _SCALE),
        SupportName.POSITIVE,
        "xlogy(shape - 1, x / scale) - (x / scale)^shape + log(shape) - log(scale)",
        draw="scale * (-log(std_uniform()))^(1 / shape)",
        cdf="-expm1(-(x / scale)^shape)",
        survival="exp(-(x / scale)^shape)",
        quantile="scale * (-log1p(-u))^(1 / shape)",
        mean="scale * exp(lgamma(1 + 1 / shape))",
        variance="scale^2 * (exp(lgamma(1 + 2 / shape)) - exp(2 * lgamma(1 + 1 / shape)))",
    ),
)

_ON_INTERVALS = (
    family(
        "Uniform",
        (Parameter("low"), Parameter("high")),
        SupportName.INTERVAL,
        "-log(high - low)",
        draw="low + (high - low) * std_uniform()",
        low="low",
        high="high",
        cdf="(x - low) / (high - low)",
        quantile="low + (high - low) * u",
        mean="0.5 * (low + high)",
        variance="(high - low)^2 / 12",
    ),
    family(
        "Beta",
        (Parameter("a", POSITIVE), Parameter("b", POSITIVE)),
        SupportName.UNIT,
        _beta("a", "b"),
        draw=_beta_draw("a", "b"),
        more=(
            Form(
                "mean",
                (Parameter("mean", UNIT), Parameter("concentration", POSITIVE)),
                _beta(*_BETA_BY_MEAN),
                draw=_beta_draw(*_BETA_BY_MEAN),
                plain=_BETA_BY_MEAN,
            ),
            Form(
                "sd",
                (Parameter("mean", UNIT), _SD),
                _beta(*_BETA_BY_SD),
                draw=_beta_draw(*_BETA_BY_SD),
                plain=_BETA_BY_SD,
            ),
        ),
        cdf="betainc(a, b, x)",
        survival="betainc(b, a, 1 - x)",
        mean="a / (a + b)",
        variance="a * b / ((a + b)^2 * (a + b + 1))",
    ),
    family(
        "LogitNormal",
        (_LOC, _SCALE),
        SupportName.UNIT,
        "-0.5 * ((log(x) - log1p(-x) - loc) / scale)^2 - log(x) - log1p(-x)"
        " - log(scale) - 0.5 * log(2 * pi)",
        draw="sigmoid(loc + scale * std_normal())",
        cdf="Phi((log(x) - log1p(-x) - loc) / scale)",
        survival="Phi((loc - log(x) + log1p(-x)) / scale)",
        quantile="sigmoid(loc + scale * inv_Phi(u))",
    ),
    family(
        "Pareto",
        (Parameter("minimum", POSITIVE), _SHAPE),
        SupportName.INTERVAL,
        "log(shape) + shape * log(minimum) - (shape + 1) * log(x)",
        draw="minimum * std_uniform()^(-1 / shape)",
        low="minimum",
        high=inf,
        cdf="-expm1(shape * (log(minimum) - log(x)))",
        survival="exp(shape * (log(minimum) - log(x)))",
        quantile="minimum * exp(-log1p(-u) / shape)",
        mean="if shape > 1 then shape * minimum / (shape - 1) else inf",
        variance="if shape > 2 then minimum^2 * shape / ((shape - 1)^2 * (shape - 2)) else inf",
    ),
)

CONTINUOUS = (*_ON_REALS, *_ON_POSITIVES, *_ON_INTERVALS)
