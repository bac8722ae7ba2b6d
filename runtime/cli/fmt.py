"""``nacre fmt``: the one way a model file looks."""

from pathlib import Path
from typing import Annotated

import typer

from ...grammar.diagnostic import Rejected
from ...grammar.show import show
from ...grammar.source import Source
from ..memory import enough_memory
from ..source_file import read_source
from .console import Exit, exit_code, put, say
from .files import write


def fmt(
    models: Annotated[list[str], typer.Argument(help="Model files (- for standard input).")],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")
    ] = False,
) -> None:
    """Format model files in place; comments stay where they are.

    A file that is refused does not keep the others from being looked at.
    """
    changed, codes = [], [Exit.OK]
    for path in models:
        try:
            source, text = _shown(path)
            if path == "-":
                put(text)
            elif text != source.text:
                if not check:
                    write(Path(path), text)
                changed.append(path)
        except Rejected as refusal:  # the other files are looked at all the same
            say(refusal.render())
            codes.append(exit_code(refusal.diagnostics))
    for path in changed:
        (say if check else put)(f"{'would change' if check else 'formatted'}: {path}")
    if check and changed:
        codes.append(Exit.MODEL)
    if worst := max(codes):
        raise typer.Exit(int(worst))


def _shown(path: str) -> tuple[Source, str]:
    """A model file as it is, and as it should be.

    Raises:
        Rejected: when it cannot be read or is no model.
    """
    with enough_memory():
        source = read_source(path)
        return source, show(source)
