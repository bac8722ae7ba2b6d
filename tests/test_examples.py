"""The examples compile, read their data, and give the answers that their READMEs promise."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import nacre
import numpy as np
import pytest
import scipy.stats
import torch

ROOT = Path(__file__).resolve().parent.parent / "examples"

FITTED = {
    "radon": ("radon/radon.ppl", "radon/radon.csv"),
    "eight_schools": ("eight_schools/noncentred.ppl", "eight_schools/eight_schools.json"),
    "hmm": ("hmm/regimes.ppl", "hmm/changes.json"),
    "logistic": ("logistic/logistic.ppl", "logistic/wdbc.csv"),
    "gaussian_process": ("gaussian_process/regression.ppl", "gaussian_process/curve.csv"),
}
DATA = [
    *FITTED.values(),
    ("eight_schools/centred.ppl", "eight_schools/eight_schools.json"),
    ("gaussian_process/counts.ppl", "gaussian_process/accidents.csv"),
]


# As published, the deaths that are expected can fall below 0: the model says so.
WARNED = {"covid19imperial_v2": ["W301"]}


@pytest.mark.parametrize("model", sorted(ROOT.rglob("*.ppl")), ids=lambda p: p.stem)
def test_a_model_compiles_without_a_warning(model):
    assert [w.code for w in nacre.load(model).warnings] == WARNED.get(model.stem, [])


@pytest.mark.parametrize(("model", "data"), DATA, ids=[m for m, _ in DATA])
def test_a_model_reads_its_data(model, data):
    program = nacre.load(ROOT / model).program(ROOT / data)
    assert program.n >= 3


def promised(folder: str) -> dict[str, tuple[float, float]]:
    """Means and standard deviations in the table of an example's README."""
    rows = re.findall(
        r"^\| `(\S+)` +\| +(-?[\d.]+) +\| +([\d.]+)",
        (ROOT / folder / "README.md").read_text(),
        re.M,
    )
    return {name: (float(mean), float(sd)) for name, mean, sd in rows}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FITTED)
def test_a_fit_agrees_with_the_readme(folder):
    """Means within a quarter of a posterior standard deviation, widths within a third."""
    model, data = FITTED[folder]
    summary = nacre.load(ROOT / model).fit(ROOT / data, seed=1).summary()
    expected = promised(folder)
    assert len(expected) >= 4
    off = {n: (summary[n]["mean"] - mean) / sd for n, (mean, sd) in expected.items()}
    assert {n: z for n, z in off.items() if abs(z) > 0.25} == {}
    widths = {n: summary[n]["sd"] / sd for n, (_, sd) in expected.items()}
    assert {n: w for n, w in widths.items() if not 2 / 3 < w < 4 / 3} == {}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FITTED)
def test_the_lines_of_python_run(folder):
    done = subprocess.run(
        [sys.executable, ROOT / folder / "run.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_of_radon_quotes_the_reference():
    """The numbers are those of the independent implementation, where it is at hand."""
    reference = ROOT.parent.parent / "shared" / "data" / "radon_reference.json"
    if not reference.exists():
        pytest.skip(f"no {reference}")
    parameters = json.loads(reference.read_text())["parameters"]
    exact = {n: (parameters[n]["mean"], parameters[n]["sd"]) for n in promised("radon")}
    assert promised("radon") == {n: pytest.approx(v, abs=6e-4) for n, v in exact.items()}


def test_the_models_are_formatted():
    models = map(str, sorted(ROOT.rglob("*.ppl")))
    done = subprocess.run(
        [sys.executable, "-m", "nacre", "fmt", "--check", *models], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def images_by_pixel(ink: np.ndarray, held: np.ndarray) -> tuple[float, float]:
    """Mean log probability of images with independent Beta-binomial pixels, fitted by moments."""
    mean = ink.mean(0).clip(0.01, 15.99) / 16
    binomial = 16 * mean * (1 - mean)
    # at least as wide as 16 points that are independent, at most as wide as 16 that are the same
    share = ((ink.var(0) / binomial - 1) / 15).clip(1e-3, 1 - 1e-3)
    size = 1 / share - 1
    law = scipy.stats.betabinom(16, mean * size, (1 - mean) * size)
    return law.logpmf(ink).sum(1).mean(), law.logpmf(held).sum(1).mean()


@pytest.mark.slow
def test_an_autoencoder_knows_images_better_than_independent_pixels_do():
    """On images that it was not fitted to; its bound is computed by NumPy from the weights."""
    spec = importlib.util.spec_from_file_location("vae_run", ROOT / "vae" / "run.py")
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    ink = np.array(json.loads((ROOT / "vae" / "digits.json").read_text())["ink"])
    fitted, held = ink[:1500], ink[1500:]
    fit = nacre.load(ROOT / "vae" / "vae.ppl").fit(
        {"ink": fitted}, steps=1500, rate=0.01, draws=20, seed=1, dtype=torch.float32
    )
    rng = np.random.default_rng(1)
    own = run.bound(fit.params, fitted, rng).mean()
    assert own == pytest.approx(fit.judgement.facts["elbo"] / 1500, abs=0.3)
    assert own > -91
    assert run.bound(fit.params, held, rng).mean() > images_by_pixel(fitted, held)[1] + 5


def test_a_bayesian_network_is_unsure_between_its_data():
    fit = nacre.load(ROOT / "bnn" / "bnn.ppl").fit(
        ROOT / "bnn" / "curve.json", guide="mean-field", seed=1, steps=2000, draws=500
    )
    w, b, v = (fit.posterior[name].flat for name in ("w", "b", "v"))
    spread = {x: (np.tanh(w * x + b) * v).sum(-1).std() for x in (-1.0, 0.1, 1.2)}
    assert spread[0.1] > 1.5 * max(spread[-1.0], spread[1.2])
