"""``nacre check``: everything that can be found without data."""

from typing import Annotated

import typer

from ...compiler import driver
from ...grammar.diagnostic import as_json
from ..source_file import read_source
from .console import put, put_json, refusals, warn


def check(
    model: Annotated[str, typer.Argument(help="Model file (- for standard input).")],
    as_object: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Check names, dimensions, types, supports and guides. Needs no data."""
    with refusals(as_object=as_object):
        source = read_source(model)
        checked = driver.front(source)
        driver.graph_of(checked)
    if as_object:
        warnings = [as_json(d, source) for d in checked.warnings]
        put_json({"ok": True, "errors": [], "warnings": warnings})
        return
    warn(checked.warnings, source)
    put(f"{source.name}: ok")
