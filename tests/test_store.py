"""Fit directories: what is written comes back, others' files stay, and damage is told."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import arviz_stats
import h5py
import numpy as np
import pytest
import torch
import xarray as xr
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.arviz import to_datatree
from nacre.runtime.posterior import Posterior
from nacre.runtime.store import FitRecord, read_fit, write_fit
from nacre.runtime.store.layout import File
from nacre.runtime.summary import summarise

RNG = np.random.default_rng(5)
LABELS = {
    "county": ("AITKIN", "BIG STONE", "Saint Louis, ü"),
    "time": (2, 3),
    "year": (1990, 2000),
    "regime": ("calm", "wild"),
    "none": (),
}
DIMS = {
    "alpha": ("county",),
    "x": ("county", "time"),
    "move": ("regime", "regime"),
    "theta": (3,),
    "nothing": ("none",),
    "by_year": ("year",),
    "y": ("time",),
}
SHAPES = {
    "mu": (),
    "alpha": (3,),
    "x": (3, 2),
    "move": (2, 2),
    "theta": (3,),
    "nothing": (0,),
    "by_year": (2,),
    "draw": (),
}
POSTERIOR = {name: RNG.normal(size=(2, 40, *shape)) for name, shape in SHAPES.items()}


@pytest.fixture
def record():
    return FitRecord(
        model="mu ~ Normal(0, 1)   # ü\r\n",
        source="m.ppl",
        code="import torch\n",
        config={"method": "svi", "settings": {"steps": 10, "rate": 1e-3}, "observe": None},
        fingerprint="ab" * 32,
        labels=LABELS,
        data={"y": torch.arange(2.0), "g_of": torch.tensor([1, 0]), "empty": np.empty((0, 3))},
        params={"log tau": torch.arange(6.0).reshape(2, 3).T, "a": torch.tensor(1.5)},
        state={"rng": torch.Generator().manual_seed(1).get_state(), "step": np.array(3)},
        groups={
            "posterior": POSTERIOR,
            "sample_stats": {"lp": RNG.normal(size=(2, 40)), "diverging": np.zeros((2, 40), bool)},
            "observed_data": {"y": np.arange(2.0)},
        },
        dims=DIMS,
        trace={"loss": np.arange(5.0)},
        summary=summarise(Posterior(POSTERIOR, DIMS, LABELS)).rows,
        diagnostics={"khat": {"value": 0.3, "of": ["mu"]}, "text": "good"},
    )


@pytest.fixture
def fit(tmp_path, record):
    return write_fit(tmp_path / "fit", record)


def same_arrays(found, expected):
    assert list(found) == list(expected)
    for name in expected:
        np.testing.assert_array_equal(found[name], np.asarray(expected[name]))
        assert found[name].shape == np.asarray(expected[name]).shape


# --- there and back -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    [
        "model",
        "source",
        "code",
        "config",
        "fingerprint",
        "labels",
        "dims",
        "summary",
        "diagnostics",
    ],
)
def test_what_is_written_comes_back(record, fit, part):
    assert getattr(read_fit(fit), part) == getattr(record, part)


@pytest.mark.parametrize("part", ["data", "params", "state", "trace"])
def test_arrays_come_back(record, fit, part):
    found, expected = getattr(read_fit(fit), part), getattr(record, part)
    same_arrays(dict(sorted(found.items())), dict(sorted(expected.items())))


@pytest.mark.parametrize("group", ["posterior", "sample_stats", "observed_data"])
def test_draws_come_back(record, fit, group):
    same_arrays(read_fit(fit).groups[group], record.groups[group])


def test_integers_stay_integers(fit):
    found = read_fit(fit)
    assert found.data["g_of"].dtype == np.int64
    assert found.state["rng"].dtype == np.uint8


def test_a_fit_without_draws_or_state(tmp_path):
    small = FitRecord(model="", source="", code="", config={})
    assert read_fit(write_fit(tmp_path / "fit", small)).groups == {}
    assert not (tmp_path / "fit" / File.DRAWS).exists()


def test_what_is_not_finite_is_null(tmp_path, record):
    odd = replace(record, summary={"x": {"mean": float("nan")}}, diagnostics={"khat": float("inf")})
    found = read_fit(write_fit(tmp_path / "fit", odd))
    assert np.isnan(found.summary["x"]["mean"])
    assert found.diagnostics == {"khat": None}


def test_reading_imports_neither_torch_nor_xarray(fit):
    script = (
        "import sys; from nacre.runtime.store import read_fit\n"
        "from nacre.runtime.posterior import Posterior\n"
        "from nacre.runtime.summary import summarise\n"
        "f = read_fit(sys.argv[1]); p = Posterior(f.groups['posterior'], f.dims, f.labels)\n"
        "print(summarise(p).as_text())\n"
        "print(sorted({'torch', 'xarray', 'pandas', 'pickle5'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(fit)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_same_fit_makes_the_same_files(tmp_path, record):
    first, second = (write_fit(tmp_path / name, record) for name in ("one", "two"))
    assert {f.name: f.read_bytes() for f in first.iterdir()} == {
        f.name: f.read_bytes() for f in second.iterdir()
    }


# --- for other programs -------------------------------------------------------------------------


def test_xarray_reads_the_draws_with_labels(fit):
    with xr.open_datatree(fit / File.DRAWS, engine="h5netcdf") as tree:
        posterior = tree["posterior"]
        alpha = posterior["alpha"].sel(county="BIG STONE")
        np.testing.assert_array_equal(alpha.values, POSTERIOR["alpha"][:, :, 1])
        np.testing.assert_array_equal(
            posterior["by_year"].sel(year=2000).values, POSTERIOR["by_year"][:, :, 1]
        )
        assert posterior["move"].dims == ("chain", "draw", "regime", "regime_2")
        assert posterior["chain"].values.tolist() == [0, 1]
        assert posterior["draw_"].dims == ("chain", "draw")


def test_the_datatree_is_what_the_file_holds(fit):
    made = to_datatree(read_fit(fit))
    with xr.open_datatree(fit / File.DRAWS, engine="h5netcdf") as stored:
        assert set(made.children) == set(stored.children)
        for group in made.children:  # one comparison of two trees, group by group
            xr.testing.assert_equal(made[group].to_dataset(), stored[group].to_dataset())


def test_arviz_summarises_it(fit):
    table = arviz_stats.summary(to_datatree(read_fit(fit)), var_names=["alpha"], round_to="none")
    assert list(table.index) == ["alpha[AITKIN]", "alpha[BIG STONE]", "alpha[Saint Louis, ü]"]
    np.testing.assert_allclose(table["mean"], POSTERIOR["alpha"].mean((0, 1)))


# --- other people's directories -----------------------------------------------------------------


def refused(code, act, *args, **kwargs):
    with pytest.raises(Rejected) as caught:
        act(*args, **kwargs)
    assert [d.code for d in caught.value.diagnostics] == [code]
    return str(caught.value)


def test_a_foreign_directory_is_left_alone(tmp_path, record):
    (tmp_path / "notes.txt").write_text("mine")
    refused("R554", write_fit, tmp_path, record)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_overwriting_leaves_other_files(tmp_path, record):
    (tmp_path / "notes.txt").write_text("mine")
    write_fit(tmp_path, record, overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert read_fit(tmp_path).model == record.model


def test_an_earlier_fit_is_replaced_whole(fit, record):
    (fit / "loss.png").write_bytes(b"plot")
    small = FitRecord(model="x ~ Normal(0, 1)\n", source="n.ppl", code="", config={})
    write_fit(fit, small)
    assert read_fit(fit).model == small.model
    assert not (fit / File.DRAWS).exists()
    assert (fit / "loss.png").exists()


@pytest.mark.parametrize("name", ["new/deep/fit", "empty"])
def test_directories_are_made(tmp_path, record, name):
    (tmp_path / "empty").mkdir()
    write_fit(tmp_path / name, record)
    assert read_fit(tmp_path / name).source == "m.ppl"


def test_nothing_else_is_left_behind(tmp_path, record):
    write_fit(tmp_path / "fit", record)
    write_fit(tmp_path / "fit", record)
    assert [p.name for p in tmp_path.iterdir()] == ["fit"]


def test_a_failure_leaves_the_earlier_fit(tmp_path, fit, record):
    before = {f.name: f.read_bytes() for f in fit.iterdir()}
    bad = replace(record, groups={"posterior": {"a/b": np.zeros((1, 1))}}, dims={})
    refused("R556", write_fit, fit, bad)
    assert {f.name: f.read_bytes() for f in fit.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["fit"]


def test_files_have_the_modes_of_ordinary_files(fit):
    mask = os.umask(0)
    os.umask(mask)
    assert fit.stat().st_mode & 0o777 == 0o777 & ~mask


def test_the_current_directory(tmp_path, record, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_fit(".", record)
    assert read_fit(".").model == record.model


def test_a_file_is_no_directory(tmp_path, record):
    (tmp_path / "fit").write_text("a file")
    refused("R555", write_fit, tmp_path / "fit", record)


BAD_NAMES = {
    "group": {"groups": {"../posterior": {}}},
    "variable": {"groups": {"posterior": {"a/b": np.zeros((1, 1))}}},
    "dots": {"groups": {"posterior": {"..": np.zeros((1, 1))}}},
    "label": {"labels": {"county": ("a\0b",)}, "groups": {"posterior": {}}, "dims": {}},
    "half a character": {"labels": {"c": ("\ud800",)}, "groups": {"posterior": {}}, "dims": {}},
    "tensor": {"params": {"a\0b": np.zeros(1)}},
}


@pytest.mark.parametrize("change", BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_names_that_cannot_be_stored(tmp_path, record, change):
    refused("R556", write_fit, tmp_path / "fit", replace(record, **change))


def test_reserved_keys_of_the_configuration(tmp_path, record):
    with pytest.raises(ValueError, match="files"):
        write_fit(tmp_path / "fit", replace(record, config={"files": {}}))


# --- damage -------------------------------------------------------------------------------------

READ = [f for f in File if f is not File.TABLE]


@pytest.mark.parametrize("file", [f for f in READ if f is not File.CONFIG])
@pytest.mark.parametrize("keep", [0, 0.5, 0.99])
def test_a_file_that_was_cut_off(fit, file, keep):
    content = (fit / file).read_bytes()
    (fit / file).write_bytes(content[: int(len(content) * keep)])
    assert file in refused("R553", read_fit, fit)


@pytest.mark.parametrize("file", [f for f in READ if f is not File.CONFIG])
def test_a_file_with_one_other_byte(fit, file):
    content = bytearray((fit / file).read_bytes())
    content[len(content) // 2] ^= 1
    (fit / file).write_bytes(bytes(content))
    assert file in refused("R553", read_fit, fit)


@pytest.mark.parametrize("file", [f for f in READ if f is not File.CONFIG])
def test_a_file_that_is_gone(fit, file):
    (fit / file).unlink()
    assert file in refused("R553", read_fit, fit)


def forge(fit: Path, change, file=File.CONFIG):
    """Change a file, and the checksum with it, as a forger would."""
    if file is not File.CONFIG:
        change(fit / file)
    config = json.loads((fit / File.CONFIG).read_text())
    if file is File.CONFIG:
        change(config)
    else:
        content = (fit / file).read_bytes()
        entry = config["files"][file]
        config["files"][file] = {
            **entry,
            "bytes": len(content),
            "sha256": sha256(content).hexdigest(),
        }
    (fit / File.CONFIG).write_text(json.dumps(config))


FORGED_CONFIGS = {
    "no list of files": lambda c: c.update(files=3),
    "no dimensions": lambda c: c.update(dims={"alpha": "county"}),
    "unknown dimension": lambda c: c["dims"].update(alpha=["state"]),
    "another length": lambda c: c["dims"].update(theta=[4]),
    "paths as groups": lambda c: c["files"][File.DRAWS].update(groups={"..": ["x"]}),
    "paths as variables": lambda c: c["files"][File.DRAWS].update(groups={"posterior": ["/x"]}),
    "unknown variables": lambda c: c["files"][File.DRAWS].update(groups={"posterior": ["x_"]}),
    "numbers as variables": lambda c: c["files"][File.DRAWS].update(groups={"posterior": [1]}),
}


@pytest.mark.parametrize("change", FORGED_CONFIGS.values(), ids=FORGED_CONFIGS.keys())
def test_a_forged_configuration(fit, change):
    forge(fit, change)
    with pytest.raises(Rejected) as caught:
        read_fit(fit)
    assert caught.value.diagnostics[0].code in ("R553", "R556")


def rewritten(old: str, new: str):
    return lambda path: path.write_text(path.read_text().replace(old, new))


def with_bomb(path):
    with h5py.File(path, "a") as file:
        del file["posterior/mu"]
        file["posterior"].create_dataset("mu", shape=(10**6, 10**6), dtype="f8", chunks=True)


def with_external_link(path):
    with h5py.File(path, "a") as file:
        del file["posterior/mu"]
        file["posterior/mu"] = h5py.ExternalLink("/etc/passwd", "/x")


def with_soft_link(path):
    with h5py.File(path, "a") as file:
        del file["posterior/mu"]
        file["posterior/mu"] = h5py.SoftLink("/posterior/alpha")


def with_external_storage(path):
    with h5py.File(path, "a") as file:
        del file["posterior/mu"]
        storage = [("/etc/passwd", 0, 640)]
        file["posterior"].create_dataset("mu", shape=(2, 40), dtype="f8", external=storage)


def with_text(path):
    with h5py.File(path, "a") as file:
        del file["posterior/mu"]
        file["posterior"]["mu"] = "text"


FORGED_FILES = {
    "a bomb of labels": (File.LABELS, rewritten('"last": 3', '"last": 1e12')),
    "a larger bomb of labels": (File.LABELS, rewritten('"last": 3', '"last": 1000000000000')),
    "nested labels": (File.LABELS, rewritten('"calm"', '["calm"]')),
    "no labels": (File.LABELS, lambda p: p.write_text("{}")),
    "deep JSON": (File.LABELS, lambda p: p.write_text("[" * 200_000)),
    "a summary of texts": (File.SUMMARY, lambda p: p.write_text('{"mu": {"mean": "1"}}')),
    "a summary of nothing": (File.SUMMARY, lambda p: p.write_text('{"mu": 1}')),
    "binary text": (File.MODEL, lambda p: p.write_bytes(b"\xff\xfe")),
    "no tensors": (File.PARAMS, lambda p: p.write_bytes(b"\x00" * 64)),
    "a header of tensors": (File.PARAMS, lambda p: p.write_bytes(b"\xff" * 64)),
    "no HDF5": (File.DRAWS, lambda p: p.write_bytes(b"netcdf" * 20)),
    "a bomb of draws": (File.DRAWS, with_bomb),
    "a link out of the file": (File.DRAWS, with_external_link),
    "a link inside of the file": (File.DRAWS, with_soft_link),
    "storage elsewhere": (File.DRAWS, with_external_storage),
    "draws of text": (File.DRAWS, with_text),
}


@pytest.mark.parametrize(("file", "change"), FORGED_FILES.values(), ids=FORGED_FILES.keys())
def test_a_forged_file(fit, file, change):
    forge(fit, change, file)
    refused("R553", read_fit, fit)
