"""Real models with known answers: the examples in ``examples/posteriordb`` pass the score test.

Exact draws of each posterior, moved to the unconstrained space of our model, must have a gradient
that averages to zero. The data and draws are read where they are; `tools/download_posteriordb.py`
fetches them.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from nacre.compiler import driver
from programs import graph_of, program_of
from score import score_test

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "examples" / "posteriordb"
REFERENCES = Path(os.environ.get("NACRE_POSTERIORDB") or ROOT.parent / "shared" / "posteriordb")

Draws = Mapping[str, np.ndarray]  # parameter → (draws, *dims), named as posteriordb does


class Case(NamedTuple):
    """A model and the posterior that it should have.

    Attributes:
        values: the model's latent variables from the draws, where they are not simply the draws.
    """

    model: str
    posterior: str
    values: Callable[[Draws], Draws] = lambda draws: draws


def noncentred(draws: Draws) -> Draws:
    """The published draws hold the effects, the model draws them standardised."""
    mu, tau = draws["mu"], draws["tau"]
    return {"mu": mu, "tau": tau, "z": (draws["theta"] - mu[:, None]) / tau[:, None]}


def moves(draws: Draws) -> Draws:
    """The published draws hold each row of the transition matrix by itself."""
    rows = (draws["theta1"], draws["theta2"])
    return {"mu": draws["mu"], "theta": np.stack(rows, 1)}


def named_rates(draws: Draws) -> Draws:
    """The published draws number the four rates, the model names them."""
    rates = dict(zip(("alpha", "beta", "gamma", "delta"), draws["theta"].T, strict=True))
    return {**rates, "z_init": draws["z_init"], "sigma": draws["sigma"]}


CASES = (
    Case("arK", "arK-arK"),
    Case("blr", "sblrc-blr"),
    Case("diamonds", "diamonds-diamonds"),
    Case("eight_schools_noncentered", "eight_schools-eight_schools_noncentered", noncentred),
    Case("garch", "garch-garch11"),
    Case("gp_regr", "gp_pois_regr-gp_regr"),
    Case("hmm_example", "hmm_example-hmm_example", moves),
    Case("kidscore_momiq", "kidiq-kidscore_momiq"),
    Case("logearn_interaction", "earnings-logearn_interaction"),
    Case("logmesquite_logvash", "mesquite-logmesquite_logvash"),
    Case("lotka_volterra", "hudson_lynx_hare-lotka_volterra", named_rates),
    Case("low_dim_gauss_mix", "low_dim_gauss_mix-low_dim_gauss_mix"),
    Case("nes", "nes1972-nes"),
)


def read_draws(folder: Path) -> Draws:
    """Draws by variable: the columns ``beta[1]``, ``beta[2]`` … become one array."""
    with np.load(folder / "draws.npz") as archive:
        names, draws = [str(n) for n in archive["names"]], archive["draws"]
    columns: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        columns.setdefault(re.sub(r"\[.*", "", name), []).append(at)
    return {
        name: draws[:, at] if "[" in names[at[0]] else draws[:, at[0]]
        for name, at in columns.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.model)
def test_exact_draws_fit_the_compiled_density(case):
    folder = REFERENCES / case.posterior
    if not folder.exists():
        pytest.skip(f"no reference posterior in {folder}: see tools/download_posteriordb.py")
    text = (MODELS / f"{case.model}.ppl").read_text()
    data = json.loads((folder / "data.json").read_text())
    graph = graph_of(text, f"{case.model}.ppl")
    cut = driver.marginalised(driver.pruned(graph))
    program = program_of(graph, data, cut=cut)
    values = {n: torch.from_numpy(np.array(v)) for n, v in case.values(read_draws(folder)).items()}
    position = program.unconstrain(values)
    _, gradient = program.log_density_and_gradient(position)
    score = score_test(position.numpy(), gradient.numpy())
    assert score.worst < 4, dict(zip(program.coordinates, zip(*score, strict=True), strict=True))


def test_every_model_is_checked():
    assert {path.stem for path in MODELS.glob("*.ppl")} == {case.model for case in CASES}
