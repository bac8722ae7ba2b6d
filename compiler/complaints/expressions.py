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


def wrong_arity(
    at: Span, name: str, wanted: int, given: int, own: tuple[str, Span] | None
) -> Diagnostic:
    """A function called with too few or too many arguments; ``own`` is how the file defines it."""
    return Diagnostic(
        "E301",
        at,
        f"`{name}` takes {wanted} argument{'s' * (wanted != 1)}, not {given}",
        notes=((own[1], f"`{name}` is defined here"),) if own else (),
        hint=f"write `{own[0]}`" if own else None,
    )


def named_argument(at: Span, function: str, name: str) -> Diagnostic:
    """``f(x = 1)``: only distributions name their arguments."""
    return Diagnostic(
        "E302",
        at,
        f"arguments of a function have no names: `{function}` takes them in order",
        hint=f"leave out `{name} =`",
    )


def outside_domain(at: Span, function: str, got: Bounds, domain: Bounds) -> Diagnostic:
    """An argument for which a function has no value."""
    return Diagnostic("E303", at, f"the argument of `{function}` {need(domain)}, but {reach(got)}")


def division_by_zero(at: Span) -> Diagnostic:
    """A divisor that is 0 for certain."""
    return Diagnostic("E303", at, "this divides by zero")


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
        hint,
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
        f"a whole axis is written `:`, so `{name}[{', '.join(filled)}]` is an array"
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


def out_of_range(
    at: Span, number: int, dim: str, ends: tuple[str, str], declared: Span
) -> Diagnostic:
    """A label beyond the ends of a dimension that counts."""
    return Diagnostic(
        "E307",
        at,
        f"`{dim}` has no label {number}: it counts from {ends[0]} to {ends[1]}",
        notes=((declared, f"`{dim}` is declared here"),),
    )


def leaves_axis(
    at: Span,
    got: Bounds,
    ends: tuple[str, str],
    dim: tuple[str, Span] | None,
    *,
    shifted: bool = False,
) -> Diagnostic:
    """A computed index that goes beyond the ends of an axis; ``shifted`` if it is a lag."""
    axis = f"`{dim[0]}`" if dim else "the axis"
    return Diagnostic(
        "E307",
        at,
        f"this index leaves {axis}, which goes from {ends[0]} to {ends[1]}: {reach(got)}",
        notes=((dim[1], f"{axis} is declared here"),) if dim else (),
        hint="run over fewer (`y[t in 2..T] ~ …`), or guard it with `if t > 1 then … else …`"
        if shifted
        else None,
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


def two_dimensions(a: tuple[Span, str | None], b: tuple[Span, str | None]) -> Diagnostic:
    """Labels of different dimensions, compared."""
    return Diagnostic(
        "E308",
        a[0] | b[0],
        "labels of different dimensions are never equal",
        notes=((a[0], f"a label of `{a[1]}`"), (b[0], f"a label of `{b[1]}`")),
    )


def real_as_index(at: Span, written: str, dim: str, data: str | None) -> Diagnostic:
    """A number with decimals as an index; ``data`` is the data it is, with their dimensions."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is a real number; an index along `{dim}` is a label",
        hint=f"declare the data as labels: `data {data}: {dim}`" if data else None,
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


def not_a_number_from_1(at: Span, written: str, length: int) -> Diagnostic:
    """Something else where an axis without a name wants a number."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is no whole number, and this axis has no labels but 1 to {length}",
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


def shapes_differ(
    at: Span, a: Shaped, b: Shaped, factors: tuple[str, str] | None = None
) -> Diagnostic:
    """Two arrays that do not go together; ``factors`` are their names where ``*`` is between."""
    notes = tuple((span, f"this has the shape {show(shape)}") for span, shape in (a, b))
    named = all(isinstance(extent, str) for extent in (*a[1], *b[1]))
    hint = "write it element by element: `z[i in row, j in column] = x[i] + y[j]`"
    if factors and named and len(a[1]) + len(b[1]) > 2 and a[1][-1] == b[1][0]:
        hint = (
            f"`*` goes number by number; their product is `{_matrix_product(a[1], b[1], factors)}`"
        )
    return Diagnostic(
        "E312",
        at,
        f"arrays of the shapes {show(a[1])} and {show(b[1])} do not go together",
        notes,
        hint if named else None,
    )


def _matrix_product(a: tuple[Extent, ...], b: tuple[Extent, ...], names: tuple[str, str]) -> str:
    """Of two matrices, or of a matrix and a vector, as a statement about a new name."""
    rows = [("r", str(dim)) for dim in a[:-1]]
    columns = [("s", str(dim)) for dim in b[1:]]
    first, second = (
        f"{name}[{', '.join(i for i, _ in around)}]"
        for name, around in (
            (names[0], [*rows, ("m", "")]),
            (names[1], [("m", ""), *columns]),
        )
    )
    left = ", ".join(f"{i} in {dim}" for i, dim in (*rows, *columns))
    return f"z[{left}] = sum(m in {a[-1]})({first} * {second})"


def ragged(at: Span, first: Span) -> Diagnostic:
    """A literal whose items have different ranks."""
    return Diagnostic(
        "E312",
        at,
        "all items of a list need the same shape",
        notes=((first, "the first item is different"),),
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


def whole_number_needed(at: Span, what: str, declared: tuple[str, Span] | None) -> Diagnostic:
    """A real number where a whole one must stand."""
    return Diagnostic(
        "E315",
        at,
        f"{what} must be a whole number",
        notes=((declared[1], f"`{declared[0]}` may have decimals"),) if declared else (),
        hint="declare it `int` or `count`"
        if declared
        else "round it: `floor(…)`, `ceil(…)` or `round(…)`",
    )


def not_from_data(at: Span, what: str, name: str, nature: str, declared: Span) -> Diagnostic:
    """Something random where only data may be used."""
    return Diagnostic(
        "E316",
        at,
        f"{what} is computed from data alone, but `{name}` is {nature}",
        notes=((declared, f"`{name}` is introduced here"),),
    )


def not_data(at: Span, name: str, declared: Span) -> Diagnostic:
    """A variable of the model in the declaration of a dimension or of data."""
    return Diagnostic(
        "E316",
        at,
        f"declarations are computed from data alone, and `{name}` is not data",
        notes=((declared, f"`{name}` is introduced here"),),
        hint=f"declare it: `data {name}: …`",
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


def empty_dimension(at: Span, name: str) -> Diagnostic:
    """A dimension whose last label comes before its first."""
    return Diagnostic("E318", at, f"the dimension `{name}` is empty")
