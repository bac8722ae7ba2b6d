"""The numbers of the tutorial, against answers worked out by hand or by quadrature.

For normal distributions precisions add: a posterior mean is the average of what was believed and
what was seen, weighted by 1 / sd^2. That the pages print what they show is `test_docs.py`.
"""

import math
import subprocess
import sys
from pathlib import Path

import nacre
import numpy as np
import pytest
import torch
from nacre.runtime import plots
from nacre.runtime.infer.psis import importance
from nacre.runtime.saved import SavedFit
from nacre.runtime.store.record import FitRecord

ROOT = Path(__file__).resolve().parent.parent
SCALE = ROOT / "examples" / "scale"


def load(name):
    return nacre.load(SCALE / f"{name}.ppl")


def combined(*beliefs):
    """Mean and sd of a product of normal densities, each given by its mean and sd."""
    precision = sum(1 / sd**2 for _, sd in beliefs)
    return sum(m / sd**2 for m, sd in beliefs) / precision, precision**-0.5


def found(fit, name="weight"):
    """The normal distribution that an automatic guide ended with."""
    at = fit.program.coordinates.index(name)
    return fit.params["mean"][at].item(), fit.params["sd"].flatten()[at].item()


def z_score(draws, mean, sd):
    """How many standard errors the mean of independent draws is away from what it should be."""
    return (float(np.mean(draws)) - mean) / (sd / math.sqrt(len(draws)))


# --- the generative model -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "mean", "sd"), [("weight", 8.5, 1.0), ("measurement", 8.5, 1.25)])
def test_draws_of_the_model(name, mean, sd):
    draws = load("scale").simulate(100_000, seed=1)[name].numpy()
    assert abs(z_score(draws, mean, sd)) < 4
    assert draws.std() == pytest.approx(sd, rel=0.01)


def test_a_default_is_replaced_by_data():
    draws = load("scale").simulate(10_000, {"guess": 20.0}, seed=1)["weight"].numpy()
    assert abs(z_score(draws, 20.0, 1.0)) < 4


# --- conditioning ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", [2.0, 7.0, 9.5, 20.0])
def test_one_compiled_text_serves_every_observation(reading):
    scale = load("scale")
    model = scale.condition(measurement=reading)
    assert model.code == scale.condition(measurement=0.0).code
    assert found(model.fit(seed=1)) == pytest.approx(combined((8.5, 1), (reading, 0.75)), abs=1e-3)


def test_a_model_is_as_it_was_after_it_was_conditioned():
    scale = load("scale")
    before = scale.code
    scale.condition(measurement=9.5).do(weight=1.0)
    assert scale.code == before
    assert scale.steps == ()


@pytest.mark.parametrize("guess", [8.5, 10.0])
def test_the_observation_may_stand_in_the_file(guess):
    data = {"guess": guess}
    inside = load("observed").fit(data, seed=1)
    outside = load("scale").condition(measurement=9.5).fit(data, seed=1)
    assert found(inside) == pytest.approx(found(outside), abs=1e-9)
    assert found(inside) == pytest.approx(combined((guess, 1), (9.5, 0.75)), abs=1e-3)


# --- do against condition -------------------------------------------------------------------------

SEEN = ("seen", combined((8.5, 1), (9.5, 0.75), (8, 0.75)))
HELD = ("held", combined((8.5, 1), (8, 0.75)))


@pytest.mark.parametrize(("scenario", "expected"), [SEEN, HELD], ids=["seen", "held"])
def test_a_needle_that_is_held_says_nothing(scenario, expected):
    fit = load("two").scenario(scenario).fit(seed=1)
    assert found(fit) == pytest.approx(expected, abs=1e-3)
    assert abs(z_score(fit.posterior["receipt"].flat, 9.5, 0.1)) < 4


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda m: m.condition(first=9.5).do(first=0),
        lambda m: m.do(first=0).condition(first=9.5),
    ],
    ids=["seen, then moved", "moved, then seen"],
)
def test_what_was_seen_and_what_was_done_can_both_be_said(rewrite):
    fit = rewrite(load("two")).fit(seed=1)
    assert found(fit) == pytest.approx(combined((8.5, 1), (9.5, 0.75)), abs=1e-3)
    assert abs(z_score(fit.posterior["receipt"].flat, 0.0, 0.1)) < 4


