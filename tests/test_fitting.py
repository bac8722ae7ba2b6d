"""Fits, whole: which guide, which answer, and what becomes of trouble."""

import json
from pathlib import Path

import nacre
import numpy as np
import pytest
import torch
from nacre.runtime.fit import Judgement
from nacre.runtime.infer.outcome import Outcome

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

SCALE = nacre.compile("""
weight ~ Normal(8.5, 1.0)
measurement ~ Normal(weight, 0.75)
again ~ Normal(weight, 0.75)
twice = 2 * again
""")
SEEN = SCALE.condition(measurement=9.5)
POSTERIOR = 9.14, 0.6  # of weight

GUIDED = nacre.compile("""
weight ~ Normal(8.5, 1.0)
measurement ~ Normal(weight, 0.75)
observe measurement = 9.5
guide positive {
    param a: real = 8.5
    param b: positive = 1.0
    weight ~ Normal(a, b)
}
guide absolute {
    param a: real = 8.5
    param b: real = 1.0
    weight ~ Normal(a, abs(b))
}
guide exact {
    weight ~ Normal(9.14, 0.6)
}
""")

LINE = nacre.compile("""
dim row
data x[row]: real
data y[row]: real
a ~ Normal(0, 10)
b ~ Normal(0, 10)
y[i in row] ~ Normal(a + b * x[i], 0.5)
""")
ROWS = {"x": [-1.0, 0.0, 0.5, 2.0, 3.0], "y": [0.1, 1.2, 1.4, 3.1, 3.9]}


def fit(model: nacre.Model, data=None, **settings) -> nacre.Fit:
    return model.fit(data, **{"steps": 256, "draws": 1000, **settings})


def code_of(error: pytest.ExceptionInfo[nacre.Rejected]) -> str:
    return error.value.diagnostics[0].code


# --- answers --------------------------------------------------------------------------------------


def test_radon_agrees_with_the_reference():
    """All 89 means within a quarter of a posterior standard deviation, widths within a third."""
    model = nacre.load(EXAMPLES / "radon" / "radon.ppl")
    summary = model.fit(EXAMPLES / "radon" / "radon.csv", seed=1).summary()
    stored = json.loads((EXAMPLES / "radon" / "radon_reference.json").read_text())
    reference = stored["parameters"]
    assert set(summary) == set(reference)
    off = {n: (summary[n]["mean"] - r["mean"]) / r["sd"] for n, r in reference.items()}
    assert {n: z for n, z in off.items() if abs(z) > 0.25} == {}
    widths = {n: summary[n]["sd"] / r["sd"] for n, r in reference.items()}
    assert {n: w for n, w in widths.items() if not 2 / 3 < w < 4 / 3} == {}


def test_a_regression_is_exact():
    """Where the posterior is normal the full-rank guide is the posterior, in every digit."""
    found = LINE.fit(ROWS)
    design = np.stack([np.ones(5), np.array(ROWS["x"])], 1)
    precision = design.T @ design / 0.25 + np.eye(2) / 100
    mean = np.linalg.solve(precision, design.T @ np.array(ROWS["y"]) / 0.25)
    sd = np.sqrt(np.diag(np.linalg.inv(precision)))
    assert found.params["mean"].numpy() == pytest.approx(mean, abs=1e-3)
    assert found.params["sd"].numpy() == pytest.approx(sd, rel=5e-3)
    assert found.judgement.guide == "full-rank"
    assert found.warnings == ()


def test_mean_field_means_are_right_and_widths_too_small():
    found = LINE.fit(ROWS, guide="mean-field").params
    exact = LINE.fit(ROWS).params
    torch.testing.assert_close(found["mean"], exact["mean"], atol=0.02, rtol=0)
    assert bool((found["sd"] < 0.9 * exact["sd"]).all())


