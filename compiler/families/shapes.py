"""Rows of the families of one real number that are skewed, bounded or on the circle."""

from math import pi

from ..types import POSITIVE, SupportName
from .row import Parameter, family

_LOC, _SCALE = Parameter("loc"), Parameter("scale", POSITIVE)
_A, _B = Parameter("a", POSITIVE), Parameter("b", POSITIVE)

# of ExGaussian: the logarithm of its density over the rate, which is also in its cdf
_TAIL = "rate * (loc - x + 0.5 * rate * scale^2) + log_Phi((x - loc) / scale - rate * scale)"
# of InverseGaussian: the standardised distance from the mean, forwards and backwards
_AHEAD, _BACK = "sqrt(shape / x) * (x / mu - 1)", "-sqrt(shape / x) * (x / mu + 1)"
# of Triangular: the distance to the end on the side of x, that of the mode, and what lies beyond x
_AWAY = "(if x < mode then x - low else high - x)"
_SIDE = "(if x < mode then mode - low else if mode == high then 1 else high - mode)"
_SHARE = f"{_AWAY}^2 / ((high - low) * {_SIDE})"
# of Kumaraswamy: raw moments
_FIRST, _SECOND = (
    f"exp(lgamma(1 + {k} / a) + lgamma(b + 1) - lgamma(1 + {k} / a + b))" for k in (1, 2)
)

