"""The emitted reverse mode on whole programs, and where derivatives are easily lost or not a
number."""

import pytest
import torch
from emitted import compiled
from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.compiler.differentiate import NoDerivative, differentiate
from nacre.compiler.target import Builder
from random_programs import INPUTS, programs, tensors

BATCHES = ((), (3,), (2, 3))


@settings(max_examples=150, deadline=None)
@given(programs, st.sampled_from(BATCHES), st.integers(0, 99))
def test_the_gradient_of_a_random_program_is_that_of_autograd(program, batch, seed):
    b = Builder()
    inputs, total = program.build(b)
    gradient = differentiate([(total, b.const(1.0))], inputs, b)
    xs, data = tensors(batch, seed)
    outputs = tuple(b.broadcast_batch(v, inputs[0]) for v in gradient)
    actual = compiled(b, outputs, tuple(INPUTS), data=data)(*xs)
    leaves = [x.requires_grad_() for x in xs]
    value = compiled(b, b.broadcast_batch(total, inputs[0]), tuple(INPUTS), data=data)(*leaves)
    expected = torch.autograd.grad(value.sum(), leaves, materialize_grads=True)
    torch.testing.assert_close(actual, tuple(expected), rtol=1e-8, atol=1e-8)


@settings(max_examples=30, deadline=None)
@given(programs, st.integers(0, 99), st.booleans())
def test_printed_programs_run_under_grad_and_vmap(program, seed, fast):
    b = Builder()
    inputs, total = program.build(b)
    gradient = differentiate([(total, b.const(1.0))], inputs, b)
    xs, data = tensors((3,), seed)
    one = b.broadcast_batch(total, inputs[0])
    value = compiled(b, one, tuple(INPUTS), data=data, fast=fast)
    outputs = tuple(b.broadcast_batch(v, inputs[0]) for v in gradient)
    batched = compiled(b, outputs, tuple(INPUTS), data=data, fast=fast)(*xs)
    per_element = torch.func.vmap(torch.func.grad(value, argnums=tuple(range(len(xs)))))(*xs)
    torch.testing.assert_close(batched, per_element, rtol=1e-8, atol=1e-8)


@pytest.fixture
def b():
    return Builder()


def slope(b, y, x, at):
    """Derivative of ``y`` by ``x`` at a number or a list."""
    (d,) = differentiate([(y, b.expand(b.const(1.0), y.shape))], [x], b)
    return compiled(b, d, (x.attrs[0],))(torch.tensor(at, dtype=torch.float64)).tolist()


EDGES = {
    "a masked logarithm at 0": (
        lambda b, x: b.where(b.apply("gt", x, 0.0), b.apply("log", x), 0.0),
        0.0,
        0.0,
    ),
    "a masked root at 0": (
        lambda b, x: b.where(b.apply("gt", x, 0.0), b.apply("sqrt", x), x),
        0.0,
        1.0,
    ),
    "a masked quotient of a quotient": (
        lambda b, x: b.where(
            b.apply("ne", x, 0.0), b.apply("div", 1.0, b.apply("mul", x, b.apply("exp", x))), 2.0
        ),
        0.0,
        0.0,
    ),
    "x ^ 2.5 at 0": (lambda b, x: b.apply("pow", x, 2.5), 0.0, 0.0),
    "x ^ 1 with a computed exponent at 0": (
        lambda b, x: b.apply("pow", x, b.input("n", (), batched=False, source="torch.tensor(1.)")),
        0.0,
        1.0,
    ),
    "0 ^ x": (lambda b, x: b.apply("pow", 0.0, x), 1.5, 0.0),
    "0 log x at 0": (
        lambda b, x: b.apply(
            "xlogy", b.input("none", (), batched=False, source="torch.tensor(0.)"), x
        ),
        0.0,
        0.0,
    ),
    "logaddexp of nothing": (
        lambda b, x: b.apply("logaddexp", x, -float("inf")),
        -float("inf"),
        0.0,
    ),
    "a far tail": (lambda b, x: b.apply("log_Phi", x), -1e4, 1e4),
}


@pytest.mark.parametrize(("build", "at", "expected"), EDGES.values(), ids=EDGES.keys())
def test_edge(b, build, at, expected):
    x = b.input("x", (), batched=True)
    assert slope(b, build(b, x), x, at) == pytest.approx(expected, rel=1e-6)


