"""Columns of a layered drawing: blocks of rows, side by side, without anything overlapping.

A plate is a block of blocks and keeps a rectangle of the drawing to itself, so that nothing else
can come to stand in it. Blocks are ordered by where their neighbours are, again and again, and the
best arrangement seen is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_GAP = 26.0  # between blocks
_SIDE = 14.0  # between a plate's border and what is in it
_SWEEPS = 18
_CROSSING = 140.0  # what an avoided crossing is worth in length of arrows


@dataclass
class Block:
    """A leaf (a mark, or the place where a long arrow passes a row) or a plate with its content.

    Attributes:
        key: the leaf's or the box's.
        low, high: first and last row.
        least: the width of a leaf, the least one of a plate.
        width: a plate's follows its content. Set by `pack`.
        left: within the block around it. Set by `pack`.
        limits: of the content in the drawing before, for a plate: its content may move in it, and
            pushes it along, but does not stretch it in pursuit of a neighbour outside.
    """

    key: str
    low: int
    high: int
    least: float
    inside: list["Block"] = field(default_factory=list)
    width: float = 0.0
    left: float = 0.0
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """A leaf is as wide as it is."""
        self.width = self.least

    def leaves(self) -> "Iterator[Block]":
        """The leaves in it."""
        if not self.inside:
            yield self
        for block in self.inside:
            yield from block.leaves()


Centres = Mapping[str, float]
Links = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class _Arrangement:
    """Where everything stands at one moment, and how long the arrows are."""

    cost: float
    centres: dict[str, float]
    lefts: dict[str, float]
    widths: dict[str, float]


def pack(root: Block, links: Links, hint: Centres) -> tuple[dict[str, float], dict[str, float]]:
    """Centres of the leaves, and left edges of the plates, from 0; widths are set in the blocks.

    Args:
        root: a block around everything; rows are known, columns are not.
        links: pairs of leaves that should be near each other, upper one first.
        hint: where some leaves stood in a drawing that this one should resemble.
    """
    leaves = list(root.leaves())
    rows = {leaf.key: leaf.low for leaf in leaves}
    near = _neighbours(links)

    def arranged(
        centres: Centres, side: Mapping[str, list[str]], *, in_order: bool = False
    ) -> _Arrangement:
        # half of the way: neighbours that move at once would else change places for ever
        wanted = {k: (x + _mean(centres, side.get(k, ()), x)) / 2 for k, x in centres.items()}
        _arrange(root, wanted, in_order)
        centres, lefts, widths = _placed(root)
        return _Arrangement(_cost(centres, links, rows), centres, lefts, widths)

    best: _Arrangement | None = None
    for start in _starts(leaves, hint):
        centres: Centres = start
        for plate in _plates(root):
            plate.limits = None
        for sweep in range(_SWEEPS):
            now = arranged(centres, near[sweep % 3])
            centres = now.centres
            best = now if best is None or now.cost < best.cost - 1e-6 else best
    assert best is not None
    centres = arranged(best.centres, {}).centres  # the best order again, kept from here on
    for _ in range(2 * _SWEEPS):
        now = arranged(centres, near[2], in_order=True)
        centres = now.centres
        best = now if now.cost < best.cost - 1e-6 else best
    for block in _plates(root):
        block.width = best.widths[block.key]
    return best.centres, best.lefts


def _neighbours(links: Links) -> tuple[Mapping[str, list[str]], ...]:
    """By leaf: all neighbours, those above, those below."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    both = {k: above.get(k, []) + below.get(k, []) for k in {**above, **below}}
    return above, below, both


