"""Complaints about the values of declared data."""

import re
from collections.abc import Mapping, Sequence

from ...compiler.types import Extent
from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span
from .wording import counted, declared, listed, number, plain, quoted, shape_of


def data_missing(
    at: Span, name: str, extents: Sequence[Extent], available: Sequence[str], none: bool
) -> Diagnostic:
    """A declared input without a default that the data do not give.

    Args:
        available: names in the data that nothing reads.
        none: whether there are no data at all.
    """
    hint = did_you_mean(name, available)
    alike = [n for n in available if plain(n) == plain(name)]
    if alike:
        hint = f"did you mean {listed(alike)}?"
    elif hint is None and available:
        hint = f"the data also have {listed(available)}"
        if any(n.lstrip("+-")[:1].isdigit() for n in available):
            hint += ": is the row of names missing?"
        elif len(available) == 1 and re.search(r"[\s|:]", available[0]):
            hint += "; columns are separated by commas, semicolons or tabs"
    elif hint is None:
        hint = f"add a column or an entry that is called `{name}`"
    if none:
        hint = "no data were given; a file is given with `--data FILE`"
    return Diagnostic(
        "D421",
        at,
        f"the data do not give `{declared(name, extents)}`",
        hint=hint,
    )


_NESTED: Mapping[int, str] = {0: "3", 1: "[1, 2, 3]", 2: "[[1, 2, 3], [4, 5, 6]]"}


def wrong_rank(at: Span, name: str, extents: Sequence[Extent], found: Sequence[int]) -> Diagnostic:
    """An array with more or fewer axes than declared."""
    wanted = f"one value per {' and '.join(map(str, extents))}" if extents else "one value"
    return Diagnostic(
        "D422",
        at,
        f"`{declared(name, extents)}` needs {wanted}; the data give {shape_of(found)}",
        hint=f'write it like {{"{name}": {_NESTED.get(len(extents), "[[[1, 2], …], …]")}}}, or '
        "declare it over as many dimensions as the data have axes",
    )


def wrong_length(at: Span, name: str, axis: int, expected: int, found: int) -> Diagnostic:
    """An axis of literal length that has another one."""
    return Diagnostic(
        "D422",
        at,
        f"axis {axis} of `{name}` must have length {expected}; the data give {found}",
        hint=f"give {expected} values along it, or declare it over a dimension: `dim row`",
    )


def too_many_digits(at: Span, place: str, value: float, how_many: int) -> Diagnostic:
    """A whole number that stands for several of them."""
    hint = (
        "numbers are kept with 53 binary digits, so whole numbers are exact below 2^53: declare it "
        "`real` where only its size matters, or with a dimension as its type where it is a name"
    )
    wanted = "a whole number of at most 15 digits"
    return outside_support(at, place, value, wanted, how_many, hint)


def ragged(at: Span, name: str, place: str, found: str, expected: str) -> Diagnostic:
    """Nested lists that make no rectangle."""
    return Diagnostic(
        "D424",
        at,
        f"`{name}` is ragged: {place} is {found}, the ones before are {expected}",
        hint="give every row as many values; groups of different sizes are rows with index data: "
        f"`dim obs`, `data {name}[obs]: real` and `data group_of[obs]: group`",
    )


_BECOMES: Mapping[str, str] = {"drop": "leaves their terms out", "impute": "infers them"}


def value_missing(
    at: Span,
    place: str,
    how_many: int,
    name: str | None = None,
    undrawn: str | None = None,
    extents: Sequence[Extent] = (),
    rules: Sequence[str] = tuple(_BECOMES),
) -> Diagnostic:
    """NaN, null, an empty cell or NA.

    Args:
        name: of the data, where the model could say what becomes of missing values.
        undrawn: the same, where it would have to say how they are distributed, too.
        extents: of the data.
        rules: what the model may say of missing values.
    """
    hint = "missing values are not guessed: remove those rows from the data"
    if len(extents) > 1:
        hint = "every combination needs a value"
        hint += "; groups of different sizes are rows with index data: "
        hint += f"`y[obs]` and `{extents[0]}_of[obs]: {extents[0]}`"
    if name is not None and rules:
        ways = (f"`observe {name} missing {rule}` {_BECOMES[rule]}" for rule in rules)
        hint += f", or say in the model what becomes of them: {', '.join(ways)}"
    elif name is None and undrawn is not None and "impute" in rules:
        hint += (
            f", or infer them: give `{undrawn}` a distribution in the model, and write "
            f"`observe {undrawn} missing impute`"
        )
    more = f" (and {how_many - 1:,} more)" if how_many > 1 else ""
    return Diagnostic(
        "D425",
        at,
        f"{place} has no value{more}",
        hint=hint,
    )


