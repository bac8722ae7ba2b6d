"""Recognises what can go wrong inside a statement: brackets, choices, indices, operands."""

from collections.abc import Mapping

from . import complaints, complaints_of_brackets
from .diagnostic import Diagnostic
from .lexer import CLOSER
from .place import VALUES, Place
from .source import Span

_OPENER: Mapping[str, str] = {closer: opener for opener, closer in CLOSER.items()}
_TEXT: Mapping[str, str] = {"RPAR": ")", "RSQB": "]", "RBRACE": "}"}
_AFTER: Mapping[str, str] = {
    "EQ": "write the formula or the value after it",
    "IF": "write `if condition then a else b`",
    "THEN": "write `if condition then a else b`",
    "ELSE": "write `if condition then a else b`",
    "IN": "write the dimension or the range: `i in row`, `t in 1..T`",
    "DOTS": "write the last label: `1..T`",
}
_BETWEEN: Mapping[str, str] = {"LSQB": "write an index, `x[i]`, or `:` for the whole axis"}
_OPERAND_ENDS = ("NAME", "NUMBER", "STRING", "RPAR", "RSQB")


def unclosed(p: Place) -> Diagnostic | None:
    """The statement, or the text, is over and a bracket is open."""
    ended = p.here.type in ("END", "$END")
    block = ended and p.at == p.first and bool(p.open)
    bracket = p.open[-1] if block else p.bracket
    if bracket is None:
        return None
    if not ended and (p.bracket_is_closed or not (p.begins_line or p.here.type == "TILDE")):
        return None
    end = p.here if ended else p.before
    return complaints_of_brackets.bracket_is_not_closed(
        bracket.span,
        bracket.text,
        _TEXT[CLOSER[bracket.type]],
        Span(end.stop, end.stop),
        whole="text" if block else "statement",
    )


def comma_in_group(p: Place) -> Diagnostic | None:
    """``Normal((mu + 1, 2)``: a comma in brackets that hold one formula."""
    bracket = p.bracket
    if p.here.type != "COMMA" or bracket is None or bracket.type != "LPAR":
        return None
    if "RPAR" not in p.accepts or p.before_bracket.type in ("NAME", "RPAR", "ON"):
        return None
    inside = p.text[bracket.stop : p.before.stop]
    if p.brackets_are_closed:
        whole = f"{inside}, {p.rest(1, ('RPAR', 'END', '$END'))}"
        return complaints_of_brackets.comma_in_group(p.here.span, bracket.span, whole)
    return complaints_of_brackets.group_is_not_closed(bracket.span, p.here.span, f"({inside})")


def wrong_closer(p: Place) -> Diagnostic | None:
    """A closer without its opener."""
    if p.here.type not in _OPENER:
        return None
    if p.bracket is None:
        return complaints_of_brackets.bracket_closes_nothing(p.here.span, p.here.text)
    needed = CLOSER[p.bracket.type]
    if needed == p.here.type:
        return None
    return complaints_of_brackets.bracket_closes_another(
        p.here.span, p.here.text, p.bracket.span, _TEXT[needed]
    )


def label(p: Place) -> Diagnostic | None:
    """A set of labels with something else in it."""
    if p.bracket is None or p.bracket.type != "LBRACE":
        return None
    here, before = p.here, p.before
    if here.type == "RBRACE" and before.type == "LBRACE":
        hint = "name them, `{a, b}`, or let the data say: `dim name`"
        return complaints.label_is_malformed(here.span, "a set needs at least one label", hint)
    if here.type == "NUMBER":
        last = p.rest(0, ("RBRACE", "END")).split()[-1]
        hint = f'write `"{here.text}"`, or a range: `{here.text}..{last}`'
        return complaints.label_is_malformed(here.span, "a number is no label by itself", hint)
    if before.type in ("NAME", "STRING") and here.type in ("NAME", "INFIX", "NUMBER"):
        i = p.at
        while p.tokens[i].type in ("NAME", "INFIX", "NUMBER"):
            i += 1
        whole = p.text[before.start : p.tokens[i - 1].stop]
        hint = f'quote it, `"{whole}"`, or put a comma between two labels'
        return complaints.label_is_malformed(here.span, "a label is one word, or quoted", hint)
    hint = 'labels are names or quoted: `{placebo, "BIG STONE"}`'
    return complaints.label_is_malformed(here.span, "expected a label", hint)


