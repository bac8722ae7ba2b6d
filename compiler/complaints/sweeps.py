"""Complaints about recurrences along two dimensions at once: E490 and E491."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span


def no_fixed_lags(
    at: Span, element: str, written: str, dims: tuple[str, str], declared: Span
) -> Diagnostic:
    """A reference that is not a fixed number of steps back along both dimensions."""
    one, other = dims
    return Diagnostic(
        "E490",
        at,
        f"`{element}` recurs along `{one}` and `{other}`, and `{written}` does not stand a fixed "
        "number of steps from it along both",
        notes=((declared, "introduced here"),),
        hint="write both indices like `i - 1` or `t`; what is looked up in data, or read over a "
        "range, can recur along one dimension only",
    )


def no_fronts(
    name: str, dims: tuple[str, str], places: Sequence[tuple[str, Span]], declared: Span
) -> Diagnostic:
    """References that lead around in a circle, or so far that no order was tried."""
    (first, at), *rest = places
    return Diagnostic(
        "E491",
        at,
        f"no order of the elements of `{name}` along `{dims[0]}` and `{dims[1]}` has all that "
        f"is read before what reads it: {', '.join(f'`{w}`' for w, _ in places)}",
        notes=tuple((span, "and this") for _, span in rest) or ((declared, "introduced here"),),
        hint="let every reference lead back along one of the dimensions, and not forward along "
        "the other by more than three steps for one step back",
    )


_LATTICE = "dim row = 1..4, col = 1..5\na ~ Normal(0, 1)\n"

SWEEPS: Mapping[str, Explanation] = {
    "E490": Explanation(
        "a recurrence along two dimensions without fixed lags",
        "A family may recur along two dimensions at once. Each of its references then stands a "
        "fixed number of steps away along both, so that elements can be computed together whose "
        "references are all known.",
        wrong="dim row = 1..4, col = 1..5\ndata near[row]: int\n"
        "x[i in row, t in col] = if i == 1 or t == 1 then 1 "
        "else x[i - 1, t] + x[i, t - 1] * x[near[i], t - 1]",
        right="dim row = 1..4, col = 1..5\n"
        "x[i in row, t in col] = if i == 1 or t == 1 then 1 else x[i - 1, t] + x[i, t - 1]",
    ),
    "E491": Explanation(
        "a recurrence along two dimensions in a circle",
        "There must be an order in which every element comes after those that it reads. Reading "
        "the neighbours on both sides of a diagonal, `x[i - 1, t + 1]` and `x[i + 1, t - 1]`, "
        "leaves none.",
        wrong=_LATTICE + "x[i in row, t in col] = if i == 1 or i == 4 or t == 1 or t == 5 then a "
        "else x[i - 1, t + 1] + x[i + 1, t - 1]",
        right=_LATTICE + "x[i in row, t in col] = if i == 1 or t == 1 or t == 5 then a "
        "else x[i - 1, t + 1] + x[i - 1, t - 1]",
    ),
}
