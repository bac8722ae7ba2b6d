"""Complaints about expressions and left sides: E301 to E325. One constructor per sentence."""

from collections.abc import Sequence
from math import inf

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from ..types import Bounds

Where = tuple[Span, str]  # a place and what is there


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


def wrong_arity(at: Span, name: str, wanted: int, given: int, declared: Span | None) -> Diagnostic:
    """A function called with too few or too many arguments."""
    return Diagnostic(
        "E301",
        at,
        f"`{name}` takes {wanted} argument{'s' * (wanted != 1)}, not {given}",
        notes=((declared, f"`{name}` is defined here"),) if declared else (),
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
    at: Span, index: tuple[str, str, Span | None], array: tuple[str, Span | None], dim: str
) -> Diagnostic:
    """An index along one dimension in the slot of another."""
    written, its, origin = index
    name, declared = array
    places = ((origin, f"`{written}` runs over `{its}`"), (declared, f"`{name}` is over `{dim}`"))
    notes = tuple((at, text) for at, text in places if at is not None)
    return Diagnostic(
        "E304",
        at,
        f"`{written}` is an index along `{its}`, but `{name}` is over `{dim}` here",
        notes,
        f"data that say which `{dim}` belongs to each `{its}` lead from one to the other: "
        f"`data {dim}_of[{its}]: {dim}`, then `{name}[{dim}_of[{written}]]`",
    )


def index_count(
    at: Span, name: str, given: int, shape: Sequence[str], declared: Span | None
) -> Diagnostic:
    """Too few or too many indices."""
    notes = ((declared, f"`{name}` is introduced here"),) if declared else ()
    return Diagnostic(
        "E305",
        at,
        f"`{name}` has {len(shape)} dimension{'s' * (len(shape) != 1)}, "
        f"[{', '.join(shape)}], but {given} {'is' if given == 1 else 'are'} given",
        notes,
        "give one index for each; a whole axis is written `:`",
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
    at: Span, got: Bounds, ends: tuple[str, str], dim: tuple[str, Span] | None
) -> Diagnostic:
    """A computed index that goes beyond the ends of an axis."""
    axis = f"`{dim[0]}`" if dim else "the axis"
    return Diagnostic(
        "E307",
        at,
        f"this index leaves {axis}, which goes from {ends[0]} to {ends[1]}: {reach(got)}",
        notes=((dim[1], f"{axis} is declared here"),) if dim else (),
        hint="start the index later (`y[t in 2..T] ~ …`), or guard it with "
        "`if t > 1 then … else …`",
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


def real_as_index(at: Span, written: str, dim: str) -> Diagnostic:
    """A number with decimals as an index."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is a real number; an index along `{dim}` is a label",
        hint=f"if it is data, declare it as labels: `data …: {dim}`",
    )


def number_as_index(at: Span, written: str, dim: str, declared: Span) -> Diagnostic:
    """A number as an index of a dimension that does not count."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is a number, but the labels of `{dim}` are not",
        notes=((declared, f"`{dim}` does not say that it counts"),),
        hint=f"make it count: `dim {dim} = 1..n`; or declare the data as labels: `data …: {dim}`",
    )


def not_a_number_from_1(at: Span, written: str, length: int) -> Diagnostic:
    """Something else where an axis without a name wants a number."""
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is no whole number, and this axis has no labels but 1 to {length}",
    )


def array_as_index(at: Span, written: str) -> Diagnostic:
    """A whole array in a slot."""
    return Diagnostic(
        "E310",
        at,
        f"`{written}` is a whole array; a slot takes one index",
        hint=f"index it too: `{written}[i]`, with `i` bound on the left of the statement",
    )


def index_of_computed(at: Span) -> Diagnostic:
    """An index after a formula that depends on indices itself."""
    return Diagnostic(
        "E311",
        at,
        "only variables and literals of plain numbers can be indexed",
        hint="give the formula a name of its own, `m[i in row] = …`, and index that",
    )


def shapes_differ(at: Span, a: Where, b: Where) -> Diagnostic:
    """Two arrays that do not go together."""
    notes = tuple((span, f"this has the shape {shape}") for span, shape in (a, b))
    return Diagnostic(
        "E312",
        at,
        f"arrays of the shapes {a[1]} and {b[1]} do not go together",
        notes,
        "write it element by element, with indices",
    )


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


