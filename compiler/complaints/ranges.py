"""Complaints about indices and ranges that leave their axis: E307, E309, E318."""

import re

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
) -> Diagnostic:
    """An index, as it is written, that goes beyond the ends of an axis.

    Args:
        index: with the values that it can have.
    """
    axis = f"`{dim[0]}`" if dim else "the axis"
    (written, got), (first, last) = index, ends
    if got.low == got.high:
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


def lags_out(
    at: Span,
    lag: tuple[str, int],
    run: tuple[str, str],
    ends: tuple[str, str],
    dim: tuple[str, Span],
) -> Diagnostic:
    """``y[t - 1]`` where ``t`` begins at the first label, ``y[t + 1]`` where it ends at the last.

    Args:
        lag: the index, and what is added to it.
        run: from where to where the index runs, as it is written.
        ends: of the dimension.
    """
    (var, shift), (first, last) = lag, ends
    if shift < 0:
        reached = f"it goes down to {moved(run[0], shift)}"
        fewer, guard = (moved(first, -shift), run[1]), f"{var} > {moved(first, -shift - 1)}"
    else:
        reached = f"it goes up to {moved(run[1], shift)}"
        fewer, guard = (run[0], moved(last, -shift)), f"{var} < {moved(last, 1 - shift)}"
    return Diagnostic(
        "E307",
        at,
        f"this index leaves `{dim[0]}`, which goes from {first} to {last}: {reached}",
        notes=((dim[1], f"`{dim[0]}` is declared here"),),
        hint=f"run over fewer, `{var} in {fewer[0]}..{fewer[1]}`, or guard it with "
        f"`if {guard} then … else …`",
    )


_SUM = re.compile(r"(.*\w) *([+-]) *(\d+)")


def moved(end: str, steps: int) -> str:
    """An end and so many steps, as one would write it: ``T - 1``, and of ``1``, ``0``."""
    if re.fullmatch(r"-?\d+", end):
        return str(int(end) + steps)
    found = _SUM.fullmatch(end)
    if found:
        end, steps = found[1], steps + int(found[2] + found[3])
    if steps == 0:
        return end
    whole = end if re.fullmatch(r"[\w.]+(\[[^\]]*\])?", end) else f"({end})"
    return f"{whole} {'+' if steps > 0 else '-'} {abs(steps)}"


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
