"""Complaints about data files. They have no place in a model: the file and line are named."""

from collections.abc import Mapping, Sequence
from shlex import quote

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from .wording import counted, quoted, to_be_read


def _about(code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, None, message, hint=hint)


def unreadable(path: str, reason: str, near: Sequence[str] = ()) -> Diagnostic:
    """The operating system would not give the file.

    Args:
        near: names of files that are there.
    """
    hint = did_you_mean(path, near) or to_be_read(reason)
    return _about("D401", f"cannot read `{path}`: {reason}", hint)


_ADVICE: Mapping[tuple[str, ...], str] = {
    (".gz", ".zip", ".bz2", ".xz", ".zst"): "decompress it first: files are read as is",
    (".xlsx", ".xls", ".ods"): "save the sheet as CSV in the spreadsheet program",
    (".rds", ".rda", ".rdata"): 'in R: write.csv(d, "data.csv", row.names = FALSE)',
    (
        ".sas7bdat",
        ".sav",
        ".dta",
    ): "with pandas: pd.read_stata(…).to_csv(…), or read_sas, read_spss",
    (".npy", ".npz", ".pkl", ".pickle", ".pt", ".feather"): (
        "load it in Python and hand the arrays to `model.fit`"
    ),
    (
        ".txt",
        ".dat",
        ".data",
    ): "if it is a table, name it .csv or .tsv; separators may be , ; or tab",
    (".jsonl", ".ndjson"): "write the rows as one JSON list: [{…}, {…}]",
    (".pq", ".cdf", ".h5", ".hdf5"): "Parquet files are named .parquet, netCDF 4 files .nc",
}


def unknown_format(path: str, known: Sequence[str]) -> Diagnostic:
    """The name's ending does not say what the file is."""
    if path == "-":
        return _about(
            "D402",
            "data are not read from standard input",
            "write them to a file first: its name says what they are",
        )
    hint = next((h for ends, h in _ADVICE.items() if path.lower().endswith(ends)), None)
    compressed = hint is not None and hint.startswith("decompress")
    what = "is compressed" if compressed else "is not a kind of data file that can be read"
    return _about("D402", f"`{path}` {what}", hint or f"name it {', '.join(known)}")


def malformed_json(path: str, line: int, column: int, reason: str) -> Diagnostic:
    """Not JSON."""
    hint = "look there and just before: text stands in double quotes, the last value has no comma"
    if "delimiter" in reason:
        mark = reason.partition("'")[2].partition("'")[0]
        hint = f"put a `{mark}` there, or just before"
    message = f"`{path}` is not valid JSON: line {line}, column {column}: {reason}"
    return _about("D403", message, hint)


def named_twice(path: str, name: str, where: str) -> Diagnostic:
    """Two values under one name, of which one would be lost."""
    return _about(
        "D404", f"`{path}` gives {quoted(name)} twice ({where})", "remove or rename one of them"
    )


def column_twice(name: str) -> Diagnostic:
    """Two columns of one data frame under one name."""
    message = f"the data frame has two columns {quoted(name)}"
    return _about("D404", message, "remove or rename one of them")


def non_finite_literal(path: str, literal: str, line: int, column: int) -> Diagnostic:
    """``NaN`` or ``Infinity``, which are not JSON and mostly stand for a missing value."""
    hint = "data must be finite"
    if literal == "NaN":
        hint = "write null where a value is missing"
    return _about(
        "D405", f"`{path}`: `{literal}` is not a number: line {line}, column {column}", hint
    )


def no_header(path: str, cells: Sequence[str]) -> Diagnostic:
    """A table whose first row are numbers."""
    first = ",".join(cells[:3]) + ("" if len(cells) <= 3 else ",…")
    names = ",".join("xyzuvw"[: len(cells)]) if len(cells) <= 3 else "x,y,z,…"
    return _about(
        "D450",
        f"`{path}` has no row of names: its first line is {quoted(first)}",
        f"add a first line that names the columns, such as {names}",
    )