def end_from_array(at: Span) -> Diagnostic:
    """The end of a dimension that needs more than scalar data."""
    return Diagnostic(
        "E316",
        at,
        "the ends of a dimension are computed from single numbers of the data",
        hint="pass the number as data: `data n: int`, then `1..n`",
    )


def range_varies(at: Span, index: tuple[str, Span] | None) -> Diagnostic:
    """A range whose length changes from index to index."""
    return Diagnostic(
        "E317",
        at,
        "the ends of a range must be the same for every index",
        notes=((index[1], f"it depends on `{index[0]}`"),) if index else (),
        hint="run over the longest range and leave terms out: `if k <= n[i] then … else 0`",
    )


def empty_dimension(at: Span, name: str) -> Diagnostic:
    """A dimension whose last label comes before its first."""
    return Diagnostic("E318", at, f"the dimension `{name}` is empty")


def partial_plate(at: Span, name: str, var: str) -> Diagnostic:
    """A range on the left of something that is not data."""
    return Diagnostic(
        "E319",
        at,
        f"`{name}` is introduced here, so it covers a whole dimension; a range leaves some out",
        hint=f"declare `dim time = 1..T` and write `{name}[{var} in time]`; only data may be "
        "observed in part",
    )


def single_element(at: Span, name: str, written: str, dim: str | None) -> Diagnostic:
    """``z[1] ~ …``: one element of a family on the left."""
    return Diagnostic(
        "E320",
        at,
        f"a statement is about all of `{name}`, not about its element `{written}`",
        hint=f"write `{name}[i in {dim or 'row'}]`; a case of its own is an `if`: "
        f"`if i == {written} then … else …`",
    )


def wrong_slots(
    at: Span, name: str, given: int, shape: Sequence[str], declared: Span
) -> Diagnostic:
    """A left side with too few or too many dimensions."""
    have = f"[{', '.join(shape)}]" if shape else "no dimension"
    return Diagnostic(
        "E321",
        at,
        f"`{name}` has {have}, but {given} {'is' if given == 1 else 'are'} given",
        notes=((declared, "introduced here"),),
    )


def left_side_differs(at: Span, have: str, name: str, want: str, declared: Span) -> Diagnostic:
    """A plate over another dimension than the data are declared over."""
    return Diagnostic(
        "E321",
        at,
        f"`{name}` is over `{want}` here, not over `{have}`",
        notes=((declared, "introduced here"),),
        hint=f"write `in {want}`",
    )


def plate_after_event(at: Span, var: str, event: str) -> Diagnostic:
    """A plate behind the dimension of a vector."""
    return Diagnostic(
        "E322",
        at,
        f"plates come first, and the dimension of the vector last: `{var}` stands after `{event}`",
        hint=f"swap them: `[{var} in …, {event}]`",
    )


def range_over_labels(at: Span, var: str, dim: str, declared: Span) -> Diagnostic:
    """A range along a dimension that does not count."""
    return Diagnostic(
        "E323",
        at,
        f"a range needs a dimension that counts, and `{dim}` does not say so",
        notes=((declared, "declared here"),),
        hint=f"declare `dim {dim} = 1..n` with `data n: int`, or write `{var} in {dim}`",
    )


def axes_differ(at: Span, name: str, shapes: tuple[str, str], hint: str | None) -> Diagnostic:
    """A formula of another shape than the left side says."""
    return Diagnostic(
        "E324",
        at,
        f"the left side says that `{name}` is over {shapes[1]}, but this is {shapes[0]}",
        hint=f"write `{hint}`" if hint else None,
    )


def whole_array_in_plate(
    at: Span, written: str, plate: tuple[str, str], hint: str | None
) -> Diagnostic:
    """``z[i in house] = x``: a forgotten index."""
    var, dim = plate
    return Diagnostic(
        "E325",
        at,
        f"`{written}` is a whole array over `{dim}`, for every `{var}` of `{dim}`",
        hint=f"write `{hint}`" if hint else f"index it with `[{var}]`",
    )
