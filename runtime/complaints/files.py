"""Complaints about data files. They have no place in a model: the file and line are named."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation
from .wording import counted, quoted


def _about(code: str, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, None, message, hint=hint)


def unreadable(path: str, reason: str) -> Diagnostic:
    """The operating system would not give the file."""
    return _about("D401", f"cannot read `{path}`: {reason}")


def unknown_format(path: str, known: Sequence[str]) -> Diagnostic:
    """The name's ending does not say what the file is."""
    endings = ", ".join(known)
    if path.endswith((".gz", ".zip", ".bz2", ".xz", ".zst")):
        return _about(
            "D402", f"`{path}` is compressed", "decompress it first: files are read as is"
        )
    return _about(
        "D402", f"`{path}` is not a kind of data file that can be read", f"name it {endings}"
    )


def malformed_json(path: str, line: int, column: int, reason: str) -> Diagnostic:
    """Not JSON."""
    return _about("D403", f"`{path}` is not valid JSON: line {line}, column {column}: {reason}")


def named_twice(path: str, name: str, where: str) -> Diagnostic:
    """Two values under one name, of which one would be lost."""
    return _about(
        "D404", f"`{path}` gives {quoted(name)} twice ({where})", "remove or rename one of them"
    )


def non_finite_literal(path: str, literal: str, line: int, column: int) -> Diagnostic:
    """``NaN`` or ``Infinity``, which are not JSON and mostly stand for a missing value."""
    return _about(
        "D405",
        f"`{path}`: `{literal}` is not a number: line {line}, column {column}",
        "data must be finite; leave out the rows that have no value",
    )


def uneven_row(path: str, line: int, found: int, expected: int) -> Diagnostic:
    """A row of a table with too many or too few cells."""
    return _about(
        "D406",
        f"`{path}`: line {line} has {counted(found, 'cell')}, the header has {expected}",
        'put text that contains a comma between double quotes: "Lac qui Parle, north"',
    )


def no_table(path: str, found: str) -> Diagnostic:
    """Nothing that gives values to names."""
    return _about(
        "D407",
        f"`{path}` gives no value a name: {found}",
        'JSON data look like {"y": [1.5, 2.0], "n": 2}; a CSV file begins with a row of names',
    )


def too_large(path: str, size: int, limit: int) -> Diagnostic:
    """Larger than what is read in one piece."""
    return _about("D408", f"`{path}` has {size:,} bytes; at most {limit:,} are read")


def extra_missing(path: str, package: str, extra: str) -> Diagnostic:
    """A format whose reader is not installed."""
    return _about(
        "D409",
        f"reading `{path}` needs the package `{package}`, which is not installed",
        f"pip install 'nacre[{extra}]', or write the data as CSV",
    )


def not_text(path: str, offset: int) -> Diagnostic:
    """A text format that is not UTF-8."""
    return _about(
        "D410",
        f"`{path}` is not UTF-8 text: byte {offset:,} cannot be read",
        f"convert it: iconv -f latin1 -t utf8 {path}",
    )


def in_two_files(name: str, first: str, second: str) -> Diagnostic:
    """Two files that bring a value of the same name."""
    return _about(
        "D411",
        f"both `{first}` and `{second}` give {quoted(name)}",
        "remove it from one of them: there is no order of precedence",
    )


def damaged_table(path: str, reason: str) -> Diagnostic:
    """A binary or quoted table that its own format's reader refuses."""
    return _about("D412", f"`{path}` cannot be read as what its name says: {reason}")


CODES: Mapping[str, Explanation] = {
    "D401": Explanation(
        "a data file cannot be read",
        "The file does not exist, is a directory, or you may not read it. Paths are relative to"
        " the directory the command runs in, not to the model.",
        "nacre fit models/radon.ppl --data radon.csv        # the file is models/radon.csv",
        "nacre fit models/radon.ppl --data models/radon.csv",
    ),
    "D402": Explanation(
        "an unknown kind of data file",
        "The ending of the name says how a data file is read: .json, .csv, .tsv, .nc, .parquet.",
        "nacre fit m.ppl --data results.xlsx",
        "nacre fit m.ppl --data results.csv",
    ),
    "D403": Explanation(
        "a JSON file with a syntax error",
        "The line and column are where reading stopped; the mistake is there or just before.",
        '{"y": [1.5, 2.0,]}',
        '{"y": [1.5, 2.0]}',
    ),
    "D404": Explanation(
        "a name given twice in one file",
        "Most readers keep the last one and say nothing. Here it is refused, because one of the"
        " two values would be lost. Columns without a name (R writes one for row names) are not"
        " read.",
        "y,x,y",
        "y,x,y_again",
    ),
    "D405": Explanation(
        "NaN or Infinity in a JSON file",
        "JSON has no such numbers; programs that write them usually mean a missing value. Missing"
        " values have to be taken out, or the model has to say what becomes of them.",
        '{"y": [1.5, NaN, 2.0]}',
        '{"y": [1.5, 2.0]}',
    ),
    "D406": Explanation(
        "a row of a different length",
        "Every row of a CSV file has one cell per column of the header. A text that contains the"
        " separator has to be quoted. Empty lines are skipped.",
        "county,floor\nLAC QUI PARLE, NORTH,1",
        'county,floor\n"LAC QUI PARLE, NORTH",1',
    ),
    "D407": Explanation(
        "a file without names",
        "Data are found by name: a JSON object, a JSON list of objects (rows), or a table whose"
        " first row holds the names.",
        "[1.5, 2.0]",
        '{"y": [1.5, 2.0]}',
    ),
    "D408": Explanation(
        "a file that is too large",
        "Files are read in one piece. The bounds are 1 GiB for JSON and 16 GiB for tables; an"
        " array is held in memory as 8 bytes a number.",
        "nacre fit m.ppl --data everything.json          # 5 GB",
        "nacre fit m.ppl --data everything.nc            # the columns that the model uses",
    ),
    "D409": Explanation(
        "a format whose reader is not installed",
        "Parquet is read through pyarrow, which is large and therefore optional.",
        "nacre fit m.ppl --data d.parquet                # without pyarrow",
        "pip install 'nacre[parquet]'",
    ),
    "D410": Explanation(
        "a file that is not UTF-8",
        "Text is read as UTF-8 (with or without a byte-order mark). Other encodings are not"
        " guessed, because a wrong guess changes labels silently.",
        "a CSV file saved as Latin-1",
        "iconv -f latin1 -t utf8 old.csv > new.csv",
    ),
    "D411": Explanation(
        "two files that give the same name",
        "Several data files are put together by name. None of them takes precedence.",
        "--data a.json --data b.json                     # both have y",
        "--data a.json --data b.json                     # y is in one of them",
    ),
    "D412": Explanation(
        "a table that its format's reader refuses",
        "The file is damaged, cut off, or something else under a misleading name.",
        "mv notes.txt data.nc",
        "nacre fit m.ppl --data data.csv",
    ),
}
