"""Pictures as SVG, laid out here: nothing else is needed to look at a model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from math import hypot
from unicodedata import east_asian_width

from .curves import arrow_head, edge_of_ellipse, edge_of_rect, smooth
from .layout import Layout, Point, Rect, layout
from .picture import Arrow, Look, Mark, Picture, Split

_MARGIN = 20.0
_TITLE = 30.0
_BETWEEN = 48.0  # pictures side by side
_KEY = 34.0  # height of the legend
_HEAD = 9.0
_LOOP = 14.0  # how far a loop stands out
_MOST_LOOKED_THROUGH = 300  # marks

_FILLS: Mapping[Look, str] = {
    Look.LATENT: "#ffffff",
    Look.OBSERVED: "#cfd8e3",
    Look.PARTLY: "#ffffff",
    Look.FIXED: "#ffe2bd",
    Look.PATCHED: "#ffffff",
    Look.DERIVED: "#ffffff",
    Look.FACTOR: "#e6ddf2",
    Look.PARAM: "#e2f0dc",
    Look.DATA: "#f2f2f2",
}
_WHOLE: Mapping[Look, Look] = {Look.PARTLY: Look.OBSERVED, Look.PATCHED: Look.FIXED}
"""What half of a mark is."""
_SQUARE = (Look.FIXED, Look.PATCHED, Look.FACTOR, Look.DATA)

_RIM = 'fill="none" stroke="#333333"'
_HEADER = '<rect width="100%" height="100%" fill="#ffffff"/>'


def svg(pictures: Sequence[Picture]) -> str:
    """Pictures as one SVG document, side by side, with a legend of what occurs in them."""
    laid: list[tuple[Picture, Layout]] = []
    for p in pictures:
        laid.append((p, _laid_out(p, laid[-1][1] if laid else None)))
    has_titles = any(p.title for p in pictures)
    top = _MARGIN + (_TITLE if has_titles else 0.0)
    x, body = _MARGIN, []
    for p, where in laid:
        body.append(f'<g transform="translate({_n(x)} {_n(top)})">')
        if p.title:
            body.append(_words(p.title, where.width / 2, -14.0, 15, more='font-weight="bold"'))
        body += _picture(p, where)
        body.append("</g>")
        x += where.width + _BETWEEN
    key, key_width = _legend([m.look for p in pictures for m in p.marks])
    height = top + max((w.height for _, w in laid), default=0.0)
    body.append(f'<g transform="translate({_n(_MARGIN)} {_n(height + 8)})">{key}</g>')
    width = max(x - _BETWEEN, _MARGIN + key_width) + _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" '
            f'height="{_n(height + _KEY + 8)}" font-family="Helvetica, Arial, sans-serif">',
            _HEADER,
            *body,
            "</svg>",
            "",
        ]
    )


def _laid_out(p: Picture, before: Layout | None) -> Layout:
    least = tuple(_width(b.label, 12) + 24 for b in p.boxes)
    loops = {a.tail for a in p.arrows if a.tail == a.head}
    room = {m.name: 2 * _LOOP if m.name in loops else 0.0 for m in p.marks}
    sizes = {m.name: _size(m) for m in p.marks}
    wide = {name: (w + room[name], h) for name, (w, h) in sizes.items()}
    where = layout(p, wide, least, before)
    marks = {
        name: Rect(r.left + room[name] / 2, r.top, r.width - room[name], r.height)
        for name, r in where.marks.items()
    }
    return replace(where, marks=marks)


def _size(mark: Mark) -> tuple[float, float]:
    text = max(_width(mark.name, 14), _width(mark.note, 11))
    match mark.look:
        case Look.DATA:
            return text + 18, 28.0
        case Look.FIXED | Look.PATCHED:
            return text + 26, 46.0 if mark.note else 34.0
        case Look.FACTOR:
            return text + 22, 42.0
        case Look.PARAM:
            return text + 36, 36.0
        case _:
            return max(text * 1.2 + 26, 62.0), 48.0 if mark.note else 40.0


def _picture(p: Picture, where: Layout) -> Iterator[str]:
    for rect in where.boxes:
        yield _rect(rect, 'fill="none" stroke="#8a8f98" rx="8"')
    looks = {m.name: m.look for m in p.marks}
    for split in p.splits:
        yield _split(split, where, looks)
    for arrow in p.arrows:
        if arrow.tail == arrow.head:
            yield from _loop(where.marks[arrow.tail])
        else:
            yield from _arrow(arrow, where, looks)
    for box, rect in zip(p.boxes, where.boxes, strict=True):
        yield from _plate_label(box.label, rect)
    for mark in p.marks:
        yield from _mark(mark, where.marks[mark.name])


def _plate_label(label: str, r: Rect) -> Iterator[str]:
    """In the lower right corner, on a white rim that keeps it readable over arrows."""
    x, y = r.left + r.width - 9, r.top + r.height - 8
    rim = 'stroke="#ffffff" stroke-width="4" stroke-linejoin="round"'
    yield _words(label, x, y, 12, anchor="end", fill="#ffffff", more=rim)
    yield _words(label, x, y, 12, anchor="end", fill="#555b66")


def _mark(mark: Mark, r: Rect) -> Iterator[str]:
    yield _outline(mark.look, r)
    x, y = r.centre
    shift = 0.0 if not mark.note else -4.0
    size = 13 if mark.look is Look.DATA else 14
    yield _words(mark.name, x, y + shift + 4.5, size)
    if mark.note:
        yield _words(mark.note, x, y + 15.0, 11, fill="#555b66")


def _outline(look: Look, r: Rect) -> str:
    """A shape for each look; the intervened ones have a double border."""
    paint = f'fill="{_FILLS[look]}" stroke="#333333"'
    match look:
        case Look.FIXED | Look.PATCHED:
            inner = Rect(r.left + 3, r.top + 3, r.width - 6, r.height - 6)
            inside = _rect(inner, _RIM)
            half = _right_half(look, r) if look is Look.PATCHED else ""
            return _rect(r, paint) + half + (half and _rect(r, _RIM)) + inside
        case Look.DATA:
            return _rect(r, f'fill="{_FILLS[look]}" stroke="#999999" rx="4"')
        case Look.FACTOR:
            return _rect(r, paint)
        case Look.PARAM:
            return _hexagon(r, paint)
        case Look.DERIVED:
            return _ellipse(r, paint + ' stroke-dasharray="5 3"')
        case Look.PARTLY:
            return _ellipse(r, paint) + _right_half(look, r) + _ellipse(r, _RIM)
        case _:
            return _ellipse(r, paint)


def _right_half(look: Look, r: Rect) -> str:
    """The half that is given, as a shape of its own: not every viewer knows gradients."""
    x, y = r.centre
    paint = f'fill="{_FILLS[_WHOLE[look]]}"'
    if look in _SQUARE:
        return _rect(Rect(x, r.top, r.width / 2, r.height), paint)
    a, b = _n(r.width / 2), _n(r.height / 2)
    start, stop = _p((x, y - r.height / 2)), _p((x, y + r.height / 2))
    return f'<path d="M{start} A{a} {b} 0 0 1 {stop} Z" {paint}/>'


def _arrow(arrow: Arrow, where: Layout, looks: Mapping[str, Look]) -> Iterator[str]:
    tail, head = where.marks[arrow.tail], where.marks[arrow.head]
    between = list(where.paths.get(arrow, ()))
    points = [tail.centre, *between, head.centre]
    start = _border(tail, looks[arrow.tail], points[1])
    tip = _border(head, looks[arrow.head], points[-2])
    pieces = smooth([start, *between, tip])
    if not between and any(_is_crossed(r, start, tip) for r in _others(arrow, where)):
        start, tip = _below(tail, head), _below(head, tail)
        middle = (start[1] + tip[1]) / 2  # bend between the rows, where no mark is
        pieces = [((start[0], middle), (tip[0], middle), tip)]
    yield f'<path d="M{_p(start)} {_curves(pieces)}" fill="none" stroke="#444444"/>'
    corners = " ".join(map(_p, arrow_head(tip, pieces[-1][1], _HEAD)))
    yield f'<polygon points="{corners}" fill="#444444"/>'


def _others(arrow: Arrow, where: Layout) -> Iterator[Rect]:
    """Marks that an arrow should not run over; large drawings are not looked through."""
    if len(where.marks) <= _MOST_LOOKED_THROUGH:
        yield from (r for n, r in where.marks.items() if n not in (arrow.tail, arrow.head))


def _is_crossed(r: Rect, start: Point, stop: Point) -> bool:
    """Whether a straight line comes near the ellipse in ``r``."""
    (x, y), a, b = r.centre, 1.9 / r.width, 1.9 / r.height  # in units where it is a circle
    px, py = (start[0] - x) * a, (start[1] - y) * b
    dx, dy = (stop[0] - start[0]) * a, (stop[1] - start[1]) * b
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, -(px * dx + py * dy) / length)) if length else 0.0
    return hypot(px + t * dx, py + t * dy) < 1.0


def _below(r: Rect, other: Rect) -> Point:
    """Middle of the side that faces the other, above or below."""
    x, y = r.centre
    return x, y + (r.height / 2 if other.centre[1] >= y else -r.height / 2)


def _split(split: Split, where: Layout, looks: Mapping[str, Look]) -> str:
    one, two = where.marks[split.natural], where.marks[split.fixed]
    start = _border(one, looks[split.natural], two.centre)
    stop = _border(two, looks[split.fixed], one.centre)
    return (
        f'<path d="M{_p(start)} L{_p(stop)}" fill="none" stroke="#b06a00" stroke-dasharray="2 3"/>'
    )


def _loop(r: Rect) -> Iterator[str]:
    """An arrow from a family to itself, on its right."""
    x, y = r.left + r.width, r.centre[1]
    start, tip = (x - 5, y - 12), (x - 5, y + 12)
    yield (
        f'<path d="M{_p(start)} C{_p((x + 22, y - 26))} {_p((x + 22, y + 26))} {_p(tip)}" '
        'fill="none" stroke="#444444"/>'
    )
    corners = " ".join(map(_p, arrow_head(tip, (x + 14, y + 18), _HEAD)))
    yield f'<polygon points="{corners}" fill="#444444"/>'


def _border(r: Rect, look: Look, towards: Point) -> Point:
    return (edge_of_rect if look in _SQUARE else edge_of_ellipse)(r, towards)


def _legend(looks: Sequence[Look]) -> tuple[str, float]:
    """A sample of every look that occurs, and how wide all of them are."""
    x, parts = 0.0, []
    for look in (k for k in Look if k in looks):
        parts.append(_outline(look, Rect(x, 2.0, 24.0, 15.0)))
        parts.append(_words(look.value, x + 30, 14.0, 11, anchor="start", fill="#555b66"))
        x += 30 + _width(look.value, 11) + 18
    return "".join(parts), x


# --- elements -----------------------------------------------------------------------------------


def _rect(r: Rect, paint: str) -> str:
    return (
        f'<rect x="{_n(r.left)}" y="{_n(r.top)}" width="{_n(r.width)}" height="{_n(r.height)}" '
        f"{paint}/>"
    )


def _ellipse(r: Rect, paint: str) -> str:
    x, y = r.centre
    return (
        f'<ellipse cx="{_n(x)}" cy="{_n(y)}" rx="{_n(r.width / 2)}" ry="{_n(r.height / 2)}" '
        f"{paint}/>"
    )


def _hexagon(r: Rect, paint: str) -> str:
    x0, x1, y0, y1 = r.left, r.left + r.width, r.top, r.top + r.height
    d, y = r.height / 3, r.centre[1]
    corners = [(x0, y), (x0 + d, y0), (x1 - d, y0), (x1, y), (x1 - d, y1), (x0 + d, y1)]
    return f'<polygon points="{" ".join(map(_p, corners))}" {paint}/>'


def _words(
    text: str,
    x: float,
    y: float,
    size: int,
    *,
    anchor: str = "middle",
    fill: str = "#111111",
    more: str = "",
) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
        f"{more and ' '}{more}>{escape(text)}</text>"
    )


def _width(text: str, size: int) -> float:
    """About how wide a text is; Latin letters of Helvetica are a little over half as wide as high,
    East Asian ones are square."""
    return sum(size * (1.0 if east_asian_width(c) in "WF" else 0.57) for c in text)


def _curves(pieces: Sequence[tuple[Point, Point, Point]]) -> str:
    return " ".join("C" + " ".join(map(_p, piece)) for piece in pieces)


def _p(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
