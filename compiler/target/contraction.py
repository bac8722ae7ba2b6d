"""Sums of products as products of matrices: no array over all of their axes is ever made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...grammar.frozen import frozen
from .value import Shape, Size, Value

if TYPE_CHECKING:
    from .builder import Builder


def contraction(b: Builder, p: Value, q: Value, shape: Shape, axes: Sequence[int]) -> Value | None:
    """``(p * q).sum(axes)`` as one matrix product, or None where it is none.

    It is one where each factor varies along an axis that the other lacks, and both along all that
    are summed. Axes that both have and that stay are a batch of matrices. The leading batch counts
    as an axis that data lack.

    Args:
        shape: broadcast shape of the product.
        axes: negative.
    """
    rank = len(shape)
    kept = [a for a in range(-rank, 0) if a not in axes]
    if any(_lacks(f, a) for f in (p, q) for a in axes):
        return None
    of_p = [a for a in kept if not _lacks(p, a) and _lacks(q, a)]
    of_q = [a for a in kept if not _lacks(q, a) and _lacks(p, a)]
    both = [a for a in kept if not _lacks(p, a) and not _lacks(q, a)]
    for data, own, v, others in ((p, of_p, q, of_q), (q, of_q, p, of_p)):
        if not data.batched and v.batched and own and not others and both:
            return _of_data(b, v, data, kept)
    if not of_p or not of_q:
        return None
    left, right = _Factor(p, of_p), _Factor(q, of_q)
    if sorted([*both, *of_q, *of_p]) == [*both, *of_q, *of_p]:
        left, right = right, left
    rows, columns = left.matrices(b, both, axes), b.transpose(right.matrices(b, both, axes))
    product = b.matmul(rows, columns)
    order = [*both, *left.own, *right.own]
    product = b.reshape(product, tuple(shape[a] for a in order))
    product = b.permute(product, sorted(range(len(order)), key=lambda i: order[i]))
    units = [i - len(kept) for i, a in enumerate(kept) if a not in order]
    return b.unsqueeze(product, units)


def _of_data(b: Builder, v: Value, data: Value, kept: Sequence[int]) -> Value:
    """A matrix of data for each element of the axes that both have."""
    words = ["".join(map(_letter, _axes(x))) for x in (v, data)]
    v, data = (b.squeeze(x, [a for a in range(-x.rank, 0) if _lacks(x, a)]) for x in (v, data))
    out = [a for a in kept if _letter(a) in words[0] + words[1]]
    product = b.einsum(v, data, (words[0], words[1], "".join(map(_letter, out))))
    return b.unsqueeze(product, [i - len(kept) for i, a in enumerate(kept) if a not in out])


def _axes(v: Value) -> list[int]:
    return [a for a in range(-v.rank, 0) if not _lacks(v, a)]


def _letter(axis: int) -> str:
    return chr(ord("z") + 1 + axis)


def einsum(b: Builder, p: Value, q: Value, words: tuple[str, str, str]) -> Value:
    """A sum of products in Einstein's notation: a letter for each axis of both and of the result.

    Every letter stands in two words at least; the leading batch has none.
    """
    sizes = dict(zip(words[0] + words[1], (*p.shape, *q.shape), strict=True))
    return b.make("einsum", (p, q), words, shape=tuple(sizes[x] for x in words[2]))


def _lacks(v: Value, axis: int) -> bool:
    return -axis > v.rank or v.shape[axis] == 1


@frozen
class _Factor:
    """One of the two, with the axes that only it has."""

    value: Value
    own: Sequence[int]

    def matrices(self, b: Builder, both: Sequence[int], axes: Sequence[int]) -> Value:
        """Laid out ``(*both, own, summed)``, with one axis for all of each kind."""
        v = self.value
        wanted = [*both, *self.own, *sorted(axes)]
        v = b.squeeze(v, [a for a in range(-v.rank, 0) if a not in wanted])
        have = sorted(wanted)
        v = b.permute(v, [have.index(a) for a in wanted])
        sizes = [self.value.shape[a] for a in wanted]
        shape: list[Size] = [*sizes[: len(both)]]
        for part in (sizes[len(both) : len(both) + len(self.own)], sizes[-len(axes) :]):
            shape.append(part[0] if len(part) == 1 else b.product_of_sizes(part))
        return b.reshape(v, shape)
