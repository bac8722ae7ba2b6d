"""The formatter: what it changes, what it keeps."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.parse import parse
from nacre.grammar.show import show
from nacre.grammar.source import Source
from nacre.grammar.unparse import unparse

GOOD = sorted((Path(__file__).parent / "golden" / "good").glob("*.ppl"))


def formatted(text):
    return show(Source("m.ppl", text))


SPACING = {
    "x~Normal( 0,1 )": "x ~ Normal(0, 1)",
    "x  =  a+b -c*d /e": "x = a + b - c * d / e",
    "x = a ^ 2 ^ - b": "x = a^2^-b",
    "x = - a - - b": "x = -a - -b",
    "x = a<b and a==c or not d": "x = a < b and a == c or not d",
    "x = f( a ,b , c= 3 )": "x = f(a, b, c = 3)",
    "x = f (a)": "x = f(a)",
    "x = a [ i , : ] [ 1 ]": "x = a[i, :][1]",
    "x = [ 1 ,2 ] [1]": "x = [1, 2][1]",
    "x = sum ( k in 1 .. n ) ( a [ k ] )": "x = sum(k in 1..n)(a[k])",
    "x = if a then b else (c)": "x = if a then b else c",
    "x[ t in 2 ..T ]~Flat( )on( 0,inf )": "x[t in 2..T] ~ Flat() on (0, inf)",
    "z[ t in d,t>first ]~ C( p )": "z[t in d, t > first] ~ C(p)",
    "z[first+1 ]=1": "z[first + 1] = 1",
    "dim g=0 ..last": "dim g = 0..last",
    "dim arm={ placebo , drug },t=1..T": "dim arm = {placebo, drug}, t = 1..T",
    "data a[ h ],b:real on(0,1)=.5": "data a[h], b: real on (0, 1) = .5",
    "param  b [i in d]:positive=1.0": "param b[i in d]: positive = 1.0",
    "def f( a,b )=a": "def f(a, b) = a",
    "observe  x = 9.50": "observe x = 9.50",
    "guide{}": "guide {}",
    "guide g { }": "guide g {}",
    "\ufeffx\t=\u00a01": "x = 1",
    "y[t in 1. ..2.] = 1e+05": "y[t in 1. ..2.] = 1e+05",
    "x = e\u0301": "x = é",
}
PARENTHESES = {
    "x = (a)": "x = a",
    "x = ((a + b)) * (c)": "x = (a + b) * c",
    "x = (((a + b) * c))^d": "x = ((a + b) * c)^d",
    "x = (a + b) + c": "x = a + b + c",
    "x = a + (b + c)": "x = a + (b + c)",
    "x = (a * b) + (c / d)": "x = a * b + c / d",
    "x = a - (b - c)": "x = a - (b - c)",
    "x = (a^b)^c": "x = (a^b)^c",
    "x = a^(b^c)": "x = a^b^c",
    "x = (-a)^2": "x = (-a)^2",
    "x = -(a^2)": "x = -a^2",
    "x = -(a * b)": "x = -(a * b)",
    "x = a^(-b)": "x = a^-b",
    "x = (not a) == b": "x = (not a) == b",
    "x = not (a == b)": "x = not a == b",
    "x = not (a and b)": "x = not (a and b)",
    "x = (a and b) or c": "x = a and b or c",
    "x = a and (b or c)": "x = a and (b or c)",
    "x = 1 + (if a then b else c)": "x = 1 + (if a then b else c)",
    "x = f((a), (b + c))": "x = f(a, b + c)",
    "x = (f(a))[1]": "x = f(a)[1]",
    "x = (a + b)[1]": "x = (a + b)[1]",
    "x = (if) - 1": "x = (if) - 1",
    "x = f((if (in) then 1 else 0))": "x = f(if (in) then 1 else 0)",
}
LINES = {
    "a = 1;b = 2": "a = 1\nb = 2\n",
    "a = 1\n\n\n\nb = 2\n\n": "a = 1\n\nb = 2\n",
    "\n\na = 1": "a = 1\n",
    "a = 1\r\nb = 2\r\n": "a = 1\nb = 2\n",
    "": "",
    "\n\n": "",
    "# only\n\n\n# notes": "# only\n\n# notes\n",
    "guide {a ~ N(0);b = 1}": "guide {\n    a ~ N(0)\n    b = 1\n}\n",
    "guide {\n\n\na = 1\n\n\nb = 1\n\n}": "guide {\n    a = 1\n\n    b = 1\n}\n",
    "x = f(a,\nb)": "x = f(a,\n    b)\n",
    "x = f(\na,\n  b,\n)": "x = f(\n    a,\n    b,\n)\n",
    "x = f(a, b,)": "x = f(a, b)\n",
    "x = (a\n+ b)": "x = (a\n    + b)\n",
    "x = a\n+ b": "x = a\n    + b\n",
    "x = f(g(\na))": "x = f(g(\n        a))\n",
    "guide {\nx = f(\na\n)}": "guide {\n    x = f(\n        a\n    )\n}\n",
    "dim a = {\nb,\n\nc}": "dim a = {\n    b,\n    c}\n",
    "guide\n{\na = 1}": "guide {\n    a = 1\n}\n",
}
COMMENTS = {
    "x = 1# one": "x = 1  # one\n",
    "x = 1   # one  \t": "x = 1  # one\n",
    "   # above\nx = 1": "# above\nx = 1\n",
    "x = 1; y = 2 # both": "x = 1\ny = 2  # both\n",
    "x = 1; # one\ny = 2": "x = 1  # one\ny = 2\n",
    "x = f(a, # first\nb) # second": "x = f(a,  # first\n    b)  # second\n",
    "x = f(\n# alone\na)": "x = f(\n    # alone\n    a)\n",
    "x = a + # why\nb": "x = a +  # why\n    b\n",
    "x = a\n# why\n\n+ b": "x = a\n    # why\n    + b\n",
    "x = (a # why\n)": "x = (a  # why\n)\n",
    "guide { # note\na = 1 # one\n# last\n} # end": (
        "guide {  # note\n    a = 1  # one\n    # last\n}  # end\n"
    ),
    "guide {\n# nothing\n}": "guide {\n    # nothing\n}\n",
    "dim a = { # labels\nb, # one\nc # two\n}": (
        "dim a = {  # labels\n    b,  # one\n    c  # two\n}\n"
    ),
    "# a\n\n\n# b\nx = 1\n\n# c": "# a\n\n# b\nx = 1\n\n# c\n",
    "#no space": "#no space\n",
}


@pytest.mark.parametrize(("text", "expected"), SPACING.items())
def test_spaces_are_set(text, expected):
    assert formatted(text) == f"{expected}\n"


@pytest.mark.parametrize(("text", "expected"), PARENTHESES.items())
def test_parentheses_stay_where_they_matter(text, expected):
    assert formatted(text) == f"{expected}\n"
    assert parse(Source("", text)) == parse(Source("", expected))


@pytest.mark.parametrize(("text", "expected"), [*LINES.items(), *COMMENTS.items()])
def test_lines_and_comments_are_kept_in_place(text, expected):
    assert formatted(text) == expected


EVERYTHING = [text for table in (SPACING, PARENTHESES, LINES, COMMENTS) for text in table]


@pytest.mark.parametrize("text", EVERYTHING)
def test_formatting_keeps_the_meaning_and_is_done_once(text):
    once = formatted(text)
    assert parse(Source("", once)) == parse(Source("", text))
    assert formatted(once) == once


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_a_well_formatted_model_stays_as_it_is(path):
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_a_tree_alone_is_written_so_that_it_parses_back(path):
    model = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert parse(Source("", unparse(model))) == model


def test_a_part_of_a_tree_is_written_too():
    (statement,) = parse(
        Source("", "x[i in d] ~ Normal((a + b) * 2, s = 1) on (0, inf)")
    ).statements
    assert unparse(statement.dist.call.args[0]) == "(a + b) * 2"
    assert unparse(statement.target.slots[0]) == "i in d"
    assert unparse(statement.dist.support) == "(0, inf)"


def test_a_broken_model_is_refused_not_formatted():
    with pytest.raises(Rejected):
        formatted("x ~ Normal(0, 1")


EXAMPLES = sorted((Path(__file__).parents[1] / "examples").rglob("*.ppl"))
MODELS = [*GOOD, *EXAMPLES]


@pytest.mark.parametrize("path", MODELS, ids=lambda p: f"{p.parent.name}-{p.stem}")
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_comments_stay_wherever_they_are(path, data):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    marks = []
    for i in sorted(data.draw(st.sets(st.integers(0, len(lines)), max_size=6)), reverse=True):
        marks.append(f"# mark {i}.")
        if i < len(lines) and "#" not in lines[i] and data.draw(st.booleans()):
            lines[i] += f"# mark {i}.  "
        else:
            lines.insert(i, " " * data.draw(st.integers(0, 3)) + f"# mark {i}.")
    once = formatted("\n".join(lines))
    assert all(once.count(mark) == 1 for mark in marks)
    assert formatted(once) == once
    assert parse(Source("", once)) == parse(Source("", text))