def not_a_number(
    at: Span, place: str, text: object, how_many: int = 1, hint: str | None = None
) -> Diagnostic:
    """Text where a number is expected."""
    more = f" (and {how_many - 1:,} more like it)" if how_many > 1 else ""
    message = f"{place} is {quoted(text)}, which is not a number{more}"
    hint = hint or "write a number there, or null where a value is missing"
    return Diagnostic("D426", at, message, hint=hint)


def foreign(at: Span, place: str, kind: str) -> Diagnostic:
    """Something of Python that is neither a number nor a label.

    Args:
        kind: name of its type.
    """
    hint = "give numbers or texts, in lists or arrays"
    if kind in ("set", "frozenset", "generator", "map", "filter", "zip", "dict_values"):
        hint = "make a list of it"
    elif kind.startswith(("csr_", "csc_", "coo_", "bsr_", "dia_", "dok_", "lil_")):
        hint = "make an array of it: `.toarray()`"
    elif kind.startswith("timedelta"):
        hint = "divide it by a unit, such as `np.timedelta64(1, 'D')`"
    elif kind == "bytes":
        hint = "make texts of them, by the encoding that they are in: `.decode(…)`"
    elif kind == "complex":
        hint = "give its real and its imaginary part as data of their own"
    message = f"{place} is of type `{kind}`, which is neither a number nor a label"
    return Diagnostic("D426", at, message, hint=hint)


def not_finite(at: Span, place: str, value: float) -> Diagnostic:
    """An infinite value."""
    return Diagnostic(
        "D427",
        at,
        f"{place} is {number_or_inf(value)}; data must be finite",
        hint="a missing value is null in JSON, and an empty cell in a table; one that was cut off "
        "is the place of the cut, with `Censored(…, high = 9)` in the model",
    )


def outside_support(
    at: Span, place: str, value: float, needs: str, how_many: int, hint: str | None = None
) -> Diagnostic:
    """A number that the declared type does not allow."""
    more = f" (and {how_many - 1:,} more like it)" if how_many > 1 else ""
    whole = float(value).is_integer() and ("whole" in needs or needs == "0 or 1")
    hint = hint or f"correct it, or declare the data as `{'int' if whole else 'real'}`"
    return Diagnostic(
        "D428", at, f"{place} is {number_or_inf(value)}, but must be {needs}{more}", hint=hint
    )


def unknown_label(
    at: Span, place: str, label: object, dim: str, labels: Sequence[str | int], declared_at: Span
) -> Diagnostic:
    """Index data with a label that the dimension does not have."""
    known = [x for x in labels[:100_000] if isinstance(x, str)]
    alike = [x for x in known if plain(x) == plain(str(label))]
    hint = f"did you mean {listed(alike)}?" if alike else did_you_mean(str(label), known)
    if hint is None:
        some = [str(x) for x in labels[:6]]
        hint = f"the labels are {listed(some)}" if some else f"list them in the data, as `{dim}`"
    return Diagnostic(
        "D429",
        at,
        f"{place} is {quoted(label)}, which is not a label of the dimension `{dim}`",
        ((declared_at, f"`{dim}` has {counted(len(labels), 'label')}"),),
        hint=hint,
    )


