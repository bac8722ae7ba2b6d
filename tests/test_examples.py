"""The examples compile, read their data, and give the answers that their READMEs promise."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nacre
import pytest

ROOT = Path(__file__).resolve().parent.parent / "examples"

FITTED = {
    "radon": ("radon/radon.ppl", "radon/radon.csv"),
    "eight_schools": ("eight_schools/noncentred.ppl", "eight_schools/eight_schools.json"),
    "hmm": ("hmm/regimes.ppl", "hmm/changes.json"),
    "logistic": ("logistic/logistic.ppl", "logistic/wdbc.csv"),
}
DATA = [*FITTED.values(), ("eight_schools/centred.ppl", "eight_schools/eight_schools.json")]


@pytest.mark.parametrize("model", sorted(ROOT.rglob("*.ppl")), ids=lambda p: p.stem)
def test_a_model_compiles_without_a_warning(model):
    assert nacre.load(model).warnings == ()


@pytest.mark.parametrize(("model", "data"), DATA, ids=[m for m, _ in DATA])
def test_a_model_reads_its_data(model, data):
    program = nacre.load(ROOT / model).program(ROOT / data)
    assert program.n > 3


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
