"""``nacre plot``: the loss, the guide's parameters, or the posterior, as a picture."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ...grammar.diagnostic import Rejected
from ..complaints import command as complaints
from .assignments import assignments
from .console import refusals, say
from .files import writing
from .options import DirectoryArgument


class Kind(StrEnum):
    """What is drawn."""

    LOSS = "loss"
    PARAMS = "params"
    POSTERIOR = "posterior"


def plot(
    directory: DirectoryArgument,
    kind: Annotated[Kind, typer.Option("--kind", "-k", help="What to draw.")] = Kind.LOSS,
    variables: Annotated[
        list[str], typer.Option("--var", help="Only this variable; may be repeated.")
    ] = [],  # noqa: B006  typer copies it
    truth: Annotated[
        list[str], typer.Option("--truth", help="NAME=VALUE: a dotted line at a known value.")
    ] = [],  # noqa: B006
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="PNG, SVG or PDF file.")
    ] = None,
) -> None:
    """Draw a fit into a file (needs the extra `plots`)."""
    from ..saved import load_fit  # numpy, torch and matplotlib: only when they are needed

    try:
        from .. import plots
    except ImportError:
        with refusals():
            raise Rejected([complaints.extra_missing("nacre plot", "plots")]) from None
    target = output or directory / f"{kind.value}.png"
    with refusals():
        fit = load_fit(directory)
        known = assignments("--truth", truth)
        match kind:
            case Kind.LOSS:
                figure = plots.loss(fit)
            case Kind.PARAMS:
                figure = plots.params(fit, variables, known)
            case Kind.POSTERIOR:
                figure = plots.posterior(fit, variables, known)
        endings = figure.canvas.get_supported_filetypes()
        ending = target.suffix.lstrip(".").lower()
        if ending not in endings:
            raise Rejected([complaints.unknown_picture(str(target), endings)])
        with writing(target):
            figure.savefig(target, dpi=150)
    say(f"wrote {target}")