@pytest.mark.parametrize("guide", ["positive", "absolute"])
def test_a_guide_of_the_model_reaches_the_posterior(guide):
    """Adam at a rate of 0.003 for 2,500 steps, from a = 8.5 and b = 1."""
    found = GUIDED.fit(guide=guide)
    assert found.judgement.steps == 2500
    assert float(found.params["a"]) == pytest.approx(9.14, abs=0.1)
    assert abs(float(found.params["b"])) == pytest.approx(0.6, abs=0.1)


def test_a_guide_that_is_the_posterior_has_a_constant_bound():
    found = fit(GUIDED, guide="exact")
    evidence = float(torch.distributions.Normal(8.5, 1.25).log_prob(torch.tensor(9.5)))
    torch.testing.assert_close(found.losses, torch.full_like(found.losses, -evidence))
    assert found.judgement.facts["k_hat"] < 0.1


def test_a_discrete_latent_by_the_score_function():
    model = nacre.compile(
        "z ~ Bernoulli(0.3)\ny ~ Normal(2 * z, 1)\nobserve y = 1.2\n"
        "guide {\n    param p: unit\n    z ~ Bernoulli(p)\n}\n"
    )
    found = fit(model, steps=1500, rate=0.02, particles=8)
    odds = 0.3 / 0.7 * np.exp(-0.5 * (1.2 - 2) ** 2 + 0.5 * 1.2**2)
    assert float(found.params["p"]) == pytest.approx(odds / (1 + odds), abs=0.05)
    assert set(np.unique(found.posterior["z"].values)) == {0.0, 1.0}


@pytest.mark.parametrize("optimiser", ["adam", "SGD", "rmsprop", "adagrad"])
def test_every_optimiser_climbs(optimiser):
    found = fit(GUIDED, guide="positive", optimiser=optimiser, rate=0.02, steps=512)
    assert float(found.losses[-64:].mean()) < float(found.losses[:64].mean())


# --- the mode -------------------------------------------------------------------------------------


def test_the_mode_is_that_of_the_model_s_own_space():
    """A beta posterior: (a + k - 1) / (a + b + n - 2), no Jacobian in it."""
    model = nacre.compile("p ~ Beta(2, 3)\nk ~ Binomial(10, p)\nobserve k = 7\n")
    found = model.fit(method="map")
    assert float(found.params["p"]) == pytest.approx((2 + 7 - 1) / (5 + 10 - 2))
    assert found.judgement.outcome is Outcome.OK


def test_a_mode_is_no_distribution():
    row = SEEN.fit(method="map").summary()["weight"]
    assert row["mean"] == pytest.approx(9.14)
    assert all(np.isnan(row[column]) for column in ("sd", "q05", "q50", "q95"))


def test_what_would_be_drawn_is_no_part_of_a_mode():
    """Neither `again`, which nothing observed depends on, nor what follows from it."""
    assert list(SEEN.fit(method="map").posterior) == ["weight"]


def test_elements_that_were_set_are_what_they_were_set_to():
    model = nacre.compile(
        "dim i = {a, b, c}\nx[j in i] ~ Normal(0, 1)\ny[j in i] ~ Normal(x[j], 1)\n"
        "observe y = [1, 2, 3]\n"
    ).do({"x[b]": 5.0})
    found = model.fit(method="map").summary()
    assert [found[f"x[{j}]"]["mean"] for j in "abc"] == pytest.approx([0.5, 5, 1.5])


def test_a_density_without_a_mode_says_so():
    model = nacre.compile("s ~ HalfNormal(1)\nx ~ Normal(0, s)\ny ~ Normal(x, 1)\nobserve y = 0\n")
    found = model.fit(method="map")
    assert found.judgement.outcome is Outcome.UNBOUNDED
    with pytest.raises(nacre.InferenceError):
        found.or_raise()