def colon(p: Place) -> Diagnostic | None:
    """``i:N``, ``i = 1:N``, ``y[1..3]``, ``t in 3``."""
    here, before, after = p.here, p.before, p.ahead(1)
    indexing = p.bracket is not None and p.bracket.type == "LSQB"
    if here.type == "COLON" and before.type in _OPERAND_ENDS:
        if p.bracket and before.type == "NAME" and p.back(2).type in ("LSQB", "LPAR", "COMMA"):
            hint = f"an index is bound with `in`: `{before.text} in {after.text}`"
        elif p.opening.type == "DIM" or p.back(2).type == "IN":
            hint = f"a range is written `..`: `{before.text}..{after.text}`"
        elif p.bracket:
            hint = f"bind an index over the range: `t in {before.text}..{after.text}`"
        else:
            return None
        return complaints.colon_is_no_range(here.span, "`:` makes no range", hint)
    if here.type == "EQ" and indexing and before.type == "NAME":
        hint = f"write `{before.text} in {p.rest(1, ('RSQB', 'COMMA', 'END', '$END'))}`"
        return complaints.colon_is_no_range(here.span, "an index is bound with `in`", hint)
    if here.type == "DOTS":
        hint = "bind an index over it: `t in 1..3`; or make it a dimension: `dim t = 1..3`"
        return complaints.colon_is_no_range(here.span, "a range is not a value", hint)
    if "DOTS" in p.accepts and p.back(2).type == "IN":
        hint = f"write `{p.back(3).text} in 1..{before.text}`"
        return complaints.colon_is_no_range(before.span, "a range has two ends", hint)
    return None


def reduction(p: Place) -> Diagnostic | None:
    """``sum(k in feature) x[k]``, ``sum(k in feature, x[k])``, ``sum(x[k] for k in feature)``."""
    if p.accepts == {"LPAR"} and p.before.type == "RPAR":
        return complaints.reduction_is_malformed(
            p.here.span, "sum", "what is reduced goes in parentheses of its own"
        )
    if p.bracket is None or p.bracket.type != "LPAR":
        return None
    op = p.before_bracket.text or "sum"
    if p.accepts <= {"IN"} or p.accepts == {"NAME"}:
        return complaints.reduction_is_malformed(
            p.here.span, op, "expected another index, or the end of the indices"
        )
    if p.here.text == "for" and p.before.type in _OPERAND_ENDS:
        return complaints.reduction_is_malformed(p.here.span, op, "the indices come first")
    return None


def support(p: Place) -> Diagnostic | None:
    """``on [0, 1]``, ``on (0)``, ``T[0, ]``."""
    truncated = p.here.text == "T" and p.before.type == "RPAR" and p.ahead(1).type == "LSQB"
    inside = p.bracket is not None and p.before_bracket.type == "ON"
    if p.before.type == "ON" or truncated:
        return complaints.support_is_malformed(p.here.span, "write `on (low, high)`")
    if inside and p.here.type in ("COMMA", "RPAR", "DOTS"):
        return complaints.support_is_malformed(
            p.here.span, "both ends are needed; an open one is `inf` or `-inf`: `on (0, inf)`"
        )
    return None


def conditional(p: Place) -> Diagnostic | None:
    """``a if c else b``, ``if`` without ``then``, ``1 + if …``."""
    here = p.here
    if here.text == "if" and here.type == "NAME":
        return complaints.conditional_is_foreign(
            here.span, "a if c else b", "write `if c then a else b`"
        )
    if here.type == "IF":
        return complaints.conditional_needs_parentheses(here.span)
    begin = [t.span for t in p.tokens[p.first : p.at] if t.type == "IF"]
    for word in ("then", "else"):
        if begin and word.upper() in p.accepts:
            return complaints.conditional_is_incomplete(here.span, word, begin[-1])
    if here.type in ("THEN", "ELSE"):
        return complaints.conditional_is_foreign(here.span, here.text, "write `if c then a else b`")
    return None


