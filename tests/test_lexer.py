"""Which word is what, and where statements end."""

import pytest
from nacre.grammar.lexer import MAX_DEPTH, lex


def types(text):
    """The terminals of a text, shortened to one string."""
    return " ".join(t.type for t in lex(text).tokens[:-1])


def typed(text, word):
    """The terminals that a word got, in order."""
    return [t.type for t in lex(text).tokens if t.text == word]


@pytest.mark.parametrize(
    "word", ["dim", "data", "observe", "do", "param", "guide", "scenario", "def"]
)
@pytest.mark.parametrize("after", ["~ Normal(0, 1)", "= 3", "[i in d] = 3", "== 3", "<- 3", "+ 1"])
def test_a_statement_word_with_a_relation_after_it_is_a_name(word, after):
    assert typed(f"{word} {after}", word)[0] == "NAME"


@pytest.mark.parametrize(
    "word", ["dim", "data", "observe", "do", "param", "guide", "scenario", "def"]
)
@pytest.mark.parametrize(
    "text", ["{w} {w}", "{w} {w}: real", "{w} {w}[3] = 2", "{w} {w} {{", "{w} {w}(a)"]
)
def test_a_statement_word_opens_a_statement_about_its_namesake(word, text):
    assert typed(text.format(w=word), word) == [word.upper(), "NAME"]


@pytest.mark.parametrize(
    "word", ["dim", "data", "observe", "do", "param", "guide", "scenario", "def"]
)
def test_a_statement_word_inside_a_statement_is_a_name(word):
    assert typed(f"x = {word} + f({word}[{word}])", word) == ["NAME"] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on ~ Normal(on, 1) on (on, on)", ["NAME", "NAME", "ON", "NAME", "NAME"]),
        ("data on, a: on on on", ["NAME", "NAME", "ON", "NAME"]),
        ("x = on", ["NAME"]),
    ],
)
def test_on_is_an_operator_only_after_an_operand(text, expected):
    assert typed(text, "on") == expected


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("x[in in in] = 3", "in", ["NAME", "IN", "NAME"]),
        ("x = and and and", "and", ["NAME", "INFIX", "NAME"]),
        ("x = or or or or or", "or", ["NAME", "INFIX", "NAME", "INFIX", "NAME"]),
        ("x = if then then then else else", "then", ["NAME", "THEN", "NAME"]),
        ("x = if then then then else else", "else", ["ELSE", "NAME"]),
    ],
)
def test_infix_words_are_names_where_an_operand_is_expected(text, word, expected):
    assert typed(text, word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = if + 1", ["NAME"]),
        ("x = if", ["NAME"]),
        ("x = f(if)", ["NAME"]),
        ("x = f(if, 2)", ["NAME"]),
        ("x = f(if = 2)", ["NAME"]),
        ("x = a[if in d]", ["NAME"]),
        ("x = if a then b else c", ["IF"]),
        ("x = if (a) then b else c", ["IF"]),
        ("x = if -a then b else c", ["IF"]),
        ("x = if (if) then (if) else if", ["IF", "NAME", "NAME", "NAME"]),
        ("x = f(\n  if\n  a then b else c)", ["IF"]),
        ("if = 3", ["NAME"]),
        ("if[i in d] ~ Normal(0, 1)", ["NAME"]),
        ("data if, a: if", ["NAME", "NAME"]),
        ("data if[if]: if on (0, 1)", ["NAME", "NAME", "NAME"]),
        ("param if: real = if", ["NAME", "NAME"]),
        ("guide if {}", ["NAME"]),
    ],
)
def test_if_is_a_name_when_no_operand_follows(text, expected):
    assert typed(text, "if") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = not a", ["PREFIX"]),
        ("x = not not a", ["PREFIX", "PREFIX"]),
        ("x = not", ["NAME"]),
        ("x = not\ny = 3", ["NAME"]),
        ("x = (not) and not (not)", ["NAME", "PREFIX", "NAME"]),
        ("x = (not) == 1", ["NAME"]),
        ("x = not (a)", ["PREFIX"]),
    ],
)
def test_not_is_a_name_when_no_operand_follows(text, expected):
    assert typed(text, "not") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = -a - -b", ["PREFIX", "INFIX", "PREFIX"]),
        ("x = f(-a, [-1], -2)[3] - 1", ["PREFIX", "PREFIX", "PREFIX", "INFIX"]),
        ('x = "a" - 1', ["INFIX"]),
        ("x = a^-b", ["PREFIX"]),
        ("x = if -a then -b else -c", ["PREFIX", "PREFIX", "PREFIX"]),
    ],
)
def test_a_minus_is_a_sign_or_a_difference_by_its_place(text, expected):
    assert typed(text, "-") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", "NUMBER"),
        ("1.5", "NUMBER"),
        (".5", "NUMBER"),
        ("1.", "NUMBER"),
        ("1e-3", "NUMBER"),
        ("1.5E+10", "NUMBER"),
        ("1..T", "NUMBER DOTS NAME"),
        ("1.5..2.5", "NUMBER DOTS NUMBER"),
        ("1...5", "NUMBER DOTS NUMBER"),
        ("2x", "BAD_NUMBER"),
        ("1_000", "BAD_NUMBER"),
        ("1.2.3", "BAD_NUMBER"),
        ("1e", "BAD_NUMBER"),
        ("0x1F", "BAD_NUMBER"),
        ("1é", "BAD_NUMBER"),
        ("٣", "BAD"),
    ],
)
def test_numbers(text, expected):
    assert types(text) == f"{expected} END"


