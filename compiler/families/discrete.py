"""Rows of the families of one whole number, and of one position."""

from re import sub

from ..types import POSITIVE, UNIT, SupportName
from .row import Family, Form, Parameter

_P, _LOGIT = Parameter("p", UNIT), Parameter("logit")
_LOG = Parameter("log")  # the logarithm of the rate or of the mean
_LOW, _HIGH = Parameter("low", whole=True), Parameter("high", whole=True)
_TRIALS = Parameter("n", POSITIVE, whole=True)
_SUMMED = Parameter("n", POSITIVE, whole=True, summed=True)
_CHOOSE = "lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1)"
_BETA_BINOMIAL = (
    "lgamma(x + a) + lgamma(n - x + b) - lgamma(n + a + b)"
    f" + lgamma(a + b) - lgamma(a) - lgamma(b) + {_CHOOSE}"
)
_HYPERGEOMETRIC = (
    "(lgamma(k + 1) - lgamma(x + 1) - lgamma(k - x + 1)) + (lgamma(N - k + 1)"
    " - lgamma(n - x + 1) - lgamma(N - k - n + x + 1))"
    " - (lgamma(N + 1) - lgamma(n + 1) - lgamma(N - n + 1))"
)


def _summed(log_mass: str, below: bool) -> str:
    """The mass up to ``x`` or beyond it, value by value from 0 to ``n``."""
    at = sub(r"\bx\b", "minimum(up_to(n), each(n))", sub(r"\b([nabNk])\b", r"each(\1)", log_mass))
    chosen = "<= each(minimum(x, n))" if below else "> each(x) and up_to(n) <= each(n)"
    return f"sum(if up_to(n) {chosen} then exp({at}) else 0)"


