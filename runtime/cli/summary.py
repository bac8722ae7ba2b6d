"""``nacre summary``: a fit directory as a table."""

from typing import Annotated

import typer

from .console import Exit, put, put_json, refusals, say
from .options import DirectoryArgument, JsonOption


def summary(
    directory: DirectoryArgument,
    variables: Annotated[
        list[str], typer.Option("--var", help="Only this variable; may be repeated.")
    ] = [],  # noqa: B006  typer copies it
    rows: Annotated[int, typer.Option("--rows", help="The most rows to show.")] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, in full.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 4 if the diagnostics speak against the fit.")
    ] = False,
    as_object: JsonOption = False,
) -> None:
    """Mean, sd and quantiles of every variable, and how the fit went."""
    from ..saved import load_fit  # numpy and torch: only once the command line is understood

    with refusals(as_object=as_object):
        fit = load_fit(directory)
        found = fit.summary(variables or None)
    if as_object:
        put_json(
            {
                "ok": True,
                "method": fit.method,
                "parameters": found.as_dict(),
                "diagnostics": dict(fit.diagnostics),
            }
        )
    elif as_csv:
        put(found.as_csv())
    else:
        put(found.as_text(most=rows))
        for text in fit.warnings:
            say(f"warning: {text}")
    if strict and fit.warnings:
        raise typer.Exit(int(Exit.STRICT))