def index_out_of_range(
    at: Span,
    place: str,
    value: float,
    dim: str,
    ends: tuple[int, int],
    last: int | None,
    *,
    words: bool = False,
) -> Diagnostic:
    """A number in index data that is no label or position.

    Args:
        last: the largest label, if the numbers look as if they counted from 0.
        words: whether the labels are words, which the dimension cannot do without.
    """
    hint = "correct it in the data"
    if float(value).is_integer() and not words:
        low, high = min(ends[0], int(value)), max(ends[1], int(value))
        hint += f", or let the dimension reach so far: `dim {dim} = {low}..{high}`"
    if last is not None:
        hint = "indices count from 1, and these look as if they counted from 0: add 1"
        hint += "" if words else f", or let the dimension do so too: `dim {dim} = 0..{last}`"
    allowed = f"{ends[0]}..{ends[1]}" if ends[1] >= ends[0] else "empty"
    return Diagnostic(
        "D430",
        at,
        f"{place} is {number_or_inf(value)}, but the dimension `{dim}` is {allowed}",
        hint=hint,
    )


def formula_failed(at: Span, what: str, value: str) -> Diagnostic:
    """An expression of data alone that gives no usable number."""
    hint = "check the data that it is computed from"
    if value in ("infinite", "not a number"):
        hint += ": for a 0 in a divisor or a logarithm, a negative number under a root"
    return Diagnostic("D437", at, f"{what} comes out as {value}", hint=hint)


def observed_outside(
    at: Span, place: str, value: float, family: str, needs: str, how_many: int
) -> Diagnostic:
    """A given value that its distribution cannot produce."""
    more = f" (and {how_many - 1:,} more like it)" if how_many > 1 else ""
    return Diagnostic(
        "D438",
        at,
        f"{place} is {number_or_inf(value)}, but {family} only gives values that are {needs}{more}",
        hint="correct it in the data, or take a distribution that gives such values",
    )


def label_not_given(
    at: Span, label: str | int, dim: str, labels: Sequence[str | int]
) -> Diagnostic:
    """A label written in the model that the data do not bring."""
    known = [str(x) for x in labels[:100_000]]
    hint = did_you_mean(str(label), known)
    if hint is None:
        hint = f"the labels are {listed(known)}" if known else f"list them in the data, as `{dim}`"
    return Diagnostic(
        "D439",
        at,
        f"{quoted(label) if isinstance(label, str) else label} is not a label of the dimension "
        f"`{dim}`, which takes its "
        f"{counted(len(labels), 'label')} from the data",
        hint=hint,
    )


def lengths_differ(at: Span, first: tuple[Extent, int], second: tuple[Extent, int]) -> Diagnostic:
    """Axes that meet element by element, with the length of each."""
    (name, n), (other, m) = sorted((first, second), key=lambda x: isinstance(x[0], int))
    met = f"`{other}`, of {m}" if isinstance(other, str) else f"a list of {m}"
    hint = f"write {n:,} numbers in the list"
    if isinstance(other, str):
        hint = "two dimensions whose labels are the same are one: declare both over it"
    message = f"`{name}` has {counted(n, 'label')}, and meets {met} here"
    return Diagnostic("D440", at, message, hint=hint)


def steps_differ(at: Span, param: str, steps: int, labels: tuple[str, int]) -> Diagnostic:
    """Another number of cutpoints than there are steps between the labels of the data."""
    dim, n = labels
    return Diagnostic(
        "D440",
        at,
        f"{steps:,} `{param}` cannot lie between the {counted(n, 'label')} of `{dim}`: there are "
        f"{n - 1:,} steps between them",
        hint=f"give {n - 1:,} of them, or data with {steps + 1:,} labels",
    )


def number_or_inf(value: float) -> str:
    """A number, with infinities and NaN in words."""
    if value != value:
        return "not a number"
    return "infinite" if value in (float("inf"), float("-inf")) else number(value)


