"""Recognises statements that begin, relate or end in a way the language does not have."""

import re

from . import complaints, complaints_of_odes
from .diagnostic import Diagnostic
from .lexer import BLOCK_WORDS, STATEMENT_WORDS
from .place import Place

_LOOPS = ("for", "while", "repeat", "foreach", "loop")
_BLOCKS = ("transformed", "generated", "model", "parameters")
_CHOICES = ("if", "else", "elif")
_TYPES = ("real", "positive", "unit", "int", "count", "bool", "float", "double", "vector", "matrix")
_STARTS = ("NAME", *(word.upper() for word in STATEMENT_WORDS))


def loop(p: Place) -> Diagnostic | None:
    """``for i in 1..N``."""
    second = p.tokens[p.first + 1].type if p.at > p.first else "NOTHING"
    if p.opening.text in _LOOPS and second in ("NAME", "LPAR", "LBRACE"):
        return complaints.loop_does_not_exist(p.opening.span, p.opening.text)
    return None


def block(p: Place) -> Diagnostic | None:
    """``model { … }``, or braces around nothing."""
    if p.at == p.first and p.here.type == "LBRACE":
        return complaints.block_does_not_exist(p.here.span, "")
    alone = p.at == p.first + 1
    if alone and p.here.type == "LBRACE" and p.opening.text not in BLOCK_WORDS:
        return complaints.block_does_not_exist(p.opening.span | p.here.span, p.opening.text)
    if alone and p.opening.text in _BLOCKS and p.here.type in ("NAME", "COLON"):
        return complaints.block_does_not_exist(p.opening.span | p.here.span, p.opening.text)
    return None


def block_header(p: Place) -> Diagnostic | None:
    """``guide`` or ``scenario`` without what belongs to it."""
    if p.opening.type not in ("GUIDE", "SCENARIO") or p.before.type == "RBRACE":
        return None
    return complaints.block_is_malformed(p.here.span, p.opening.text)


def definition(p: Place) -> Diagnostic | None:
    """A ``def`` as in Python, or without parameters."""
    begun = any(t.type == "EQ" for t in p.tokens[p.first : p.at])
    if p.opening.type == "DEF" and (not begun or p.here.type == "LBRACE"):
        return complaints.definition_is_malformed(p.here.span, p.subject or "f")
    return None


def missing(p: Place) -> Diagnostic | None:
    """``observe x missing`` without its last word, or about one element."""
    said = [t for t in p.tokens[p.first : p.at + 1] if t.text == "missing"][-1:]
    if p.opening.type != "OBSERVE" or not said or p.subject is None:
        return None
    if said[0] is p.here or said[0].type == "MISSING":
        rest = p.rest(p.first - p.at).split()
        rule = next((word for word in ("drop", "marginalise") if word in rest), "impute")
        return complaints.rule_for_missing(p.here.span, p.subject, rule)
    return None


def network(p: Place) -> Diagnostic | None:
    """A ``network`` without its arguments, its result, or with something else than a call."""
    if p.opening.type != "NETWORK":
        return None
    words = {t.type for t in p.tokens[p.first : p.at]}
    name = p.subject or "f"
    if "ARROW" not in words:
        return complaints.network_is_malformed(p.here.span, name)
    if "EQ" in words and p.bracket is None:
        return complaints.network_without_layers(p.here.span)
    if "EQ" not in words:
        return complaints.network_is_malformed(p.here.span, name)
    return None


def observation(p: Place) -> Diagnostic | None:
    """``observe x ~ …``, ``observe x``."""
    begun = any(t.type == "EQ" for t in p.tokens[p.first : p.at])
    if p.opening.type in ("OBSERVE", "DO") and not begun:
        return complaints.value_is_missing(p.here.span, p.opening.text, p.subject or "x")
    return None


def factor(p: Place) -> Diagnostic | None:
    """``factor x ~ …``, ``factor -x^2``."""
    begun = any(t.type == "EQ" for t in p.tokens[p.first : p.at])
    if p.opening.type == "FACTOR" and not begun:
        drawn = p.here.type == "TILDE" and p.before.type == "NAME"
        if drawn:
            text = f"{p.before.text} = logpdf(Normal(0, 1), x)"
        else:
            text = f"name = {_formula(p) or '…'}"
        return complaints.factor_is_malformed(p.here.span, text)
    # `factor -x^2`: before an operator the word is a name, and begins a formula
    if p.opening.text == "factor" and p.after_target and p.here.type not in ("END", "COMMA"):
        formula = _formula(p)
        return formula and complaints.factor_is_malformed(p.here.span, f"name = {formula}") or None
    return None


