"""Interval arithmetic holds what it promises: no value leaves the interval of its formula."""

import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from nacre.compiler.functions import BINARY, ELEMENTWISE, FOLDED, REDUCTIONS
from nacre.compiler.types import ANYTHING, Bounds

# What each row of the table computes, written independently.
MEANING = {
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "lt": lambda x, y: float(x < y),
    "le": lambda x, y: float(x <= y),
    "gt": lambda x, y: float(x > y),
    "ge": lambda x, y: float(x >= y),
    "eq": lambda x, y: float(x == y),
    "ne": lambda x, y: float(x != y),
    "and": lambda x, y: float(bool(x) and bool(y)),
    "or": lambda x, y: float(bool(x) or bool(y)),
    "not": lambda x: float(not x),
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "square": lambda x: x * x,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "atan": math.atan,
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "inv_logit": lambda x: 1 / (1 + math.exp(-x)),
    "logit": lambda x: math.log(x / (1 - x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "log_sigmoid": lambda x: -math.log1p(math.exp(-x)),
    "lgamma": math.lgamma,
    "erf": math.erf,
    "erfc": math.erfc,
    "Phi": lambda x: 0.5 * math.erfc(-x / math.sqrt(2)),
    "minimum": min,
    "maximum": max,
}
NOT_IN_MATH = {"digamma"}  # its rule promises nothing
REDUCED = {
    "sum": math.fsum,
    "prod": math.prod,
    "mean": lambda xs: math.fsum(xs) / len(xs),
    "sd": lambda xs: 0.0,
    "var": lambda xs: 0.0,
    "min": min,
    "max": max,
    "logsumexp": lambda xs: max(xs) + math.log(sum(math.exp(x - max(xs)) for x in xs)),
}
ROUNDING = 1e-9

numbers = st.floats(-20, 20) | st.floats(0, 1) | st.integers(-4, 4).map(float)


@st.composite
def points_in_intervals(draw):
    """An interval, possibly open to one side or a single point, and a number in it."""
    x = draw(numbers)
    low = draw(st.just(x) | numbers.map(lambda d: x - abs(d)) | st.just(-math.inf))
    high = draw(st.just(x) | numbers.map(lambda d: x + abs(d)) | st.just(math.inf))
    return x, Bounds(low, high)


def inside(value: float, bounds: Bounds) -> bool:
    slack = ROUNDING * max(1.0, abs(value))
    return bounds.low - slack <= value <= bounds.high + slack


def test_every_row_has_a_meaning_here():
    assert ELEMENTWISE.keys() == MEANING.keys() | NOT_IN_MATH
    assert REDUCTIONS.keys() == REDUCED.keys()


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (Bounds(5e-324, 5e-324), Bounds(5e-324, 5e-324), Bounds(1.0, 1.0)),
        (Bounds(1.0, 2.0), Bounds(0.0, 4.0), Bounds(0.25, math.inf)),
        (Bounds(1.0, 2.0), Bounds(-4.0, 0.0), Bounds(-math.inf, -0.25)),
        (Bounds(-1.0, math.inf), Bounds(2.0, math.inf), Bounds(-0.5, math.inf)),
    ],
    ids=["tiny", "from zero", "to zero", "unbounded"],
)
def test_quotients_end_where_their_corners_do(x, y, expected):
    assert ELEMENTWISE["div"].bounds(x, y) == expected


@pytest.mark.parametrize("name", MEANING)
@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(args=st.lists(points_in_intervals(), min_size=2, max_size=2))
def test_no_value_leaves_the_bounds_of_a_function(name, args):
    row = ELEMENTWISE[name]
    points = [x for x, _ in args[: row.arity]]
    try:
        value = MEANING[name](*points)
    except (ValueError, ZeroDivisionError, OverflowError):
        assume(False)
    assume(isinstance(value, float | int) and math.isfinite(value))
    assert inside(value, row.bounds(*(b for _, b in args[: row.arity])))


@pytest.mark.parametrize("name", REDUCED)
@given(st.data())
def test_no_value_leaves_the_bounds_of_a_reduction(name, data):
    _, bounds = data.draw(points_in_intervals())
    low, high = max(bounds.low, -20.0), min(bounds.high, 20.0)
    xs = data.draw(st.lists(st.floats(low, high), min_size=1, max_size=4))
    assert inside(REDUCED[name](xs), REDUCTIONS[name].bounds(bounds))


@pytest.mark.parametrize("row", ELEMENTWISE.values(), ids=lambda r: r.name)
def test_a_domain_has_one_interval_for_each_argument(row):
    assert len(row.domain) in (0, row.arity)
    assert row.domain or row.domain_of(0) == ANYTHING


def test_operators_are_found_by_their_symbols():
    assert set(BINARY) == {*"+-*/^", "<", "<=", ">", ">=", "==", "!=", "and", "or"}
    assert FOLDED.keys() == {"min", "max"}
