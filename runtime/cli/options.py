"""Arguments and flags that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ModelArgument = Annotated[str, typer.Argument(help="Model file (- for standard input).")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
DataOption = Annotated[
    list[Path], typer.Option("--data", "-d", help="Data file: JSON, CSV, …; may be repeated.")
]
ObserveOption = Annotated[
    list[str], typer.Option("--observe", help="NAME=VALUE: condition on it; may be repeated.")
]
DoOption = Annotated[
    list[str], typer.Option("--do", help="NAME=VALUE: set it by intervention; may be repeated.")
]
ScenarioOption = Annotated[
    list[str],  # so that a second one is noticed
    typer.Option("--scenario", metavar="NAME", help="Apply a scenario of the model."),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Of all randomness.")]
DirectoryArgument = Annotated[Path, typer.Argument(help="Fit directory.")]
