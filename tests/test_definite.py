"""Matrices without a factor: named in a fit's warnings, and no exception anywhere."""

import nacre
import pytest
from nacre.grammar.diagnostic import Rejected

# positive definite while r < 1, which a guide that starts below leaves now and then
SOMETIMES = """
dim part = {a, b}
r ~ HalfNormal(1)
C[i in part, j in part] = if i == j then 1 else r
USE
guide {
    param m: real = -0.3
    r ~ LogNormal(m, 0.3)
}
"""
USES = {
    "a covariance": ("y ~ MvNormal(0, cov = C)\nobserve y = [0.3, -0.2]", "`C`"),
    "a factor": ("L = cholesky(C)\ny ~ Normal(L[b, b], 1)\nobserve y = 0.4", "`C`"),
    "an expression": (
        "y ~ Normal(sum(cholesky(C + diag([0, 0]))), 1)\nobserve y = 0.4",
        "`C + diag",
    ),
    "within a sum": (
        "y ~ Normal(sum(i in part)(sum(cholesky(C[:, :] + 0 * (i == a)))), 1)\nobserve y = 1",
        "`C[:, :] + 0",
    ),
}


@pytest.mark.parametrize("guide", ("guide", "mean-field"))
@pytest.mark.parametrize(("use", "matrix"), USES.values(), ids=USES)
def test_a_skipped_step_names_the_matrix(use, matrix, guide):
    fit = nacre.compile(SOMETIMES.replace("USE", use)).fit(guide=guide, steps=300, seed=3)
    judgement = fit.judgement.as_dict()
    if guide == "mean-field" and not judgement["skipped_steps"]:
        return  # its own start keeps away from the edge
    message = judgement["first_bad_step"]["message"]
    assert message.startswith(f"{matrix}")
    assert "is not positive definite: its smallest eigenvalue is -" in message
    assert judgement["skipped_steps"] > 0


@pytest.mark.parametrize("method", ("svi", "map"))
def test_a_fit_without_a_start_names_the_matrix(method):
    text = "dim part = {a, b}\ns ~ HalfNormal(1)\nC[i in part, j in part] = s * (2 - (i == j))\n"
    text += "y ~ MvNormal(0, cov = C)\nobserve y = [1, 2]\n"
    with pytest.raises(Rejected, match="not positive definite") as refused:
        nacre.compile(text).fit(method=method)
    assert refused.value.diagnostics[0].code == "R510"


def test_a_singular_matrix_is_named_so():
    text = "dim part = {a, b}\ns ~ HalfNormal(1)\nA[i in part, j in part] = s + 0 * (i == j)\n"
    text += "y ~ Normal(sum(solve(A, [1, 2])), 1)\nobserve y = 1\n"
    with pytest.raises(Rejected, match="`A` is singular"):
        nacre.compile(text).fit()