@pytest.mark.parametrize(
    ("set_", "asked", "mean", "sd"),
    [
        ({"weight": 20}, "first", 20.0, 0.75),
        ({"first": 20}, "receipt", 20.0, 0.1),
        ({"first": 20}, "weight", 8.5, 1.0),
        ({"first": 20}, "second", 8.5, 1.25),
    ],
)
def test_an_intervention_reaches_effects_and_no_causes(set_, asked, mean, sd):
    draws = load("two").do(set_).simulate(20_000, seed=1)[asked].numpy()
    assert abs(z_score(draws, mean, sd)) < 4


# --- guides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", [9.5, 3.0])
def test_the_exact_guide_is_the_posterior(reading):
    fit = load("guides").fit({"reading": reading}, guide="exact", steps=10)
    evidence = torch.distributions.Normal(8.5, 1.25).log_prob(torch.tensor(reading)).item()
    facts = fit.judgement.facts
    assert facts["elbo"] == pytest.approx(evidence, abs=1e-6)
    assert facts["elbo_error"] == pytest.approx(0.0, abs=1e-9)
    assert facts["k_hat"] == 0.0
    mean, sd = combined((8.5, 1), (reading, 0.75))
    assert abs(z_score(fit.posterior["weight"].flat, mean, sd)) < 4


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("guide", ["absolute", "positive"])
def test_svi_finds_the_parameters(guide, seed):
    """Adam at 0.003 for 2,500 steps, from a = 8.5 and b = 1."""
    fit = load("guides").fit(guide=guide, steps=2500, rate=0.003, seed=seed)
    assert fit.params["a"].item() == pytest.approx(9.14, abs=0.1)
    assert abs(fit.params["b"].item()) == pytest.approx(0.6, abs=0.1)
    assert fit.judgement.steps == 2500
    assert fit.warnings == ()


def test_svi_starts_where_the_guide_says():
    trace = load("guides").fit(guide="positive", steps=1, rate=0.003, trace=1).trace
    assert trace["a"][0].item() == pytest.approx(8.5, abs=0.0031)
    assert trace["b"][0].item() == pytest.approx(1.0, abs=0.0031)


def test_two_fits_share_nothing():
    guides = load("guides")
    before = guides.fit(guide="positive", steps=200, seed=0)
    kept = {name: value.clone() for name, value in before.params.items()}
    guides.fit({"reading": 2.0}, guide="positive", steps=200, seed=0)
    again = guides.fit(guide="positive", steps=200, seed=0)
    torch.testing.assert_close(before.params, kept, rtol=0, atol=0)
    torch.testing.assert_close(again.params, kept, rtol=0, atol=0)


# --- pictures -------------------------------------------------------------------------------------


def test_true_values_are_dotted(tmp_path):
    fit = load("guides").fit(guide="positive", steps=300, trace=10)
    fit.save(tmp_path / "fit")
    saved = nacre.load_fit(tmp_path / "fit")
    figure = plots.params(saved, [], {"a": 9.14, "b": 0.6})
    dotted = {
        axes.get_title(): line.get_ydata()[0]
        for axes in figure.axes
        for line in axes.lines
        if line.get_linestyle() == ":"
    }
    assert dotted == {"a": 9.14, "b": 0.6}