CODES: Mapping[str, Explanation] = {
    "D421": Explanation(
        "data that the model needs are missing",
        "Every `data` declaration without a default needs a value of the same name: a column of a"
        " table or an entry of a JSON object. Index data `county_of[house]: county` may also be"
        " given as a column named like the dimension, `county`.",
        "data floor[house]: real                   # columns: Floor, y",
        "data floor[house]: real                   # columns: floor, y",
    ),
    "D422": Explanation(
        "an array of the wrong shape",
        "An array has one axis per dimension of its declaration, in that order. A list with one"
        " element is accepted for a number, and a number for an array with one element.",
        'data x[row, column]: real                 # {"x": [1, 2, 3]}',
        'data x[row, column]: real                 # {"x": [[1, 2, 3], [4, 5, 6]]}',
    ),
    "D424": Explanation(
        "lists of different lengths",
        "A matrix is a list of rows, all of one length. Groups of different sizes are written as"
        " one long array with an index: `y[obs]` and `group_of[obs]: group`.",
        '{"x": [[1, 2, 3], [4, 5]]}',
        '{"x": [[1, 2, 3], [4, 5, 6]]}',
    ),
    "D425": Explanation(
        "a missing value",
        "null, NaN, an empty cell, or NA in a column of numbers. A missing value is never dropped"
        " or guessed silently.",
        '{"y": [1.5, null, 2.0]}',
        '{"y": [1.5, 2.0]}',
    ),
    "D426": Explanation(
        "text where a number is expected",
        "The message shows the first such cell. A column of names belongs to index data:"
        " `data county_of[house]: county`.",
        "y\n1,5",
        "y\n1.5",
    ),
    "D427": Explanation(
        "an infinite value",
        "No distribution has infinity as a value, so a fit could not start.",
        '{"y": [1.5, 1e999]}',
        '{"y": [1.5, 2.0]}',
    ),
    "D428": Explanation(
        "a value that its type does not allow",
        "`positive` is greater than 0; `unit` is from 0 to 1; `count` is 0, 1, 2 …; `int` is a"
        " whole number; `bool` is 0 or 1; `on (a, b)` is from a to b. The first wrong element is"
        " named by its label.",
        'data sigma[school]: positive              # {"sigma": [15, 0, 16]}',
        'data sigma[school]: positive              # {"sigma": [15, 10, 16]}',
    ),
    "D429": Explanation(
        "an unknown label in index data",
        "Index data hold labels of their dimension. Where the model lists the labels, others are"
        " refused: a typing slip would otherwise become a group of its own.",
        "dim arm = {placebo, drug}\ndata arm_of[patient]: arm                 # placebo, durg",
        "dim arm = {placebo, drug}\ndata arm_of[patient]: arm                 # placebo, drug",
    ),
    "D430": Explanation(
        "an index that is out of range",
        "Numbers in index data are the labels of a dimension that counts, or positions from 1. They"
        " never count from 0.",
        "data county_of[house]: county             # 0, 1, 2",
        "data county_of[house]: county             # 1, 2, 3",
    ),
    "D437": Explanation(
        "an expression of data that has no value",
        "A default, the end of a range or a given value is computed from the data once, before"
        " anything else. It divided by zero, took the logarithm of a negative number, or used an"
        " index that does not exist.",
        'data n: int\ndata scale: real = 1 / n                  # {"n": 0}',
        'data n: int\ndata scale: real = 1 / n                  # {"n": 4}',
    ),
    "D439": Explanation(
        "a label that the data do not have",
        "The model names an element of a dimension whose labels come from the data. Names are"
        " compared letter by letter; dimensions without names count from 1.",
        "dim county                                # labels from the data: AITKIN, ANOKA\n"
        'first = alpha["Aitkin"]',
        'dim county\nfirst = alpha["AITKIN"]',
    ),
    "D440": Explanation(
        "two lengths that meet",
        "An operation works element by element on an array over a dimension and on a list of"
        " literal length. Only the data say how long the dimension is, and it is not that long.",
        'theta[c] ~ Dirichlet([1, 1, 1])           # {"c": 2}',
        'theta[c] ~ Dirichlet([1, 1])              # {"c": 2}',
    ),
    "D438": Explanation(
        "an observation that is impossible",
        "The value lies outside what its distribution can give: its density is zero, so every"
        " posterior would be undefined. Either the value or the distribution is wrong.",
        "y[i in row] ~ LogNormal(0, 1)             # y: 1.5, -2",
        "y[i in row] ~ Normal(0, 1)                # y: 1.5, -2",
    ),
}
