"""Complaints about generated code that fails while it runs."""

import re
from collections.abc import Mapping

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from .wording import quoted

_OUTSIDE = re.compile(r"out of (DATA )?bounds|out of range", re.IGNORECASE)


def failed_at_run_time(at: Span | None, reason: str) -> Diagnostic:
    """An operation of the generated code that torch refuses, with the statement it stands for."""
    if _OUTSIDE.search(reason):  # torch words this differently from one operation to another
        return Diagnostic(
            "R501",
            at,
            "an index is outside its dimension",
            hint="check the numbers in the data that it is computed from",
        )
    first = next(iter(reason.splitlines()), "")
    return Diagnostic(
        "R501",
        at,
        f"this cannot be computed: {quoted(first, longest=160)}",
        hint="check the data that this statement reads; `nacre compile` shows the code for it",
    )


def no_matrix(at: Span | None, fault: str) -> Diagnostic:
    """Inference without a starting point, because a matrix has no factor or no inverse there."""
    return Diagnostic(
        "R510",
        at,
        f"no finite starting point was found: {fault}",
        hint="add a small number to the diagonal of what has two indices: `… + 1e-6 * (i == j)`",
    )


CODES: Mapping[str, Explanation] = {
    "R501": Explanation(
        "a computation that fails",
        "The generated code met an operation that has no result for these data, most often an index"
        " outside of its dimension. The caret shows the statement that it was generated for. (What"
        " has a result that is no number, such as a covariance that is not positive definite, makes"
        " the density nan and is reported as R571.)",
        "u = t[k]                  # k is 7, and t has three elements",
        "u = t[k]                  # k is 2",
    ),
    "R510": Explanation(
        "a matrix without a factor",
        "A covariance must be positive definite: symmetric, with eigenvalues above 0. A kernel's"
        " matrix is that in exact arithmetic, but at points close together, against its length"
        " scale, it has eigenvalues below the rounding of its entries. A small number on the"
        " diagonal, a nugget, mends that; for data with noise it is their variance. In a fit, steps"
        " at which a matrix has no factor are left out and counted; this complaint is about a fit"
        " that finds no place to begin.",
        "C[i in point, j in point] = exp(-(x[i] - x[j])^2)",
        "C[i in point, j in point] = exp(-(x[i] - x[j])^2) + 1e-6 * (i == j)",
    ),
}
