"""Complaints about sizes and labels of dimensions."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from ..sequence import Turn
from . import keys
from .wording import counted, number, quoted


def unsized(at: Span, dim: str) -> Diagnostic:
    """Nothing says how long a dimension is."""
    hint = f'give "{dim}" in the data: a number, or a list of labels'
    return Diagnostic("D431", at, f"nothing says how large the dimension `{dim}` is", hint=hint)


def nothing_there(at: Span, function: str, dim: str) -> Diagnostic:
    """A mean or an extreme over a dimension without elements."""
    return Diagnostic(
        "D449",
        at,
        f"`{function}` of nothing has no value: the data give `{dim}` no elements",
        hint=f"give `{dim}` some elements, or leave this formula out for such data",
    )


def bad_labels(at: Span, dim: str, reason: str) -> Diagnostic:
    """What was given for a dimension is neither a size nor a list of labels."""
    return Diagnostic(
        "D432",
        at,
        f"the labels given for the dimension `{dim}` cannot be used: {reason}",
        hint="give a whole number, or a list of different names or whole numbers",
    )


def bad_range(at: Span, dim: str, first: float, last: float, reason: str) -> Diagnostic:
    """``first..last`` does not come out as a range of whole numbers."""
    ends = f"{number(first)}..{number(last)}"
    hint = "check the data that its ends are computed from"
    if last < first:
        hint += f": it ends at {number(first)} or later, or at {number(first - 1)} if it is empty"
    return Diagnostic("D433", at, f"the dimension `{dim}` would be {ends}: {reason}", hint=hint)


def sizes_disagree(
    at: Span, dim: str, first: tuple[str, int], second: tuple[str, int], other: Span | None
) -> Diagnostic:
    """Two sources, each in words with the size that it implies."""
    notes = () if other is None else ((other, f"`{dim}` is declared here"),)
    return Diagnostic(
        "D423",
        at,
        f"the dimension `{dim}` has {counted(first[1], 'label')} ({first[0]}), "
        f"but {second[0]} has {second[1]:,}",
        notes,
        hint=f"bring both to one length, {first[1]:,} or {second[1]:,}; or, if they are about "
        f"different things, declare a second dimension: `dim {dim}2`",
    )


def labels_disagree(at: Span, dim: str, source: str, extra: Sequence[str]) -> Diagnostic:
    """Two sources of labels that do not name the same things."""
    some = ", ".join(quoted(x) for x in extra[:3])
    hint = "labels are compared letter by letter; an array without labels is read in their order"
    if source == f'"{dim}" in the data':
        hint = (
            f"`dim {dim}` takes its labels from there; if it is about something else, "
            "call the dimension otherwise"
        )
    return Diagnostic(
        "D435",
        at,
        f"{source} does not have the labels of the dimension `{dim}`: {some} on one side only",
        hint=hint,
    )


def other_order(at: Span, dim: str, source: str, first: tuple[object, object]) -> Diagnostic:
    """The same labels in another order, beside arrays that carry no labels of their own."""
    return Diagnostic(
        "D436",
        at,
        f"{source} lists the labels of `{dim}` in another order: {quoted(first[1])} stands where "
        f"the model has {quoted(first[0])}",
        hint="sort the values into the order of the declaration, or give them as a table",
    )


def not_in_order(at: Span, dim: str, source: str, wrong: Turn) -> Diagnostic:
    """Numbers or dates that go down, along which a model steps."""
    return Diagnostic(
        "D462",
        at,
        f"the model steps along `{dim}`, whose {wrong.what} are not in order: {wrong.after} stands "
        f"behind {wrong.before} ({source})",
        hint="sort the labels, and the values with them; or give the values as a table with a "
        f"column `{dim}`, whose rows may be in any order",
    )


def sparse_index(at: Span, name: str, dim: str, found: Sequence[int]) -> Diagnostic:
    """Numbers that look like years or identifiers where positions from 1 are expected.

    Args:
        found: the different ones, in order.
    """
    low, high, distinct = found[0], found[-1], len(found)
    some = ", ".join(map(str, found[:4])) + (", …" if distinct > 4 else "")
    return Diagnostic(
        "D434",
        at,
        f"`{name}` holds {counted(distinct, 'different number')} from {low} to {high}; "
        f"counted from 1 they would make a dimension `{dim}` of {high:,} labels",
        hint=f"if they count something, write `dim {dim} = {low}..{high}` in the model; if they "
        f'are names, list them in the data: {{"{dim}": [{some}]}}',
    )


CODES: Mapping[str, Explanation] = {
    **keys.CODES,  # of the labels that rows of tables bring
    "D423": Explanation(
        "two sizes for one dimension",
        "Every array over a dimension has one element per label. The message names the two places"
        " that disagree; one of them is short, or is declared over the wrong dimension.",
        '{"x": [1, 2, 3], "y": [1, 2]}            # data x[row]: real    data y[row]: real',
        '{"x": [1, 2, 3], "y": [1, 2, 4]}',
    ),
    "D431": Explanation(
        "a dimension without a size",
        "A dimension that does not list its labels takes them from the data: from an entry of its"
        " own name, from index-valued data that point into it, or from the length of arrays"
        " declared over it. None of these was given.",
        "dim group\ntheta[g in group] ~ Normal(0, 1)      # data: {}",
        'dim group\ntheta[g in group] ~ Normal(0, 1)      # data: {"group": 3}',
    ),
    "D432": Explanation(
        "labels that cannot be used",
        "An entry named like a dimension gives its size (a whole number from 0) or its labels"
        " (all of them names, or all of them whole numbers, each once).",
        '{"county": ["AITKIN", "ANOKA", "AITKIN"]}',
        '{"county": ["AITKIN", "ANOKA"]}',
    ),
    "D433": Explanation(
        "a range that is not one",
        "Both ends of `dim t = 1..T` must come out as whole numbers, and the range may be empty"
        " (1..0) but not run backwards. At most 50,000,000 labels are made.",
        'dim t = 1..T                              # data: {"T": 2.5}',
        'dim t = 1..T                              # data: {"T": 2}',
    ),
    "D434": Explanation(
        "index data that do not count from 1",
        "Whole numbers in index data are positions 1, 2, 3 …, and the largest one sizes the"
        " dimension. Years or identifiers would leave most of it empty, so they are refused"
        " unless the labels are written down.",
        "dim year\ndata year_of[obs]: year                   # 1990, 1991, …",
        "dim year = 1990..2020\ndata year_of[obs]: year",
    ),
    "D435": Explanation(
        "labels that do not match",
        "The data bring labels for a dimension whose labels are known already, and they are not"
        " the same ones.",
        "dim arm = {placebo, drug}\ndata y[arm]: real                         # arm: placebo, "
        "control",
        "dim arm = {placebo, control}\ndata y[arm]: real",
    ),
    "D436": Explanation(
        "labels in another order",
        "A list of labels beside other lists says in which order those are, and the dimension has"
        " an order of its own. Reading one as the other would put every value under a wrong label,"
        " so this is refused. (Columns of a table are put in order by their labels.)",
        "dim arm = {placebo, drug}\n"
        'data y[arm]: real                         # {"arm": ["drug", "placebo"], "y": [2, 1]}',
        "dim arm = {drug, placebo}\ndata y[arm]: real",
    ),
    "D462": Explanation(
        "labels that go down",
        "`x[t - 1]` is the element of the label before: labels that come with the data are taken in"
        " their order. Numbers and dates have an order of their own, and a list of them that is not"
        " in that order beside lists of values leaves open what was meant. (Rows of tables name"
        " their labels themselves, and are put in order.)",
        'x[first] ~ Normal(0, 1)                   # {"day": ["2024-05-02", "2024-05-01"], '
        '"y": [1.5, 2]}\nx[t in day, t > first] ~ Normal(x[t - 1], 1)',
        '{"day": ["2024-05-01", "2024-05-02"], "y": [2, 1.5]}',
    ),
    "D449": Explanation(
        "a mean or an extreme of nothing",
        "A dimension may be empty: a sum over it is 0, and statements over it add nothing. But"
        " `mean`, `sd`, `var`, `min` and `max` of no numbers have no value.",
        'dim row\ndata x[row]: real                         # {"x": []}\nc = mean(x)',
        'dim row\ndata x[row]: real                         # {"x": []}\nc = sum(x)',
    ),
}
