"""Lines from mark to mark: where they meet outlines, and how they bend."""

from collections.abc import Sequence
from math import hypot

from .layout import Point, Rect


def edge_of_ellipse(r: Rect, towards: Point) -> Point:
    """Where the ray from the centre meets the ellipse in ``r``."""
    (x, y), (dx, dy) = r.centre, _direction(r, towards)
    scale = 1 / hypot(2 * dx / r.width, 2 * dy / r.height)
    return x + dx * scale, y + dy * scale


def edge_of_rect(r: Rect, towards: Point) -> Point:
    """Where the ray from the centre meets the rectangle."""
    (x, y), (dx, dy) = r.centre, _direction(r, towards)
    scale = min(
        r.width / 2 / abs(dx) if dx else float("inf"),
        r.height / 2 / abs(dy) if dy else float("inf"),
    )
    return x + dx * scale, y + dy * scale


def smooth(points: Sequence[Point]) -> list[tuple[Point, Point, Point]]:
    """Cubic pieces through the points: two control points and the end of each.

    Catmull and Rom's curve; with two points a straight line.
    """
    ends = [points[0], *points, points[-1]]
    return [
        (
            (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6),
            (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6),
            c,
        )
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
    ]


def arrow_head(tip: Point, behind: Point, size: float) -> tuple[Point, Point, Point]:
    """A triangle that ends in ``tip`` and comes from ``behind``."""
    dx, dy = tip[0] - behind[0], tip[1] - behind[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length * size, dy / length * size
    x, y = tip[0] - ux, tip[1] - uy
    return tip, (x - uy * 0.4, y + ux * 0.4), (x + uy * 0.4, y - ux * 0.4)


def _direction(r: Rect, towards: Point) -> Point:
    x, y = r.centre
    dx, dy = towards[0] - x, towards[1] - y
    return (dx, dy) if dx or dy else (0.0, 1.0)
