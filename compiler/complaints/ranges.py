"""Complaints about indices and ranges that leave their axis: E307, E309, E318."""

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from ..types import Bounds
from .expressions import reach


def out_of_range(
    at: Span, number: int, dim: str, ends: tuple[str, str], declared: Span
) -> Diagnostic:
    """A label beyond the ends of a dimension that counts."""
    first, last = ends
    below = first.lstrip("-").isdigit() and number < int(first)
    wider = f"{number}..{last}" if below else f"{first}..{number}"
    return Diagnostic(
        "E307",
        at,
        f"`{dim}` has no label {number}: it counts from {first} to {last}",
        notes=((declared, f"`{dim}` is declared here"),),
        hint=f"write `{first if below else last}`, or let it count further: `dim {dim} = {wider}`",
    )


def leaves_axis(
    at: Span,
    index: tuple[str, Bounds],
    ends: tuple[str, str],
    dim: tuple[str, Span] | None,
    *,
    shifted: bool = False,
) -> Diagnostic:
    """An index, as it is written, that goes beyond the ends of an axis.

    Args:
        index: with the values that it can have.
        shifted: whether it is a lag.
    """
    axis = f"`{dim[0]}`" if dim else "the axis"
    (written, got), (first, last) = index, ends
    if shifted:
        hint = "run over fewer (`y[t in 2..T] ~ …`), or guard it with `if t > 1 then … else …`"
    elif got.low == got.high:
        below = first.lstrip("-").isdigit() and got.low < int(first)
        hint = f"write `{first if below else last}`, the {'first' if below else 'last'} one"
    else:
        hint = f"keep it inside, for example with `max({first}, min({last}, {written}))`"
    return Diagnostic(
        "E307",
        at,
        f"this index leaves {axis}, which goes from {first} to {last}: {reach(got)}",
        notes=((dim[1], f"{axis} is declared here"),) if dim else (),
        hint=hint,
    )


def not_a_number_from_1(at: Span, written: str, length: int) -> Diagnostic:
    """Something else where an axis without a name wants a number."""
    labels = " or ".join(f"`{n}`" for n in range(1, length + 1))
    return Diagnostic(
        "E309",
        at,
        f"`{written}` is no whole number, and this axis has no labels but 1 to {length}",
        hint=f"write {labels}" if length < 4 else f"write a number, from `1` to `{length}`",
    )


def empty_dimension(at: Span, name: str, ends: tuple[str, str]) -> Diagnostic:
    """A dimension whose last label comes before its first."""
    return Diagnostic(
        "E318",
        at,
        f"the dimension `{name}` is empty",
        hint=f"its first label comes first: `dim {name} = {ends[1]}..{ends[0]}`",
    )