PRODUCTS = ([2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 0.0, 4.0])


@pytest.mark.parametrize("at", PRODUCTS, ids=("no zero", "one zero", "two zeros"))
def test_a_product_has_a_gradient_at_zeros(b, at):
    x = b.input("x", (3,), batched=True)
    others = [at[1] * at[2], at[0] * at[2], at[0] * at[1]]
    assert slope(b, b.reduce("prod", x, (-1,)), x, at) == others


def test_logsumexp_of_nothing_has_no_gradient(b):
    x = b.input("x", (2,), batched=True)
    nothing = [-float("inf")] * 2
    assert slope(b, b.reduce("logsumexp", x, (-1,)), x, nothing) == [0.0, 0.0]


def test_a_matrix_that_is_not_positive_definite_gives_nan(b):
    a = b.input("a", (2, 2), batched=True)
    factor = compiled(b, b.cholesky(a), ("a",))
    good, bad = torch.eye(2), -torch.eye(2)
    assert factor(torch.stack((good, bad))).isnan().any((-2, -1)).tolist() == [False, True]
    mapped = torch.func.vmap(factor)(torch.stack((good, bad)))
    assert mapped.isnan().any((-2, -1)).tolist() == [False, True]


def test_nothing_flows_through_stop(b):
    x = b.input("x", (), batched=True)
    assert slope(b, b.apply("mul", x, b.stop(x)), x, 3.0) == 3.0


def test_a_value_that_does_not_matter_gets_zeros(b):
    x, y = (b.input(n, (2,), batched=True) for n in "xy")
    (d,) = differentiate([(b.reduce("sum", y, (-1,)), b.const(1.0))], [x], b)
    assert (d.shape, b.constant_of(d)) == ((2,), 0.0)


def test_several_outputs_with_seeds(b):
    x = b.input("x", (2,), batched=True)
    seed = b.input("seed", (2,), batched=True)
    outputs = [(b.apply("square", x), seed), (b.reduce("sum", x, (-1,)), b.const(3.0))]
    (d,) = differentiate(outputs, [x], b)
    at, weight = torch.tensor([1.0, 2.0]), torch.tensor([10.0, 100.0])
    assert compiled(b, d, ("x", "seed"))(at, weight).tolist() == [23.0, 403.0]


def test_parts_of_a_vector_are_joined_and_not_padded_one_by_one(b):
    x = b.input("x", (4,), batched=True)
    picked = [b.apply("exp", b.pick(x, i)) for i in (0, 3, 1)]
    total = b.apply("add", b.apply("add", picked[0], picked[1]), picked[2])
    (d,) = differentiate([(total, b.const(1.0))], [x], b)
    at = torch.zeros(2, 4, dtype=torch.float64)
    assert compiled(b, d, ("x",))(at).tolist() == [[1.0, 1.0, 0.0, 1.0]] * 2
    assert d.op == "cat"


def test_an_opaque_density_is_refused(b):
    x = b.input("x", (), batched=True)
    lp = b.density("Normal", "", x, [b.const(0.0), b.const(1.0)])
    with pytest.raises(NoDerivative):
        differentiate([(lp, b.const(1.0))], [x], b)


def test_a_gamma_draw_moves_with_its_shape(b):
    """By implicit reparameterisation, as torch's own sampler differentiates."""
    a = b.input("a", (2,), batched=True)
    draw = b.std_gamma(a)
    (d,) = differentiate([(draw, b.expand(b.const(1.0), (2,)))], [a], b)
    at = torch.tensor([[0.7, 3.0]] * 3, dtype=torch.float64).requires_grad_()
    value, slope = compiled(b, (draw, d), ("a",), seed=4)(at)
    expected = torch._standard_gamma(at, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(slope, torch.autograd.grad(expected.sum(), at)[0])


def test_second_derivatives(b):
    x = b.input("x", (), batched=True)
    (first,) = differentiate([(b.apply("tanh", x), b.const(1.0))], [x], b)
    at = 0.3
    t = torch.tensor(at, dtype=torch.float64).tanh().item()
    assert slope(b, first, x, at) == pytest.approx(-2 * t * (1 - t * t))


def test_a_long_chain_needs_no_recursion(b):
    x = b.input("x", (), batched=True)
    v = x
    for _ in range(5000):
        v = b.apply("sin", v)
    (d,) = differentiate([(v, b.const(1.0))], [x], b)
    assert d.batched
