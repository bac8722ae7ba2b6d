"""What a program hands out has the shapes it promises, also in the corners."""

import nacre
import pytest
import torch

SIMPLEX = """
dim arm = {a, b, c}
p[arm] ~ Dirichlet(1)
y ~ Normal(p[b], 1)
observe y = 1
"""
PARTLY = """
dim dose = 1..4
x[d in dose] ~ Normal(0, 1)
y ~ Normal(x[1] + x[3], 1)
observe y = 1
observe x[3] = 2
"""
FORWARD = """
dim row = 1..3
two = 2
even[i in row] = if i == 2 then 1 else 0
w ~ Normal(two, 1)
heavy = w > 2
share[row] ~ Dirichlet(1)
y[i in row] ~ Normal(w * even[i], 1)
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [(SIMPLEX, ("p[a]", "p[b]")), (PARTLY, ("x[1]", "x[2]", "x[4]"))],
    ids=["simplex", "partly observed"],
)
def test_every_free_coordinate_has_a_name(text, names):
    program = nacre.compile(text).program()
    assert program.coordinates == names
    assert program.n == len(names)


def test_single_params_and_families_of_params_share_a_vector():
    model = nacre.compile("""
dim row
data y[row]: real
m ~ Normal(0, 1)
x[i in row] ~ Normal(m, 1)
y[i in row] ~ Normal(x[i], 1)
guide {
    param a: real = 3
    param b: positive = 2
    m ~ Normal(a, b)
    param c[row]: real = 5
    x[i in row] ~ Normal(c[i], b)
}
""")
    program = model.program({"y": [1.0, 2.0, 3.0]}, guides=("guide",))
    guide = program.guide("guide")
    assert guide.param_names == ("a", "b", "c[1]", "c[2]", "c[3]")
    found = {name: value.tolist() for name, value in guide.constrained(guide.initial).items()}
    assert found == {"a": 3.0, "b": pytest.approx(2.0), "c": [5.0, 5.0, 5.0]}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("two", (5,)),
        ("even", (5, 3)),
        ("w", (5,)),
        ("heavy", (5,)),
        ("share", (5, 3)),
        ("y", (5, 3)),
    ],
)
def test_forward_draws_are_whole_arrays_of_numbers(name, shape):
    drawn = nacre.compile(FORWARD).simulate(5)[name]
    assert drawn.shape == shape
    assert drawn.dtype == torch.float64


def test_a_shared_concentration_draws_probability_vectors():
    share = nacre.compile(FORWARD).simulate(50)["share"]
    torch.testing.assert_close(share.sum(-1), torch.ones(50, dtype=torch.float64))
    assert (share < 1).all()


def test_rows_are_data():
    model = nacre.compile("dim row\ndata x[row]: real\nm = mean(x)\nw ~ Normal(m, 1)")
    assert model.program([{"x": 1.0}, {"x": 3.0}]).bound.tensors["x"].tolist() == [1.0, 3.0]
