"""Large plain CSV and TSV files by pandas' parser, where it reads what the careful reader would."""

import codecs
import csv
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

from .labelled import Table

# Below this many bytes the careful reader is done before pandas is imported.
LARGE = 2**21

# What the whole file looks like is taken from its first lines, and checked on all others.
_HEAD = 2**16
_CHUNK = 2**20

_QUOTED = re.compile(r' *"([^"]*)"', re.DOTALL)


class NotPlain(Exception):
    """The file has something that only the careful reader takes the right way."""


@dataclass(frozen=True)
class Layout:
    """What the first lines of a table say of all.

    Attributes:
        names: of the columns; empty for those that are not read.
        is_text: for each column, whether it has text.
        is_vague: for each column, whether its cells may have quotation marks, or are all empty: of
            a column of numbers pandas would refuse the first, and take TRUE after the second.
    """

    separator: str
    names: Sequence[str]
    is_text: Sequence[bool]
    is_vague: Sequence[bool]

    def by_word(self, column: int) -> bool:
        """Whether the different cells of a column are read, and then what each is."""
        return self.is_text[column] or self.is_vague[column]


def head_of(path: Path) -> str:
    """The first lines of a file, whole ones.

    Raises:
        NotPlain: they are not text, or make no lines.
    """
    with path.open("rb") as file:
        start = file.read(_HEAD)
    try:
        return start[: start.rindex(b"\n") + 1].decode("utf-8-sig")
    except ValueError:
        raise NotPlain from None


def read_large(
    path: Path,
    layout: Layout,
    gaps: frozenset[str],
    read_cells: Callable[[Sequence[str]], np.ndarray],
) -> Table:
    """The same columns as the careful reader gives.

    Cells are taken as they stand between separators, quotation marks included, and only those of
    text lose them afterwards. So a separator or line break inside of quotation marks cannot be
    mistaken: it leaves a cell that begins with a mark and does not end with one, or a row of
    another width. The numbers are those that Python reads, to the last bit.

    Args:
        layout: of the file's head.
        gaps: what stands for a missing number.
        read_cells: what the careful reader makes of cells.

    Raises:
        NotPlain: the careful reader must be asked, and may find a mistake.
    """
    width = len(layout.names)
    if width < 2:  # empty lines mean something in a table of one column
        raise NotPlain
    start, separators = _scan(path, layout.separator.encode())
    frame = _parsed(path, start, layout, gaps)
    if separators != (len(frame) + 1) * (width - 1):  # none is wider, so one is narrower
        raise NotPlain
    columns = {
        i: _worded(frame[i].cat, layout.is_text[i], read_cells)
        if layout.by_word(i)
        else frame[i].to_numpy()
        for i in range(width)
    }
    return Table({name: columns[i] for i, name in enumerate(layout.names) if name})


def _scan(path: Path, separator: bytes) -> tuple[int, int]:
    """Where the text begins, after a byte order mark, and how many separators it has."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    count = returns = 0
    last = b""
    with path.open("rb") as file:
        start = 3 if file.read(3) == codecs.BOM_UTF8 else 0
        file.seek(start)
        while chunk := file.read(_CHUNK):
            count += chunk.count(separator)
            # pandas drops tabs at the beginning of a line, ends text at NUL, and loses its way at a
            # line that is a carriage return alone
            returns += chunk.count(b"\r") - (last + chunk).count(b"\r\n")
            last = chunk[-1:]
            if b"\0" in chunk or (separator != b"\t" and b"\t" in chunk):
                raise NotPlain
            _decode(decoder, chunk)
    _decode(decoder, b"", final=True)
    if returns:
        raise NotPlain
    return start, count


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        raise NotPlain from None


def _parsed(path: Path, start: int, layout: Layout, gaps: frozenset[str]) -> "pd.DataFrame":
    import pandas as pd  # 0.3 s, for large files only

    columns = range(len(layout.names))
    with path.open("rb") as file, warnings.catch_warnings():
        # of a first row that is wider than the header, which would lose cells
        warnings.simplefilter("error", pd.errors.ParserWarning)
        file.seek(start)
        try:
            return pd.read_csv(
                file,
                sep=layout.separator,
                header=None,
                skiprows=1,
                names=list(columns),
                index_col=False,
                dtype={i: "category" if layout.by_word(i) else "float64" for i in columns},
                keep_default_na=False,
                na_values={i: [] if layout.by_word(i) else sorted(gaps) for i in columns},
                quoting=csv.QUOTE_NONE,
                **_exact(pd.__version__),
                encoding="utf-8",
                on_bad_lines="error",
            )
        except (ValueError, OverflowError, pd.errors.ParserWarning):
            raise NotPlain from None


def _exact(version: str) -> dict[str, Any]:
    """How pandas is asked to round correctly, which it does unasked since 3.1."""
    major, minor = map(int, version.split(".")[:2])
    return {} if (major, minor) >= (3, 1) else {"float_precision": "round_trip"}


def _worded(
    column: Any, is_text: bool, read_cells: Callable[[Sequence[str]], np.ndarray]
) -> np.ndarray:
    """Cells of a column from the different ones and their numbers; -1 is an empty one."""
    if column.categories.inferred_type not in (
        "string",
        "empty",
    ):  # pandas read the cells, after all: 007 as 7
        raise NotPlain
    words = [_unquoted(cell) for cell in (*column.categories, "")]
    found = read_cells(words)
    if is_text != (found.dtype == object):  # numbers in the head, text after it, or text that
        if not is_text:  # only the head has
            raise NotPlain
        found = np.empty(len(words), dtype=object)
        found[:] = [word.strip() or None for word in words]
    # every row holds the same object for the same text: eight bytes a row
    return np.asarray(found[column.codes.to_numpy()])


def _unquoted(cell: str) -> str:
    if '"' not in cell or not cell.lstrip(" ").startswith('"'):
        return cell
    whole = _QUOTED.fullmatch(cell)
    if whole is None:
        raise NotPlain
    return whole[1]