# --- which guide ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "asked", "used"),
    [
        ((), None, "full-rank"),
        ((), "mean-field", "mean-field"),
        (("one",), None, "one"),
        (("one", "two"), None, "full-rank"),
        (("one", "guide"), None, "guide"),
        (("one", "two"), "two", "two"),
        (("one",), "full-rank", "full-rank"),
    ],
)
def test_the_guide_that_is_used(names, asked, used):
    blocks = "".join(f"guide {n} {{\n    weight ~ Normal(9, 1)\n}}\n" for n in names)
    text = "weight ~ Normal(8, 1)\nm ~ Normal(weight, 1)\nobserve m = 9\n" + blocks
    assert fit(nacre.compile(text), guide=asked, steps=128).judgement.guide == used


def test_many_coordinates_take_a_mean_field():
    model = nacre.compile(
        "dim i = 1..301\nx[j in i] ~ Normal(0, 1)\ny ~ Normal(sum(x), 1)\nobserve y = 1\n"
    )
    assert fit(model, steps=128).judgement.guide == "mean-field"


# --- one seed, no shared state --------------------------------------------------------------------

WAYS = {
    "automatic": {"data": ROWS, "model": LINE},
    "written": {"model": GUIDED, "guide": "positive"},
    "mode": {"model": SEEN, "method": "map"},
}


def same(one: nacre.Fit, other: nacre.Fit) -> bool:
    """Every number of two fits, bit by bit."""
    draws = zip(one.posterior.values(), other.posterior.values(), strict=True)
    return (
        all(np.array_equal(a.values, b.values) for a, b in draws)
        and all(torch.equal(one.params[n], other.params[n]) for n in one.params)
        and torch.equal(one.losses, other.losses)
    )


@pytest.mark.parametrize("way", WAYS)
def test_one_seed_gives_one_result(way):
    first = fit(**WAYS[way], seed=3)
    between = {n: v.clone() for n, v in first.params.items()}
    torch.rand(10)  # nobody else's random numbers matter
    fit(SEEN, seed=8)
    assert same(first, fit(**WAYS[way], seed=3))
    assert all(torch.equal(between[n], v) for n, v in first.params.items())


@pytest.mark.parametrize("way", ["automatic", "written"])
def test_another_seed_gives_another(way):
    assert not same(fit(**WAYS[way], seed=3), fit(**WAYS[way], seed=4))


def test_global_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    fit(LINE, ROWS)
    assert torch.equal(before, torch.get_rng_state())


def test_restarts_are_runs_of_their_own_and_the_best_is_kept():
    alone = fit(GUIDED, guide="positive", seed=2)
    found = fit(GUIDED, guide="positive", seed=2, restarts=4)
    assert found.losses.shape == (256, 4)
    torch.testing.assert_close(found.losses[:, 0], alone.losses[:, 0])
    bounds = found.judgement.facts["restarts"]
    assert len(set(bounds)) == 4
    assert found.judgement.facts["elbo"] == max(bounds)


# --- how a run goes -------------------------------------------------------------------------------


def test_a_flat_loss_ends_a_run_early_unless_told_otherwise():
    assert LINE.fit(ROWS).judgement.steps < 10_000
    assert fit(LINE, ROWS, steps=2000, stop=False).judgement.steps == 2000


def test_progress_is_told_after_every_block():
    steps = []
    fit(LINE, ROWS, stop=False, progress=lambda p: steps.append(p.step))
    assert steps == [128, 256]


def test_parameters_along_the_run():
    found = fit(GUIDED, guide="positive", trace=10)
    assert {n: tuple(v.shape) for n, v in found.trace.items()} == {"a": (25,), "b": (25,)}
    assert fit(GUIDED, guide="positive").trace == {}


def test_an_interrupted_fit_is_gone_on_with():
    def press(progress) -> None:
        if progress.step == 256:
            raise KeyboardInterrupt

    asked = {"guide": "positive", "steps": 640, "restarts": 2}
    part = fit(GUIDED, **asked, progress=press)
    assert part.judgement.interrupted
    assert same(fit(GUIDED, **asked, resume=part), fit(GUIDED, **asked))


