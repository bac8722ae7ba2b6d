"""Recognises words that the language does not have: numbers, quotes, operators, comments."""

import re
from collections.abc import Mapping

from . import complaints, complaints_of_brackets
from .diagnostic import Diagnostic
from .lexer import MAX_DEPTH
from .place import Place
from .source import Span

_NO_UPDATE = "a name is defined once and never updated: give the result a name of its own"
_ADDS = "what is added to the log density is a factor: `factor name = …`"
_MARKS: Mapping[str, str] = {
    "&&": "write `and`",
    "&": "write `and`",
    "||": "write `or`",
    "|": "write `or`",
    "!": "write `not`",
    "%": "the remainder is `a - b * floor(a / b)`",
    "@": "a matrix product is a sum: `sum(k in feature)(X[i, k] * beta[k])`",
    "**": "powers are written `x^2`",
    "=>": "write `>=`",
    "=<": "write `<=`",
    "<>": "write `!=`",
    "===": "write `==`",
    "!==": "write `!=`",
    ".*": "write `*`: operations work element by element",
    "./": "write `/`: operations work element by element",
    "++": _NO_UPDATE,
    **dict.fromkeys(("+=", "-=", "*=", "/=", "^="), _NO_UPDATE),
}
_COMMENTS = ("//", "/*", "--")
_CHARACTERS: Mapping[str, str] = {
    "\\": "a line goes on by itself after an operator or a comma, and inside brackets",
    "$": "parts are read by index: `x[i]`",
    "`": "any word can be a name without quotes",
    "“": 'labels are quoted with `"`',
    "”": 'labels are quoted with `"`',
    "‘": 'labels are quoted with `"`',
    "’": 'labels are quoted with `"`',
    "−": "write `-`",
    "–": "write `-`",
    "×": "write `*`",
    "·": "write `*`",
    "÷": "write `/`",
    "∼": "write `~`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "≠": "write `!=`",
    "∈": "write `in`",
    "∞": "write `inf`",
    "…": "write `..`",
    "√": "write `sqrt(x)`",
    "²": "write `^2`",
}


def too_deep(p: Place) -> Diagnostic | None:
    """One bracket too many inside others."""
    if p.here.type == "TOO_DEEP":
        return complaints_of_brackets.brackets_are_too_deep(p.here.span, MAX_DEPTH)
    return None


def bad_text(p: Place) -> Diagnostic | None:
    """A label that is quoted wrongly."""
    if p.here.type != "BAD_STRING":
        return None
    if p.here.text.startswith("'"):
        return complaints.quotes_are_single(p.here.span, p.here.text.strip("'"))
    return complaints.text_is_not_closed(p.here.span)


def bad_number(p: Place) -> Diagnostic | None:
    """Digits with something else among them."""
    if p.here.type != "BAD_NUMBER":
        return None
    written = p.here.text
    product = re.fullmatch(r"([0-9.]*[0-9])([^\W\d_]\w*)", written)
    if re.fullmatch(r"[0-9_]+(\.[0-9_]*)?", written):
        hint = f"write `{written.replace('_', '')}`"
    elif product and product[1].count(".") < 2 and not re.match("0[xob]", written):
        hint = f"a product needs its `*`: `{product[1]} * {product[2]}`"
    else:
        hint = "numbers look like `3`, `0.5`, `.5` or `1e-3`"
    return complaints.number_is_malformed(p.here.span, written, hint)


def foreign_comment(p: Place) -> Diagnostic | None:
    """A comment as in C or SQL."""
    two = _joined(p)
    if two and two[0] in _COMMENTS and (two[0] != "--" or p.at == p.first):
        return complaints.comment_is_foreign(two[1], two[0])
    return None


def foreign_operator(p: Place) -> Diagnostic | None:
    """An operator as in C, Python, R, MATLAB or Stan."""
    two = _joined(p)
    if two and two[0] == "+=" and p.target.split()[-1:] == ["target"]:
        return complaints.operator_is_foreign(two[1], two[0], _ADDS)
    if two and two[0] in _MARKS:
        return complaints.operator_is_foreign(two[1], two[0], _MARKS[two[0]])
    if p.here.type == "BAD" and p.here.text in _MARKS:
        return complaints.operator_is_foreign(p.here.span, p.here.text, _MARKS[p.here.text])
    return None


def foreign_question(p: Place) -> Diagnostic | None:
    """``c ? a : b``."""
    if p.here.text != "?":
        return None
    return complaints.conditional_is_foreign(p.here.span, "c ? a : b", "write `if c then a else b`")


def bad_character(p: Place) -> Diagnostic | None:
    """Anything else that is no word."""
    if p.here.type == "SEMICOLON":
        hint = "`;` ends a statement: close the brackets before it"
        return complaints.character_is_unknown(p.here.span, "`;` inside brackets", hint)
    if p.here.type != "BAD":
        return None
    c = p.here.text
    known = _CHARACTERS.get(c)
    if c == "." and p.before.type == p.ahead(1).type == "NAME":
        known = f"names have no dots: write `{p.before.text}_{p.ahead(1).text}`"
    shown = f"`{c}`" if c.isprintable() and not c.isspace() else f"U+{ord(c):04X}"
    return complaints.character_is_unknown(p.here.span, shown, known)


def _joined(p: Place) -> tuple[str, Span] | None:
    """This mark and the one that touches it, as one: before it, or at a statement's start after."""
    for n in (-1, 0):
        first, second = p.ahead(n), p.ahead(n + 1)
        inside = p.at + n >= p.first
        if inside and p.touches(n) and not (first.text + second.text).isalnum():
            written = first.text + second.text
            if written in _MARKS or written in _COMMENTS:
                return written, first.span | second.span
    return None
