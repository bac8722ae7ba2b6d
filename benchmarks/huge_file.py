"""A table of a million rows, from the file to checked tensors."""

import json
import random
import tempfile
from pathlib import Path

from .measurement import Row, Say
from .process import HERE, python, run

ROWS = 1_000_000
MODEL = HERE / "huge.ppl"
_SECONDS, _MEBIBYTES = 3.0, 700.0


def huge_file(repeats: int, say: Say) -> list[Row]:
    """Read and bind a CSV file of a million rows and five columns, one of them text."""
    title = "a file of 1,000,000 rows"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "huge.csv"
        say(f"{title}: writing it")
        _write(path, random.Random(1))
        found: dict[str, list[float]] = {"read": [], "bind": []}
        peak = 0.0
        for k in range(repeats):
            say(f"{title}: {k + 1} of {repeats}")
            done = run(python(HERE / "peers" / "nacre_bind.py", MODEL, path))
            (seconds,) = json.loads(done.output)
            for part, values in found.items():
                values.append(seconds[part])
            peak = max(peak, done.peak)
    both = [a + b for a, b in zip(found["read"], found["bind"], strict=True)]
    whole = Row(title, "read and bind", "s", both, peak=peak)
    reached = whole.typical < _SECONDS and peak < _MEBIBYTES
    goal = f"under {_SECONDS:.0f} s and {_MEBIBYTES:.0f} MiB"
    return [
        whole.with_goal(goal, reached),
        *(Row(title, part, "s", values) for part, values in found.items()),
    ]


def _write(path: Path, rng: random.Random) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("group,treated,x,sigma,y\n")
        for _ in range(ROWS):
            x, y = rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)
            sigma = rng.expovariate(1.0) + 0.1
            file.write(f"group {rng.randrange(85)},{rng.randrange(2)},{x!r},{sigma!r},{y!r}\n")