def test_steps_that_are_not_finite_are_skipped_and_explained():
    """About one draw in twenty is negative, and has no square root."""
    model = nacre.compile(
        "x ~ Normal(1, 1)\ny ~ Normal(0, sqrt(x))\nobserve y = 1\n"
        "guide {\n    param a: real = 1\n    x ~ Normal(a, 0.6)\n}\n"
    )
    found = fit(model, steps=512)
    skipped = found.judgement.facts["skipped_steps"]
    assert 5 < skipped < 100
    assert int(found.losses.isnan().sum()) == skipped
    assert bool(found.params["a"].isfinite())
    said = " ".join(found.warnings)
    assert f"{skipped} steps were skipped" in said
    assert "the log density of `y` is not finite" in said
    assert "line 2" in said


def test_nowhere_to_begin_names_the_statement():
    model = nacre.compile("s ~ HalfNormal(1)\ny ~ Normal(0, s - 1000)\nobserve y = 1\n")
    with pytest.raises(nacre.Rejected) as caught:
        model.fit()
    assert code_of(caught) == "R571"
    assert "2 | y ~ Normal(0, s - 1000)" in str(caught.value)


# --- what is drawn afterwards ---------------------------------------------------------------------


def test_barren_variables_are_drawn_from_the_posterior_of_their_parents():
    """Another measurement: the spread of the weight and that of the scale."""
    found = SEEN.fit(draws=40_000).posterior
    sd = (POSTERIOR[1] ** 2 + 0.75**2) ** 0.5
    assert float(found["again"].mean()) == pytest.approx(9.14, abs=5 * sd / 200)
    assert float(found["again"].sd()) == pytest.approx(sd, rel=0.02)
    np.testing.assert_allclose(found["twice"].values, 2 * found["again"].values)
    joined = np.corrcoef(found["weight"].flat, found["again"].flat)[0, 1]
    assert joined == pytest.approx(POSTERIOR[1] / sd, abs=0.02)


def test_draws_keep_their_dims_and_labels():
    model = nacre.load(EXAMPLES / "eight_schools" / "noncentred.ppl")
    data = EXAMPLES / "eight_schools" / "eight_schools.json"
    found = fit(model, data, draws=50).posterior
    assert found["theta"].shape == (1, 50, 8)
    assert found["theta"].labels == (tuple("ABCDEFGH"),)
    tree = fit(model, data, draws=50).to_arviz()
    assert tree["posterior"]["theta"].dims == ("chain", "draw", "school")


def test_a_fit_is_written_and_read_back(tmp_path):
    found = fit(LINE, ROWS)
    found.save(tmp_path / "fit")
    again = nacre.load_fit(tmp_path / "fit")
    assert again.summary().as_dict() == found.summary().as_dict()
    assert again.warnings == found.warnings
    assert again.model.graph == LINE.graph
    assert repr(again) == "<SavedFit of <model> by svi, full-rank>"
    np.testing.assert_array_equal(again.losses, found.losses)
    assert set(again.params) == set(found.params)
    assert all(torch.equal(again.params[n], found.params[n]) for n in found.params)


def test_what_is_defined_from_data_alone_is_not_summarised(tmp_path):
    model = nacre.compile(
        "data T: int\ndim time = 1..T\ndata x[time], y[time]: real\n"
        "z = (x - mean(x)) / sd(x)\nrun[1] = x[1]\nrun[t in 2..T] = run[t - 1] + x[t]\n"
        "b ~ Normal(0, 1)\nm[t in time] = b * z[t] + run[t]\ny[t in time] ~ Normal(m[t], 1)\n"
    )
    fit = model.fit({"T": 2, "x": [1, 2], "y": [0.5, 3]}, steps=20)
    assert list(fit.summary()) == ["b", "m[1]", "m[2]"]
    assert fit.posterior["run"].mean() == pytest.approx([1, 3])
    fit.save(tmp_path / "fit")
    saved = nacre.load_fit(tmp_path / "fit")
    assert list(saved.summary()) == ["b", "m[1]", "m[2]"]
    assert list(saved.summary(["z"])) == ["z[1]", "z[2]"]


