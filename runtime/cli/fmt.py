"""``nacre fmt``: the one way a model file looks."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ...grammar.show import show
from ..source_file import read_source
from .console import Exit, put, refusals, say


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
            sys.stdout.write(text)
        elif text != source.text:
            changed.append(path)
            if not check:
                Path(path).write_text(text, encoding="utf-8")
    for path in changed:
        (say if check else put)(f"{'would change' if check else 'formatted'}: {path}")
    if check and changed:
        raise typer.Exit(int(Exit.MODEL))