def uneven_row(path: str, line: int, row: Sequence[str], names: Sequence[str]) -> Diagnostic:
    """A row of a table with too many or too few cells."""
    hint = 'put text that contains a comma between double quotes: "Lac qui Parle, north"'
    if len(names) == 1:
        hint = f"the first line has to name the columns; here it is {quoted(names[0])}"
    elif len(row) > len(names) and not any(cell.strip() for cell in row[len(names) :]):
        hint = "the line ends with a separator: remove it, or let the header end with one, too"
    elif len(row) == 1:
        hint = "remove lines that are no rows, such as notes below the table"
    found, expected = counted(len(row), "cell"), len(names)
    return _about("D406", f"`{path}`: line {line} has {found}, the header has {expected}", hint)


def no_table(path: str, found: str) -> Diagnostic:
    """Nothing that gives values to names."""
    return _about(
        "D407",
        f"`{path}` gives no value a name: {found}",
        'JSON data look like {"y": [1.5, 2.0], "n": 2}; a CSV file begins with a row of names',
    )


def too_large(path: str, size: int, limit: int) -> Diagnostic:
    """Larger than what is read in one piece."""
    return _about(
        "D408",
        f"`{path}` has {size:,} bytes; at most {limit:,} are read",
        "write a file with the columns that the model reads, and no others",
    )


def extra_missing(path: str, package: str, extra: str) -> Diagnostic:
    """A format whose reader is not installed."""
    return _about(
        "D409",
        f"reading `{path}` needs the package `{package}`, which is not installed",
        f"pip install 'nacre[{extra}]', or write the data as CSV",
    )


def not_text(path: str, line: int, word: str, is_wide: bool) -> Diagnostic:
    """A text format that is not UTF-8.

    Args:
        word: what the place reads like in Latin-1.
        is_wide: whether the file begins as UTF-16 does.
    """
    if is_wide:
        message = f"`{path}` is not UTF-8 text, but UTF-16"
        return _about(
            "D410", message, f"convert it: iconv -f utf-16 -t utf-8 {quote(path)} > new.csv"
        )
    return _about(
        "D410",
        f"`{path}` is not UTF-8 text: line {line:,} would be {quoted(word)} in Latin-1",
        f"if that is right, convert it: iconv -f latin1 -t utf-8 {quote(path)} > new.csv",
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
    hint = "name it by what it is, or write it again as a table: .csv"
    if "unexpected end" in reason:
        hint = 'a `"` begins a text that goes on to the end of the file: close it, or leave it out'
    return _about("D412", f"`{path}` cannot be read as what its name says: {reason}", hint)


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
        "JSON has no such numbers; programs that write them usually mean a missing value, which is"
        " null. What becomes of it the model has to say: `observe y missing drop`.",
        '{"y": [1.5, NaN, 2.0]}',
        '{"y": [1.5, null, 2.0]}',
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
        " guessed, because a wrong guess changes labels silently. Spreadsheets write UTF-8 when"
        ' asked for "CSV UTF-8".',
        "a CSV file saved as Latin-1",
        "iconv -f latin1 -t utf8 old.csv > new.csv",
    ),
    "D411": Explanation(
        "two files that give the same name",
        "Several data files are put together by name. None of them takes precedence.",
        "--data a.json --data b.json                     # both have y",
        "--data a.json --data b.json                     # y is in one of them",
    ),
    "D450": Explanation(
        "a table without names",
        "The first row of a table names its columns, and data are found by those names. Here it"
        " holds nothing but numbers: read as names, the first observation would be lost.",
        "1.5,0\n2.5,1",
        "y,floor\n1.5,0\n2.5,1",
    ),
    "D412": Explanation(
        "a table that its format's reader refuses",
        "The file is damaged, cut off, or something else under a misleading name.",
        "mv notes.txt data.nc",
        "nacre fit m.ppl --data data.csv",
    ),
}
