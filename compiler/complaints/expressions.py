"""Complaints about expressions: E301 to E318. One constructor per sentence."""

from collections.abc import Sequence
from math import inf

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from ..types import Bounds, Extent

Shaped = tuple[Span, tuple[Extent, ...]]  # an array: its place and its shape


def show(event: tuple[Extent, ...]) -> str:
    """A shape as it is written: ``[house, 3]``."""
    return f"[{', '.join(map(str, event))}]"


def amount(x: float) -> str:
    """A number as one writes it."""
    return f"{x:g}" if abs(x) < inf else ("inf" if x > 0 else "-inf")


def reach(b: Bounds) -> str:
    """What values an interval leaves, in words."""
    if b.low == b.high:
        return f"it is {amount(b.low)}"
    if b.high == inf:
        return f"it is at least {amount(b.low)}"
    if b.low == -inf:
        return f"it is at most {amount(b.high)}"
    return f"it lies between {amount(b.low)} and {amount(b.high)}"


def need(b: Bounds) -> str:
    """What an interval asks for, in words."""
    if b == Bounds(0.0, inf):
        return "must be positive"
    if b.high == inf:
        return f"must be at least {amount(b.low)}"
    return f"must lie between {amount(b.low)} and {amount(b.high)}"


def example(b: Bounds, wrong: float, *, whole: bool) -> str:
    """A number inside an interval, near one that is not."""
    middle = (b.low + b.high) / 2 if b.high - b.low < inf else 1.0
    near: tuple[float, ...] = (-wrong, 1.0, 0.5, middle, b.low + 1.0, b.high - 1.0)
    if whole:
        near = (float(round(wrong)), *(x for x in near if x.is_integer()))
    inside = (x for x in near if b.low < x < b.high or (whole and b.low <= x <= b.high))
    return amount(next(inside, middle))


def wrong_arity(
    at: Span, name: str, wanted: int, given: Sequence[str], own: tuple[str, Span] | None
) -> Diagnostic:
    """A function called with too few or too many arguments; ``own`` is how the file defines it."""
    names = own[0].partition("(")[2].rstrip(")").split(", ") if own else ["…"] * wanted
    right = ", ".join([*given[:wanted], *names[len(given) :]])
    return Diagnostic(
        "E301",
        at,
        f"`{name}` takes {wanted} argument{'s' * (wanted != 1)}, not {len(given)}",
        notes=((own[1], f"`{name}` is defined here"),) if own else (),
        hint=f"write `{name}({right})`",
    )


def named_argument(at: Span, function: str, name: str) -> Diagnostic:
    """``f(x = 1)``: only distributions name their arguments."""
    return Diagnostic(
        "E302",
        at,
        f"arguments of a function have no names: `{function}` takes them in order",
        hint=f"leave out `{name} =`",
    )


def outside_domain(
    at: Span, function: str, written: str, got: Bounds, domain: Bounds
) -> Diagnostic:
    """An argument for which a function has no value."""
    hint = f"check the signs: its size alone is `abs({written})`"
    if domain.high < inf:
        low, high = amount(domain.low), amount(domain.high)
        hint = f"keep it between its ends, for example with `max({low}, min({high}, {written}))`"
    return Diagnostic(
        "E303",
        at,
        f"the argument of `{function}` {need(domain)}, but {reach(got)}",
        hint=hint,
    )


def division_by_zero(at: Span, divided: str) -> Diagnostic:
    """A divisor that is 0 for certain."""
    hint = f"divide by another number, or leave the division out: `{divided}`"
    return Diagnostic("E303", at, "this divides by zero", hint=hint)


def wrong_dimension(
    at: Span,
    index: tuple[str, str, Span | None],
    array: tuple[str, Span | None],
    dim: str,
    numbers: bool,
) -> Diagnostic:
    """An index along one dimension in the slot of another.

    Args:
        numbers: whether labels of both count, so that one can be looked up as a number.
    """
    written, its, origin = index
    name, declared = array
    places = ((origin, f"`{written}` runs over `{its}`"), (declared, f"`{name}` is over `{dim}`"))
    notes = tuple((place, text) for place, text in places if place is not None)
    hint = (
        f"data that say which `{dim}` belongs to each `{its}` lead from one to the other: "
        f"`data {dim}_of[{its}]: {dim}`, then `{name}[{dim}_of[{written}]]`"
    )
    if numbers:
        hint += f"; where the same number is meant, compute it: `{name}[{written} + 0]`"
    return Diagnostic(
        "E304",
        at,
        f"`{written}` is an index along `{its}`, but `{name}` is over `{dim}` here",
        notes,
        hint=hint,
    )


def index_count(
    at: Span, name: str, given: Sequence[str], shape: Sequence[str], declared: Span | None
) -> Diagnostic:
    """Too few or too many indices."""
    notes = ((declared, f"`{name}` is introduced here"),) if declared else ()
    filled = [*given, *[":"] * (len(shape) - len(given))]
    return Diagnostic(
        "E305",
        at,
        f"`{name}` has {len(shape)} dimension{'s' * (len(shape) != 1)}, "
        f"[{', '.join(shape)}], but {len(given)} {'is' if len(given) == 1 else 'are'} given",
        notes,
        hint=f"a whole axis is written `:`, so `{name}[{', '.join(filled)}]` is an array"
        if len(given) < len(shape)
        else f"write `{name}[{', '.join(given[: len(shape)])}]`",
    )


