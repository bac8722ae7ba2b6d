"""Text to tree: every construct, its precedence, its places, its bounds, its complaints."""

import time
from dataclasses import fields
from pathlib import Path

import pytest
from nacre.grammar import tree
from nacre.grammar.complaints import CODES
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.lexer import MAX_DEPTH
from nacre.grammar.mistakes import MISTAKES
from nacre.grammar.parse import MAX_COMPLAINTS, MAX_LENGTH, parse
from nacre.grammar.source import Source, Span
from nacre.grammar.tree import (
    Array,
    Binary,
    Binder,
    Call,
    Conditional,
    Define,
    Index,
    Name,
    Number,
    Range,
    Reduce,
    Text,
    Unary,
    Whole,
)

AT = Span(0, 0)
GOOD = sorted((Path(__file__).parent / "golden" / "good").glob("*.ppl"))


def model(text):
    return parse(Source("m.ppl", text))


def statement(text):
    (only,) = model(text).statements
    return only


def expr(text):
    """The tree of an expression."""
    define = statement(f"x = {text}")
    assert isinstance(define, Define)
    return define.expr


def refusal(text):
    with pytest.raises(Rejected) as caught:
        model(text)
    return caught.value


def name(word):
    return Name(word, span=AT)


def number(text):
    return Number(float(text), text, span=AT)


def target(word, *slots):
    return tree.Target(name(word), slots, span=AT)


def binary(op, left, right):
    return Binary(op, left, right, span=AT)


def call(word, *args, **named):
    return Call(name(word), args, tuple((name(k), v) for k, v in named.items()), span=AT)


def binder(var, domain):
    return Binder(name(var), domain if isinstance(domain, tree.Node) else name(domain), span=AT)


def dist(callee, support=None):
    return tree.Distribution(callee, support, span=AT)


def kind(word, support=None):
    return tree.TypeName(name(word), support, span=AT)


def interval(low, high):
    return tree.Interval(low, high, span=AT)


a, b, c, i = name("a"), name("b"), name("c"), name("i")
one, two = number("1"), number("2")

EXPRESSIONS = {
    "a": a,
    "1e-3": number("1e-3"),
    '"BIG STONE"': Text("BIG STONE", span=AT),
    r'"a \"b\" \\ \n"': Text('a "b" \\ \n', span=AT),
    "f()": call("f"),
    "f(a, b,)": call("f", a, b),
    "f(a, b = c)": call("f", a, b=c),
    "[a, b]": Array((a, b), span=AT),
    "[a, b,]": Array((a, b), span=AT),
    "a[i]": Index(a, (i,), span=AT),
    "a[i, :]": Index(a, (i, Whole(span=AT)), span=AT),
    "a[i][1]": Index(Index(a, (i,), span=AT), (one,), span=AT),
    "f(a)[1]": Index(call("f", a), (one,), span=AT),
    "(a + b)[1]": Index(binary("+", a, b), (one,), span=AT),
    "sum(i in c)(a)": Reduce(name("sum"), (binder("i", "c"),), a, span=AT),
    "sum(i in 1..2, a in b)(a)": Reduce(
        name("sum"), (binder("i", Range(one, two, span=AT)), binder("a", "b")), a, span=AT
    ),
    "if a then b else c": Conditional(a, b, c, span=AT),
    "if a then b else if b then c else a": Conditional(
        a, b, Conditional(b, c, a, span=AT), span=AT
    ),
    "((a))": a,
}

# what is written, and the same with all its parentheses
PRECEDENCE = {
    "a - b - c": "(a - b) - c",
    "a / b / c": "(a / b) / c",
    "a ^ b ^ c": "a ^ (b ^ c)",
    "-a ^ b": "-(a ^ b)",
    "a ^ -b": "a ^ (-b)",
    "a ^ -b ^ c": "a ^ (-(b ^ c))",
    "a ^ -b * c": "(a ^ (-b)) * c",
    "-a * b": "(-a) * b",
    "a * -b": "a * (-b)",
    "- -a": "-(-a)",
    "a + b * c ^ 2": "a + (b * (c ^ 2))",
    "a * b + c": "(a * b) + c",
    "a + b == c": "(a + b) == c",
    "not a == b": "not (a == b)",
    "not not a": "not (not a)",
    "not -a < b": "not ((-a) < b)",
    "a == b and not c < 1 or b": "((a == b) and (not (c < 1))) or b",
    "a or b and c": "a or (b and c)",
    "if a or b then c + 1 else c + 2": "if (a or b) then (c + 1) else (c + 2)",
    "a[i] ^ f(b)": "(a[i]) ^ (f(b))",
}