DISCRETE = (
    Family(
        "Bernoulli",
        "bernoulli",
        (
            # One logarithm of the probability of what happened: at p = 0 and p = 1 neither the
            # value nor the gradient meets 0 * inf.
            Form("", (_P,), "log(if x == 1 then p else 1 - p)"),
            Form("logit", (_LOGIT,), "log_sigmoid((2 * x - 1) * logit)", plain=("sigmoid(logit)",)),
        ),
        SupportName.BOOL,
        cdf="if x < 0 then 0 else if x < 1 then 1 - p else 1",
        survival="if x < 0 then 1 else if x < 1 then p else 0",
        mean="p",
        variance="p * (1 - p)",
        states="2",
    ),
    Family(
        "Binomial",
        "binomial",
        (
            Form("", (_TRIALS, _P), f"xlogy(x, p) + xlog1py(n - x, -p) + {_CHOOSE}"),
            Form(
                "logit",
                (_TRIALS, _LOGIT),
                f"x * logit - n * softplus(logit) + {_CHOOSE}",
                plain=("n", "sigmoid(logit)"),
            ),
        ),
        SupportName.COUNT,
        high="n",
        cdf="betainc(n - x, x + 1, 1 - p)",
        survival="betainc(x + 1, n - x, p)",
        mean="n * p",
        variance="n * p * (1 - p)",
    ),
    Family(
        "BetaBinomial",
        "betabinomial",
        (
            Form(
                "",
                (_SUMMED, Parameter("a", POSITIVE), Parameter("b", POSITIVE)),
                _BETA_BINOMIAL,
            ),
        ),
        SupportName.COUNT,
        high="n",
        cdf=_summed(_BETA_BINOMIAL, below=True),
        survival=_summed(_BETA_BINOMIAL, below=False),
        mean="n * a / (a + b)",
        variance="n * a * b * (a + b + n) / ((a + b)^2 * (a + b + 1))",
    ),
    Family(
        "Poisson",
        "poisson",
        (
            Form("", (Parameter("rate", POSITIVE),), "xlogy(x, rate) - rate - lgamma(x + 1)"),
            Form("log", (_LOG,), "x * log - exp(log) - lgamma(x + 1)", plain=("exp(log)",)),
        ),
        SupportName.COUNT,
        cdf="gammaincc(x + 1, rate)",
        survival="gammainc(x + 1, rate)",
        mean="rate",
        variance="rate",
    ),
    # By its mean and the size of its Gamma mixture: variance mu + mu^2 / phi, as Stan's
    # neg_binomial_2. With `p`, texts disagree on what is counted; here, as in scipy and PyMC, the
    # failures before success number n.
    Family(
        "NegativeBinomial",
        "negativebinomial",
        (
            Form(
                "",
                (Parameter("mu", POSITIVE), Parameter("phi", POSITIVE)),
                "xlogy(x, mu) - x * log(mu + phi) - phi * log1p(mu / phi)"
                " + lgamma(x + phi) - lgamma(phi) - lgamma(x + 1)",
            ),
            Form(
                "log",
                (_LOG, Parameter("phi", POSITIVE)),
                "x * (log - log(phi)) - (x + phi) * softplus(log - log(phi))"
                " + lgamma(x + phi) - lgamma(phi) - lgamma(x + 1)",
                plain=("exp(log)", "phi"),
            ),
            Form(
                "p",
                (Parameter("n", POSITIVE), _P),
                "xlog1py(x, -p) + xlogy(n, p) + lgamma(x + n) - lgamma(n) - lgamma(x + 1)",
                plain=("n * (1 - p) / p", "n"),
            ),
        ),
        SupportName.COUNT,
        cdf="betainc(phi, x + 1, phi / (mu + phi))",
        survival="betainc(x + 1, phi, mu / (mu + phi))",
        mean="mu",
        variance="mu + mu^2 / phi",
    ),
    # Failures before the first success.
    Family(
        "Geometric",
        "geometric",
        (
            Form("", (_P,), "xlog1py(x, -p) + log(p)"),
            Form(
                "logit",
                (_LOGIT,),
                "logit - (x + 1) * softplus(logit)",
                plain=("sigmoid(logit)",),
            ),
        ),
        SupportName.COUNT,
        cdf="-expm1(xlog1py(x + 1, -p))",
        survival="exp(xlog1py(x + 1, -p))",
        mean="(1 - p) / p",
        variance="(1 - p) / p^2",
    ),
    Family(
        "DiscreteUniform",
        "discreteuniform",
        (Form("", (_LOW, _HIGH), "-log(high - low + 1)"),),
        SupportName.INT,
        low="low",
        high="high",
        cdf="(x - low + 1) / (high - low + 1)",
        survival="(high - x) / (high - low + 1)",
        mean="0.5 * (low + high)",
        variance="((high - low + 1)^2 - 1) / 12",
    ),
    # Marked ones among n that are drawn, without putting back, from N of which k are marked. The
    # mass is 0 where more are marked, or not marked, than there are.
    Family(
        "HyperGeometric",
        "hypergeometric",
        (
            Form(
                "",
                (
                    Parameter("N", POSITIVE, whole=True),
                    Parameter("k", POSITIVE, whole=True),
                    _SUMMED,
                ),
                _HYPERGEOMETRIC,
            ),
        ),
        SupportName.COUNT,
        high="n",
        cdf=_summed(_HYPERGEOMETRIC, below=True),
        survival=_summed(_HYPERGEOMETRIC, below=False),
        mean="n * k / N",
        variance="n * k / N * (1 - k / N) * (N - n) / (N - 1)",
    ),
    Family(
        "Categorical",
        "categorical",
        (
            Form("", (Parameter("p", UNIT, event=1, simplex=True),), "log(at(p, x))"),
            Form(
                "logit",
                (Parameter("logit", event=1),),
                "at(logit, x) - logsumexp(logit)",
                plain=("softmax(logit)",),
            ),
        ),
        SupportName.INDEX,
        states="len(p)",
    ),
)
