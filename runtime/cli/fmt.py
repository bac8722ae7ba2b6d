"""``nacre fmt``: the one way a model file looks."""

from pathlib import Path
from typing import Annotated

import typer

from ...grammar.show import show
from ..source_file import read_source
from .console import Exit, put, refusals, say
from .files import write


def fmt(
    models: Annotated[list[str], typer.Argument(help="Model files (- for standard input).")],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")
    ] = False,
) -> None:
    """Format model files in place; comments stay where they are."""
    changed = []
    for path in models:
        with refusals():
            source = read_source(path)
            text = show(source)
        if path == "-":
            put(text)
        elif text != source.text:
            changed.append(path)
            if not check:
                with refusals():
                    write(Path(path), text)
    for path in changed:
        (say if check else put)(f"{'would change' if check else 'formatted'}: {path}")
    if check and changed:
        raise typer.Exit(int(Exit.MODEL))