SHAPES = (
    family(
        "SkewNormal",
        (_LOC, _SCALE, Parameter("skew")),
        SupportName.REAL,
        "-0.5 * ((x - loc) / scale)^2 - log(scale) + 0.5 * log(2 / pi)"
        " + log_Phi(skew * (x - loc) / scale)",
        draw="loc + scale * (skew * abs(std_normal()) + std_normal()) / sqrt(1 + skew^2)",
        cdf="skew_phi((x - loc) / scale, skew)",
        survival="skew_phi((loc - x) / scale, -skew)",
        mean="loc + scale * skew * sqrt(2 / (pi * (1 + skew^2)))",
        variance="scale^2 * (1 - 2 * skew^2 / (pi * (1 + skew^2)))",
    ),
    family(
        "AsymmetricLaplace",
        (_LOC, _SCALE, Parameter("asymmetry", POSITIVE)),
        SupportName.REAL,
        "-abs(x - loc) / scale * (if x < loc then 1 / asymmetry else asymmetry)"
        " - log(scale) - log(asymmetry + 1 / asymmetry)",
        draw="loc + scale * (asymmetry * log(std_uniform()) - log(std_uniform()) / asymmetry)",
        cdf="if x < loc"
        " then asymmetry^2 / (1 + asymmetry^2) * exp(-abs(x - loc) / (scale * asymmetry))"
        " else 1 - exp(-abs(x - loc) * asymmetry / scale) / (1 + asymmetry^2)",
        survival="if x > loc then exp(-abs(x - loc) * asymmetry / scale) / (1 + asymmetry^2)"
        " else 1 - asymmetry^2 / (1 + asymmetry^2) * exp(-abs(x - loc) / (scale * asymmetry))",
        quantile="loc + scale * (if u * (1 + asymmetry^2) < asymmetry^2"
        " then asymmetry * log(u * (1 + 1 / asymmetry^2))"
        " else -log((1 - u) * (1 + asymmetry^2)) / asymmetry)",
        mean="loc + scale * (1 / asymmetry - asymmetry)",
        variance="scale^2 * (asymmetry^2 + 1 / asymmetry^2)",
    ),
    # Of a normal and an exponential variable, the sum.
    family(
        "ExGaussian",
        (_LOC, _SCALE, Parameter("rate", POSITIVE)),
        SupportName.REAL,
        f"log(rate) + {_TAIL}",
        draw="loc + scale * std_normal() - log(std_uniform()) / rate",
        cdf=f"Phi((x - loc) / scale) - exp({_TAIL})",
        survival=f"Phi((loc - x) / scale) + exp({_TAIL})",
        mean="loc + 1 / rate",
        variance="scale^2 + 1 / rate^2",
    ),
    family(
        "Moyal",
        (_LOC, _SCALE),
        SupportName.REAL,
        "0.5 * ((loc - x) / scale - exp((loc - x) / scale)) - log(scale) - 0.5 * log(2 * pi)",
        draw="loc - 2 * scale * log(abs(std_normal()))",
        cdf="erfc(exp(0.5 * (loc - x) / scale) / sqrt(2))",
        survival="erf(exp(0.5 * (loc - x) / scale) / sqrt(2))",
        quantile="loc - 2 * scale * log(-inv_Phi(0.5 * u))",
        mean="loc + scale * (log(2) - digamma(1))",
        variance="0.5 * (pi * scale)^2",
    ),
    family(
        "InverseGaussian",
        (Parameter("mu", POSITIVE), Parameter("shape", POSITIVE)),
        SupportName.POSITIVE,
        "0.5 * (log(shape) - log(2 * pi)) - 1.5 * log(x) - 0.5 * shape * (x / mu - 1)^2 / x",
        draw="mu * std_inverse_gaussian(shape / mu)",
        cdf=f"Phi({_AHEAD}) + exp(2 * shape / mu + log_Phi({_BACK}))",
        mean="mu",
        variance="mu^3 / shape",
    ),
    family(
        "Kumaraswamy",
        (_A, _B),
        SupportName.UNIT,
        "log(a) + log(b) + xlogy(a - 1, x) + xlog1py(b - 1, -x^a)",
        draw="(-expm1(log(std_uniform()) / b))^(1 / a)",
        cdf="-expm1(b * log1p(-x^a))",
        survival="exp(b * log1p(-x^a))",
        quantile="(-expm1(log1p(-u) / b))^(1 / a)",
        mean=_FIRST,
        variance=f"{_SECOND} - {_FIRST}^2",
    ),
    family(
        "Triangular",
        (Parameter("low"), Parameter("mode"), Parameter("high")),
        SupportName.INTERVAL,
        f"log(2) - log(high - low) + log(if x == mode then 1 else {_AWAY})"
        f" - log(if x == mode then 1 else {_SIDE})",
        low="low",
        high="high",
        cdf=f"if x < mode then {_SHARE} else 1 - {_SHARE}",
        survival=f"if x < mode then 1 - {_SHARE} else {_SHARE}",
        quantile="if u * (high - low) < mode - low"
        " then low + sqrt(u * (high - low) * (mode - low))"
        " else high - sqrt((1 - u) * (high - low) * (high - mode))",
        mean="(low + mode + high) / 3",
        variance="((high - low)^2 - (mode - low) * (high - mode)) / 18",
    ),
    # An angle, and no mean: that of its direction is `loc`. Half the angle keeps the digits of the
    # cosine where the concentration is large.
    family(
        "VonMises",
        (_LOC, Parameter("concentration", POSITIVE)),
        SupportName.INTERVAL,
        "-2 * concentration * sin(0.5 * (x - loc))^2 - log(i0e(concentration)) - log(2 * pi)",
        low=-pi,
        high=pi,
        cdf="von_mises_phi(x - loc, concentration) - von_mises_phi(-pi - loc, concentration)",
    ),
    family(
        "LogUniform",
        (Parameter("low", POSITIVE), Parameter("high", POSITIVE)),
        SupportName.INTERVAL,
        "-log(x) - log(log(high) - log(low))",
        draw="exp(log(low) + (log(high) - log(low)) * std_uniform())",
        low="low",
        high="high",
        cdf="(log(x) - log(low)) / (log(high) - log(low))",
        quantile="exp(log(low) + (log(high) - log(low)) * u)",
        mean="(high - low) / (log(high) - log(low))",
        variance="0.5 * (high^2 - low^2) / (log(high) - log(low))"
        " - ((high - low) / (log(high) - log(low)))^2",
    ),
)
