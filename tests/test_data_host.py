"""Expressions of data alone, evaluated while data are bound, against values by hand."""

import math

import pytest
import torch
from nacre.compiler import driver
from nacre.compiler.functions import ELEMENTWISE, REDUCTIONS
from nacre.compiler.typed import Apply, Const, Reduce, Stack, Type
from nacre.compiler.types import Kind
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.source import Source, Span
from nacre.runtime.data import bind_data
from nacre.runtime.host import evaluate
from reference_functions import ELEMENTWISE as REFERENCE
from reference_functions import REDUCTIONS as REFERENCE_REDUCTIONS

NOWHERE = Span(0, 0)
POINTS = {1: [(0.3,), (0.9,), (2.5,)], 2: [(0.3, 2.0), (2.0, 2.0), (1.0, 0.0)]}
DATA = {
    "x": [1.0, 2.0, 4.0],
    "X": [[1, 2], [3, 4], [5, 6]],
    "g_of": ["b", "a", "b"],
    "k": 2,
    "by_number": [4, 3, 2],
    "nobody": [],
}
DECLARED = """
dim row, col = {p, q}, g, t = 0..2
data x[row]: real
data X[row, col]: real
data g_of[row]: g
data k: int
dim n = 1..3, none = 1..k - 2
data by_number[n], nobody[none]: real
"""


class Nothing:
    """No data at all."""

    def value(self, name):
        raise AssertionError(name)

    labels = value


def number(x):
    return Const(x, type=Type(Kind.REAL), span=NOWHERE)


def same(found, expected):
    if math.isnan(expected):
        return math.isnan(found)
    return found == pytest.approx(expected, rel=1e-12, abs=1e-300)


def tried(name):
    """Arguments at which the reference has a value: inside of the domain, no division by zero."""
    row = ELEMENTWISE[name]
    inside = [
        args
        for args in POINTS[row.arity]
        if all(row.domain_of(i).low <= x <= row.domain_of(i).high for i, x in enumerate(args))
    ]
    return [args for args in inside if not (name == "div" and args[1] == 0)]


@pytest.mark.parametrize(
    ("name", "args"), [(name, args) for name in ELEMENTWISE for args in tried(name)]
)
def test_functions_agree_with_the_reference(name, args):
    call = Apply(name, tuple(map(number, args)), type=Type(Kind.REAL), span=NOWHERE)
    assert same(float(evaluate(call, Nothing())), float(REFERENCE[name](*args)))


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_agree_with_the_reference(name):
    values = [0.3, -2.0, 5.0]
    body = Stack(tuple(map(number, values)), type=Type(Kind.REAL, event=(3,)), span=NOWHERE)
    call = Reduce(name, (), body, type=Type(Kind.REAL), span=NOWHERE)
    assert same(float(evaluate(call, Nothing())), float(REFERENCE_REDUCTIONS[name](values)))


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        ("1 / 4 + 2^3", 8.25),
        ("sum(x)", 7.0),
        ("mean(X)", 3.5),
        ("sum(i in row)(x[i])", 7.0),
        ("sum(i in row)(2)", 6.0),
        ("sum(i in row, j in col)(x[i] * X[i, j])", 3 + 14 + 44),
        ("max(i in row)(sum(j in col)(X[i, j]))", 11.0),
        ("sum(i in row)(X[i, q])", 12.0),
        ("sum(X[:, p])", 9.0),
        ("sum(s in 1..k)(s^2)", 5.0),
        ("sum(s in t)(s)", 3.0),
        ("sum(i in row)(if x[i] > 1 then x[i] else 0)", 6.0),
        ('sum(i in row)(x[i] * (g_of[i] == "b"))', 5.0),
        ("sum(i in row)(g_of[i] == g_of[i])", 3.0),
        ("min(k, 7, 1.5)", 1.5),
        ("sum([k, 2 * k, 10])", 16.0),
        ("sum(x * x + 1)", 24.0),
        ("sum(i in row)(0 * x[i] + sum(m in row)(x[m]))", 21.0),
        ("not (k > 1 and k < 2)", 1.0),
        ("sum(s in 0..2)(s * (if s > 0 then by_number[s] else 5))", 3 * 2 + 4),
        ("sum(s in 1..4)(if s < 3 then sum(r in 1..2)(by_number[r + s - 1]) else 1)", 7 + 5 + 2),
        ("if k > 5 then nobody[k] else 2", 2.0),
    ],
)
def test_expressions(expr, value):
    graph = driver.graph_of(driver.front(Source("m.ppl", f"{DECLARED}data a: real = {expr}\n")))
    assert bind_data(graph, DATA).tensors["a"].item() == value


@pytest.mark.parametrize(
    "expr",
    [
        "sum([1, 2, 3][1..0])",
        "max(s in 1..0)(s)",
        "log(0 * k)",
        "0 / (k - 2)",
        "sum(s in 0..2)(if s < 2 then by_number[s + 0 * k] else 5)",
    ],
)
def test_what_has_no_value(expr):
    text = f"{DECLARED}data a: real = {expr}\n"
    with pytest.raises(Rejected):
        bind_data(driver.graph_of(driver.front(Source("m.ppl", text))), DATA)


def test_nothing_is_evaluated_in_single_precision():
    call = Apply("div", (number(1.0), number(3.0)), type=Type(Kind.REAL), span=NOWHERE)
    assert evaluate(call, Nothing()).dtype == torch.float64
    assert float(evaluate(call, Nothing())) == 1 / 3