# --- refused --------------------------------------------------------------------------------------

PARAM = nacre.compile("param s: positive = 1\nx ~ Normal(0, s)\ny ~ Normal(x, 1)\nobserve y = 2\n")
COUNT = nacre.compile("z ~ Poisson(3)\ny ~ Normal(z, 1)\nobserve y = 2\n")


@pytest.mark.parametrize(
    ("code", "model", "settings"),
    [
        ("Q676", SCALE, {}),
        ("Q676", SEEN.do(weight=9), {}),
        ("Q676", SEEN.uncondition("measurement"), {}),
        ("Q674", SEEN, {"guide": "mean"}),
        ("Q620", COUNT, {}),
        ("Q620", COUNT, {"method": "map"}),
        ("Q677", SEEN, {"method": "mcmc"}),
        ("Q679", SEEN, {"steps": 0}),
        ("Q679", SEEN, {"steps": 1.5}),
        ("Q679", SEEN, {"rate": -1.0}),
        ("Q679", SEEN, {"seed": -1}),
        ("Q679", GUIDED, {"method": "map", "guide": "exact"}),
        ("Q679", SEEN, {"method": "map", "particles": 3}),
        ("Q679", SEEN, {"method": "map", "rate": 0.1}),
        ("Q679", SEEN, {"method": "map", "optimiser": "sgd"}),
        ("Q679", SEEN, {"method": "map", "stop": False}),
        ("Q679", SEEN, {"method": "map", "trace": 10}),
        ("Q680", PARAM, {"guide": "full-rank"}),
        ("Q693", SEEN, {"optimiser": "adan"}),
    ],
)
def test_what_cannot_be_done_is_refused(code, model, settings):
    with pytest.raises(nacre.Rejected) as caught:
        model.fit(**settings)
    assert code_of(caught) == code


def test_a_parameter_of_the_model_has_a_mode():
    """s and x together: a joint mode, without a prior for s."""
    model = nacre.compile(
        "param s: positive = 1\nx ~ Normal(3, 1)\ny ~ Normal(x, s)\nz ~ Normal(0, s)\n"
        "observe x = 3\nobserve y = 4\nobserve z = 2\n"
    )
    found = model.fit(method="map")
    assert float(found.params["s"]) == pytest.approx(((1 + 4) / 2) ** 0.5, rel=1e-4)


def test_a_guide_that_does_not_see_a_jump_is_found_by_its_weights():
    jump = "x ~ Normal(0, 1)\ny ~ Normal(if x > 0 then 4 else 1, 1)\nobserve y = 0.3\n"
    found = nacre.compile(jump).fit(seed=1)
    below = 0.5 * np.exp(-0.5 * (0.3 - 1) ** 2)
    above = 0.5 * np.exp(-0.5 * (0.3 - 4) ** 2)
    mean = (above - below) / (above + below) * np.sqrt(2 / np.pi)
    assert found.judgement.k_hat_ok
    shift = found.judgement.facts["shift"]
    assert shift["of"] == "x" and shift["sds"] == pytest.approx(-mean, abs=0.1)
    (warning,) = found.warnings
    assert "the mean of `x` by 0.8 standard deviations" in warning and not found.judgement.trusted


def test_weights_that_move_no_mean_are_not_mentioned():
    found = SEEN.fit(seed=1)
    assert found.warnings == () and "shift" not in found.judgement.facts


def test_a_k_hat_just_above_its_threshold_is_written_with_the_digits_that_tell():
    facts = {"k_hat": 0.67012, "k_hat_threshold": 0.66997, "effective_share": 0.2}
    (warning,) = Judgement("full-rank", Outcome.OK, "", 10, facts).warnings
    assert warning.startswith("k-hat is 0.6701, above 0.6700: ")
