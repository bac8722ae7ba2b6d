"""Complaints about data, requests and stored fits, word by word: tests/golden/data/<CODE>_<what>/.

A folder holds a mistake and the complaint it causes (``stderr``). What is in it says what is tried:

- ``files.json``: names of data files, which are read (``limits.json``: with other limits);
- ``model.ppl``: bound to ``data.json`` or ``data.csv``; with ``given.json``, to values of
  ``condition`` and ``do``;
- ``model.ppl`` and ``call.json``: a method of `Model` and its arguments (``linear``: a linear
  module for each network, by its lengths);
- ``model.ppl`` and ``run``: compiled, bound and simulated;
- ``posterior.json``: draws, and what is asked of them;
- ``fit/``: a fit directory, which is read;
- ``plot``: the parameters of a fit are drawn;
- ``write.json``: a fit, which is written.

`pytest --update-golden` rewrites the files; read them before they are committed.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from nacre.compiler import driver
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.source import Source
from nacre.runtime.complaints import (
    asking,
    binding,
    dimension,
    files,
    given,
    networks,
    recurrences,
    running,
    store,
    times,
)
from nacre.runtime.data import bind_data
from nacre.runtime.model import Model
from nacre.runtime.posterior import Posterior
from nacre.runtime.readers import Limits, read_data
from nacre.runtime.saved import SavedFit
from nacre.runtime.store import FitRecord, read_fit, write_fit

ROOT = Path(__file__).parent / "golden" / "data"
FOLDERS = sorted(p for p in ROOT.iterdir() if p.is_dir())
CODES = {
    code
    for part in (
        asking,
        binding,
        dimension,
        files,
        given,
        networks,
        recurrences,
        running,
        store,
        times,
    )  # fmt: skip
    for code in part.CODES
}


def given_json() -> Mapping[str, object]:
    return json.loads(Path("given.json").read_text())


def read_files() -> None:
    limits = Path("limits.json")
    found = Limits(**json.loads(limits.read_text())) if limits.exists() else Limits()
    read_data(json.loads(Path("files.json").read_text()), found)


def bind_files() -> None:
    source = Source("model.ppl", Path("model.ppl").read_text())
    bind_data(driver.graph_of(driver.front(source)), read_data(sorted(Path().glob("data.*"))))


def run_model() -> None:
    program = Model.compile(Path("model.ppl").read_text(), "model.ppl").program("data.json")
    program.simulate((1,), torch.Generator().manual_seed(1))


def call_model() -> None:
    asked = json.loads(Path("call.json").read_text())
    model = Model.compile(Path("model.ppl").read_text(), "model.ppl")
    model = model.uncondition(*asked.get("uncondition", ()))
    modules = {name: torch.nn.Linear(*sizes) for name, sizes in asked.get("linear", {}).items()}
    model = model.with_networks(modules)
    getattr(model, asked["call"])(*asked.get("args", ()), **asked.get("named", {}))


def plot_params() -> None:
    plots = pytest.importorskip("nacre.runtime.plots", exc_type=ImportError)
    record = FitRecord(model="", source="m.ppl", code="", config={})
    plots.params(SavedFit(record), [], {})


def bind_given() -> None:
    model = Model.compile(Path("model.ppl").read_text(), "model.ppl")
    asked = given_json()
    model = model.condition(asked.get("condition", {})).do(asked.get("do", {}))
    values = {key: value for key, value in model.given.items() if value is not None}
    bind_data(model.graph, {}, outside=values)


def ask_posterior() -> None:
    stored = json.loads(Path("posterior.json").read_text())
    draws = {name: np.array(values) for name, values in stored["draws"].items()}
    posterior = Posterior(draws, stored["dims"], stored["labels"])
    posterior[stored["ask"]].sel(**stored.get("sel", {}))


def write_record() -> None:
    asked = json.loads(Path("write.json").read_text())
    groups = {
        group: {name: np.array(values) for name, values in variables.items()}
        for group, variables in asked.get("groups", {}).items()
    }
    record = FitRecord(model="", source="m.ppl", code="", config={}, groups=groups)
    write_fit(asked["directory"], record)


# The first of these that a folder has says what is done with it.
TRIALS: Mapping[str, Callable[[], None]] = {
    "files.json": read_files,
    "posterior.json": ask_posterior,
    "write.json": write_record,
    "given.json": bind_given,
    "call.json": call_model,
    "plot": plot_params,
    "fit": lambda: read_fit("fit"),
    "run": run_model,
    "model.ppl": bind_files,
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_complaint(folder, monkeypatch, golden):
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    trial = next(run for name, run in TRIALS.items() if Path(name).exists())
    with pytest.raises(Rejected) as caught:
        trial()
    assert caught.value.diagnostics[0].code == folder.name[:4]
    golden(folder / "stderr", caught.value.render())


def test_no_code_without_a_golden():
    commands = (ROOT.parent / "command").iterdir()  # what only a whole command can cause
    assert CODES - {p.name[:4] for p in (*FOLDERS, *commands)} == set()