def _formula(p: Place) -> str:
    """What follows the statement word, if that is all one formula."""
    text = p.rest(p.first + 1 - p.at)
    return "" if re.search(r"[^=<>!]=[^=]|~", text) else text


def dimension(p: Place) -> Diagnostic | None:
    """A ``dim`` with something else than labels or a range."""
    if p.opening.type != "DIM":
        return None
    here, before = p.here, p.before
    if before.type == "DIM" or (before.type == "COMMA" and p.bracket is None):
        name = "n" if here.type == "NUMBER" else "name"
        hint = f"write `dim {name}`, `dim {name} = 1..{here.text if name == 'n' else 3}`"
        return complaints.dimension_is_malformed(here.span, "a dimension needs a name here", hint)
    if here.type == "COLON" and before.type == "NAME" and p.back(2).type in ("DIM", "COMMA"):
        hint = f"write `dim {before.text}`: its labels come from the data"
        return complaints.dimension_is_malformed(here.span, "a dimension has no type", hint)
    if here.type == "LSQB" and before.type == "NAME" and p.back(2).type in ("DIM", "COMMA"):
        hint = f"write `dim {before.text} = 1..{p.ahead(1).text if p.ahead(1).text else 3}`"
        return complaints.dimension_is_malformed(
            here.span, "a dimension has a range or labels, not a size in brackets", hint
        )
    if "DOTS" in p.accepts and here.type in ("END", "COMMA"):
        start = max(i for i in range(p.first, p.at) if p.tokens[i].type == "EQ")
        value, name = p.text[p.tokens[start + 1].start : before.stop], p.tokens[start - 1].text
        labels = value.startswith("[") and value.endswith("]")
        right = f"{{{value[1:-1]}}}" if labels else f"1..{value}"
        return complaints.dimension_is_malformed(
            p.tokens[start + 1].span | before.span,
            "a dimension is a set of labels or a range",
            f"write `dim {name} = {right}`",
        )
    return None


def declaration(p: Place) -> Diagnostic | None:
    """``data`` or ``param`` without its name, colon or type."""
    if p.opening.type not in ("DATA", "PARAM"):
        return None
    word, here, before = p.opening.text, p.here, p.before
    second = p.subject or "x"
    colons = [t for t in p.tokens[p.first : p.at] if t.type == "COLON"]
    if before.type == "COLON":
        hint = "types are real, positive, unit, int, count, bool, or the name of a dimension"
        return complaints.declaration_is_malformed(here.span, "expected a type after `:`", hint)
    if not colons:
        declared = p.text[p.tokens[p.first + 1].start : before.stop] if p.subject else second
        value = f" {p.rest(0)}" if here.type == "EQ" else ""
        message, hint = "expected `:` and a type", f"write `{word} {declared}: real{value}`"
        if second in _TYPES and here.type == "NAME":
            hint = f"write `{word} {here.text}: {second}`"
        elif here.type == "TILDE":
            hint = f"write `{word} {second}: real`, and `{second} ~ …` as a statement of its own"
        elif p.bracket and word == "data":
            message = "data are declared over dimensions, by their names"
            hint = f"write `dim row`, then `data {second}[row]: real`"
        return complaints.declaration_is_malformed(here.span, message, hint)
    if here.text == "<":
        hint = "write `: positive`, `: unit`, or a range with `on`: `: real on (0, inf)`"
        return complaints.declaration_is_malformed(here.span, "a type has no bounds in `<>`", hint)
    if here.type == "LSQB":
        hint = f"write `{word} {second}[row]: {before.text}`"
        message = "dimensions stand with the name, not with the type"
        return complaints.declaration_is_malformed(here.span, message, hint)
    if here.type == "COMMA" and p.bracket is None:
        hint = f"names with one type share a statement: `{word} a, b: real`"
        message = f"a `{word}` statement has one type, at its end"
        return complaints.declaration_is_malformed(here.span, message, hint)
    return None


def foreign_declaration(p: Place) -> Diagnostic | None:
    """``real x``, ``vector[N] y``, ``int<lower=0> N``, ``x: real``."""
    if not p.after_target:
        return None
    if p.opening.text in _TYPES and (p.here.type == "NAME" or p.here.text == "<"):
        name = p.here.text if p.here.type == "NAME" else "x"
        kind = p.opening.text if p.opening.text in _TYPES[:6] else "real"
        hint = f"write `data {name}: {kind}`"
        return complaints.declaration_is_foreign(p.opening.span | p.here.span, hint)
    if p.here.type == "COLON" and p.ahead(1).type == "NAME":
        hint = f"write `data {p.target}: {p.ahead(1).text}`"
        return complaints.declaration_is_foreign(p.opening.span | p.here.span, hint)
    return None