# supports that can be mistaken for distributions, each with a distribution on it
_DRAWN_FROM: Mapping[str, str] = {
    "real": "Normal(0, 1)",
    "positive": "Normal(0, 1) on positive",
    "unit": "Uniform(0, 1)",
    "int": "DiscreteUniform(0, 9)",
    "count": "Poisson(1)",
    "bool": "Bernoulli(0.5)",
    "simplex": "Dirichlet(1)",
    "ordered": "Normal(0, 1) on ordered",
    "positive_ordered": "Normal(0, 1) on positive_ordered",
    "corr": "LKJ(1)",
    "cholesky_corr": "LKJCholesky(1)",
    "cov": "Wishart(df, scale)",
}


def distribution(p: Place) -> Diagnostic | None:
    """``x ~``, ``x ~ 3``, ``x ~ mu``, ``x ~ Normal(0, 1) + 1``."""
    tildes = [i for i in range(p.first, p.at) if p.tokens[i].type == "TILDE"]
    if not tildes or p.bracket:
        return None
    left = p.text[p.opening.start : p.tokens[tildes[0] - 1].stop]
    after = p.tokens[tildes[0] + 1]
    if p.at == tildes[0] + 1:
        value = p.rest(0)
        hint = f"write `{left} ~ Normal(0, 1)`"
        if value:
            hint = f"a value or a formula is given with `=`: `{left} = {value}`"
        return complaints.distribution_is_missing(p.here.span, hint)
    if p.at == tildes[0] + 2 and after.type == "NAME":
        hint = f"write `{left} ~ {after.text}(…)`, with its arguments"
        if after.text in _DRAWN_FROM:
            drawn = f"{left} ~ {_DRAWN_FROM[after.text]}"
            return complaints.support_for_distribution(after.span, after.text, drawn)
        if after.text[0].islower():
            hint = f"a value or a formula is given with `=`: `{left} = {p.rest(-1)}`"
        return complaints.distribution_is_missing(after.span, hint)
    if p.here.type == "INFIX":
        return complaints.distribution_in_formula(p.here.span, p.here.text)
    return None


def operand(p: Place) -> Diagnostic | None:
    """Nothing where a value should be."""
    if not p.wants_value:
        return None
    here, before = p.here, p.before
    missing = complaints.operand_is_missing
    if here.type == "INFIX":
        hint = f"give `{here.text}` its left side, or remove it"
        return missing(here.span, f"`{here.text}` needs something before it", hint)
    if before.type in ("INFIX", "PREFIX", "EQ", "IF", "THEN", "ELSE", "IN", "DOTS"):
        message = f"`{before.text}` needs something after it"
        hint = _AFTER.get(before.type, f"write a value after it, or remove the `{before.text}`")
        return missing(before.span, message, hint)
    if before.type == "COMMA":
        message = "something is missing after this comma"
        return missing(before.span, message, "write a value after it, or remove the comma")
    if before.type in CLOSER and here.type in _OPENER:
        hint = _BETWEEN.get(before.type, "write what they are about, or remove them")
        return missing(before.span | here.span, "something is missing between these brackets", hint)
    if here.type == "COMMA":
        message = "something is missing before this comma"
        return missing(here.span, message, "write a value before it, or remove the comma")
    return None


def comma(p: Place) -> Diagnostic | None:
    """Two values side by side."""
    here, before = p.here, p.before
    if here.type not in VALUES or before.type not in _OPERAND_ENDS:
        return None
    left, right = before.text, here.text
    simple = {before.type, here.type} <= {"NAME", "NUMBER"}
    formula = p.bracket is None and any(t.type == "EQ" for t in p.tokens[p.first : p.at])
    if simple and (formula or before.type == "NUMBER" != here.type):
        hint = f"a product is written `{left} * {right}`"
    else:
        hint = f"write `{left}, {right}`" if simple else "put one between the two"
    return complaints.comma_is_missing(here.span, before.span, hint)
