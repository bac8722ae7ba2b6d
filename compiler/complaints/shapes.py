"""Complaints about arrays and labels that do not go together: E308, E312, E324."""

from collections.abc import Sequence

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from ..types import Extent
from .expressions import Shaped, show

Event = tuple[Extent, ...]
Labelled = tuple[Span, str | None, str]  # a label: its place, its dimension, as it is written


def two_dimensions(a: Labelled, b: Labelled) -> Diagnostic:
    """Labels of different dimensions, compared."""
    (at, one, written), (there, other, _) = a, b
    return Diagnostic(
        "E308",
        at | there,
        "labels of different dimensions are never equal",
        notes=((at, f"a label of `{one}`"), (there, f"a label of `{other}`")),
        hint=f"data that say which `{other}` belongs to each `{one}` lead from one to the other: "
        f"`data {other}_of[{one}]: {other}`, then `{other}_of[{written}]`",
    )


def shapes_differ(
    at: Span, a: Shaped, b: Shaped, factors: tuple[str, str] | None = None
) -> Diagnostic:
    """Two arrays that do not go together; ``factors`` are their names where ``*`` is between."""
    notes = tuple((span, f"this has the shape {show(shape)}") for span, shape in (a, b))
    extents = (*a[1], *b[1])
    named = all(isinstance(extent, str) for extent in extents)
    dims = [extent for extent in extents if isinstance(extent, str)]
    hint = "write it element by element: `z[i in row, j in column] = x[i] + y[j]`"
    if dims and not named:
        hint = f"write one number for each label of `{dims[0]}`"
    elif not named:
        most = max(extent for extent in extents if isinstance(extent, int))
        hint = f"they go together number by number: write {most} numbers in both"
    if factors and named and len(a[1]) + len(b[1]) > 2 and a[1][-1] == b[1][0]:
        hint = (
            f"`*` goes number by number; their product is `{matrix_product(a[1], b[1], factors)}`"
        )
    return Diagnostic(
        "E312",
        at,
        f"arrays of the shapes {show(a[1])} and {show(b[1])} do not go together",
        notes,
        hint=hint,
    )


def matrix_product(
    a: Sequence[Extent], b: Sequence[Extent], names: tuple[str, str], of: str = "z"
) -> str:
    """Of two matrices, or of a matrix and a vector, as a statement about a name."""
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
    return f"{of}[{left}] = sum(m in {a[-1]})({first} * {second})"


def ragged(at: Span, first: Span) -> Diagnostic:
    """A literal whose items have different ranks."""
    return Diagnostic(
        "E312",
        at,
        "all items of a list need the same shape",
        notes=((first, "the first item is different"),),
        hint="write numbers alone, `[1, 2, 3]`, or lists of one length, `[[1, 2], [3, 4]]`",
    )


def axes_differ(at: Span, name: str, have: Event, want: Event, hint: str | None) -> Diagnostic:
    """A formula of another shape than the left side says; ``hint`` would be right."""
    if hint is not None:
        hint = f"write `{hint}`"
    elif have and all(isinstance(extent, str) for extent in have):
        hint = f"name what it is over on the left: `{name}{show(have)} = …`"
    elif have:
        hint = f"write one number for each label, or leave the left side bare: `{name} = …`"
    else:
        hint = f"bind an index in each slot, `i in {want[0]}` for `{want[0]}`, and write one number"
    shape = show(have) if have else "a single number"
    return Diagnostic(
        "E324",
        at,
        f"the left side says that `{name}` is over {show(want)}, but this is {shape}",
        hint=hint,
    )
