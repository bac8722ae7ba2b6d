"""Rows as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence

from .measurement import Row

_HEAD = ("", "min", "median", "CPU", "peak", "× Nacre", "goal")


def table(rows: Sequence[Row]) -> str:
    """Markdown, one table a discipline."""
    parts = []
    for discipline in dict.fromkeys(row.discipline for row in rows):
        cells = [_cells(row) for row in rows if row.discipline == discipline]
        head = (discipline, *_HEAD[1:])
        widths = [max(len(line[i]) for line in (head, *cells)) for i in range(len(head))]
        rule = [("-" if i == 0 else "-") * w for i, w in enumerate(widths)]
        parts.append("\n".join(_line(line, widths) for line in (head, rule, *cells)))
    return "\n\n".join(parts) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    goal = row.goal and f"{row.goal}: {'reached' if row.reached else 'MISSED'}"
    return (
        row.name,
        _number(row.best, row.unit),
        _number(row.typical, row.unit),
        _number(min(row.cpu), "s") if row.cpu else "",
        f"{row.peak:.0f} MiB" if row.peak else "",
        f"{row.times:.3g}" if row.times else "",
        goal,
    )


def _number(x: float, unit: str) -> str:
    return f"{x:.3g} {unit}".strip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) + " |"


def as_json(
    rows: Sequence[Row], machine: Mapping[str, object], repeats: int, loads: Mapping[str, float]
) -> dict[str, object]:
    """Everything that was measured, with where and how."""
    return {
        "machine": dict(machine),
        "threads": 1,
        "repeats": repeats,
        "load": dict(loads),
        "rows": [row.as_json() for row in rows],
    }
