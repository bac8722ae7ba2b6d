"""``nacre graph``: the model as a picture, before and after conditioning and intervention."""

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ...compiler import driver
from ...compiler.draw.dot import dot
from ...compiler.draw.mermaid import mermaid
from ...compiler.draw.picture import Picture, as_json, before_after, picture
from ...compiler.draw.svg import svg
from ...compiler.graph import ModelGraph
from ...compiler.query import Verb, outside
from ..source_file import read_source
from ..targets import spread
from .assignments import assignments
from .console import refusals
from .files import deliver
from .options import DoOption, ModelArgument, ObserveOption, ScenarioOption


class Format(StrEnum):
    """What a picture can be written as."""

    SVG = "svg"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


def _json(pictures: Sequence[Picture]) -> str:
    return json.dumps(as_json(pictures), ensure_ascii=False)


_WRITERS: Mapping[Format, Callable[[Sequence[Picture]], str]] = {
    Format.SVG: svg,
    Format.DOT: dot,
    Format.MERMAID: mermaid,
    Format.JSON: _json,
}


def graph(
    model: ModelArgument,
    format_: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="By default the ending of --output, else dot."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here instead of stdout.")
    ] = None,
    observe: ObserveOption = [],  # noqa: B006  typer copies it
    do: DoOption = [],  # noqa: B006
    scenario: ScenarioOption = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Leave out what cannot matter for the posterior.")
    ] = False,
) -> None:
    """Draw the graph: plates as boxes; with --observe or --do, before and after.

    Values may be left out: `--observe y --do x` shows what they would do.
    """
    with refusals():
        source = read_source(model)
        before = driver.graph_of(driver.front(source))
        after, values = _rewritten(before, observe, do, scenario)
        if prune:
            after = driver.pruned(after).graph
        changed = after is not before
        pictures = before_after(before, after, values=values) if changed else (picture(before),)
        deliver(_WRITERS[_format(format_, output)](pictures), output)


def _format(asked: Format | None, output: Path | None) -> Format:
    if asked is not None:
        return asked
    endings = {"svg": Format.SVG, "dot": Format.DOT, "gv": Format.DOT, "json": Format.JSON}
    endings |= {"mmd": Format.MERMAID, "mermaid": Format.MERMAID}
    return endings.get(output.suffix.lstrip(".").lower(), Format.SVG) if output else Format.DOT


def _rewritten(
    graph: ModelGraph, observe: Sequence[str], do: Sequence[str], scenario: str | None
) -> tuple[ModelGraph, dict[str, object]]:
    values: dict[str, object] = {}
    if scenario is not None:
        graph = driver.in_scenario(graph, scenario)
    for flag, texts, verb, rewrite in (
        ("--observe", observe, Verb.CONDITION, driver.conditioned),
        ("--do", do, Verb.DO, driver.intervened),
    ):
        if texts:
            given = [t if "=" in t.split("]")[-1] else f"{t}=?" for t in texts]
            asked = spread(assignments(flag, given))
            graph = rewrite(graph, outside(verb, asked))
            values |= {f"{verb.value}:{t}": v for t, v in asked.items() if v != "?"}
    return graph, values