STATEMENTS = {
    "dim a": tree.Dims((tree.Dim(a, span=AT),), span=AT),
    'dim a, b = {c, "1"}, i = 1..c': tree.Dims(
        (
            tree.Dim(a, span=AT),
            tree.Dim(b, tree.LabelSet((c, Text("1", span=AT)), span=AT), span=AT),
            tree.Dim(i, Range(one, c, span=AT), span=AT),
        ),
        span=AT,
    ),
    "data a: real": tree.Data((tree.DataItem(a, span=AT),), kind("real"), span=AT),
    "data a[i, b], c: unit on (1, 2) = 1": tree.Data(
        (tree.DataItem(a, (i, b), span=AT), tree.DataItem(c, span=AT)),
        kind("unit", interval(one, two)),
        one,
        span=AT,
    ),
    "data a: real on positive": tree.Data(
        (tree.DataItem(a, span=AT),),
        kind("real", tree.NamedSupport(name("positive"), span=AT)),
        span=AT,
    ),
    "a ~ N(1, b = 2)": tree.Sample(target("a"), dist(call("N", one, b=two)), span=AT),
    "a[i in b, 1] ~ N() on (1, 2)": tree.Sample(
        target("a", binder("i", "b"), one), dist(call("N"), interval(one, two)), span=AT
    ),
    "a[i in 1..2, b] = 1": Define(
        target("a", binder("i", Range(one, two, span=AT)), b), one, span=AT
    ),
    "observe a[1] = 2": tree.Observe(target("a", one), two, span=AT),
    "do a = 2": tree.Do(target("a"), two, span=AT),
    "param a: real": tree.Param(target("a"), kind("real"), span=AT),
    "param a[i in b]: real = 1": tree.Param(
        target("a", binder("i", "b")), kind("real"), one, span=AT
    ),
    "def a() = 1": tree.Def(a, (), one, span=AT),
    "def a(b, c) = b": tree.Def(a, (b, c), b, span=AT),
    "guide {}": tree.Guide(None, (), span=AT),
    "guide a { b = 1; c = 2 }": tree.Guide(
        a, (Define(target("b"), one, span=AT), Define(target("c"), two, span=AT)), span=AT
    ),
    "scenario a {\n\n do b = 1\n}": tree.Scenario(
        a, (tree.Do(target("b"), one, span=AT),), span=AT
    ),
}


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS.items())
def test_an_expression_becomes_its_tree(text, expected):
    assert expr(text) == expected


@pytest.mark.parametrize(("text", "full"), PRECEDENCE.items())
def test_operators_bind_as_written_with_all_parentheses(text, full):
    assert expr(text) == expr(full)


@pytest.mark.parametrize(("text", "expected"), STATEMENTS.items())
def test_a_statement_becomes_its_tree(text, expected):
    assert statement(text) == expected


def test_minus_of_a_power_is_not_the_power_of_a_minus():
    assert expr("-a^2") == Unary("-", binary("^", a, two), span=AT)
    assert expr("(-a)^2") == binary("^", Unary("-", a, span=AT), two)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", ";", "  # note", "\t\n\n"])
def test_the_end_of_a_text_does_not_matter(end):
    assert model(f"a = 1{end}") == model("a = 1")


@pytest.mark.parametrize("text", ["", "\n", "# note", "\ufeff", " \t ", ";", "\ufeff# note\n"])
def test_a_text_without_statements_is_an_empty_model(text):
    assert model(text).statements == ()


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_line_ends_of_any_system_give_the_same_model(path):
    text = path.read_text(encoding="utf-8")
    assert model(text.replace("\n", "\r\n")) == model(text)
    assert model(text.replace("\n", "\r")) == model(text)


@pytest.mark.parametrize(
    ("written", "same"), [("e\u0301te\u0301", "été"), ("ﬁt", "fit"), ("𝛼", "α"), ("K", "K")]
)
def test_names_are_compared_as_python_compares_them(written, same):
    assert statement(f"{written} = 1") == statement(f"{same} = 1")


# --- places