def whole_axis_before_bracket(at: Span) -> Diagnostic:
    """``T[:][b]``: which axis is ``b`` about?"""
    return Diagnostic(
        "E376",
        at,
        "a whole axis before another bracket: it is not clear which axis that one is about",
        hint="write all slots in one bracket, `T[:, b]` or `T[b, :]`",
    )


def index_of_number(at: Span, name: str, declared: Span | None) -> Diagnostic:
    """An index after something without dimensions."""
    return Diagnostic(
        "E306",
        at,
        f"`{name}` is a single number and has no elements",
        notes=((declared, f"`{name}` is introduced here"),) if declared else (),
        hint=f"write `{name}`, or give it a dimension where it is introduced",
    )


def position_as_number(at: Span, written: str, dim: str, declared: Span) -> Diagnostic:
    """A label where a number must stand."""
    return Diagnostic(
        "E308",
        at,
        f"`{written}` is a label of `{dim}`, not a number",
        notes=((declared, f"`{dim}` is declared here"),),
        hint="labels serve as an index and beside `==` and `!=`; an index is a number where its "
        f"dimension counts: `dim {dim} = 1..n`",
    )


def real_as_index(at: Span, written: str, dim: str, data: str | None) -> Diagnostic:
    """A number with decimals as an index; ``data`` is the data it is, with their dimensions."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is a real number; an index along `{dim}` is a label",
        hint=f"declare the data as labels: `data {data}: {dim}`"
        if data
        else f"round it, `round({written})`, where the labels of `{dim}` are numbers",
    )


def number_as_index(
    at: Span, written: str, dim: str, declared: Span, data: str | None
) -> Diagnostic:
    """A number as an index of a dimension that does not count; ``data`` as above."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is a number, but the labels of `{dim}` are not",
        notes=((declared, f"`{dim}` does not say that it counts"),),
        hint=f"declare the data as labels: `data {data}: {dim}`"
        if data
        else f"make it count: `dim {dim} = 1..n`",
    )


def array_as_index(at: Span, written: str, index: str) -> Diagnostic:
    """A whole array in a slot."""
    return Diagnostic(
        "E310",
        at,
        f"`{written}` is a whole array; a slot takes one index",
        hint=f"index it too: `{written}[{index}]`",
    )


def index_of_computed(at: Span) -> Diagnostic:
    """An index after a formula that depends on indices itself."""
    return Diagnostic(
        "E311",
        at,
        "only variables and literals of plain numbers can be indexed",
        hint="give the formula a name of its own, `m[i in row] = …`, and index that",
    )


def not_a_truth(at: Span, what: str, written: str) -> Diagnostic:
    """A number where true or false must stand."""
    return Diagnostic(
        "E313",
        at,
        f"{what} needs something true or false, and `{written}` is a number",
        hint=f"compare it: `{written} != 0`; data that are 0 or 1 can be declared `bool`",
    )


def reduction_of_number(at: Span, name: str, written: str, binder: str | None) -> Diagnostic:
    """``mean(x[i])``."""
    return Diagnostic(
        "E314",
        at,
        f"`{name}` needs an array, and `{written}` is a single number here",
        hint=f"say over what: `{name}({binder or 'i in …'})({written})`, or give the whole array",
    )


def whole_number_needed(
    at: Span, what: str, written: str, declared: tuple[str, Span] | None, as_data: str | None
) -> Diagnostic:
    """A real number where a whole one must stand; ``as_data`` would declare data as whole."""
    return Diagnostic(
        "E315",
        at,
        f"{what} must be a whole number",
        notes=((declared[1], f"`{declared[0]}` may have decimals"),) if declared else (),
        hint=f"declare it so: `{as_data}`"
        if as_data
        else f"round it: `floor({written})`, `ceil({written})` or `round({written})`",
    )


def not_from_data(
    at: Span, what: str, name: str, nature: str, declared: Span, as_data: str
) -> Diagnostic:
    """Something random where only data may be used; ``as_data`` would declare it as data."""
    return Diagnostic(
        "E316",
        at,
        f"{what} is computed from data alone, but `{name}` is {nature}",
        notes=((declared, f"`{name}` is introduced here"),),
        hint=f"write a number in its place; or, if `{name}` is known, declare it: `{as_data}`",
    )


def not_data(at: Span, name: str, declared: Span) -> Diagnostic:
    """A variable of the model in the declaration of a dimension or of data."""
    return Diagnostic(
        "E316",
        at,
        f"declarations are computed from data alone, and `{name}` is not data",
        notes=((declared, f"`{name}` is introduced here"),),
        hint=f"declare it as data: `data {name}: int`, or with another type",
    )


def end_from_array(at: Span, written: str) -> Diagnostic:
    """The end of a dimension that needs more than scalar data."""
    return Diagnostic(
        "E316",
        at,
        "the ends of a dimension are computed from single numbers of the data",
        hint=f"let a number of the data have it as default: `data n: int = {written}`, then `1..n`",
    )


def range_varies(at: Span, index: tuple[str, Span] | None) -> Diagnostic:
    """A range on a left side whose length changes from index to index."""
    return Diagnostic(
        "E317",
        at,
        "the ends of this range must be the same for every index",
        notes=((index[1], f"it depends on `{index[0]}`"),) if index else (),
        hint="only the range of a reduction, `sum(k in 1..n[i])(…)`, may vary",
    )


def spread_of_varying_range(at: Span, op: str) -> Diagnostic:
    """``sd(k in 1..n[i])(…)``."""
    return Diagnostic(
        "E317",
        at,
        f"`{op}` needs a range with the same ends for every index",
        hint="write it from sums: `sum(k in 1..n[i])((x[k] - m[i])^2) / (n[i] - 1)`",
    )
