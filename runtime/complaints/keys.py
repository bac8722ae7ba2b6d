"""Complaints about tables whose rows are named by a column: D446 to D448."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from .wording import number, quoted


def two_values(
    at: Span,
    name: str,
    labels: Sequence[str],
    first: tuple[int, object],
    second: tuple[int, object],
) -> Diagnostic:
    """Two rows about one element."""
    element = f"{name}[{', '.join(labels)}]"
    (row, value), (other, again) = first, second
    if _shown(value) == _shown(again):
        return Diagnostic(
            "D447",
            at,
            f"rows {row:,} and {other:,} both give `{element}`",
            hint="a long table has one row for every combination of labels; if each row is an "
            "observation, declare the data over a dimension of rows",
        )
    return Diagnostic(
        "D446",
        at,
        f"`{element}` is {_shown(value)} in row {row:,} and {_shown(again)} in row {other:,}",
        hint=f"`{name}` has one value for each label; what differs from row to row is declared "
        "over the dimension of the rows",
    )


def no_key(at: Span, dim: str, row: int, how_many: int) -> Diagnostic:
    """A row whose name is missing."""
    more = f" (and {how_many - 1:,} more)" if how_many > 1 else ""
    return Diagnostic(
        "D448",
        at,
        f"row {row:,} does not say which `{dim}` it is about{more}",
        hint=f"fill in the column `{dim}`, or remove those rows",
    )


def _shown(value: object) -> str:
    return number(float(value)) if isinstance(value, int | float) else quoted(value)


CODES: Mapping[str, Explanation] = {
    "D446": Explanation(
        "two values for one label",
        "A column over a dimension that another column of the table names is read by those names."
        " It may repeat its value from row to row, as a county's does in a table of houses; it may"
        " not have two.",
        "house,county,uranium\n1,AITKIN,0.5\n2,AITKIN,0.7",
        "house,county,uranium\n1,AITKIN,0.5\n2,AITKIN,0.5",
    ),
    "D447": Explanation(
        "two rows for one element",
        "Data over several dimensions, `y[unit, time]`, are read from a long table with a column"
        " for each of them and a row for each combination.",
        "unit,time,y\na,1,0.5\na,1,0.5",
        "unit,time,y\na,1,0.5\na,2,0.5",
    ),
    "D448": Explanation(
        "a row without a name",
        "Rows are told apart by the column that is called like a dimension of the data; a row"
        " without a label there belongs nowhere.",
        "county,uranium\nAITKIN,0.5\n,0.7",
        "county,uranium\nAITKIN,0.5\nANOKA,0.7",
    ),
}
