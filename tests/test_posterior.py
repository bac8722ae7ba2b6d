"""Draws with dimensions and labels, and their summaries."""

import csv
from io import StringIO

import numpy as np
import pytest
import torch
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.posterior import Posterior, axis_names, element_names, stored_names
from nacre.runtime.summary import Summary, summarise

RNG = np.random.default_rng(3)
DIMS = {"alpha": ("county",), "move": ("regime", "regime"), "theta": (3,)}
LABELS = {"county": ("AITKIN", "BIG STONE"), "regime": ("calm", "wild")}
SHAPES = {"mu": (), "alpha": (2,), "move": (2, 2), "theta": (3,)}
DRAWS = {name: RNG.normal(3, 2, size=(2, 500, *shape)) for name, shape in SHAPES.items()}


@pytest.fixture
def posterior():
    return Posterior({n: torch.tensor(v) for n, v in DRAWS.items()}, DIMS, LABELS)


def test_it_is_a_mapping_in_the_order_of_the_model(posterior):
    assert list(posterior) == ["mu", "alpha", "move", "theta"]
    assert len(posterior) == 4
    assert "alpha" in posterior
    assert "alhpa" not in posterior
    assert posterior.get("alhpa") is None


def test_draws_are_what_was_given(posterior):
    np.testing.assert_array_equal(np.asarray(posterior["alpha"]), DRAWS["alpha"])
    assert torch.equal(torch.as_tensor(posterior["mu"].values), torch.tensor(DRAWS["mu"]))


def test_statistics(posterior):
    alpha = posterior["alpha"]
    flat = DRAWS["alpha"].reshape(1000, 2)
    np.testing.assert_allclose(alpha.mean(), flat.mean(0))
    np.testing.assert_allclose(alpha.sd(), flat.std(0, ddof=1))
    np.testing.assert_allclose(alpha.quantile([0.1, 0.9]), np.quantile(flat, [0.1, 0.9], axis=0))


def test_selection_by_label(posterior):
    alpha, move = posterior["alpha"], posterior["move"]
    np.testing.assert_array_equal(alpha.sel(county="BIG STONE").values, DRAWS["alpha"][:, :, 1])
    assert alpha.sel(county=["BIG STONE"]).elements == ("alpha[BIG STONE]",)
    to_wild = move.sel(regime="calm", regime_2="wild")
    np.testing.assert_array_equal(to_wild.values, DRAWS["move"][:, :, 0, 1])
    theta = posterior["theta"].sel(theta_dim_0=3)
    np.testing.assert_array_equal(theta.values, DRAWS["theta"][:, :, 2])


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda p: p["alhpa"], "Q661"),
        (lambda p: p["alpha"].sel(state="x"), "Q662"),
        (lambda p: p["alpha"].sel(county="x"), "Q663"),
        (lambda p: p["theta"].sel(theta_dim_0=0), "Q663"),
        (lambda p: summarise(p, ["beta"]), "Q661"),
    ],
)
def test_what_is_not_there(posterior, ask, code):
    with pytest.raises(Rejected) as caught:
        ask(posterior)
    assert caught.value.diagnostics[0].code == code


def test_names_of_elements(posterior):
    assert posterior.elements[:5] == (
        "mu",
        "alpha[AITKIN]",
        "alpha[BIG STONE]",
        "move[calm,calm]",
        "move[calm,wild]",
    )
    assert element_names("x", [(), (1, 2)]) == ()


@pytest.mark.parametrize(
    ("extents", "names"),
    [
        (("a", "b"), ("a", "b")),
        (("a", "a", "a"), ("a", "a_2", "a_3")),
        (("a", "a", "a_2"), ("a", "a_2", "a_2_2")),
        ((4, 4), ("x_dim_0", "x_dim_1")),
        (("draw", "chain", "x"), ("draw_2", "chain_2", "x_2")),
    ],
)
def test_names_of_axes_are_all_different(extents, names):
    assert axis_names("x", extents) == names


def test_variables_make_way_for_axes():
    stored = stored_names(("draw", "draw_", "county", "mu"), ("county",))
    assert stored == {"draw": "draw__", "draw_": "draw_", "county": "county_", "mu": "mu"}


@pytest.mark.parametrize("shape", [(2, 500), (2, 500, 3), (500, 2, 2), (2,)])
def test_shapes_are_held_against_labels(shape):
    dims = {"x": ("county",)} if len(shape) > 1 else {}
    values = np.zeros(shape)
    expected = shape[2:] == (2,)
    if expected:
        assert Posterior({"x": values}, dims, LABELS)["x"].shape == shape
    else:
        with pytest.raises(ValueError, match="has shape"):
            Posterior({"x": values}, dims, LABELS)


# --- summaries ----------------------------------------------------------------------------------


def test_a_row_for_every_number(posterior):
    summary = summarise(posterior)
    assert tuple(summary) == posterior.elements
    row = summary["alpha[BIG STONE]"]
    draws = DRAWS["alpha"][:, :, 1].ravel()
    expected = [draws.mean(), draws.std(ddof=1), *np.quantile(draws, [0.05, 0.5, 0.95])]
    assert list(row) == ["mean", "sd", "q05", "q50", "q95"]
    np.testing.assert_allclose(list(row.values()), expected)


def test_a_single_draw_has_no_spread():
    summary = summarise(Posterior({"x": np.full((1, 1), 2.5)}))
    assert summary["x"] == {"mean": 2.5, "sd": 0.0, "q05": 2.5, "q50": 2.5, "q95": 2.5}


def test_csv_loses_nothing(posterior):
    summary = summarise(posterior)
    header, *rows = csv.reader(StringIO(summary.as_csv()))
    assert header == ["name", *summary.columns]
    assert {name: list(map(float, row)) for name, *row in rows} == {
        name: list(row.values()) for name, row in summary.items()
    }


def test_the_table_shows_as_many_digits_as_mean_something():
    rows = {
        "mu": {"mean": 1234.5678, "sd": 0.0123, "q50": 1234.5},
        "big": {"mean": 123456.7, "sd": 2345.6, "q50": 123000.1},
        "fixed": {"mean": 2.5, "sd": 0.0, "q50": 2.5},
        "alpha[red]": {"mean": float("nan"), "sd": float("nan"), "q50": 1.0},
    }
    text = Summary(rows).as_text()
    words = [line.split() for line in text.splitlines()]
    assert words == [
        ["mean", "sd", "q50"],
        ["mu", "1234.568", "0.012", "1234.500"],
        ["big", "123457", "2346", "123000"],
        ["fixed", "2.5", "0", "2.5"],
        ["alpha[red]", "-", "-", "1"],
    ]


def test_a_long_table_says_what_it_leaves_out():
    posterior = Posterior({"x": np.zeros((1, 5, 1000))}, {"x": (1000,)})
    lines = summarise(posterior).as_text(most=3).splitlines()
    assert lines[-1].strip() == "… 997 more"
    assert len(lines) == 5
