"""A table of a million rows, from a file of each kind to checked tensors."""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from .machine import has
from .measurement import Row, Say
from .process import HERE, python, run

ROWS = 1_000_000
GROUPS, PATIENTS, SITES = 85, 10_000, 85
MODEL = HERE / "huge.ppl"
TITLE = "a file of 1,000,000 rows"
_SECONDS, _MEBIBYTES = 5.0, 750.0


def huge_file(repeats: int, say: Say) -> list[Row]:
    """Seconds of CPU, on one thread, to read and bind seven columns.

    Three are numbers, one is truth values, three are labels: 85 and 10,000 different words, and 85
    numbers.
    """
    rows: list[Row] = []
    frame = _frame(np.random.default_rng(1))
    with tempfile.TemporaryDirectory() as folder:
        for ending, write in _WRITERS.items():
            if ending == "parquet" and not has("pyarrow"):
                say(f"{TITLE}: no Parquet, as pyarrow is not installed")
                continue
            path = Path(folder) / f"huge.{ending}"
            say(f"{TITLE}: writing {path.name}")
            write(frame, path)
            rows += _measured(path, repeats, say)
            path.unlink()
    return rows


def _measured(path: Path, repeats: int, say: Say) -> list[Row]:
    found: dict[str, list[float]] = {"read": [], "bind": []}
    peak = 0.0
    for k in range(repeats):
        say(f"{TITLE}: {path.name}, {k + 1} of {repeats}")
        done = run(python(HERE / "peers" / "nacre_bind.py", MODEL, path))
        (seconds,) = json.loads(done.output)
        for part, values in found.items():
            values.append(seconds[part])
        peak = max(peak, done.peak)
    kind = path.suffix[1:]
    both = [a + b for a, b in zip(found["read"], found["bind"], strict=True)]
    whole = Row(TITLE, f"{kind}, read and bind", "s", both, peak=peak)
    reached = whole.typical < _SECONDS and peak < _MEBIBYTES
    goal = f"under {_SECONDS:.0f} s of CPU and {_MEBIBYTES:.0f} MiB"
    return [
        whole.with_goal(goal, reached),
        *(Row(TITLE, f"{kind}, {part}", "s", values) for part, values in found.items()),
    ]


def _frame(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": [f"group {i}" for i in rng.integers(GROUPS, size=ROWS)],
            "patient": [f"patient {i}" for i in rng.integers(PATIENTS, size=ROWS)],
            "site": rng.integers(1, SITES + 1, size=ROWS),
            "treated": rng.integers(2, size=ROWS),
            "x": rng.normal(size=ROWS),
            "sigma": rng.exponential(size=ROWS) + 0.1,
            "y": rng.normal(size=ROWS),
        }
    )


def _as_json(frame: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump({name: frame[name].tolist() for name in frame}, file)


def _as_netcdf(frame: pd.DataFrame, path: Path) -> None:
    columns = {name: ("row", frame[name].to_numpy()) for name in frame}
    xr.Dataset(columns).to_netcdf(path, engine="h5netcdf")


_WRITERS: Mapping[str, Callable[[pd.DataFrame, Path], None]] = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "json": _as_json,
    "parquet": lambda frame, path: frame.to_parquet(path, index=False),
    "nc": _as_netcdf,
}
