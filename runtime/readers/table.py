"""CSV and TSV files: a row of names, then rows of cells, column by column into arrays."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from ...grammar.diagnostic import Diagnostic, Rejected
from ..complaints import files as complaints
from .gaps import GAPS
from .labelled import Table
from .large_table import LARGE, Layout, NotPlain, head_of, read_large

# Few enough rows that their cells stay in the cache: 512 was twice as fast as 65,536.
_ROWS_AT_ONCE = 512


def read_table(path: Path) -> dict[str, object]:
    """Columns by name: float64 where every cell is a number or a gap (NaN), else text.

    The separator is what the header uses: comma, else semicolon or tab. Cells are stripped. Empty
    lines are skipped; in a table of one column they are gaps, except at the end. Columns without a
    name are not read.

    A large file goes to `read_large`, and comes back if it has something special in it: then a
    million cells take about 0.8 seconds. A column that turns out to be text only late in the file
    is read twice, so that no cell is ever kept both ways.

    Raises:
        Rejected: D404, D406, D407, D412, D450.
        OSError, UnicodeDecodeError: as the operating system and the codec say.
    """
    if path.stat().st_size > LARGE:
        try:
            return read_fast(path)
        except NotPlain:
            pass
    return read_careful(path)


def read_fast(path: Path) -> dict[str, object]:
    """What `read_careful` gives, sooner.

    Raises:
        NotPlain: it may give something else, or complain.
    """
    text = head_of(path)
    try:
        names, parts = _pieces(str(path), StringIO(text, newline=""), frozenset())
    except Rejected:  # or the head ends inside of a quoted cell
        raise NotPlain from None
    head, first, *_ = [*text.splitlines(), "", ""]
    separator = _separator(text)
    if head.count('"') % 2:  # a name goes on in the second line
        raise NotPlain
    is_text = [any(a.dtype == object for a in part) for part in parts]
    is_vague = [not any(np.isfinite(a).any() for a in part if a.dtype != object) for part in parts]
    for i, cell in enumerate(first.split(separator)[: len(names)]):
        is_vague[i] |= cell.lstrip(" ").startswith('"')
    return read_large(path, Layout(separator, names, is_text, is_vague), GAPS, _piece)


def read_careful(path: Path) -> dict[str, object]:
    """The columns by Python's own reader, cell by cell."""
    names, parts = _read(path, frozenset())
    mixed = frozenset(i for i, part in enumerate(parts) if len({a.dtype for a in part}) > 1)
    if mixed:
        names, again = _read(path, mixed)
        parts = [again[i] if i in mixed else part for i, part in enumerate(parts)]
    return Table(
        {
            name: np.concatenate(part) if part else np.empty(0)
            for name, part in zip(names, parts, strict=True)
            if name
        }
    )


def _read(path: Path, as_text: frozenset[int]) -> tuple[list[str], list[list[np.ndarray]]]:
    """One pass over the file; every column comes as pieces."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _pieces(str(path), file, as_text)


def _pieces(
    path: str, file: TextIO, as_text: frozenset[int]
) -> tuple[list[str], list[list[np.ndarray]]]:
    separator = _separator(file.readline())
    file.seek(0)
    rows = csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        names = _header(path, next(rows, []))
        parts: list[list[np.ndarray]] = [[] for _ in names]
        for cells in _columns(path, rows, names):
            for i, column in enumerate(cells):
                parts[i].append(_text(column) if i in as_text else _piece(column))
    except csv.Error as e:
        line = f"line {rows.line_num}: {e}"
        raise Rejected([complaints.damaged_table(path, line)]) from None
    return names, parts


def _separator(text: str) -> str:
    """What the first line separates its names with."""
    head = text.partition("\n")[0]
    return next((c for c in ",;\t" if c in head), ",")


def _header(path: str, cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise Rejected([complaints.no_table(path, "its first line is empty")])
    if names[0].casefold() == "sep=":
        raise Rejected([complaints.no_table(path, "its first line is a word to Excel; remove it")])
    if all(_is_number(name) for name in names if name):
        raise Rejected([complaints.no_header(path, [name for name in names if name])])
    for i, name in enumerate(names):
        if name and name in names[:i]:
            where = f"columns {names.index(name) + 1} and {i + 1}"
            raise Rejected([complaints.named_twice(path, name, where)])
    return names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.casefold() not in ("nan", "inf", "infinity")  # which may be names


def _columns(path: str, reader: Any, names: Sequence[str]) -> Iterator[Iterable[Sequence[str]]]:
    """Blocks of rows, turned over into columns."""
    width = len(names)
    rows = _with_gaps(reader) if width == 1 else (r for r in reader if len(r) > 1 or any(r))
    line = reader.line_num + 1
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        if any(len(row) != width for row in block if row):
            raise Rejected([_uneven(path, block, names, line)])
        filled = [row for row in block if row]
        if filled:
            yield zip(*filled, strict=True)
        line = reader.line_num + 1


def _uneven(
    path: str, block: Sequence[Sequence[str]], names: Sequence[str], line: int
) -> Diagnostic:
    """The complaint about the first row of another width; ``line`` is where the block begins."""
    for row in block:
        if row and len(row) != len(names):
            return complaints.uneven_row(path, line, row, names)
        line += 1 + sum(cell.count("\n") for cell in row)
    raise AssertionError("called for a block whose rows all have one width")


def _with_gaps(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Empty lines as empty cells, except for those at the end of the file."""
    empty = 0
    for row in rows:
        if row:
            yield from ([""] for _ in range(empty))
            yield row
            empty = 0
        else:
            empty += 1


def _piece(cells: Sequence[str]) -> np.ndarray:
    try:
        numbers = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return _numbers_with_gaps(cells)
    # Python reads 1_000 as a number; no table means that by it
    return _text(cells) if "_" in "".join(cells) else numbers


def _numbers_with_gaps(cells: Sequence[str]) -> np.ndarray:
    try:
        return np.array([np.nan if c.strip() in GAPS else float(c) for c in cells])
    except ValueError:
        return _text(cells)


def _text(cells: Sequence[str]) -> np.ndarray:
    found = np.empty(len(cells), dtype=object)
    found[:] = [c.strip() or None for c in cells]
    return found
