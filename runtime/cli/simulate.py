"""``nacre simulate``: fake data and prior predictions, by drawing along the graph."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ...compiler.typed import Type
from ...compiler.types import Kind
from ..model import read
from ..tables import beside
from .assignments import assignments
from .console import refusals
from .files import deliver
from .fit import compiled
from .options import DataOption, DoOption, ModelArgument, ObserveOption, ScenarioOption, SeedOption


class Layout(StrEnum):
    """What draws are written as."""

    JSON = "json"
    CSV = "csv"


def simulate(
    model: ModelArgument,
    n: Annotated[int, typer.Option("-n", min=1, help="Number of draws.")] = 1,
    data: DataOption = [],  # noqa: B006  typer copies it
    observe: ObserveOption = [],  # noqa: B006
    do: DoOption = [],  # noqa: B006
    scenario: ScenarioOption = [],  # noqa: B006
    size: Annotated[
        list[str], typer.Option("--size", help="DIM=LENGTH: of a dimension; may be repeated.")
    ] = [],  # noqa: B006
    seed: SeedOption = 0,
    layout: Annotated[Layout, typer.Option("--format", "-f", help="json or csv.")] = Layout.JSON,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here instead of stdout.")
    ] = None,
) -> None:
    """Draw every variable from its distribution, forwards.

    Observed ones are drawn too. Data that are drawn need not be given; --size says how long their
    dimensions are.

    JSON: one object, name to a list of draws (for -n 1, to the draw itself, which can be used as a
    data file). CSV: one row a draw, one column an element.
    """
    with refusals():
        asked = compiled(model, observe, do, scenario)
        given = beside(read(data), assignments("--size", size))
        drawn = asked.simulate(n, given, seed=seed)
        labels = asked.labels(given)
        draws = {k: _shown(v.numpy(), asked.graph.nodes[k].type, labels) for k, v in drawn.items()}
        names = {k: asked.element_names(k, given) for k in draws} if layout is Layout.CSV else {}
        deliver(_json(draws, n) if layout is Layout.JSON else _csv(draws, names, n), output)


def _shown(
    values: np.ndarray, drawn: Type, labels: Mapping[str, Sequence[str | int]]
) -> np.ndarray:
    """Positions among words as the words, which is how data files name them."""
    if drawn.kind is not Kind.INDEX or drawn.dim is None:
        return values
    if not all(isinstance(label, str) for label in labels[drawn.dim]):
        return values  # labels already
    named = np.empty(len(labels[drawn.dim]), dtype=object)
    named[:] = labels[drawn.dim]
    return np.asarray(named[values])


def _json(draws: Mapping[str, np.ndarray], n: int) -> str:
    found = {k: v.tolist() for k, v in draws.items()}
    return json.dumps({k: v[0] if n == 1 else v for k, v in found.items()})


def _csv(draws: Mapping[str, np.ndarray], names: Mapping[str, tuple[str, ...]], n: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([e for k in draws for e in names[k]])
    writer.writerows(_rows(draws, n))
    return out.getvalue()


def _rows(draws: Mapping[str, np.ndarray], n: int) -> Iterator[list[float]]:
    flat = [v.reshape(n, -1) for v in draws.values()]
    for i in range(n):
        yield [x for v in flat for x in v[i].tolist()]