def test_of_many_parameters_the_liveliest_are_drawn():
    t = np.linspace(0, 1, 50)[:, None]
    still = np.full((50, 400), np.nan)
    still[:, :300] = np.arange(300) / 300
    moving = t * np.array([1.0, -2.0, 3.0])
    record = FitRecord(
        model="", source="m.ppl", code="", config={"trace": 10},
        trace={"param w": np.concatenate([still, moving], axis=1)},
    )  # fmt: skip
    (axes,) = plots.params(SavedFit(record), [], {}).axes
    drawn = [line.get_ydata()[-1] for line in axes.lines]
    assert len(drawn) == 12 and drawn[-3:] == [1.0, -2.0, 3.0]
    assert axes.get_title() == "w: 12 of 403 (grey: all)"
    (band,) = axes.collections
    ends = band.get_paths()[0].vertices[:, 1]
    assert ends.min() == -2 and ends.max() == 3


@pytest.mark.parametrize("name", ["scale_loss.png", "scale_params.png", "scale.svg", "held.svg"])
def test_the_pictures_are_there_and_small(name):
    picture = ROOT / "docs" / "img" / name
    assert 1_000 < picture.stat().st_size < 60_000


# --- a posterior without a formula ----------------------------------------------------------------


def quadrature():
    """Mean, sd and log evidence of the weight on the stuck scale, on a fine grid."""
    w = np.linspace(0, 20, 200_001)
    needle = np.where(w < 9, w, 9 + 0.1 * (w - 9))
    log_joint = -0.5 * (w - 8.5) ** 2 - 0.5 * ((9.5 - needle) / 0.75) ** 2
    log_joint -= math.log(2 * math.pi * 0.75)
    p = np.exp(log_joint)
    evidence = np.trapezoid(p, w)
    mean = np.trapezoid(p * w, w) / evidence
    return mean, math.sqrt(np.trapezoid(p * (w - mean) ** 2, w) / evidence), math.log(evidence)


def test_quadrature_gives_what_the_tutorial_says():
    assert quadrature() == pytest.approx((9.218, 0.707, -1.457), abs=5e-4)


def test_a_normal_guide_is_told_that_its_tails_are_too_light():
    fit = load("stuck").fit(guide="normal", seed=0)
    mean, sd, _ = quadrature()
    assert fit.params["a"].item() == pytest.approx(mean, abs=0.1)
    assert fit.params["b"].item() < sd
    assert fit.judgement.facts["k_hat"] > 0.7
    assert any("k-hat" in warning for warning in fit.warnings)


@pytest.mark.parametrize("seed", range(2))
def test_a_guide_with_heavy_tails_is_a_proposal(seed):
    fit = load("stuck").fit(guide="heavy", particles=8, draws=40_000, seed=seed)
    log_p, log_q = (torch.from_numpy(fit.posterior.stats[n][0]) for n in ("log_p", "log_q"))
    sample = importance(log_p, log_q)
    assert sample.reliable
    weight = torch.from_numpy(fit.posterior["weight"].flat)
    mean, sd, log_evidence = quadrature()
    estimate = (sample.weights * weight).sum().item()
    assert estimate == pytest.approx(mean, abs=4 * sd / math.sqrt(sample.effective))
    ratios = (log_p - log_q).exp()
    error = ratios.std().item() / math.sqrt(len(ratios))
    assert ratios.mean().item() == pytest.approx(math.exp(log_evidence), abs=4 * error)


# --- afterwards -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mean", "sd"),
    [
        ("again", 9.14, math.hypot(0.6, 0.75)),
        ("heavy", 0.5922, math.sqrt(0.5922 * 0.4078)),
        ("fee", 9 + 5 * 0.5922, 5 * math.sqrt(0.5922 * 0.4078)),
    ],
)
def test_questions_are_answered_with_the_posterior(name, mean, sd):
    """P(weight > 9) = Phi(0.14 / 0.6) = 0.5922."""
    fit = load("parcel").condition(measurement=9.5).fit(seed=1)
    draws = fit.posterior[name].flat
    assert abs(z_score(draws, mean, sd)) < 4
    assert draws.std() == pytest.approx(sd, rel=0.05)


@pytest.mark.slow
def test_the_lines_of_python_run():
    done = subprocess.run(
        [sys.executable, SCALE / "run.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "a = 9.1" in done.stdout
