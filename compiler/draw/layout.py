"""Where everything in a picture stands: rectangles for marks and plates, paths for arrows."""

from collections.abc import Iterator, Mapping

from ...grammar.frozen import frozen
from .layers import rows
from .packing import Block, pack
from .picture import Arrow, Picture

_ROW_GAP = 44.0
_TOP, _BOTTOM = 12.0, 24.0  # between a plate's border and what is in it; its label is at the bottom
_PASSAGE = 10.0  # width kept free where a long arrow passes a row
_MOST_PASSAGES = 2000  # beyond, long arrows are drawn straight
_ROOT = "root"


@frozen
class Rect:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2


Point = tuple[float, float]


@frozen
class Layout:
    """A picture's geometry, in pixels from the top left corner.

    Attributes:
        paths: for arrows, the points between the centres of their ends.
    """

    width: float
    height: float
    marks: Mapping[str, Rect]
    boxes: tuple[Rect, ...]
    paths: Mapping[Arrow, tuple[Point, ...]]


Size = tuple[float, float]


def layout(
    picture: Picture,
    marks: Mapping[str, Size],
    boxes: tuple[float, ...],
    like: Layout | None = None,
) -> Layout:
    """Lay a picture out.

    Args:
        marks: width and height of every mark.
        boxes: least width of every plate, for its label.
        like: a layout that this one should resemble where the two share marks.
    """
    if not picture.marks:
        return Layout(0.0, 0.0, {}, (), {})
    row = rows(picture)
    passages = _passages(picture, row)
    root, blocks = _blocks(picture, row, passages, marks, boxes)
    centres, lefts = pack(root, _links(picture, row, passages), _hint(picture, like))
    tops = _tops(root, row, marks)
    where = {
        name: Rect(centres[name] - w / 2, tops[row[name]] - h / 2, w, h)
        for name, (w, h) in marks.items()
    }
    plates = tuple(_plate(b, lefts, where) for b in blocks)
    paths = {
        arrow: tuple((centres[key], tops[r]) for key, r in stops)
        for arrow, stops in passages.items()
    }
    height = max(r.top + r.height for r in (*where.values(), *plates))
    return Layout(root.width, height + _TOP, where, plates, paths)


def _hint(picture: Picture, like: Layout | None) -> dict[str, float]:
    if like is None:
        return {}
    hint = {name: rect.centre[0] for name, rect in like.marks.items()}
    for split in picture.splits:
        hint.setdefault(split.fixed, hint.get(split.natural, 0.0) + 1.0)
    return hint


def _passages(picture: Picture, row: Mapping[str, int]) -> dict[Arrow, list[tuple[str, int]]]:
    """The rows that each arrow passes, with a key for each place."""
    if sum(abs(row[a.head] - row[a.tail]) for a in picture.arrows) > _MOST_PASSAGES:
        return {a: [] for a in picture.arrows}
    return {
        arrow: [(f"{i} {r}", r) for r in range(row[arrow.tail] + 1, row[arrow.head])]
        for i, arrow in enumerate(picture.arrows)
    }


def _blocks(
    picture: Picture,
    row: Mapping[str, int],
    passages: Mapping[Arrow, list[tuple[str, int]]],
    marks: Mapping[str, Size],
    boxes: tuple[float, ...],
) -> tuple[Block, list[Block]]:
    """Plates as blocks in blocks, and those of ``picture.boxes`` in their order."""
    last = max(row.values())
    root = Block(_ROOT, 0, last, 0.0)
    plates = [Block(f"box {i}", last, 0, width) for i, width in enumerate(boxes)]
    for plate, box in zip(plates, picture.boxes, strict=True):
        (root if box.parent is None else plates[box.parent]).inside.append(plate)
    for mark in picture.marks:
        home = root if mark.box is None else plates[mark.box]
        r = row[mark.name]
        home.inside.append(Block(mark.name, r, r, marks[mark.name][0]))
        for plate in (plates[i] for i in _around(picture, mark.box)):
            plate.low, plate.high = min(plate.low, r), max(plate.high, r)
    home_of = {m.name: m.box for m in picture.marks}
    for arrow, stops in passages.items():
        tail, head = home_of[arrow.tail], home_of[arrow.head]
        for key, r in stops:
            room = _room(picture, plates, tail, head, r)
            (root if room is None else plates[room]).inside.append(Block(key, r, r, _PASSAGE))
    return root, plates


def _room(
    picture: Picture, plates: list[Block], tail: int | None, head: int | None, row: int
) -> int | None:
    """The box in which an arrow passes a row: one of its ends' as soon as that reaches so far."""
    shared = _shared(picture, tail, head)
    for end in (head, tail):
        for box in _around(picture, end):
            if box == shared:
                break
            if plates[box].low <= row <= plates[box].high:
                return box
    return shared


def _around(picture: Picture, box: int | None) -> Iterator[int]:
    """A box and those around it, from the inside."""
    while box is not None:
        yield box
        box = picture.boxes[box].parent


def _shared(picture: Picture, one: int | None, other: int | None) -> int | None:
    """The innermost box around both."""
    around = set(_around(picture, one))
    return next((box for box in _around(picture, other) if box in around), None)


def _links(
    picture: Picture, row: Mapping[str, int], passages: Mapping[Arrow, list[tuple[str, int]]]
) -> list[tuple[str, str]]:
    """Neighbours: the ends of every stretch of an arrow, and the halves of split variables."""
    found = []
    for arrow, stops in passages.items():
        keys = [arrow.tail, *(key for key, _ in stops), arrow.head]
        if row[arrow.tail] < row[arrow.head]:
            found += list(zip(keys, keys[1:], strict=False))
    return [*found, *((s.natural, s.fixed) for s in picture.splits)]


def _tops(root: Block, row: Mapping[str, int], marks: Mapping[str, Size]) -> list[float]:
    """Vertical centre of every row, with room for the borders of plates between rows."""
    last = max(row.values())
    heights = [0.0] * (last + 1)
    for name, (_, height) in marks.items():
        heights[row[name]] = max(heights[row[name]], height)
    above, below = [0.0] * (last + 1), [0.0] * (last + 1)
    for plate in _plates_in(root):
        above[plate.low] = max(above[plate.low], _upper(plate))
        below[plate.high] = max(below[plate.high], _lower(plate))
    centres, y = [], 0.0
    for r in range(last + 1):
        y += above[r] + heights[r] / 2
        centres.append(y)
        y += heights[r] / 2 + below[r] + _ROW_GAP
    return [c + _TOP for c in centres]


def _plates_in(block: Block) -> Iterator[Block]:
    for inner in block.inside:
        if inner.inside:
            yield inner
            yield from _plates_in(inner)


def _upper(plate: Block) -> float:
    """Height of the borders that begin with this plate's first row, inner plates included."""
    inner = [_upper(p) for p in plate.inside if p.inside and p.low == plate.low]
    return _TOP + max(inner, default=0.0)


def _lower(plate: Block) -> float:
    """Height of the borders that end with this plate's last row, inner plates included."""
    inner = [_lower(p) for p in plate.inside if p.inside and p.high == plate.high]
    return _BOTTOM + max(inner, default=0.0)


def _plate(block: Block, lefts: Mapping[str, float], where: Mapping[str, Rect]) -> Rect:
    """The rectangle of a plate, around everything in it."""
    content = [_plate(b, lefts, where) for b in block.inside if b.inside]
    content += [where[b.key] for b in block.inside if b.key in where]
    top = min(r.top for r in content) - _TOP
    bottom = max(r.top + r.height for r in content) + _BOTTOM
    return Rect(lefts[block.key], top, block.width, bottom - top)
