"""What simplification does, and that it never changes what is computed."""

import pytest
import torch
from emitted import compiled, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.compiler.differentiate import differentiate
from nacre.compiler.target import Builder, Value
from random_programs import INPUTS, programs, tensors

BATCHES = ((), (3,), (2, 3))


@settings(max_examples=150, deadline=None)
@given(programs, st.sampled_from(BATCHES), st.integers(0, 99))
def test_simplified_and_plain_programs_agree(program, batch, seed):
    results = []
    xs, data = tensors(batch, seed)
    for simplify, fast in ((True, False), (False, False), (True, True)):
        b = Builder(simplify=simplify)
        inputs, total = program.build(b)
        gradient = differentiate([(total, b.const(1.0))], inputs, b)
        outputs = tuple(b.broadcast_batch(v, inputs[0]) for v in (total, *gradient))
        results.append(compiled(b, outputs, tuple(INPUTS), data=data, fast=fast)(*xs))
    torch.testing.assert_close(results[0], results[1], rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(results[2], results[1], rtol=1e-8, atol=1e-8)


@pytest.fixture
def b():
    return Builder()


def number(b: Builder, name: str) -> Value:
    return b.input(name, (), batched=True)


def column(b: Builder, name: str, n: int | str = "n") -> Value:
    return b.input(name, (n,), batched=True)


IDENTITIES = {
    "x + 0": lambda b, x, y: b.apply("add", x, 0.0),
    "0 + x": lambda b, x, y: b.apply("add", 0.0, x),
    "x - 0": lambda b, x, y: b.apply("sub", x, 0.0),
    "x * 1": lambda b, x, y: b.apply("mul", x, 1.0),
    "x / 1": lambda b, x, y: b.apply("div", x, 1.0),
    "x ^ 1": lambda b, x, y: b.apply("pow", x, 1.0),
    "--x": lambda b, x, y: b.apply("neg", b.apply("neg", x)),
    "log exp x": lambda b, x, y: b.apply("log", b.apply("exp", x)),
    "exp log x": lambda b, x, y: b.apply("exp", b.apply("log", x)),
    "(y + x) - y": lambda b, x, y: b.apply("sub", b.apply("add", y, x), y),
    "(x - y) + y": lambda b, x, y: b.apply("add", b.apply("sub", x, y), y),
    "y - (y - x)": lambda b, x, y: b.apply("sub", y, b.apply("sub", y, x)),
    "(x * y) / y": lambda b, x, y: b.apply("div", b.apply("mul", x, y), y),
    "(x / y) * y": lambda b, x, y: b.apply("mul", b.apply("div", x, y), y),
    "squeeze unsqueeze": lambda b, x, y: b.squeeze(b.unsqueeze(x, (-1, -2)), (-2, -1)),
    "pick stack": lambda b, x, y: b.pick(b.stack([y, x]), 1),
    "where true": lambda b, x, y: b.where(1.0, x, y),
    "sum over a unit axis": lambda b, x, y: b.reduce("sum", b.unsqueeze(x, (-1,)), (-1,)),
}


@pytest.mark.parametrize("build", IDENTITIES.values(), ids=IDENTITIES.keys())
def test_identity(b, build):
    x, y = number(b, "x"), number(b, "y")
    assert build(b, x, y) is x


REWRITES = {
    "x ^ 2 is a square": (
        lambda b, x, y: b.apply("pow", x, 2.0),
        lambda b, x, y: b.apply("square", x),
    ),
    "x * x is a square": (
        lambda b, x, y: b.apply("mul", x, x),
        lambda b, x, y: b.apply("square", x),
    ),
    "literals meet": (
        lambda b, x, y: b.apply("mul", 2.0, b.apply("mul", b.apply("mul", x, 3.0), y)),
        lambda b, x, y: b.apply("mul", 6.0, b.apply("mul", x, y)),
    ),
    "terms meet": (
        lambda b, x, y: b.apply("add", b.apply("add", x, 1.0), b.apply("add", y, 2.0)),
        lambda b, x, y: b.apply("add", b.apply("add", x, y), 3.0),
    ),
    "a negative term is subtracted": (
        lambda b, x, y: b.apply("add", x, b.apply("mul", -2.0, y)),
        lambda b, x, y: b.apply("sub", x, b.apply("mul", 2.0, y)),
    ),
    "a common denominator": (
        lambda b, x, y: b.apply("add", b.apply("div", x, y), b.apply("div", y, b.apply("exp", x))),
        lambda b, x, y: b.apply("add", b.apply("div", x, y), b.apply("div", y, b.apply("exp", x))),
    ),
    "log of a sigmoid": (
        lambda b, x, y: b.apply("log", b.apply("sigmoid", x)),
        lambda b, x, y: b.apply("log_sigmoid", x),
    ),
    "log of the other side of a sigmoid": (
        lambda b, x, y: b.apply("log", b.apply("sub", 1.0, b.apply("sigmoid", x))),
        lambda b, x, y: b.apply("log_sigmoid", b.apply("neg", x)),
    ),
}


@pytest.mark.parametrize(("given_", "expected"), REWRITES.values(), ids=REWRITES.keys())
def test_rewrite(b, given_, expected):
    x, y = number(b, "x"), number(b, "y")
    assert given_(b, x, y) is expected(b, x, y)


def test_equal_computations_are_one_value(b):
    x, y = number(b, "x"), number(b, "y")
    assert b.apply("add", x, y) is b.apply("add", x, y)


def test_a_zero_keeps_its_shape(b):
    v = b.apply("mul", 0.0, column(b, "v"))
    assert (v.shape, b.constant_of(v)) == (("n",), 0.0)


def test_a_quotient_by_zero_keeps_its_factor(b):
    x = number(b, "x")
    scaled = b.apply("mul", 2.0, b.apply("div", x, 0.0))  # infinite when it runs, if ever
    assert scaled.op == "mul"


def test_a_factor_leaves_the_sum(b):
    v, s = column(b, "v"), number(b, "s")
    scaled = b.apply("mul", b.unsqueeze(s, (-1,)), v)
    total = b.apply("mul", s, b.reduce("sum", v, (-1,)))
    assert b.reduce("sum", scaled, (-1,)) is total


def test_a_scale_meets_one_number_and_not_a_column(b):
    v, s = column(b, "v"), number(b, "s")
    z = b.apply("div", v, b.unsqueeze(s, (-1,)))
    total = b.reduce("sum", b.apply("square", v), (-1,))
    assert b.reduce("sum", b.apply("square", z), (-1,)) is b.apply(
        "div", total, b.apply("square", s)
    )


def test_a_term_that_does_not_vary_is_multiplied_by_the_length(b):
    b.host("n", "sizes['n']")
    v, s = column(b, "v"), number(b, "s")
    total = b.reduce("sum", b.apply("sub", b.apply("exp", v), b.unsqueeze(s, (-1,))), (-1,))
    parts = b.reduce("sum", b.apply("exp", v), (-1,)), b.apply("mul", b.size_value("n"), s)
    assert total is b.apply("sub", *parts)


def test_a_sum_of_literals_is_a_count(b):
    total = b.reduce("sum", b.expand(b.const(2.0), (5,)), (-1,))
    assert total.literal == 10.0


def test_a_sum_of_products_with_data_is_a_matrix_product(b):
    x = b.input("X", ("n", "k"), batched=False)
    beta = column(b, "beta", "k")
    total = b.reduce("sum", b.apply("mul", x, b.unsqueeze(beta, (-2,))), (-1,))
    assert total is b.matmul(beta, b.transpose(x))


def test_arithmetic_of_data_keeps_its_order(b):
    """49 * (1 / 49) is 1 in real numbers and not in floating point: floor would tell."""
    x = b.input("x", (), batched=False)
    v = b.apply("mul", 49.0, b.apply("div", x, 49.0))
    assert (v.op, v.inputs[1].op) == ("mul", "div")


def test_names_are_not_looked_through(b):
    x, y = number(b, "x"), number(b, "y")
    z = b.named(b.apply("add", x, 1.0), "z")
    assert z in b.apply("add", z, y).inputs


def test_a_part_of_an_input_is_not_looked_past(b):
    """Derivatives are taken by parts of a vector: what uses them must be seen to use them."""
    position = b.input("position", (5,), batched=True)
    part = b.slice(position, 1, 4)
    assert b.pick(part, 0).inputs == (part,)


def test_a_mask_stays_outside_a_product(b):
    x, y = number(b, "x"), number(b, "y")
    masked = b.where(b.apply("gt", x, 0.0), y, 0.0)
    assert b.apply("div", masked, x).op == "where"


def test_a_sum_of_a_thousand_terms_is_fast_and_flat(b):
    total = b.const(0.0)
    for i in range(1000):
        total = b.apply("add", total, b.apply("add", number(b, f"x{i}"), 1.0))
    assert total.inputs[1].literal == 1000.0
    assert len(text_of(b, total, tuple(f"x{i}" for i in range(1000)))) < 50_000
