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
from ...grammar.diagnostic import Rejected
from ..complaints import command as complaints
from ..source_file import read_source
from .console import refusals
from .files import deliver
from .options import DoOption, ModelArgument, ObserveOption, ScenarioOption
from .rewritten import rewritten


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
_ENDINGS: Mapping[str, Format] = {
    "svg": Format.SVG,
    "dot": Format.DOT,
    "gv": Format.DOT,
    "mmd": Format.MERMAID,
    "mermaid": Format.MERMAID,
    "json": Format.JSON,
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
    scenario: ScenarioOption = [],  # noqa: B006
    prune: Annotated[
        bool, typer.Option("--prune", help="Leave out what cannot matter for the posterior.")
    ] = False,
) -> None:
    """Draw the graph; with --observe or --do, before and after.

    Plates are boxes. Values may be left out: `--observe y --do x` shows what they would do.
    """
    with refusals():
        source = read_source(model)
        before = driver.graph_of(driver.front(source))
        after, values = rewritten(before, observe, do, scenario)
        if prune:
            after = driver.pruned(after).graph
        changed = after is not before
        pictures = before_after(before, after, values=values) if changed else (picture(before),)
        deliver(_WRITERS[_format(format_, output)](pictures), output)


def _format(asked: Format | None, output: Path | None) -> Format:
    if asked is not None:
        return asked
    if output is None or not output.suffix:
        return Format.DOT
    found = _ENDINGS.get(output.suffix.lstrip(".").lower())
    if found is None:
        raise Rejected([complaints.unknown_graph(str(output))])
    return found
