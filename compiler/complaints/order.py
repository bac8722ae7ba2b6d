"""Complaints about dimensions in order, and what is first and last in them: E460 to E465."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span


def end_of_nothing(at: Span, word: str) -> Diagnostic:
    """`first` or `last` with nothing beside it that says of which dimension."""
    return Diagnostic(
        "E460",
        at,
        f"nothing here says of which dimension this is the {word} label",
        hint=f"write it in a slot, `x[{word}]`, or beside an index, `t == {word}`; on left sides, "
        "let one clause name the dimension: `z[t in time, t > first]`",
    )


def guard_is_no_range(at: Span, written: str, indices: Sequence[str]) -> Diagnostic:
    """A guard of a left side that does not leave a range of one index."""
    index = indices[0] if indices else "t"
    return Diagnostic(
        "E461",
        at,
        f"`{written}` does not say from where to where an index of this left side runs",
        hint=f"compare the index with each end once, `{index} > first` or `{index} <= last - 1`; "
        f"put other conditions on the right: `if {index} … then … else …`",
    )


def number_beside_position(at: Span, written: str, dim: str, declared: Span) -> Diagnostic:
    """A number where a label of a dimension must stand that has no numbers of its own."""
    return Diagnostic(
        "E462",
        at,
        f"`{written}` is a number, and labels of `{dim}` have none: they are known by their order",
        notes=((declared, f"`{dim}` is declared here"),),
        hint="count from an end of it: `first + 1`, `last - 1`",
    )


def label_as_number(at: Span, written: str) -> Diagnostic:
    """A label of a dimension that is not known, where a number must stand."""
    return Diagnostic(
        "E308",
        at,
        f"`{written}` stands for labels, not numbers",
        hint="labels serve as an index and beside `==` and `!=`",
    )


def stray_position(at: Span, written: str, dim: str, declared: Span) -> Diagnostic:
    """A position that is computed, and kept instead of being used."""
    return Diagnostic(
        "E463",
        at,
        f"`{written}` is a place along `{dim}`, and can only be looked up or compared where it is "
        "written",
        notes=((declared, f"`{dim}` is declared here"),),
        hint="write it where it is needed, `x[t - 1]`; a number of steps is a difference, "
        "`t - first`",
    )


def no_first_label(at: Span, dim: str) -> Diagnostic:
    """``dim grade = first..last``, or with the last label in front."""
    return Diagnostic(
        "E464",
        at,
        f"nothing says where `{dim}` begins",
        hint=f"write the number that it counts from, `dim {dim} = 0..last`; or declare "
        f"`dim {dim}`, whose labels are those that the data name",
    )


def nothing_points_into(at: Span, dim: str) -> Diagnostic:
    """``dim grade = 0..last`` without data that have grades."""
    return Diagnostic(
        "E464",
        at,
        f"no data say how far `{dim}` goes",
        hint=f"declare data that hold its numbers, `data y[row]: {dim}`; or write its end, "
        f"`dim {dim} = 0..m`, with `data m: int`",
    )


def uniform_over_nothing(at: Span) -> Diagnostic:
    """`uniform` where nothing says which labels are equally probable."""
    return Diagnostic(
        "E465",
        at,
        "nothing here says which labels are equally probable",
        hint="name their dimension: `p[s in state] = 1 / 2`, then `Categorical(p)`",
    )


ORDER: Mapping[str, Explanation] = {
    "E460": Explanation(
        "first or last of an unknown dimension",
        "`first` and `last` are the first and the last label of a dimension. Which one, is said by "
        "the slot that they stand in, by an index beside them, or by the dimension of a guarded "
        "index.",
        wrong="dim time\nn = last - first\ndata y[time]: real\ny[t in time] ~ Normal(n, 1)",
        right="dim time\nn = sum(t in time)(1)\ndata y[time]: real\ny[t in time] ~ Normal(n, 1)",
    ),
    "E461": Explanation(
        "a guard that is no range",
        "A guard on the left side, `z[t in time, t > first]`, leaves a range of the dimension. So "
        "it compares the index with an end; with `and`, or one behind the other, two guards give "
        "both ends.",
        wrong="dim time\ndata y[time]: real\ny[t in time, t != first] ~ Normal(y[t - 1], 1)",
        right="dim time\ndata y[time]: real\ny[t in time, t > first] ~ Normal(y[t - 1], 1)",
    ),
    "E462": Explanation(
        "a number beside a label in order",
        "Labels that come from the data, or that are words, can be compared and stepped from: "
        "`t > first`, `t - 1`. They are no numbers themselves, not even where they look like it: "
        "the second of the years 1990, 1995, 2000 is neither 2 nor 1991.",
        wrong="dim time\ndata y[time]: real\ns[t in time] = if t > 1 then y[t - 1] else 0\n"
        "y[t in time] ~ Normal(s[t], 1)",
        right="dim time\ndata y[time]: real\ns[t in time] = if t > first then y[t - 1] else 0\n"
        "y[t in time] ~ Normal(s[t], 1)",
    ),
    "E465": Explanation(
        "uniform over unknown labels",
        "`Categorical(uniform)` makes all labels equally probable. Which ones, is said by another "
        "clause of the same family, or by the type of data that are drawn.",
        wrong="dim state = {calm, wild}\nm[s in state] ~ Normal(0, 1)\ndata y: real\n"
        "z ~ Categorical(uniform)\ny ~ Normal(m[z], 1)",
        right="dim state = {calm, wild}\nm[s in state] ~ Normal(0, 1)\ndata y: real\n"
        "p[s in state] = 1 / 2\nz ~ Categorical(p)\ny ~ Normal(m[z], 1)",
    ),
    "E464": Explanation(
        "a dimension without ends",
        "`dim grade = 0..last` counts from 0 as far as the data go: to the largest number in data "
        "of that type. So it needs a number to begin with, and such data.",
        wrong="dim grade = 0..last\ncut[g in grade] ~ Normal(0, 1)",
        right="dim row, grade = 0..last\ndata y[row]: grade\ncut[g in grade] ~ Normal(0, 1)\n"
        "y[n in row] ~ Categorical(logit = cut)",
    ),
    "E463": Explanation(
        "a place that is kept",
        "`t - 1` along a dimension without numbers of its own is a place, not a number. It says "
        "which element is meant, and how it compares with another place; it is not a value of a "
        "variable.",
        wrong="dim time\ndata y[time]: real\n"
        "before[t in time] = if t > first then t - 1 else first\n"
        "m[t in time] = y[before[t]] / 2\ny[t in time] ~ Normal(m[t], 1)",
        right="dim time\ndata y[time]: real\n"
        "m[t in time] = y[if t > first then t - 1 else first] / 2\ny[t in time] ~ Normal(m[t], 1)",
    ),
}
