"""Complaints about families in clauses and recurrences: E371 to E379."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span
from .order import ORDER
from .sweeps import SWEEPS


def not_covered(at: Span, name: str, index: str, dim: tuple[str, Span]) -> Diagnostic:
    """An element that no clause is about."""
    return Diagnostic(
        "E371",
        at,
        f"no clause says what `{name}[{index}]` is",
        notes=((dim[1], f"`{dim[0]}` has that label"),),
        hint=f"add a clause for it, or begin a range at `{index}`",
    )


def cover_unknown(
    at: Span, name: str, dim: str, ends: tuple[str, str], *, at_the_end: bool
) -> Diagnostic:
    """Ends that may meet or not, depending on the data: of this clause, and where it should be."""
    here, there = ends
    if at_the_end:
        what = f"the last one ends at `{here}`, and `{dim}` at `{there}`"
        hint = f"end it where `{dim}` ends, at `{there}`; or declare `{dim}` with the end `{here}`"
    else:
        what = f"this one begins at `{here}`, and `{there}` is the first label without a clause"
        hint = "let each clause begin one behind the end of another: `1..K` and `K + 1..T`"
    return Diagnostic(
        "E371",
        at,
        f"nothing shows that the clauses of `{name}` cover every label of `{dim}` exactly once: "
        f"{what}",
        hint=hint,
    )


def cover_beyond(at: Span, name: str, dim: str, end: str, declared: Span) -> Diagnostic:
    """A clause that ends after its dimension."""
    return Diagnostic(
        "E371",
        at,
        f"this clause of `{name}` goes on behind the end of `{dim}`",
        notes=((declared, "declared here"),),
        hint=f"end it at `{end}`",
    )


def covered_twice(at: Span, name: str, index: str, other: Span) -> Diagnostic:
    """An element that two clauses are about."""
    return Diagnostic(
        "E372",
        at,
        f"`{name}[{index}]` is said twice",
        notes=((other, "what comes before it ends here"),),
        hint="let the clauses share no index",
    )


def clause_covers_all(at: Span, name: str, var: str) -> Diagnostic:
    """``s[1] = …`` beside ``s[t in time] = …``."""
    return Diagnostic(
        "E372",
        at,
        f"this clause is about every `{name}[{var}]`, those of the other clauses included",
        hint=f"give it a range that leaves them out: `{var} in 2..T`",
    )


def not_earlier(
    at: Span, element: tuple[str, str], read: tuple[str, str | None], declared: Span
) -> Diagnostic:
    """A reference that does not lead backwards."""
    name, index = element
    other, slot = read
    what = f"`{other}[{slot}]`" if slot is not None else f"all of `{other}`"
    return Diagnostic(
        "E373",
        at,
        f"`{name}[{index}]` needs {what}, which is not known to be an earlier element",
        notes=((declared, f"`{name}` is introduced here"),),
        hint=f"write `{other}` at an index like `t - 1`, or over a range like `1..t - 1`",
    )


def same_step(at: Span, names: Sequence[str]) -> Diagnostic:
    """Families of which every element of a step needs another of the same step."""
    listed = ", ".join(f"`{n}`" for n in names)
    return Diagnostic(
        "E373",
        at,
        f"elements of one step need each other: {listed}",
        hint="let one of them read an earlier element",
    )


def reads_behind(
    at: Span, written: str, dim: str, declared: Span, apart: str | None = None
) -> Diagnostic:
    """A clause whose first element reads before the beginning.

    Args:
        apart: the condition that would keep such elements apart, where there is one.
    """
    return Diagnostic(
        "E373",
        at,
        f"`{written}` may lie before the first label of `{dim}`",
        notes=((declared, "declared here"),),
        hint=f"let the condition keep the elements before apart: `if {apart} then … else …`"
        if apart
        else "begin the range of this clause later, and add clauses for the elements before",
    )


def clauses_differ(at: Span, name: str, first: Span) -> Diagnostic:
    """Clauses over different plates."""
    return Diagnostic(
        "E374",
        at,
        f"this clause of `{name}` is over other dimensions than the first",
        notes=((first, "the first clause"),),
        hint="clauses of one family differ in one index only",
    )


def too_many_clauses(at: Span, name: str, most: int, first: Span) -> Diagnostic:
    """A family with more clauses than the bound."""
    return Diagnostic(
        "E451",
        at,
        f"`{name}` has more than {most} clauses",
        notes=((first, "the first is here"),),
        hint=f"read the values from data: `data {name}_of[…]: real`; or take a range at a time:"
        f" `{name}[t in 2..T] = …`",
    )


def clauses_of_two_axes(at: Span, name: str) -> Diagnostic:
    """Clauses that divide two axes."""
    return Diagnostic(
        "E374",
        at,
        f"the clauses of `{name}` divide it along more than one dimension",
        hint="clauses of one family differ in one index only; over the others, write `i in dim`",
    )


def clauses_without_dimension(at: Span, name: str, dims: Sequence[str]) -> Diagnostic:
    """Ranges that no dimension, or more than one, begins or ends with."""
    if dims:
        listed = " and ".join(f"`{d}`" for d in dims)
        hint = f"the clauses fit {listed}; keep one of these"
    else:
        hint = "declare it with the same ends: `dim time = 1..T`"
    return Diagnostic(
        "E374", at, f"the clauses of `{name}` do not say over which dimension it is", hint=hint
    )


def clauses_on_two_sets(at: Span, name: str, words: tuple[str, str], other: Span) -> Diagnostic:
    """``x[1] ~ Gamma(…)`` beside ``x[t in 2..T] ~ Normal(…)``, latent."""
    here, there = words
    return Diagnostic(
        "E377",
        at,
        f"`{name}` is latent, and its elements would lie in different sets: {here}, and {there}",
        notes=((other, f"{there} here"),),
        hint="take distributions on the same set, such as `HalfNormal(1)` and "
        "`Normal(m, s) on (0, inf)`; or let the elements in another set be a variable of their own",
    )


def mixed_clauses(at: Span, name: str, other: Span, hint: str) -> Diagnostic:
    """``z[1] ~ …`` beside ``z[t in 2..T] = …``."""
    return Diagnostic(
        "E216",
        at,
        f"some elements of `{name}` are drawn, with `~`, and others defined, with `=`",
        notes=((other, "the other clause"),),
        hint=hint,
    )


def ends_recur(at: Span, name: str, read: str, declared: Span) -> Diagnostic:
    """``x[t in 2..T] ~ Uniform(0, x[t - 1])``, latent."""
    return Diagnostic(
        "E379",
        at,
        f"where `{name}` lies depends on earlier elements of `{read}`",
        notes=((declared, f"`{name}` is latent, and introduced here"),),
        hint="draw its place within the range, `u[t in time] ~ Uniform(0, 1)`, and define "
        f"`{name}` by that: `{name}[t in 2..T] = {name}[t - 1] * u[t]`",
    )


def recurs_along_nothing(at: Span, name: str, dim: str) -> Diagnostic:
    """A member of a recurrence without the recurring index."""
    return Diagnostic(
        "E374",
        at,
        f"`{name}` takes part in a recurrence along `{dim}`, and is not indexed by it once",
        hint=f"write `{name}[t in {dim}]`, or take it out of the circle",
    )


def imputed_in_circle(at: Span, name: str) -> Diagnostic:
    """Missing values that would follow from each other, in no known order."""
    return Diagnostic(
        "E373",
        at,
        f"missing values of `{name}` would follow from each other, and no dimension that counts "
        "leads from earlier ones to later ones",
        hint="index all that is in the circle by one dimension, `dim time = 1..T`, and read "
        f"`{name}[t - 1]`",
    )


def array_recurs(
    at: Span, name: str, hint: str | None = None, *, clauses: bool = True
) -> Diagnostic:
    """A clause whose elements are arrays, or a definition that needs earlier elements of itself."""
    whose = "a family in clauses" if clauses else "what is defined in a recurrence"
    return Diagnostic(
        "E375",
        at,
        f"the elements of `{name}` would be arrays; {whose} has one number an element",
        hint=hint or f"give it the dimension as an index: `{name}[i in row, t in 2..T]`",
    )


RECURRENCES: Mapping[str, Explanation] = {
    **ORDER,
    **SWEEPS,
    "E371": Explanation(
        "an element without a clause",
        "The clauses of a family cover every label of its dimension exactly once. That is proved "
        "from the ends as they are written, for any data.",
        wrong="data T: int\ndim time = 1..T\ns[2] = 1.0\ns[t in 3..T] = s[t - 1] / 2",
        right="data T: int\ndim time = 1..T\ns[1] = 1.0\ns[t in 2..T] = s[t - 1] / 2",
    ),
    "E372": Explanation(
        "an element with two clauses",
        "The clauses of a family cover every label of its dimension exactly once.",
        wrong="data T: int\ndim time = 1..T\ns[1] = 1.0\ns[t in 1..T] = 0.5",
        right="data T: int\ndim time = 1..T\ns[1] = 1.0\ns[t in 2..T] = 0.5",
    ),
    "E373": Explanation(
        "not an earlier element",
        "A family may refer to earlier elements of itself, `s[t - 1]`, and families that refer to "
        "each other also to the same one, in an order that exists. So there is always a first "
        "element to begin with. That is shown from the indices as they are written, or, where they "
        "depend on data, checked with the data (D460).",
        wrong="data T: int\ndim time = 1..T\ns[1] = 1.0\ns[t in 2..T] = s[t - 1] + s[T]",
        right="data T: int\ndim time = 1..T\ns[1] = 1.0\ns[t in 2..T] = s[t - 1] + 1",
    ),
    "E374": Explanation(
        "clauses that do not fit together",
        "The clauses of a family differ in one index, where each has a label or a range. Together "
        "they run over one dimension that counts.",
        wrong="data T: int\ndim time = 1..T, unit\nx[i in unit, 1] ~ Normal(0, 1)\n"
        "x[t in 2..T, i in unit] ~ Normal(0, 1)",
        right="data T: int\ndim time = 1..T, unit\nx[i in unit, 1] ~ Normal(0, 1)\n"
        "x[i in unit, t in 2..T] ~ Normal(x[i, t - 1], 1)",
    ),
    "E375": Explanation(
        "a recurrence of arrays",
        "A family in clauses has one number an element, and so has what is defined by earlier "
        "elements of itself. What would be an array gets its dimension as one more index. What is "
        "drawn as an array may depend on the array before in one statement, with a condition: "
        "`x[t in time, k] ~ MvNormal(if t == 1 then m else x[t - 1, :], S)`.",
        wrong="data T: int\ndim time = 1..T, row\ndata X[row]: real\ns[1] = X\ns[t in 2..T] = X",
        right="data T: int\ndim time = 1..T, row\ndata X[row]: real\n"
        "s[i in row, 1] = X[i]\ns[i in row, t in 2..T] = s[i, t - 1] / 2",
    ),
    "E377": Explanation(
        "clauses on different sets of numbers",
        "The clauses of a family may have different distributions. A latent variable is inferred "
        "in coordinates that keep it where its distribution lies, and all of its elements have "
        "coordinates of one kind: any number, numbers above an end, below one, or between two. "
        "Data may come from anywhere.",
        wrong="data T: int\ndim time = 1..T\nx[1] ~ Exponential(1)\n"
        "x[t in 2..T] ~ Normal(x[t - 1], 1)",
        right="data T: int\ndim time = 1..T\nx[1] ~ Exponential(1)\n"
        "x[t in 2..T] ~ Normal(x[t - 1], 1) on (0, inf)",
    ),
    "E379": Explanation(
        "a range that depends on earlier elements",
        "A latent variable is inferred in coordinates that keep it where its distribution lies, "
        "for all of its elements at once. So the ends of a range may read other variables, and "
        "not earlier elements of the same recurrence.",
        wrong="data T: int\ndim time = 1..T\nx[1] ~ Uniform(0, 1)\n"
        "x[t in 2..T] ~ Uniform(0, x[t - 1])",
        right="data T: int\ndim time = 1..T\nu[t in time] ~ Uniform(0, 1)\n"
        "x[1] = u[1]\nx[t in 2..T] = x[t - 1] * u[t]",
    ),
    "E451": Explanation(
        "too many clauses",
        "The clauses of a family become one formula, which asks for one label after the other: at "
        "most a hundred. Values that follow no rule are data.",
        wrong="dim t = 1..101\n" + "".join(f"s[{k}] = {k}\n" for k in range(1, 102)),
        right="dim t = 1..101\ns[1] = 1\ns[k in 2..101] = s[k - 1] + 1",
    ),
}
