"""Rows of the families of a whole square matrix."""

from ..types import POSITIVE, SupportName
from .row import Family, Form, Parameter

_ETA, _DF = Parameter("eta", POSITIVE), Parameter("df", POSITIVE)
_SCALE = Parameter("scale", event=2, definite=True)

# The integral of det(R)^(eta - 1) over the correlation matrices: Lewandowski, Kurowicka & Joe
# (2009), equation 16, in multivariate gamma functions.
_LKJ = "len(x) * lgamma(eta + 0.5 * (len(x) - 1)) - multigamma(eta + 0.5 * (len(x) - 1), x)"

_LEFT = "(df - len(scale))"  # degrees of freedom beyond the size

MATRIX = (
    Family(
        "LKJ",
        "lkj",
        (
            Form(
                "",
                (_ETA,),
                f"2 * (eta - 1) * logdiag(cholesky(x)) + {_LKJ}",
                draw="gram(std_correlations(eta))",
            ),
        ),
        SupportName.CORR,
        event=2,
    ),
    # With respect to the numbers below the diagonal of the factor.
    Family(
        "LKJCholesky",
        "lkjcholesky",
        (
            Form(
                "",
                (_ETA,),
                f"2 * (eta - 1) * logdiag(x) + falling(x) + {_LKJ}",
                draw="std_correlations(eta)",
            ),
        ),
        SupportName.CHOLESKY_CORR,
        event=2,
    ),
    Family(
        "Wishart",
        "wishart",
        (
            Form(
                "",
                (_DF, _SCALE),
                "(df - len(x) - 1) * logdiag(cholesky(x))"
                " - 0.5 * squares(solve_matrix(cholesky(scale), cholesky(x)))"
                " - df * logdiag(cholesky(scale)) - 0.5 * df * len(x) * log(2)"
                " - multigamma(0.5 * df, x)",
                draw="gram(lower(cholesky(scale), std_bartlett(df)))",
            ),
        ),
        SupportName.COV,
        event=2,
        mean="scaled(scale, df)",
        variance="scaled(square(scale) + outer(diagonal(scale)), df)",
    ),
    Family(
        "InverseWishart",
        "inversewishart",
        (
            Form(
                "",
                (_DF, _SCALE),
                "-(df + len(x) + 1) * logdiag(cholesky(x))"
                " - 0.5 * squares(solve_matrix(cholesky(x), cholesky(scale)))"
                " + df * logdiag(cholesky(scale)) - 0.5 * df * len(x) * log(2)"
                " - multigamma(0.5 * df, x)",
                draw="gram(transposed(solve_matrix(std_bartlett(df),"
                " transposed(cholesky(scale)))))",
            ),
        ),
        SupportName.COV,
        event=2,
        mean=f"scaled(scale, 1 / ({_LEFT} - 1))",
        variance=f"scaled(scaled(square(scale), {_LEFT} + 1)"
        f" + scaled(outer(diagonal(scale)), {_LEFT} - 1),"
        f" 1 / ({_LEFT} * ({_LEFT} - 1)^2 * ({_LEFT} - 3)))",
    ),
)
