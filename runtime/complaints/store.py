"""Complaints about fit directories."""

from collections.abc import Mapping

from ...grammar.diagnostic import Diagnostic, Explanation
from .wording import quoted


def _about(code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, None, message, hint=hint)


def not_a_fit(directory: str, reason: str) -> Diagnostic:
    """There is nothing here that a fit left."""
    return _about(
        "R551",
        f"`{directory}` is not a fit directory: {reason}",
        "give the directory that was named with -o",
    )


def unknown_version(directory: str, found: object, known: int) -> Diagnostic:
    """Written by another version of the layout."""
    shown = found if isinstance(found, int) else quoted(found)
    return _about(
        "R552",
        f"`{directory}` has layout version {shown}; this Nacre reads version {known}",
        "read it with the version of Nacre named in its config.json",
    )


def damaged(directory: str, file: str, reason: str) -> Diagnostic:
    """A file that is not what was written."""
    return _about(
        "R553",
        f"`{directory}/{file}` is damaged: {reason}",
        "fit again; a file of a fit that was changed by hand is refused too",
    )


def directory_in_use(directory: str, found: str) -> Diagnostic:
    """The target holds something else."""
    return _about(
        "R554",
        f"`{directory}` is not empty and is not a fit (it holds {quoted(found)}): "
        "nothing was written",
        "name another directory with -o",
    )


def cannot_write(path: str, reason: str) -> Diagnostic:
    """The operating system refused."""
    hint = "name another directory with -o, in a place where you may write"
    return _about("R555", f"cannot write `{path}`: {reason}", hint)


def unsafe_name(name: str, where: str) -> Diagnostic:
    """A name that could lead out of its file or directory."""
    hint = "call it by a word of letters, digits and `_`"
    return _about("R556", f"{quoted(name)} cannot be a name in {where}", hint)


CODES: Mapping[str, Explanation] = {
    "R551": Explanation(
        "not a fit directory",
        "A fit directory holds config.json, which is written last: a directory without it was"
        " never a fit, or the fit did not finish.",
        "nacre summary results/",
        "nacre summary results/radon/             # the directory given to fit -o",
    ),
    "R552": Explanation(
        "a fit of another layout version",
        "The layout of fit directories has a version number. config.json names the version of"
        " Nacre that wrote it, and the exact command that makes the fit again.",
        "nacre summary old-fit/",
        "pip install nacre==0.1.0 && nacre summary old-fit/",
    ),
    "R553": Explanation(
        "a damaged fit",
        "config.json holds the size and SHA-256 of every file that is read back. One of them does"
        " not match, or its contents make no sense.",
        "truncate -s 100 fit/draws.nc; nacre summary fit/",
        "nacre fit radon.ppl --data radon.csv -o fit/",
    ),
    "R554": Explanation(
        "a directory that holds something else",
        "An earlier fit is replaced; a directory with other files in it is left alone unless"
        " overwriting is asked for, and even then only files of the fit's own names are replaced.",
        "nacre fit m.ppl -o ~/thesis",
        "nacre fit m.ppl -o ~/thesis/fit",
    ),
    "R555": Explanation(
        "a result that cannot be written",
        "No permission, no space, or a path that is not a directory. Files are written beside"
        " their place and renamed, so that an earlier fit is whole until the new one is.",
        "nacre fit m.ppl -o /etc/fit",
        "nacre fit m.ppl -o fit",
    ),
    "R556": Explanation(
        "a name that cannot be stored",
        "Names of stored variables and groups are words; slashes, dots and control characters could"
        " lead elsewhere.",
        'draws named "../alpha"',
        'draws named "alpha"',
    ),
}