def nodes(n):
    """All nodes of a tree."""
    if isinstance(n, tuple):
        return [node for part in n for node in nodes(part)]
    if not isinstance(n, tree.Node):
        return []
    return [n] + [node for f in fields(n) for node in nodes(getattr(n, f.name))]


def under(text, kind):
    """The texts under all nodes of a kind."""
    return [Source("", text).quote(n.span) for n in nodes(model(text)) if type(n) is kind]


@pytest.mark.parametrize(
    ("text", "kind", "quotes"),
    [
        ("x[i in d, 3] ~ N(0) on (0, 1)  # n", tree.Sample, ["x[i in d, 3] ~ N(0) on (0, 1)"]),
        ("x[i in d, 3] ~ N(0) on (0, 1)", tree.Target, ["x[i in d, 3]"]),
        ("x[i in d, t in 1..T] = 1", Binder, ["i in d", "t in 1..T"]),
        ("x[t in 1..T - 1] = 1", Range, ["1..T - 1"]),
        ("x[t in d, t > first] = 1", Binary, ["t > first"]),
        ("x ~ N(0) on (0, 1)", tree.Distribution, ["N(0) on (0, 1)"]),
        ("x ~ N(0) on (0, 1)", tree.Interval, ["(0, 1)"]),
        ("x ~ N(0, s = 1)", Call, ["N(0, s = 1)"]),
        ("x = (a + b) * c", Binary, ["(a + b) * c", "(a + b)"]),
        ("x = ((a))[1]", Index, ["((a))[1]"]),
        ("x = f((a))", Name, ["x", "f", "(a)"]),
        ("x = -a^2", Unary, ["-a^2"]),
        ("x = sum(k in d)(a[k]) + 1", Reduce, ["sum(k in d)(a[k])"]),
        ("x = if a then b else c", Conditional, ["if a then b else c"]),
        ("dim a, b = {c, d}", tree.Dim, ["a", "b = {c, d}"]),
        ("dim a, b = {c, d}", tree.LabelSet, ["{c, d}"]),
        ("data a[d], b: real on unit = 1  ;", tree.Data, ["data a[d], b: real on unit = 1"]),
        ("data a[d], b: real on unit", tree.TypeName, ["real on unit"]),
        ("data a[d], b: real", tree.DataItem, ["a[d]", "b"]),
        ("guide {\n x = 1\n}\n", tree.Guide, ["guide {\n x = 1\n}"]),
        ("guide { x = 1 ; }", Define, ["x = 1"]),
        ("param a: real = 1\n\n", tree.Param, ["param a: real = 1"]),
        ("def f(a) = a\n", tree.Def, ["def f(a) = a"]),
        ("x = a[:, 1]", Whole, [":"]),
        ('x = a["b c"]', Text, ['"b c"']),
    ],
)
def test_a_node_knows_exactly_where_it_was_written(text, kind, quotes):
    assert under(text, kind) == quotes


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_every_node_lies_inside_its_parent(path):
    whole = model(path.read_text(encoding="utf-8"))
    pairs = [
        (n, part) for n in nodes(whole) for f in fields(n) for part in nodes(getattr(n, f.name))
    ]
    outside = [(n, p) for n, p in pairs if n.span | p.span != n.span]
    assert outside == []


# --- bounds


