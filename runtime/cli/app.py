"""The command line: one level of subcommands, flags in any order."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import typer
from typer.exceptions import TyperException

from ...grammar.diagnostic import Rejected
from ..version import VERSION
from .console import Exit, refusals, say
from .mistakes import complaint

COMMANDS: Mapping[str, str] = {
    "check": "check.check",
    "fmt": "fmt.fmt",
    "info": "info.info",
    "explain": "explain.explain",
    "graph": "graph.graph",
    "compile": "compile.compile_",
    "simulate": "simulate.simulate",
    "fit": "fit.fit",
    "summary": "summary.summary",
    "plot": "plot.plot",
}
"""Module and function of every command, in the order of the help."""


def make_app(names: Sequence[str] = tuple(COMMANDS)) -> typer.Typer:
    """The application with some of its commands; only their modules are imported."""
    app = typer.Typer(
        name="nacre",
        help="Probabilistic models as graphs: check, compile, simulate and fit `.ppl` files.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        app.command(name)(_function(COMMANDS[name]))
    return app


def _function(where: str) -> Callable[..., Any]:
    module, name = where.split(".")
    found: Callable[..., Any] = getattr(import_module(f".{module}", __package__), name)
    return found


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"nacre {VERSION}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    del version


def main() -> int:
    """Run the command line; returns the exit code."""
    words = sys.argv[1:]
    asked = words[0] if words and words[0] in COMMANDS else None
    # a command that is named at once needs no other: importing all of them would double its time
    app = make_app((asked,) if asked else tuple(COMMANDS))
    try:
        with refusals(as_object="--json" in words):
            try:
                code = app(words or ["--help"], standalone_mode=False)
            except TyperException as error:
                raise Rejected([complaint(error, asked, COMMANDS)]) from None
    except typer.Exit as done:
        code = done.exit_code
    except (KeyboardInterrupt, EOFError):
        say("interrupted")
        return int(Exit.INTERRUPTED)
    except Exception as error:  # a mistake of ours: a traceback would tell a modeller nothing
        if os.environ.get("NACRE_TRACEBACK"):
            raise
        say(f"internal error: {type(error).__name__}: {error}")
        say("This is a mistake in Nacre, not in the model; NACRE_TRACEBACK=1 shows where.")
        return int(Exit.INTERNAL)
    return int(code or 0)
