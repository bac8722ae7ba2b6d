"""Published models, written in the language, against their maths written in NumPy and SciPy.

Each file of ``tests/published`` makes up small data of the right shapes (some share theirs) and
writes down the log density of one model by hand. At random points the two log densities differ by a
constant, because a transcription may drop what depends on data alone; their slopes do not differ.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from nacre.compiler import driver
from nacre.runtime.program import Program
from programs import arrays, graph_of, program_of

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent / "examples" / "published"
CASES = sorted(p.stem for p in (HERE / "published").glob("*.py"))
POINTS = 12
TOLERANCE = 1e-9
STEP = 1e-5


def transcription(name: str) -> ModuleType:
    """The file of one model, imported by its path."""
    spec = importlib.util.spec_from_file_location(
        f"published_{name}", HERE / "published" / f"{name}.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compiled(name: str, data: dict[str, object]) -> Program:
    """The model as `fit` would see it: pruned, discrete variables summed out."""
    graph = graph_of((MODELS / f"{name}.ppl").read_text(encoding="utf-8"), f"{name}.ppl")
    given = {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in
             data.items()}  # fmt: skip
    bound = driver.marginalised(driver.pruned(graph))
    return program_of(graph, given, cut=bound)


def points(values: dict[str, np.ndarray], count: int) -> Iterator[dict[str, np.ndarray]]:
    """One dict of values per point."""
    return ({name: value[i] for name, value in values.items()} for i in range(count))


@pytest.mark.parametrize("name", CASES)
def test_log_densities_differ_by_a_constant(name):
    case = transcription(name)
    data = case.data(np.random.default_rng(1))
    program = compiled(name, data)
    rng = torch.Generator().manual_seed(3)
    position = 0.7 * torch.randn(
        POINTS, len(program.coordinates), generator=rng, dtype=torch.float64
    )
    values, jacobian = program.constrain(position)
    ours = program.log_density_and_gradient(position)[0] - jacobian
    theirs = np.array([case.log_density(v, data) for v in points(arrays(values), POINTS)])
    gap = ours.numpy() - theirs
    scale = max(1.0, float(np.abs(theirs).max()))
    assert np.isfinite(theirs).all()
    assert np.ptp(theirs) > 1e-3  # else nothing was compared
    tolerance = getattr(case, "TOLERANCE", TOLERANCE)
    assert np.ptp(gap) < tolerance * scale, gap


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_along_a_line(name):
    case = transcription(name)
    data = case.data(np.random.default_rng(1))
    program = compiled(name, data)
    rng = torch.Generator().manual_seed(4)
    size = len(program.coordinates)
    at, along = 0.5 * torch.randn(2, size, generator=rng, dtype=torch.float64)
    along = along / along.norm()
    ends = torch.stack((at - STEP * along, at + STEP * along))
    values, jacobian = program.constrain(ends)
    low, high = (
        case.log_density(v, data) + float(j)
        for v, j in zip(points(arrays(values), 2), jacobian, strict=True)
    )
    slope = float(program.log_density_and_gradient(at[None])[1][0] @ along)
    assert slope == pytest.approx((high - low) / (2 * STEP), rel=1e-4, abs=1e-4)


def test_every_model_has_a_transcription():
    assert {path.stem for path in MODELS.glob("*.ppl")} == set(CASES)
