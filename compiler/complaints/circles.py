"""The complaint about statements that need each other: E214."""

from collections.abc import Sequence

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span


def cycle(
    steps: Sequence[tuple[str, Span]], data: Sequence[str], reads: Sequence[str] = ()
) -> Diagnostic:
    """Statements that need each other.

    Args:
        steps: every name with where it reads the next.
        data: those names that are data.
        reads: what each of them reads, with its indices; by default the next name.
    """
    names = [name for name, _ in steps]
    reads = reads or [*names[1:], names[0]]
    notes = tuple(
        (at, f"`{name}` needs `{read}`") for (name, at), read in zip(steps, reads, strict=True)
    )
    if len(names) == 1:
        text = f"`{names[0]}` is defined by itself"
        text += f": it needs `{reads[0]}`" if reads[0] != names[0] else ""
        hint = (
            "a family may read earlier elements of itself; say what the first one is in a clause "
            f"of its own: `{names[0]}[1] = …`, `{names[0]}[t in 2..T] = … {names[0]}[t - 1] …`, "
            "or with `~` in both"
        )
        return Diagnostic("E214", steps[0][1], text, hint=hint)
    if data:
        hint = (
            f"`{data[0]}` is drawn from what is computed from it; pass the summary of the data as "
            f"data of its own: `data {data[0]}_summary: real`"
        )
    else:
        hint = "one of them must be defined without the others"
    ring = " → ".join(f"`{n}`" for n in (names[0], *reads))
    return Diagnostic(
        "E214", steps[0][1], f"these definitions go in a circle: {ring}", notes, hint=hint
    )
