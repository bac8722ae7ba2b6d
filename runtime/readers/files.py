"""Which reader a data file needs, and several files put together by name."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from errno import EISDIR
from itertools import islice
from os import PathLike, strerror
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from ...grammar.diagnostic import Diagnostic, Rejected
from ..complaints import files as complaints
from .binary import read_netcdf, read_parquet
from .json_file import read_json
from .labelled import Table, Tables
from .table import read_table


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes beyond which a file is refused instead of filling the memory.

    JSON takes about ten times its size while it is read, tables about their size.
    """

    json: int = 2**30
    table: int = 2**34


LIMITS = Limits()

_READERS: Mapping[str, Callable[[Path], dict[str, object]]] = {
    ".json": read_json,
    ".csv": read_table,
    ".tsv": read_table,
    ".nc": read_netcdf,
    ".parquet": read_parquet,
}


def read_data(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]], limits: Limits = LIMITS
) -> dict[str, object]:
    """Everything that the files give, by name.

    Columns of tables are numpy arrays: float64, or objects (text, None for an empty cell). Entries
    of JSON files are what they are: numbers, text, nested lists. netCDF variables are
    `LabelledArray`. Several tables may have a column of one name: `Tables` keeps them
    apart for binding, which knows whether it names their rows. Nothing is checked against a
    model here.

    Args:
        paths: one path or several; the ending of each name says what it is.
        limits: largest sizes read.

    Raises:
        Rejected: D401 to D412, D450. Every file's first complaint is reported.
    """
    found: dict[str, object] = {}
    tables: list[tuple[str, Table]] = []
    source: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path in [paths] if isinstance(paths, str | PathLike) else paths:
        try:
            values = _read(Path(path), limits)
        except Rejected as e:
            problems += e.diagnostics
            continue
        if isinstance(values, Table):
            tables.append((str(path), values))
            continue
        for name, value in values.items():
            if name in found:
                problems.append(complaints.in_two_files(name, source[name], str(path)))
            found[name], source[name] = value, str(path)
    if problems:
        raise Rejected(problems)
    return Tables(tables, found, source)


def _read(path: Path, limits: Limits) -> dict[str, object]:
    ending = path.suffix.lower()
    limit = limits.json if ending == ".json" else limits.table
    try:
        if str(path) != "-":
            _look_at(path, limit)
        if ending not in _READERS:
            raise Rejected([complaints.unknown_format(str(path), tuple(_READERS))])
        return _READERS[ending](path)
    except OSError as e:
        missing = isinstance(e, FileNotFoundError)
        near = _beside(path) if missing else ()
        raise Rejected([complaints.unreadable(str(path), e.strerror or str(e), near)]) from None
    except UnicodeDecodeError:
        raise Rejected([_not_text(path)]) from None


def _look_at(path: Path, limit: int) -> None:
    """Refuse what no reader should begin with.

    Raises:
        Rejected: D407, D408.
        OSError: it is not there, or a directory.
    """
    found = path.stat()
    if S_ISDIR(found.st_mode):
        raise IsADirectoryError(EISDIR, strerror(EISDIR))
    if S_ISREG(found.st_mode) and found.st_size == 0:
        raise Rejected([complaints.no_table(str(path), "it is empty")])
    if found.st_size > limit:
        raise Rejected([complaints.too_large(str(path), found.st_size, limit)])


def _beside(path: Path) -> Sequence[str]:
    """Files of the same directory, called as the path calls it."""
    try:
        return [str(path.parent / p.name) for p in islice(path.parent.iterdir(), 1000)]
    except OSError:
        return ()


def _not_text(path: Path) -> Diagnostic:
    with path.open("rb") as file:
        is_wide = file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
        file.seek(0)
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError as e:
                start, word = max(0, e.start - 12), line[: e.start + 12].decode("latin-1")
                return complaints.not_text(str(path), number, word[start:].strip(), is_wide)
    return complaints.not_text(str(path), 1, "", is_wide)
