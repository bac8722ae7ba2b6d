"""How values from outside are quoted in messages: short, on one line, never raw."""

import re
from collections.abc import Sequence


def quoted(text: object, longest: int = 40) -> str:
    """Foreign text between double quotes: control characters escaped, long text cut."""
    shown = str(text)
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    inner = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return f'"{inner}"'


def number(value: float) -> str:
    """A number as one writes it: whole numbers without a point."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """``1 row``, ``5 rows``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """``a``, ``b`` and ``c``; a long list is cut."""
    shown = [f"`{n}`" for n in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def to_be_read(reason: str) -> str:
    """What to do about a file that the operating system does not give."""
    if reason == "Is a directory":
        return "name a file in it"
    if "ermission" in reason:
        return "change who may read it, or copy it to a place of your own"
    return "paths begin at the directory in which the command runs: look where the file is"


def shape_of(sizes: Sequence[int]) -> str:
    """A shape in words: ``one number``, ``5 numbers``, ``4 × 5 numbers``."""
    if not sizes:
        return "one value"
    return (
        counted(sizes[0], "value") if len(sizes) == 1 else f"{' × '.join(map(str, sizes))} values"
    )


def declared(name: str, extents: Sequence[str | int]) -> str:
    """A name with its dimensions, as the model writes it."""
    return f"{name}[{', '.join(map(str, extents))}]" if extents else name


def plain(name: str) -> str:
    """A name without what is easily taken for something else: capitals, spaces, points."""
    return "_".join(re.findall(r"[^\W_]+", name)).casefold()