def foreign_relation(p: Place) -> Diagnostic | None:
    """``<-``, ``:=``, ``==``, ``~=``, ``=~`` in place of ``~`` or ``=``."""
    here, after, before = p.here, p.ahead(1), p.before
    doubled = {before.type, here.type} == {"TILDE", "EQ"} and p.bracket is None
    if doubled and p.back(2).type in ("NAME", "RSQB"):
        left = p.text[p.opening.start : p.back(2).stop]
        fixed = _related(left, p.rest(1))
        return complaints.relation_is_misspelled(
            before.span | here.span, before.text + here.text, fixed
        )
    if not p.after_target:
        return None
    if here.text == "==":
        return complaints.relation_is_misspelled(here.span, "==", _related(p.target, p.rest(1)))
    written = here.text + after.text
    if written in ("<-", ":=", "<~", "->") and p.touches(0):
        fixed = _related(p.target, p.rest(2))
        return complaints.relation_is_misspelled(here.span | after.span, written, fixed)
    return None


def choice(p: Place) -> Diagnostic | None:
    """``if x > 0 …`` as a statement."""
    if p.opening.type == "NAME" and p.opening.text in _CHOICES and p.at > p.first:
        hint = "choose inside a formula: `mu = if x > 0 then a else b`"
        return complaints.conditional_is_foreign(p.opening.span, f"{p.opening.text} …", hint)
    return None


def unknown_word(p: Place) -> Diagnostic | None:
    """Two names where a statement begins: the first was meant to be a statement word."""
    if p.at == p.first + 1 and p.opening.type == p.here.type == "NAME":
        return complaints.statement_word_is_unknown(p.opening.span, p.opening.text, STATEMENT_WORDS)
    return None


def left_side(p: Place) -> Diagnostic | None:
    """Something else than a name, or a name and nothing else."""
    relation = next((t.type for t in p.tokens[p.at :] if t.type in ("TILDE", "EQ", "END")), "END")
    if p.at == p.first and p.here.type not in ("END", "$END"):
        closer = p.here.type in ("RPAR", "RSQB", "RBRACE")
        hint = "write `name = …` or `name ~ …`"
        return None if closer else complaints.left_side_is_not_a_name(p.here.span, hint)
    if not p.after_target:
        return None
    if p.here.type == "END":
        return complaints.name_alone_says_nothing(p.opening.span | p.before.span, p.target)
    if p.here.type == "COMMA":
        hint = "give each name a statement of its own"
    elif p.here.type == "LPAR" and relation == "EQ":
        hint = f"functions are defined with `def`: `def {p.opening.text}(x) = …`"
    elif relation == "TILDE":
        left = p.rest(p.first - p.at, ("TILDE", "END"))
        hint = f"name it first, `z = {left}`, then `z ~ …`"
    else:
        hint = "write `name = …` or `name ~ …`"
    at = p.opening.span | p.here.span
    return complaints.left_side_is_not_a_name(at, hint)


def relation_again(p: Place) -> Diagnostic | None:
    """A second ``=`` or ``~``, or one inside a formula."""
    if p.here.type not in ("EQ", "TILDE"):
        return None
    if p.bracket or {"THEN", "ELSE"} & p.accepts:
        unequal = p.here.type == "TILDE" and p.ahead(1).type == "EQ"
        mark, ours = ("~=", "!=") if unequal else (p.here.text, "==")
        return complaints.relation_in_brackets(p.here.span, mark, ours)
    earlier = [t for t in p.tokens[p.first : p.at] if t.type in ("EQ", "TILDE")]
    if earlier:
        return complaints.relation_is_repeated(p.here.span, p.here.text, earlier[0].span)
    return None


def not_ended(p: Place) -> Diagnostic | None:
    """Two statements on one line."""
    if "END" not in p.accepts or p.bracket or p.here.type not in _STARTS:
        return None
    after = p.ahead(1).type
    keyword = p.here.text in STATEMENT_WORDS and after in ("NAME", "LBRACE")
    if p.here.type != "NAME" or keyword or after in ("TILDE", "EQ", "LSQB"):
        return complaints.statement_is_not_ended(p.here.span)
    return None


def _related(left: str, right: str) -> str:
    """The statement that was meant."""
    distribution = re.match(r"[A-Z]\w*\s*\(", right)
    return f"{left} {'~' if distribution else '='} {right or '…'}"


def comma(p: Place) -> Diagnostic | None:
    """``u' = -u from 1,``: a comma behind a statement that is whole."""
    if p.here.type != "COMMA" or p.bracket or "END" not in p.accepts:
        return None
    return complaints_of_odes.comma_between_statements(p.here.span)