@pytest.mark.parametrize(
    "text",
    [
        "x = a +\n b",
        "x = a\n + b",
        "x = a\n\n\n  - b",
        "x = a and\n b",
        "x = a\n and b",
        "x = a  # note\n  # another\n  + b",
        "x =\n  a",
        "x\n  = a",
        "x\n  ~ N(0)",
        "x ~\n  N(0)",
        "x ~ N(0)\n  on (0, 1)",
        "x ~ N(0) on\n (0, 1)",
        "x = if a\n then b\n else c",
        "x = if a then\n b else\n c",
        "x = f(\n a\n ,\n b\n)",
        "x = [\n1,\n2\n]",
        "dim a,\n b",
        "dim a\n , b",
        "dim a,\n b = {c,\n d}, e",
        "data a,\n b: real",
        "dim a = {\n b,\n\n c\n}",
        "x[\n i in d\n] = 3",
        "x = 1\r\n + 2\r\n",
        "x = f(a,\n b = 3)",
        "x = f(\n b = 3,\n c = 4)",
        "guide\n{\n}",
        "guide {}",
    ],
)
def test_one_statement_over_several_lines(text):
    assert types(text).split().count("END") == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("\n\n", 0),
        (";;;", 0),
        ("# only a comment", 0),
        ("x = 1", 1),
        ("x = 1\n", 1),
        ("x = 1;", 1),
        ("x = 1; y = 2", 2),
        ("x = 1\ny = 2", 2),
        ("x = 1\ry = 2", 2),
        ("x = 1\r\n\r\ny = 2\r\n", 2),
        ("x = a\non ~ N(0)", 2),
        ("x = a\nthen = 3\nand[1] = 2", 3),
        ("x = a\nif = 3", 2),
        ("x = not\ny = 3", 2),
        ("guide { a ~ N(0); b = 1 }\nc = 2", 4),
        ("guide {\n a ~ N(0)\n b = 1\n}\nc = 2", 4),
        ("scenario s { guide { a = 1 } }", 3),
    ],
)
def test_statements_are_counted(text, count):
    assert types(text).split().count("END") == count


@pytest.mark.parametrize(
    "text",
    [
        "x ~ Normal(0, 1\ny ~ Normal(0, 1)",
        "x ~ Normal(0, 1\ny[i in d] ~ Normal(0, 1)",
        "x = f(a\ny = 3",
        "x = f(a,\ndata y: real",
        "x = a +\ny = 3",
        "x = a +\ny[3] ~ N(0)",
        "x =\ny = 3",
        "x ~\nguide {",
        "x = [1, 2\nobserve y = 3",
        "dim a = {b, c\nd ~ N(0)",
    ],
)
def test_a_line_that_can_only_be_a_statement_is_one_whatever_stands_open_above(text):
    before, _, after = text.partition("\n")
    assert types(text).startswith(f"{types(before)} {types(after).split()[0]}")


def test_a_bracket_left_open_in_a_block_does_not_swallow_its_end():
    assert types("guide { x = f(1 }\ny = 2") == (
        "GUIDE LBRACE NAME EQ NAME LPAR NUMBER END RBRACE END NAME EQ NUMBER END"
    )


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000", "\x0c", "\u2028"])
def test_blanks_of_any_kind_separate(blank):
    assert types(f"x{blank}={blank}1{blank}") == "NAME EQ NUMBER END"


def test_a_byte_order_mark_is_skipped_at_the_start_only():
    assert types("\ufeffx = 1") == "NAME EQ NUMBER END"
    assert types("x = \ufeff1") == "NAME EQ BAD NUMBER END"


def test_places_point_into_the_text():
    text = '\ufeffdata été [ h ] : real  # note\nx = "a b" + .5\n'
    assert all(text[t.start : t.stop] == t.text for t in lex(text).tokens)
    assert [text[c.start : c.stop] for c in lex(text).comments] == ["# note"]


def test_brackets_beyond_the_bound_are_marked():
    assert "TOO_DEEP" not in types("(" * MAX_DEPTH)
    assert types("(" * (MAX_DEPTH + 1)).split().count("TOO_DEEP") == 1
