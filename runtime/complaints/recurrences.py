"""Complaints about data that recurrences are computed from: D460, D461."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span


def not_earlier(
    at: Span,
    element: tuple[str, str | int],
    read: tuple[str, str | int],
    behind: bool,
    others: Sequence[str],
    dim: str,
) -> Diagnostic:
    """A reference that these data lead to a later element, or before the first."""
    what = f"before the first label of `{dim}`" if behind else "not an earlier element"
    where = f", at {', '.join(others)}" if others else ""
    return Diagnostic(
        "D460",
        at,
        f"`{element[0]}[{element[1]}]` needs `{read[0]}[{read[1]}]`{where}, which is {what}",
        hint="look at the data that this index is computed from",
    )


def partly_drawn(at: Span, name: str, statement: Span) -> Diagnostic:
    """Data of which a simulation draws only some elements, and that are not given."""
    return Diagnostic(
        "D461",
        at,
        f"not all of `{name}` is drawn, and the data do not have the rest",
        notes=((statement, "this draws a part of it"),),
        hint=f"give `{name}`: what is drawn may hold any number, the rest is taken from it",
    )


CODES: Mapping[str, Explanation] = {
    "D460": Explanation(
        "data that lead a recurrence astray",
        "A family may refer to earlier elements of itself at indices that depend on data: "
        "`x[t - lag]`, `x[parent[t]]`. With these data, some element would need one that does not "
        "exist, or that is computed only later.",
        'x[t in 2..T] = x[t - lag[t]] / 2          # data: {"T": 3, "lag": [1, 1, 3]}',
        'x[t in 2..T] = x[t - lag[t]] / 2          # data: {"T": 3, "lag": [1, 1, 2]}',
    ),
    "D461": Explanation(
        "a part of the data that nothing draws",
        "A simulation draws what the model explains. The first elements of an autoregression are"
        " not explained, and everything after them is drawn from them, so they come from the data.",
        '{"T": 4}                    # y[t in 2..T] ~ Normal(y[t - 1], 1)',
        '{"T": 4, "y": [1.5, 0, 0, 0]}',
    ),
}
