"""JSON data files: an object of names, or a list of rows."""

import json
import re
from collections import Counter
from pathlib import Path

from ...grammar.diagnostic import Diagnostic, Rejected
from ...grammar.source import Source
from ..complaints import files as complaints
from .labelled import Table

# Strings are matched first so that a `NaN` inside one is passed over.
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|(-?Infinity|NaN)')


class _NotANumber(Exception):
    """A literal that JSON does not have; its place is searched for afterwards."""


class _Repeated(Exception):
    """A key that stands twice in one object."""


def read_json(path: Path) -> dict[str, object]:
    """The entries of an object, or the columns of a list of objects.

    Raises:
        Rejected: D403, D404, D405, D407.
        OSError, UnicodeDecodeError: as the operating system and the codec say.
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except _NotANumber:
        raise Rejected([_literal(str(path), text)]) from None
    except _Repeated as e:
        raise Rejected([complaints.named_twice(str(path), str(e), "in one object")]) from None
    except json.JSONDecodeError as e:
        raise Rejected(
            [complaints.malformed_json(str(path), e.lineno, e.colno, e.msg.lower())]
        ) from None
    except RecursionError:
        raise Rejected(
            [complaints.malformed_json(str(path), 1, 1, "it is nested too deeply")]
        ) from None
    except ValueError:  # Python refuses to read whole numbers of more than 4300 digits
        raise Rejected(
            [complaints.malformed_json(str(path), 1, 1, "a number has too many digits")]
        ) from None
    return _named(str(path), found)


def _named(path: str, found: object) -> dict[str, object]:
    if isinstance(found, dict):
        return found
    if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
        return columns_of(found)
    what = "a list" if isinstance(found, list) else "a single value"
    raise Rejected([complaints.no_table(path, f"it is {what}")])


def columns_of(rows: list[dict[str, object]]) -> dict[str, object]:
    """Rows turned into columns; a row that lacks a name has None there."""
    names = dict.fromkeys(name for row in rows for name in row)
    return Table({name: [row.get(name) for row in rows] for name in names})


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated(Counter(k for k, _ in pairs).most_common(1)[0][0])
    return found


def _refuse(literal: str) -> object:
    raise _NotANumber(literal)


def _literal(path: str, text: str) -> Diagnostic:
    place = next(m for m in _LITERAL.finditer(text) if m.group(1))
    line, column = Source(path, text).line_col(place.start())
    return complaints.non_finite_literal(path, place.group(1), line, column + 1)
