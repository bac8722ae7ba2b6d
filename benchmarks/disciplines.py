"""What is measured, and what has to be reached. Each discipline returns its rows."""

import json
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .machine import has
from .measurement import Row, Say, contest
from .models import SHAPES
from .process import HERE, ROOT, Command, Finished, nacre, python, run

PEERS = HERE / "peers"
SCALE = HERE / "scale.ppl"
RADON = ROOT / "examples" / "radon"
STEPS = 2500
SIZES = (250, 500, 1000, 2000, 4000)

Discipline = Callable[[int, Say], list[Row]]


def whole_fit(repeats: int, say: Say) -> list[Row]:
    """SVI on the unreliable scale, from the start of the process to its exit."""
    commands: dict[str, Command] = {
        "Nacre": nacre("fit", SCALE, "--steps", str(STEPS), "--quiet"),
        "import torch, nothing else": python("-c", "import torch"),
    }
    if has("pyro-ppl"):
        commands["Pyro"] = python(PEERS / "pyro_scale.py", "fit", str(STEPS))
    rows = contest(f"scale, {STEPS:,} steps, whole process", commands, repeats, say)
    return _against(rows, "Pyro at least 2 times", "Pyro", 2.0)


def scale_steps(repeats: int, say: Say) -> list[Row]:
    """One step of SVI on the unreliable scale."""
    commands: dict[str, Command] = {
        "Nacre": python(PEERS / "nacre_steps.py", SCALE, "-", "guide", "6400")
    }
    if has("pyro-ppl"):
        script = PEERS / "pyro_scale.py"
        commands["Pyro"] = python(script, "steps", "trace", "checked")
        commands["Pyro, validation off"] = python(script, "steps", "trace", "unchecked")
        commands["Pyro, JitTrace_ELBO, validation off"] = python(
            script, "steps", "jit", "unchecked"
        )
    rows = contest("scale, one step", commands, repeats, say, unit="µs", read=_numbers)
    return _against(rows, "Pyro at least 20 times", "Pyro", 20.0)


def radon_steps(repeats: int, say: Say) -> list[Row]:
    """One step of SVI with 8 particles on the radon model (89 unknowns, 919 observations)."""
    rows: list[Row] = []
    data = RADON / "radon.csv"
    for kind in ("mean-field", "full-rank"):
        commands: dict[str, Command] = {
            "Nacre": python(PEERS / "nacre_steps.py", RADON / "radon.ppl", data, kind, "1500")
        }
        if has("pyro-ppl"):
            commands["Pyro"] = python(PEERS / "pyro_radon.py", data, kind)
        title = f"radon, {kind}, one step of 8 particles"
        rows += _against(contest(title, commands, repeats, say, unit="µs", read=_numbers))
    return rows


def radon_fit(repeats: int, say: Say) -> list[Row]:
    """A fit of the radon model from the shell to its summary."""
    command = nacre("fit", RADON / "radon.ppl", "--data", RADON / "radon.csv", "--quiet")
    (row,) = contest("radon, from the shell to the summary", {"Nacre": command}, repeats, say)
    return [row.with_goal("under 10 s", row.typical < 10.0)]


def light_commands(repeats: int, say: Say) -> list[Row]:
    """Commands that need no torch, as a process each."""
    model = RADON / "radon.ppl"
    commands: Mapping[str, Command] = {
        "nacre check": nacre("check", model),
        "nacre fmt": nacre("fmt", "--check", model),
        "nacre info": nacre("info", model),
        "nacre explain": nacre("explain", "E203"),
        "nacre graph": nacre("graph", model),
        "nacre compile": nacre("compile", model),
    }
    rows = contest("light commands", commands, repeats, say)
    return [row.with_goal("under 0.5 s", row.typical < 0.5) for row in rows]


def front_end(repeats: int, say: Say) -> list[Row]:
    """From text to generated code, for generated models."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for shape, make in SHAPES.items():
            files = {n: Path(folder) / f"{shape}_{n}.ppl" for n in SIZES}
            for n, file in files.items():
                file.write_text(make(n), encoding="utf-8")
            rows += _front_end(shape, files, repeats, say)
        command = nacre("compile", Path(folder) / "chain_2000.ppl", "-o", Path(folder) / "out.py")
        name = "nacre compile, chain of 2,000, whole process"
        rows += contest("front end", {name: command}, repeats, say)
    return rows


def _front_end(shape: str, files: Mapping[int, Path], repeats: int, say: Say) -> list[Row]:
    title = "front end"
    found: dict[int, list[float]] = {n: [] for n in files}
    stages: dict[str, list[float]] = {}
    peak = 0.0
    for k in range(repeats):
        for n, file in files.items():
            say(f"{title}: {shape}, {n} statements ({k + 1} of {repeats})")
            done = run(python(PEERS / "nacre_front_end.py", file))
            (seconds,) = json.loads(done.output)
            found[n].append(seconds["total"])
            if n == 2000:
                peak = max(peak, done.peak)
                for stage in ("parse", "check", "graph", "prune", "emit"):
                    stages.setdefault(stage, []).append(seconds[stage])
    rows = [Row(title, f"{shape}, {n:,} statements", "s", found[n]) for n in files]
    at = list(files).index(2000)
    rows[at] = Row(title, rows[at].name, "s", found[2000], peak=peak).with_goal(
        "under 2 s", rows[at].typical < 2.0
    )
    parts = [Row(title, f"{shape}, 2,000: {s}", "s", values) for s, values in stages.items()]
    slope = _exponent({n: min(values) for n, values in found.items() if n >= 500})
    exponent = Row(title, f"{shape}: seconds grow as statements to the power", "", [slope])
    return [*rows, *parts, exponent.with_goal("about 1", slope < 1.2)]


def _exponent(seconds: Mapping[int, float]) -> float:
    """Slope of log seconds by log statements, least squares."""
    xs, ys = [math.log(n) for n in seconds], [math.log(s) for s in seconds.values()]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def _numbers(done: Finished) -> Sequence[float]:
    """What the contestant measured itself: its last line, a list."""
    found: list[float] = json.loads(done.output.splitlines()[-1])
    return found


def _against(rows: list[Row], goal: str = "", peer: str = "", factor: float = 0.0) -> list[Row]:
    """Every other row as a multiple of Nacre's; the goal is one peer's multiple."""
    first = rows[0]
    rest = [row.beside(first) for row in rows[1:]]
    judged = [r for r in rest if r.name == peer]
    if goal and judged:
        first = first.with_goal(goal, (judged[0].times or 0.0) >= factor)
    return [first, *rest]


def _huge_file(repeats: int, say: Say) -> list[Row]:
    """Large files of each kind, read and bound."""
    # not at the top: what the parent has in memory counts as a child's peak
    from .huge_file import huge_file

    return huge_file(repeats, say)


DISCIPLINES: Mapping[str, Discipline] = {
    "scale": whole_fit,
    "steps": scale_steps,
    "radon": radon_fit,
    "radon-steps": radon_steps,
    "front-end": front_end,
    "light": light_commands,
    "huge-file": _huge_file,
}
"""By the name that ``--only`` takes, in the order in which they run."""
