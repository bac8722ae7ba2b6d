"""Fit directories from anybody: whatever stands in them is read or refused, and nothing is run.

A mutation changes a file and, mostly, the sizes and sums in config.json with it, as somebody would
who wants it to be believed: numbers of another kind, arrays of other shapes, files in each other's
places, links, directories, JSON without an end.
"""

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np
import pytest
from exploring import exploring
from hypothesis import given
from hypothesis import strategies as st
from nacre import load_fit
from nacre.grammar.diagnostic import Rejected
from nacre.runtime import plots
from nacre.runtime.fitting import fit
from nacre.runtime.model import Model
from nacre.runtime.store.layout import File
from safetensors.numpy import load, save

MODEL = """\
dim county = {AITKIN, "BIG STONE"}, house
data county_of[house]: county
data y[house]: real
mu ~ Normal(0, 1)
alpha[c in county] ~ Normal(mu, 1)
y[h in house] ~ Normal(alpha[county_of[h]], 0.5)
"""
DATA = {"county_of": ["AITKIN", "BIG STONE", "AITKIN"], "y": [0.9, 1.5, 1.1]}
ASKED = {"steps": 256, "stop": False, "draws": 50, "trace": 64, "optimiser": "adamw"}
FEW = exploring(40)
SEEDS = st.integers(0, 2**32 - 1)
TEXTS = (File.CONFIG, File.LABELS, File.SUMMARY, File.DIAGNOSTICS)
ARRAYS = (File.DATA, File.PARAMS, File.STATE, File.TRACE)
ODD = (
    None, True, "", "x", "\ud800", "../x", "$\\frac{$", "a\0b", "\x1b[2J", 0, -1, 1.5, 1e308,
    10**400, 10**1000, float("nan"), float("inf"), [], {}, [[]], {"": 1}, [1], ["mu"], [[["x"]]],
    {"first": 0, "last": 10**12}, {"first": 10**30, "last": 10**30 + 1}, {"mean": "x"},
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A fit, half of whose steps are done."""
    directory = tmp_path_factory.mktemp("fits") / "fit"
    fit(Model.compile(MODEL, "m.ppl"), DATA, **{**ASKED, "steps": 128}).save(directory)
    return directory


def changed(random: Random, value: object) -> object:
    """JSON with something else somewhere in it."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        name = random.choice(list(value))
        found = dict(value)
        match random.randrange(6):
            case 0:
                del found[name]
            case 1:
                found[random.choice(("x", "", "mu", "\ud800", "draw"))] = found.pop(name)
            case _:
                found[name] = changed(random, value[name])
        return found
    if isinstance(value, list) and value and random.random() < 0.7:
        at = random.randrange(len(value))
        return [*value[:at], changed(random, value[at]), *value[at + random.randrange(2) :]]
    if random.random() < 0.05:
        return json.loads("[" * 300 + "]" * 300)
    return random.choice(ODD)


def change_array(random: Random, value: np.ndarray) -> np.ndarray:
    """An array of another shape or type, or with other numbers."""
    kinds = (np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8, np.uint64, np.bool_)
    with np.errstate(all="ignore"):
        match random.randrange(8):
            case 0:
                return np.zeros(value.shape, random.choice(kinds))
            case 1:
                return value[..., None]
            case 2:
                return value.reshape(-1)[: random.randrange(3)]
            case 3:
                return value.ravel()
            case 4:
                return np.full_like(value, random.choice((0, 1, 127)))
            case 5:
                full = np.array(random.choice((np.nan, np.inf, -np.inf, -1e308, 2.0**62)))
                return np.full_like(value, full.astype(value.dtype))
            case 6:
                return np.zeros((0, *value.shape[1:]), value.dtype)
            case _:
                return np.concatenate([value, value]) if value.ndim else np.array([value, value])


def spoil(random: Random, fit: Path) -> None:
    """One change to one file, believed by config.json or not."""
    file = random.choice([f for f in File if f is not File.TABLE])
    path = fit / file
    content = path.read_bytes()
    kind = random.randrange(10)
    if file in TEXTS and kind < 6:
        text = json.dumps(changed(random, json.loads(content)))
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
    elif file in ARRAYS and kind < 6:
        arrays = load(content)
        name = random.choice(list(arrays))
        match random.randrange(4):
            case 0:
                del arrays[name]
            case 1:
                arrays[random.choice(("x", "0.step", "optimiser.0.x", "param "))] = arrays[name]
            case _:
                arrays[name] = change_array(random, arrays[name])
        path.write_bytes(save(arrays))
    else:
        otherwise(random, path, content)
    if random.random() < 0.9 and file is not File.CONFIG:
        believe(fit, file)


def otherwise(random: Random, path: Path, content: bytes) -> None:
    """Another file in its place, or none."""
    at = random.randrange(len(content) + 1)
    match random.randrange(9):
        case 0:
            path.write_bytes(content[:at])
        case 1:
            path.write_bytes(content[:at] + random.randbytes(9) + content[at + 9 :])
        case 2:
            path.write_bytes(path.with_name(str(random.choice(list(File)))).read_bytes())
        case 3:
            path.unlink()
            path.mkdir()
        case 4:
            path.unlink()
            path.symlink_to(random.choice(("/dev/zero", path.name, "nowhere", "/etc", "model.ppl")))
        case 5:
            path.write_bytes(b"[" * 100_000)
        case 6:
            path.write_bytes((10**9).to_bytes(8, "little") + b"{}")
        case 7:
            path.unlink()
            os.mkfifo(path)
        case _:
            path.write_bytes(b"import os; os.abort()\n")


def believe(fit: Path, file: File) -> None:
    """Write the size and the sum of a file into config.json."""
    path = fit / file
    if not path.is_file() or path.is_symlink():
        return
    content = path.read_bytes()
    try:
        config = json.loads((fit / File.CONFIG).read_text())
        entry = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        config["files"][file] = {**config["files"].get(file, {}), **entry}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    (fit / File.CONFIG).write_text(json.dumps(config))


def use(directory: Path) -> None:
    """All that is done with a fit directory."""
    found = load_fit(directory)
    assert found.summary().as_text()
    json.dumps(found.summary().as_dict())
    assert repr(found).encode()
    assert " ".join(found.warnings).encode() is not None
    with_refusal(lambda: drawn(plots.loss(found), directory))
    with_refusal(lambda: drawn(plots.params(found, [], {}), directory))
    with_refusal(lambda: drawn(plots.posterior(found, [], {}), directory))
    with_refusal(lambda: fit(Model.compile(MODEL, "m.ppl"), DATA, **ASKED, resume=found))


def drawn(figure, directory: Path) -> None:
    """Write a picture beside the fit."""
    figure.savefig(directory.parent / "plot.png", dpi=30)


def with_refusal(act) -> None:
    """Do something that may be refused, with a code."""
    try:
        act()
    except Rejected as refused:
        assert refused.diagnostics[0].code
        assert refused.render().encode()


def assert_used_or_refused(seed: int, whole: Path, tmp_path: Path) -> None:
    random = Random(seed)
    copy = tmp_path / f"fit{seed}"
    shutil.copytree(whole, copy)
    spoil(random, copy)
    with_refusal(lambda: use(copy))
    shutil.rmtree(copy)


def test_a_fit_that_nobody_changed_is_used(whole, tmp_path):
    use(whole)


@FEW
@given(SEEDS)
def test_any_fit_directory_is_used_or_refused(whole, tmp_path_factory, seed):
    assert_used_or_refused(seed, whole, tmp_path_factory.mktemp("spoilt"))


def test_labels_that_are_no_formulas_are_drawn(tmp_path):
    text = MODEL.replace("BIG STONE", "$x_{$")
    data = {**DATA, "county_of": ["AITKIN", "$x_{$", "AITKIN"]}
    made = fit(Model.compile(text, "$\\frac$.ppl"), data, steps=128, draws=20)
    made.save(tmp_path / "fit")
    found = load_fit(tmp_path / "fit")
    drawn(plots.posterior(found, [], {}), tmp_path)
    drawn(plots.loss(found), tmp_path)


def test_a_trace_of_no_steps_is_drawn(whole, tmp_path):
    copy = shutil.copytree(whole, tmp_path / "fit")
    trace = load((copy / File.TRACE).read_bytes())
    (copy / File.TRACE).write_bytes(save({n: v[:0] for n, v in trace.items()}))
    believe(copy, File.TRACE)
    drawn(plots.params(load_fit(copy), [], {}), tmp_path)


FORGED = {
    "a step that is two": ("step", lambda a: np.array([a, a])),
    "a step that is no whole number": ("step", lambda a: a.astype(np.float64)),
    "half a row of moments": ("optimiser.0.exp_avg", lambda a: a[:1]),
    "a generator of zeros": ("streams", lambda a: a[:, :9]),
    "another generator": ("streams", lambda a: np.zeros_like(a)),
    "parameters of another model": ("params", lambda a: a[:, :1]),
    "a start elsewhere": ("start.centre", lambda a: a[:, :1]),
    "fewer losses": ("losses", lambda a: a[:-1]),
    "an end that never comes": ("plateau", lambda a: a + 10**9),
}


@pytest.mark.parametrize(("name", "change"), FORGED.values(), ids=FORGED.keys())
def test_no_run_goes_on_from_a_forged_state(whole, tmp_path, name, change):
    copy = shutil.copytree(whole, tmp_path / "fit")
    state = load((copy / File.STATE).read_bytes())
    state[name] = np.ascontiguousarray(change(state[name]))
    (copy / File.STATE).write_bytes(save(state))
    believe(copy, File.STATE)
    with pytest.raises(Rejected, match=r"error\[Q692\]: the earlier fit cannot be resumed"):
        fit(Model.compile(MODEL, "m.ppl"), DATA, **ASKED, resume=load_fit(copy))


def test_a_run_goes_on_as_if_it_had_not_stopped(whole):
    model = Model.compile(MODEL, "m.ppl")
    once = fit(model, DATA, **ASKED)
    again = fit(model, DATA, **ASKED, resume=load_fit(whole))
    np.testing.assert_array_equal(once.losses, again.losses)
    np.testing.assert_array_equal(once.posterior["mu"].values, again.posterior["mu"].values)
