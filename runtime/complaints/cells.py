"""What to write instead of a cell that is not a number."""

import re
from collections.abc import Callable, Mapping, Sequence

from .wording import declared, number

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_SPACES = " \u00a0\u2009\u202f"
_MONEY = "$€£¥₹"
_TRUTH = frozenset(("yes", "no", "y", "n", "t", "f"))
_GAP = frozenset(("-", "--", "?", "missing", "unknown", "n.a.", "nd", "n.d.", "#value!", "#div/0!"))


def advice(
    text: str, name: str, extents: Sequence[str | int], *, mostly: bool = True
) -> str | None:
    """A hint for the text that stands where data need a number.

    Args:
        name, extents: of the data.
        mostly: whether at least half of the data are no numbers.
    """
    cell = text.strip()
    if cell.casefold() in _TRUTH:
        return f"truth values are declared as such: `data {declared(name, extents)}: bool`"
    if cell.casefold() in _GAP:
        return "where a value is missing, leave the cell empty or write NA"
    for pattern, remedy in _PATTERNS.items():
        found = re.fullmatch(pattern, cell)
        if found:
            return remedy(found)
    if re.fullmatch(_DATE, cell):
        return _as_label("a date is a label", "day", name, extents)
    if cell[:1].isalpha() and not mostly:
        return "text among numbers: correct the cell, leave it empty, or remove its row"
    if cell[:1].isalpha():
        return _as_label("words are labels", "kind", name, extents)
    return None


def _as_label(what: str, dim: str, name: str, extents: Sequence[str | int]) -> str:
    dim = f"{name}_{dim}"
    hint = f"{what}, read with a dimension as its type: `dim {dim}` and"
    hint += f" `data {declared(name, extents)}: {dim}`"
    return hint if dim.endswith("_kind") else f"{hint}; or give numbers, such as days since a start"


def _plain(digits: str) -> str:
    """A number without what groups its digits."""
    return number(float(re.sub(rf"[,'_’{_SPACES}]", "", digits)))


def _comma(found: re.Match[str]) -> str:
    return f"decimals are written with a point: {found[0].replace(',', '.')}"


def _either(found: re.Match[str]) -> str:
    point = found[0].replace(",", ".")
    return f"write {_plain(found[0])} or {point}: a comma may mean either"


def _grouped(found: re.Match[str]) -> str:
    return f"digits are written without separators: {_plain(found[0])}"


def _european(found: re.Match[str]) -> str:
    whole = found[0].replace(".", "").replace(",", ".")
    return f"decimals are written with a point, digits without separators: {whole}"


def _share(found: re.Match[str]) -> str:
    share = number(round(float(found[1]) / 100, 12))
    return f"write the share, {share}, or the number alone, {found[1]}"


def _alone(found: re.Match[str]) -> str:
    return f"write the number alone: {_plain(next(g for g in found.groups() if g))}"


def _limit(found: re.Match[str]) -> str:
    side = "below" if found[1][0] == "<" else "above"
    return (
        f"a value that is only known to lie {side} a limit is censored: write the limit, "
        f"{found[2]}, and let the model say so: `Censored(…)`"
    )


# From the most specific; a group holds the number.
_PATTERNS: Mapping[str, Callable[[re.Match[str]], str]] = {
    r"[+-]?[1-9]\d{0,2},\d{3}": _either,
    r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?": _grouped,
    rf"[+-]?\d{{1,3}}(?:['_’{_SPACES}]\d{{3}})+(?:\.\d*)?": _grouped,
    r"[+-]?\d+(?:_\d+)+(?:\.\d*)?": _grouped,
    r"[+-]?\d{1,3}(?:\.\d{3})+,\d*": _european,
    r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?": _comma,
    rf"({_NUMBER})\s*%": _share,
    rf"[{_MONEY}]\s*({_NUMBER}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?)": _alone,
    rf"({_NUMBER}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?)\s*(?:[{_MONEY}]|[A-Za-zµ°²³/]+|\*+)": _alone,
    rf"([<>][=]?|[≤≥])\s*({_NUMBER})": _limit,
}
_DATE = r"\d{4}[-/]\d\d?[-/]\d\d?(?:[T ].*)?|\d\d?[./-]\d\d?[./-]\d{2,4}"
