"""What a simulation draws where a prior is no distribution: between fixed ends, or not at all."""

import nacre
import pytest
import torch
from nacre.grammar.diagnostic import Rejected

FLAT = "m ~ Flat()\nx ~ Normal(m, 0.001)\n"


def refused(model, **asked):
    with pytest.raises(Rejected) as found:
        model.simulate(1, **asked)
    return [(d.code, d.hint) for d in found.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        (FLAT, "m=0", 0),
        ("m ~ Flat() on positive\nx ~ Normal(m, 0.001)", "m=0.5", 0.5),
        ("m ~ Flat() on (5, inf)\nx ~ Normal(m, 0.001)", "m=6", 6),
        ("m ~ Flat() on (-inf, -5)\nx ~ Normal(m, 0.001)", "m=-6", -6),
        (FLAT + "observe m = 7", "m=0", 0),
        ("dim row = 1..3\nm[i in row] ~ Flat()\nx[i in row] ~ Normal(m[i], 0.001)", "m=0", 0),
        ("a ~ Flat()\nm ~ Normal(a, 0.001)\nx ~ Normal(m, 0.001)", "a=0", 0),
        ("m ~ Mixture([0.5, 0.5], Flat() on (0, 2), Normal(0, 1))\nx ~ Normal(m, 0.001)", "m=0", 0),
        ("dim two = 1..2\nm[two] ~ Flat() on ordered\nx ~ Normal(m[1], 0.001)", "m=…", [1, 2]),
        ("a ~ Normal(0, 1)\nm ~ Flat() on (a, inf)\nx ~ Normal(m, 0.001)", "m=…", 9),
    ],
)
def test_what_was_set_is_not_drawn_as_the_hint_says(text, hint, value):
    model = nacre.compile(text)
    ((code, told),) = refused(model)
    assert (code, f"`--do {hint}`" in told) == ("Q673", True)
    name = hint[0]
    drawn = model.do({name: value}).simulate(20, seed=1)
    assert drawn[name].tolist() == torch.tensor(value).expand_as(drawn[name]).tolist()
    center = value[0] if isinstance(value, list) else value
    assert (drawn["x"] - center).abs().max() < 0.02
    assert drawn["x"].std() > 0.0005


def test_an_element_that_was_set_leaves_the_others_to_be_drawn():
    text = "dim row = 1..2\nm[i in row] ~ Flat()\nx[i in row] ~ Normal(m[i], 1)"
    assert [c for c, _ in refused(nacre.compile(text).do({"m[1]": 0}))] == ["Q673"]


def test_a_family_without_an_order_is_simulated_where_it_was_set():
    text = "dim row = 1..4\ndata near[row]: int\ndata y[row]: real\na ~ Normal(0, 1)\n"
    text += "y[i in row] ~ Normal(a * y[near[i]], 1)\nx ~ Normal(sum(y), 0.001)"
    model = nacre.compile(text)
    given = {"near": [2, 3, 4, 1], "y": [0.0, 0.0, 0.0, 0.0]}
    assert [code for code, _ in refused(model, data=given)] == ["Q673"]
    drawn = model.do({"y": 2}).simulate(5, given, seed=1)
    assert drawn["x"].mean() == pytest.approx(8, abs=0.01)


@pytest.mark.parametrize(
    ("text", "given", "low", "high"),
    [
        ("x ~ Flat() on (0, 2)", {}, 0, 2),
        ("x ~ Flat() on unit", {}, 0, 1),
        ("data a: real\nb = a + 3\nx ~ Flat() on (a, b)", {"a": -5.0}, -5, -2),
        ("param a: real = 4\nx ~ Flat() on (a, 9)", {}, 4, 9),
        ("s ~ Bernoulli(0.5)\nx ~ if 1 > 0 then Flat() on (2, 4) else Normal(0, 1)", {}, 2, 4),
    ],
)
def test_flat_between_fixed_ends_is_uniform(text, given, low, high):
    x = nacre.compile(text).simulate(20_000, given, seed=3)["x"]
    assert x.min() > low
    assert x.max() < high
    assert x.mean() == pytest.approx((low + high) / 2, abs=0.02 * (high - low))
    assert x.var() == pytest.approx((high - low) ** 2 / 12, rel=0.03)


def test_flat_between_random_ends_is_refused_until_they_are_set():
    model = nacre.compile("a ~ Beta(1, 1)\nc = 1 - a\nb ~ Flat() on (0, c)\ny ~ Normal(b, 1)")
    ((code, hint),) = refused(model)
    assert (code, "Uniform(low, high)" in hint) == ("Q673", True)
    b = model.do({"a": 0.75}).simulate(20_000, seed=2)["b"]
    assert b.mean() == pytest.approx(0.125, abs=0.002)
    assert b.max() < 0.25


def test_which_of_two_densities_counts_must_not_be_random_either():
    """Flat on (0, 4) would weigh four times as much as on (0, 1)."""
    model = nacre.compile(
        "s ~ Bernoulli(0.5)\nx ~ if s then Flat() on (0, 4) else Flat() on (0, 1)"
    )
    assert [c for c, _ in refused(model)] == ["Q673"]
    assert model.do({"s": 1}).simulate(1000, seed=1)["x"].max() > 3


def test_a_barren_flat_is_drawn_after_a_fit():
    fit = nacre.compile(
        "x ~ Normal(0, 1)\ny ~ Normal(x, 1)\nu ~ Flat() on (3, 5)\nobserve y = 1"
    ).fit(steps=64, draws=2000)
    assert fit.posterior["u"].mean() == pytest.approx(4, abs=0.06)
