"""Rows of the families of a whole vector."""

from ..types import POSITIVE, SupportName
from .row import Family, Form, Parameter

_LOC = Parameter("loc", event=1)


def _normal(factor: str) -> str:
    """Log density of a multivariate normal by the lower Cholesky factor of its covariance."""
    z = f"solve_lower({factor}, x - loc)"
    return f"-0.5 * dot({z}, {z}) - logdiag({factor}) - 0.5 * len(x) * log(2 * pi)"


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
        " / (sum(concentration) + 1)",
    ),
    Family(
        "MvNormal",
        "mvnormal",
        (
            Form(
                "cov",
                (_LOC, Parameter("cov", event=2, definite=True)),
                _normal("cholesky(cov)"),
                draw="loc + product(cholesky(cov), std_normal())",
            ),
            Form(
                "chol",
                (_LOC, Parameter("chol", event=2)),
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
)