def test_brackets_may_be_nested_up_to_the_bound():
    assert expr("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH) == one
    assert refusal("x = " + "(" * (MAX_DEPTH + 1) + "1").diagnostics[0].code == "E123"


@pytest.mark.parametrize(
    "deep",
    [
        "1" + " + 1" * 200,
        "2" + "^2" * 200,
        "-" * 200 + "1",
        "if a then b else " * 200 + "c",
        "a" + "[1]" * 200,
        "-sum(" * 60 + "1" + ")" * 60,
    ],
    ids=["sum", "power", "signs", "choices", "indices", "calls"],
)
def test_a_formula_deeper_than_the_bound_is_refused(deep):
    assert refusal(f"x = {deep}").diagnostics[0].code == "E123"


def test_a_long_flat_formula_is_no_deep_one():
    assert len(expr(f"f({', '.join(['a + 1'] * 500)})").args) == 500


def test_a_text_beyond_the_bound_is_refused_before_it_is_read():
    refused = refusal("#" * (MAX_LENGTH + 1))
    assert refused.diagnostics[0].code == "E123"
    assert "5,000,000" in refused.diagnostics[0].message


@pytest.mark.parametrize("written", ["1e400", "1e-400", "9" * 401, "0." + "0" * 500 + "1"])
def test_a_number_that_cannot_be_held_is_refused(written):
    assert refusal(f"x = {written}").diagnostics[0].code == "E122"


@pytest.mark.parametrize("written", ["0", "0e-999", "1e308", "5e-324", "0.000"])
def test_a_number_at_the_bounds_is_kept(written):
    assert expr(written).value == float(written)


# --- complaints

EXAMPLES = [(row.code, text) for row in MISTAKES for text in row.examples]


@pytest.mark.parametrize(("code", "mistake"), EXAMPLES)
def test_every_listed_mistake_gets_its_own_complaint(code, mistake):
    assert [d.code for d in refusal(mistake).diagnostics] == [code]


@pytest.mark.parametrize(("code", "mistake"), EXAMPLES)
def test_a_mistake_does_not_hide_what_is_wrong_further_on(code, mistake):
    later = refusal(f"{mistake}\nfine ~ Normal(0, 1)\nbroken <- 3\n").diagnostics
    assert later[-1].code == "E104"


@pytest.mark.parametrize("code", CODES)
def test_the_examples_of_an_explanation_show_what_it_says(code):
    assert [d.code for d in refusal(CODES[code].wrong).diagnostics] == [code]
    model(CODES[code].right)


def test_complaints_come_in_order_and_stop_at_some_point():
    refused = refusal("x <- 1\n" * 50)
    starts = [d.span.start for d in refused.diagnostics]
    assert starts == [7 * k + 2 for k in range(MAX_COMPLAINTS)]


def test_a_mistake_in_a_block_leaves_its_other_statements_alone():
    refused = refusal("guide {\n a <- 1\n b ~ Normal(0, 1)\n c <- 2\n}\nd <- 3\n")
    lines = [refused.source.line_col(d.span.start)[0] for d in refused.diagnostics]
    assert lines == [2, 4, 6]


def test_a_mistake_before_a_block_skips_the_whole_block():
    refused = refusal("guide 3 {\n a <- 1\n}\nd <- 3\n")
    assert [d.code for d in refused.diagnostics] == ["E132", "E104"]


def test_an_open_bracket_is_shown_where_it_opens_and_where_the_statement_ends():
    refused = refusal("x ~ Normal(f(0), 1\n\ny ~ Normal(0, 1)\n")
    (complaint,) = refused.diagnostics
    assert refused.source.quote(complaint.span) == "("
    assert complaint.span.start == len("x ~ Normal")
    assert complaint.notes[0][0].start == len("x ~ Normal(f(0), 1")


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("mu <- 3", "mu = 3"),
        ("mu := Normal(0, 1)", "mu ~ Normal(0, 1)"),
        ("x ~ 3 + 1", "x = 3 + 1"),
        ("dim a = 3", "dim a = 1..3"),
        ("dim a = [b, c]", "dim a = {b, c}"),
        ("data y[row]", "data y[row]: real"),
        ("data real y", "data y: real"),
        ("x: real", "data x: real"),
    ],
)
def test_a_hint_works_when_pasted(text, fixed):
    assert f"`{fixed}`" in refusal(text).diagnostics[0].hint
    model(fixed)


# --- the parser itself


def test_two_thousand_statements_are_read_in_well_under_a_second():
    lines = (f"y{k}[i in row] ~ Normal(a[g[i]] + b * x[i], sigma)" for k in range(2000))
    source = Source("m.ppl", "\n".join(lines))
    parse(Source("warm-up", "a = 1"))
    start = time.process_time()
    assert len(parse(source).statements) == 2000
    assert time.process_time() - start < 2  # 0.45 s on two slow cores


def test_words_of_statements_are_names_of_states():
    model = parse(Source("m.ppl", "ode t[n in row] = ts[n] from 0 {\n    guide' = 1 from 0\n}\n"))
    (ode,) = model.statements
    assert ode.statements[0].target.name.id == "guide"


@pytest.mark.parametrize("support", ["r", "not", "if", "from"])
def test_after_on_stands_a_name(support):
    text = f"ode t[n in row] = ts[n] from 0 {{\n    u' = f() on {support} from 1\n}}\n"
    (ode,) = parse(Source("m.ppl", text)).statements
    assert ode.statements[0].slope.support.name.id == support
