"""Complaints about left sides: E319 to E325. One constructor per sentence."""

from collections.abc import Sequence

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span


def partial_plate(at: Span, name: str, whole: str, declare: str | None) -> Diagnostic:
    """A range on the left of something that is not data.

    Args:
        whole: the left side over a whole dimension.
        declare: the statement that this dimension needs, if it has none.
    """
    first = f"declare `{declare}` and " if declare else ""
    return Diagnostic(
        "E319",
        at,
        f"`{name}` is introduced here, so it covers a whole dimension; a range leaves some out",
        hint=f"{first}write `{whole}`; only data may be observed in part",
    )


def single_element(at: Span, name: str, written: str, dim: str | None) -> Diagnostic:
    """``z[1] ~ …``: one element of a family on the left."""
    return Diagnostic(
        "E320",
        at,
        f"a statement is about all of `{name}`, not about its element `{written}`",
        hint=f"write `{name}[i in {dim or 'row'}]`; a rule for one element is a case: "
        f"`if i == {written} then … else …`",
    )


def wrong_slots(
    at: Span, name: str, given: Sequence[str], shape: Sequence[str], declared: Span
) -> Diagnostic:
    """A left side with too few or too many dimensions; ``given`` is what its slots hold."""
    slots = [*given[: len(shape)], *shape[len(given) :]]
    right = f"{name}[{', '.join(slots)}]" if slots else name
    have = f"[{', '.join(shape)}]" if shape else "no dimension"
    return Diagnostic(
        "E321",
        at,
        f"`{name}` has {have}, but {len(given)} {'is' if len(given) == 1 else 'are'} given",
        notes=((declared, "introduced here"),),
        hint=f"write `{right}`",
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


def plate_after_event(at: Span, binder: str, event: str) -> Diagnostic:
    """A plate behind the dimension of a vector."""
    return Diagnostic(
        "E322",
        at,
        "plates come first, and the dimension of the vector last",
        hint=f"swap them: `[{binder}, {event}]`",
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


def whole_array_in_plate(
    at: Span, written: str, plate: tuple[str, str], hint: str | None, product: str | None = None
) -> Diagnostic:
    """``z[i in house] = x``: a forgotten index.

    Args:
        hint: the statement as it should be.
        product: what it may mean instead, if it multiplies two matrices.
    """
    var, dim = plate
    told = f"write `{hint}`" if hint else f"index it with `[{var}]`"
    if product:
        told += f", where `*` goes number by number; the matrix product is `{product}`"
    return Diagnostic(
        "E325",
        at,
        f"`{written}` is a whole array over `{dim}`, for every `{var}` of `{dim}`",
        hint=told,
    )
