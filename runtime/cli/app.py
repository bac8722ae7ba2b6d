"""The command line: one level of subcommands, flags in any order."""

import typer
from typer.exceptions import TyperException

from ..version import VERSION
from .check import check
from .compile import compile_
from .console import Exit, say
from .explain import explain
from .fit import fit
from .fmt import fmt
from .graph import graph
from .info import info
from .plot import plot
from .simulate import simulate
from .summary import summary

app = typer.Typer(
    name="nacre",
    help="Probabilistic models as graphs: check, compile, simulate and fit `.ppl` files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _command in (
    ("check", check),
    ("fmt", fmt),
    ("info", info),
    ("explain", explain),
    ("graph", graph),
    ("compile", compile_),
    ("simulate", simulate),
    ("fit", fit),
    ("summary", summary),
    ("plot", plot),
):
    app.command(_name)(_command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"nacre {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Version."
    ),
) -> None:
    del version


def main() -> int:
    """Run the command line; returns the exit code."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:  # a mistake in the command line: argparse and click would say 2
        error.show()
        return int(Exit.MODEL)
    except (KeyboardInterrupt, EOFError):
        say("interrupted")
        return 130
    except BrokenPipeError:
        return int(Exit.OK)
    return int(code or 0)
