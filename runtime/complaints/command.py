"""Complaints about files and words on the command line."""

import shlex
from collections.abc import Collection, Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from .wording import listed, to_be_read


def unreadable(path: str, why: str, beside: Collection[str]) -> Diagnostic:
    """A model file that cannot be opened."""
    hint = did_you_mean(path, beside) or to_be_read(why)
    return Diagnostic("Q681", None, f"cannot read `{path}`: {why}", hint=hint)


def too_long(path: str, limit: int) -> Diagnostic:
    """A model file of more than a sensible size."""
    return Diagnostic(
        "Q682",
        None,
        f"`{path}` is longer than {limit:,} bytes",
        hint="a model is a page of text; data belong in a data file",
    )


def not_text(path: str, at: int) -> Diagnostic:
    """A model file that is not UTF-8."""
    return Diagnostic(
        "Q683", None, f"`{path}` is not UTF-8 text (byte {at + 1})", hint="save it as UTF-8"
    )


def no_such_code(code: str, known: Collection[str]) -> Diagnostic:
    """A diagnostic code that nothing gives."""
    hint = did_you_mean(code.upper(), known) or "`nacre explain` without a code lists them all"
    return Diagnostic("Q684", None, f"there is no code `{code}`", hint=hint)


def not_an_assignment(flag: str, text: str) -> Diagnostic:
    """A value on the command line that is not ``name=value``."""
    return Diagnostic(
        "Q685",
        None,
        f"`{flag} {text}` gives nothing a value",
        hint=f"write `{flag} name=value`, for instance `{flag} weight=9.5`",
    )


def not_a_value(flag: str, text: str) -> Diagnostic:
    """A value on the command line that is neither a number, a list nor a word."""
    return Diagnostic(
        "Q686",
        None,
        f"`{text}` after `{flag}` is not a value",
        hint="a number (9.5), a list ([1, 2, 3]), or a label",
    )


def unknown_choice(flag: str, value: str, known: Collection[str]) -> Diagnostic:
    """A word that a flag does not take."""
    hint = did_you_mean(value, known) or f"it takes {listed(list(known))}"
    return Diagnostic("Q687", None, f"`{flag} {value}` is not known", hint=hint)


def unknown_picture(path: str, known: Collection[str]) -> Diagnostic:
    """A picture whose name does not say what kind it is, or says one that is not known."""
    ending = path.rpartition(".")[2].lower()
    hint = did_you_mean(ending, known) or "name it .png, .svg or .pdf"
    return Diagnostic("Q687", None, f"`{path}` has not the ending of a picture", hint=hint)


def unknown_graph(path: str) -> Diagnostic:
    """A drawing of a graph by an ending that says no format, or one that is not written."""
    hint = "name it .svg, .dot, .mmd or .json, or say which one it is with `--format`"
    if path.lower().endswith((".png", ".pdf")):
        hint = "browsers show an .svg; Graphviz makes a picture of a .dot: `dot -Tpng graph.dot`"
    return Diagnostic("Q687", None, f"`{path}` has not the ending of a drawing", hint=hint)


def exists_already(path: str) -> Diagnostic:
    """A file that would be overwritten."""
    return Diagnostic(
        "Q688",
        None,
        f"`{path}` exists and was not written by nacre",
        hint="choose another name, or overwrite it all the same with `--force`",
    )


def extra_missing(what: str, extra: str) -> Diagnostic:
    """A command whose optional dependency is not installed."""
    return Diagnostic(
        "Q689",
        None,
        f"`{what}` needs packages that are not installed",
        hint=f"pip install 'nacre[{extra}]'",
    )


def cannot_write(path: str, why: str) -> Diagnostic:
    """A result that the operating system does not take."""
    return Diagnostic(
        "Q690",
        None,
        f"cannot write `{path}`: {why[:1].lower() + why[1:]}",
        hint="give the name of a file in a directory that exists",
    )


def no_memory() -> Diagnostic:
    """More numbers than memory holds."""
    return Diagnostic(
        "Q716",
        None,
        "this takes more memory than there is",
        hint="ask for fewer draws, particles, restarts or steps, or for `--dtype float32`",
    )


def misused(message: str, hint: str) -> Diagnostic:
    """A command line that is not understood."""
    return Diagnostic("Q691", None, message, hint=hint)


def two_values(flag: str, name: str) -> Diagnostic:
    """A flag that is repeated with another value for the same name."""
    return misused(f"`{flag}` gives `{name}` two values", "give every name once")


def given_twice(flag: str, values: Sequence[str]) -> Diagnostic:
    """A flag of one value that is given several."""
    first, second, *_ = dict.fromkeys(values)
    message = f"`{flag}` is given twice, as `{first}` and as `{second}`"
    return misused(message, f"choose one: `{flag} {shlex.quote(second)}`")


CODES: Mapping[str, Explanation] = {
    "Q681": Explanation(
        "a model file that cannot be read",
        "The file does not exist, or its permissions forbid reading it.",
        "nacre check raddon.ppl",
        "nacre check radon.ppl",
    ),
    "Q682": Explanation(
        "a model file that is too long",
        "Models are bounded to a few megabytes of text, so that a wrong file is refused at once.",
        "nacre check draws.csv",
        "nacre check radon.ppl",
    ),
    "Q683": Explanation(
        "a model file that is not text",
        "Model files are UTF-8.",
        "nacre check picture.png",
        "nacre check radon.ppl",
    ),
    "Q684": Explanation(
        "an unknown code",
        "Every complaint has a code such as E203, which `nacre explain` tells more about.",
        "nacre explain E9999",
        "nacre explain E201",
    ),
    "Q685": Explanation(
        "a value without a name",
        "Evidence and interventions are written `name=value`.",
        "nacre fit m.ppl --observe 9.5",
        "nacre fit m.ppl --observe measurement=9.5",
    ),
    "Q686": Explanation(
        "not a value",
        "Values are numbers, lists of numbers, or labels of the dimension they point into.",
        "nacre fit m.ppl --observe 'x=[1,'",
        "nacre fit m.ppl --observe 'x=[1, 2]'",
    ),
    "Q687": Explanation(
        "an unknown choice",
        "The flag takes one of a few words.",
        "nacre graph m.ppl --format dott",
        "nacre graph m.ppl --format dot",
    ),
    "Q689": Explanation(
        "an extra that is not installed",
        "Some commands need optional packages, which come with an extra.",
        "pip install nacre\nnacre plot fits/radon",
        "pip install 'nacre[plots]'\nnacre plot fits/radon",
    ),
    "Q688": Explanation(
        "a file in the way",
        "Nacre overwrites only what it wrote itself.",
        "nacre compile m.ppl -o precious.py",
        "nacre compile m.ppl -o m_model.py",
    ),
    "Q690": Explanation(
        "a file that cannot be written",
        "The directory does not exist, a directory stands where a file should, or the permissions"
        " forbid writing.",
        "nacre graph m.ppl -o pictures",
        "nacre graph m.ppl -o pictures/m.svg",
    ),
    "Q716": Explanation(
        "not enough memory",
        "Draws, particles, restarts and the losses of all steps are held in memory, as are the data"
        " and what is computed from them. The operating system did not give as much.",
        "nacre simulate m.ppl -n 999999999999999",
        "nacre simulate m.ppl -n 1000",
    ),
    "Q691": Explanation(
        "a command line that is not understood",
        "A command or a flag that does not exist, a flag without its value, or an argument too many"
        " or too few. Flags may stand anywhere after the command; `nacre COMMAND -h` lists them.",
        "nacre fit m.ppl --step 2000",
        "nacre fit m.ppl --steps 2000",
    ),
}
