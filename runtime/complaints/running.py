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
    return Diagnostic("R501", at, f"this cannot be computed: {quoted(first, longest=160)}")


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
}