def _starts(leaves: Sequence[Block], hint: Centres) -> Iterator[dict[str, float]]:
    """Several first arrangements; large drawings, and those with a model, make do with one."""
    n = len(leaves)
    forward = {leaf.key: 100.0 * i for i, leaf in enumerate(leaves)}
    if hint:
        middle = sum(hint.values()) / len(hint)
        yield {k: hint.get(k, middle) for k in forward}
        return
    yield forward
    if n > 150:
        return
    yield {k: -x for k, x in forward.items()}
    yield {k: 100.0 * (i * 7 % (n + 1)) for i, k in enumerate(forward)}
    yield {k: 100.0 * (i * 13 % (n + 2)) for i, k in enumerate(forward)}
    yield {k: 100.0 * abs(i - n // 2) for i, k in enumerate(forward)}


def _mean(centres: Centres, keys: Sequence[str], otherwise: float) -> float:
    return sum(centres[k] for k in keys) / len(keys) if keys else otherwise


def _arrange(block: Block, wanted: Centres, in_order: bool) -> None:
    """Place what is inside a block, inner blocks first, near where it wants to be."""
    if not block.inside:
        return
    for inner in block.inside:
        _arrange(inner, wanted, in_order)
    wish = {inner.key: _limited(_wish(inner, wanted), inner, block) for inner in block.inside}
    if not in_order:
        block.inside.sort(key=lambda b: wish[b.key] + b.width / 2)
    forward = _pushed(block.inside, wish)
    mirrored = {b.key: -wish[b.key] - b.width for b in block.inside}
    backward = _pushed(block.inside[::-1], mirrored)
    for inner in block.inside:
        # the mean of two arrangements without overlap has none either: the limits are linear
        inner.left = (forward[inner.key] - backward[inner.key] - inner.width) / 2
    start = min(b.left for b in block.inside)
    for inner in block.inside:
        inner.left += _SIDE - start
    block.width = max(b.left + b.width for b in block.inside) + _SIDE
    if (spare := block.least - block.width) > 0:
        block.width = block.least
        for inner in block.inside:
            inner.left += spare / 2


def _limited(wish: float, inner: Block, block: Block) -> float:
    if block.limits is None:
        return wish
    low, high = block.limits
    return max(low, min(wish, high - inner.width))


def _wish(block: Block, wanted: Centres) -> float:
    """Left edge at which a block's leaves would on average be where they want to be."""
    shifts = [wanted[k] - x for k, x in _centres(block, 0.0)]
    return sum(shifts) / len(shifts)


def _centres(block: Block, left: float) -> Iterator[tuple[str, float]]:
    if not block.inside:
        yield block.key, left + block.width / 2
    for inner in block.inside:
        yield from _centres(inner, left + inner.left)


def _pushed(blocks: Sequence[Block], wish: Mapping[str, float]) -> dict[str, float]:
    """Left edges at or right of the wish, in order, free of overlap in every row."""
    frontier: dict[int, float] = {}
    lefts = {}
    for block in blocks:
        rows = range(block.low, block.high + 1)
        taken = [frontier[r] for r in rows if r in frontier]
        left = max([wish[block.key], *taken])
        lefts[block.key] = left
        for r in rows:
            frontier[r] = left + block.width + _GAP
    return lefts


def _placed(root: Block) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Centres of leaves, left edges and widths of plates, in the drawing."""
    centres = dict(_centres(root, 0.0))
    lefts: dict[str, float] = {}
    todo = [(root, 0.0)]
    while todo:
        block, left = todo.pop()
        if block.inside:
            lefts[block.key] = left
            if block is not root:
                block.limits = left + _SIDE, left + block.width - _SIDE
            todo.extend((inner, left + inner.left) for inner in block.inside)
    return centres, lefts, {b.key: b.width for b in _plates(root)}


def _plates(root: Block) -> Iterator[Block]:
    if root.inside:
        yield root
        for inner in root.inside:
            yield from _plates(inner)


def _cost(centres: Centres, links: Links, rows: Mapping[str, int]) -> float:
    """Length of the arrows sideways, and their crossings where counting them is quick."""
    length = sum(abs(centres[a] - centres[b]) for a, b in links)
    if len(links) > 250:
        return length
    ends = [(rows[a], centres[a], centres[b]) for a, b in links]
    crossings = sum(
        (a - c) * (b - d) < 0
        for i, (row, a, b) in enumerate(ends)
        for other, c, d in ends[:i]
        if row == other
    )
    return length + _CROSSING * crossings
