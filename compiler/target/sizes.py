"""Builder methods for arithmetic on sizes, which data give: sums, differences and products.

A size that is not known yet becomes a host integer, declared once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

from .value import Size

if TYPE_CHECKING:
    from .builder import Builder


def difference(b: Builder, one: Size, other: Size) -> Size:
    """``one - other`` as a size."""
    if isinstance(one, int) and isinstance(other, int):
        return one - other
    if other == 0 or one == other:
        return one if other == 0 else 0
    text = b.hosts.get(one) if isinstance(one, str) else None
    if isinstance(text, str) and (rest := _rest_of_sum(text, str(other))) is not None:
        return rest
    name = f"{one}_less_{other}" if isinstance(one, str) else f"{other}_from_{one}"
    return b.host(name, f"{one} - {other}")


def sum_of_sizes(b: Builder, one: Size, other: Size) -> Size:
    """``one + other`` as a size."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    if one == 0 or other == 0:
        return other if one == 0 else one
    if isinstance(one, int):
        one, other = other, one  # a name cannot begin with a number
    return b.host(f"{one}_plus_{other}", f"{one} + {other}")


def total_of_sizes(b: Builder, sizes: Sequence[Size]) -> Size:
    """Sum of any number of sizes; its name stays short however many they are."""
    known = sum(n for n in sizes if isinstance(n, int))
    counts = Counter(n for n in sizes if isinstance(n, str))
    if sum(counts.values()) + (known != 0) <= 2:
        total: Size = known
        for name in counts.elements():
            total = b.sum_of_sizes(total, name)
        return total
    terms = [name if n == 1 else f"{n} * {name}" for name, n in counts.items()]
    text = " + ".join([*terms, *([str(known)] if known else [])])
    return b.host("total", text)


def product_of_sizes(b: Builder, sizes: Sequence[Size]) -> Size:
    """Product as a size; 1 for none."""
    known = prod(n for n in sizes if isinstance(n, int))
    symbols = [n for n in sizes if isinstance(n, str)]
    if not symbols or known == 0:
        return known
    parts = symbols + ([str(known)] if known != 1 else [])
    return parts[0] if len(parts) == 1 else b.host("_by_".join(parts), " * ".join(parts))


def _rest_of_sum(text: str, part: str) -> Size | None:
    """``n`` when ``text`` says ``part + n`` or ``n + part``."""
    left, plus, right = text.partition(" + ")
    rest = right if left == part else left
    if not plus or part not in (left, right) or not rest.replace("_", "a").isalnum():
        return None
    return int(rest) if rest.isdecimal() else rest
