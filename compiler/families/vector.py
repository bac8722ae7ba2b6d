"""Rows of the families of a whole vector."""

from ..types import POSITIVE, UNIT, SupportName
from .row import Family, Form, Parameter

_LOC, _DF = Parameter("loc", event=1), Parameter("df", POSITIVE)
_COV, _CHOL = Parameter("cov", event=2, definite=True), Parameter("chol", event=2)
_TRIALS, _P = Parameter("n", POSITIVE, whole=True), Parameter("p", UNIT, event=1, simplex=True)
_ORDERS = "lgamma(n + 1) - sum(lgamma(x + 1))"  # in how many orders the outcomes may come
# standard normal numbers, all divided by one root of a gamma number
_WIDENED = "std_normal() * sqrt(each(0.5 * df) / std_gamma_each(0.5 * df))"


def _normal(factor: str) -> str:
    """Log density of a multivariate normal by the lower Cholesky factor of its covariance."""
    z = f"solve_lower({factor}, x - loc)"
    return f"-0.5 * dot({z}, {z}) - logdiag({factor}) - 0.5 * len(x) * log(2 * pi)"


def _student_t(factor: str) -> str:
    """Log density of a multivariate t by the lower Cholesky factor of its scale matrix."""
    z = f"solve_lower({factor}, x - loc)"
    return (
        f"-0.5 * (df + len(x)) * log1p(dot({z}, {z}) / df) - logdiag({factor})"
        " + lgamma(0.5 * (df + len(x))) - lgamma(0.5 * df) - 0.5 * len(x) * (log(df) + log(pi))"
    )


VECTOR = (
    Family(
        "Dirichlet",
        "dirichlet",
        (
            Form(
                "",
                (Parameter("concentration", POSITIVE, event=1),),
                "sum(xlogy(concentration - 1, x))"
                " + lgamma(sum(concentration)) - sum(lgamma(concentration))",
                # normalised gamma variables, by logarithms: small concentrations underflow
                draw="softmax(log(std_gamma(concentration + 1))"
                " + log(std_uniform()) / concentration)",
            ),
        ),
        SupportName.SIMPLEX,
        event=1,
        mean="normalise(concentration)",
        variance="normalise(concentration) * (1 - normalise(concentration))"
        " / each(sum(concentration) + 1)",
    ),
    Family(
        "Multinomial",
        "multinomial",
        (
            Form("", (_TRIALS, _P), f"if sum(x) == n then {_ORDERS} + sum(xlogy(x, p)) else -inf"),
            Form(
                "logit",
                (_TRIALS, Parameter("logit", event=1)),
                f"if sum(x) == n then {_ORDERS} + sum(x * logit) - n * logsumexp(logit) else -inf",
                plain=("n", "softmax(logit)"),
            ),
        ),
        SupportName.COUNT,
        event=1,
        mean="each(n) * p",
        variance="each(n) * p * (1 - p)",
    ),
    Family(
        "DirichletMultinomial",
        "dirichletmultinomial",
        (
            Form(
                "",
                (_TRIALS, Parameter("concentration", POSITIVE, event=1)),
                f"if sum(x) == n then {_ORDERS} + sum(lgamma(x + concentration))"
                " - sum(lgamma(concentration)) + lgamma(sum(concentration))"
                " - lgamma(sum(concentration) + n) else -inf",
            ),
        ),
        SupportName.COUNT,
        event=1,
        mean="each(n) * normalise(concentration)",
        variance="normalise(concentration) * (1 - normalise(concentration))"
        " * each(n * (sum(concentration) + n) / (sum(concentration) + 1))",
    ),
    Family(
        "MvNormal",
        "mvnormal",
        (
            Form(
                "cov",
                (_LOC, _COV),
                _normal("cholesky(cov)"),
                draw="loc + product(cholesky(cov), std_normal())",
            ),
            Form(
                "chol",
                (_LOC, _CHOL),
                _normal("chol"),
                draw="loc + product(chol, std_normal())",
                plain=("loc", "gram(chol)"),
            ),
            Form(
                "precision",
                (_LOC, Parameter("precision", event=2, definite=True)),
                "-0.5 * dot(back(cholesky(precision), x - loc), back(cholesky(precision), x - loc))"
                " + logdiag(cholesky(precision)) - 0.5 * len(x) * log(2 * pi)",
                draw="loc + solve_upper(cholesky(precision), std_normal())",
                plain=("loc", "inverse(precision)"),
            ),
        ),
        SupportName.VECTOR,
        event=1,
        mean="loc",
        variance="diagonal(cov)",
    ),
    Family(
        "MvStudentT",
        "mvstudentt",
        (
            Form(
                "cov",
                (_DF, _LOC, _COV),
                _student_t("cholesky(cov)"),
                draw=f"loc + product(cholesky(cov), {_WIDENED})",
            ),
            Form(
                "chol",
                (_DF, _LOC, _CHOL),
                _student_t("chol"),
                draw=f"loc + product(chol, {_WIDENED})",
                plain=("df", "loc", "gram(chol)"),
            ),
        ),
        SupportName.VECTOR,
        event=1,
        mean="loc",
        variance="diagonal(cov) * each(if df > 2 then df / (df - 2) else inf)",
    ),
)
