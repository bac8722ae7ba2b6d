"""Mistakes in the command line, as complaints like all others."""

import re
from collections.abc import Collection

from typer.exceptions import TyperException

from ...grammar.diagnostic import Diagnostic, did_you_mean
from ..complaints import command as complaints

_NO_OPTION = re.compile(r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.*)\))?")
_NO_COMMAND = re.compile(r"No such command '(?P<name>[^']*)'")
_NO_CHOICE = re.compile(
    r"Invalid value for '(?P<flag>[^']*)'.*?: (?:.*?, )?"
    r"'(?P<value>[^']*)' is not one of (?P<all>.*)"
)
_NO_VALUE = re.compile(r"Option '(?P<flag>[^']*)' requires an argument")
_NO_ARGUMENT = re.compile(r"Missing argument '(?P<name>[^']*)'")
_EXTRA = re.compile(r"Got unexpected extra argument\(?s?\)? \((?P<words>.*)\)")
_NO_NUMBER = re.compile(r"'.*' is not a valid (?P<kind>int|float)\b")
_OUT_OF_RANGE = re.compile(
    r"(?P<value>\S+) is not in the range (?P<low>\d+)<=x(<=(?P<high>\d+))?"
    r"|(?P<given>\S+) is not in the range x>=(?P<least>\d+)"
)
_BAD_VALUE = re.compile(r"Invalid value for '(?P<flag>[^']*)'[^:]*: (?P<why>.*)")


def complaint(error: TyperException, command: str | None, commands: Collection[str]) -> Diagnostic:
    """What was misunderstood, and what to write instead.

    Args:
        command: the one that was asked for, if there is one of that name.
        commands: all of them.
    """
    text = error.format_message().strip()
    help_ = f"`nacre {command} -h` shows what it takes" if command else "`nacre -h` lists them all"
    if found := _NO_OPTION.match(text):
        near = (found["near"] or "").split(", ")
        hint = did_you_mean(found["name"], near) or help_
        return complaints.misused(f"there is no flag `{found['name']}`", hint)
    if found := _NO_COMMAND.match(text):
        hint = did_you_mean(found["name"], commands) or help_
        return complaints.misused(f"there is no command `{found['name']}`", hint)
    if found := _NO_CHOICE.match(text):
        known = re.findall(r"'([^']*)'", found["all"])
        return complaints.unknown_choice(found["flag"], found["value"], known)
    if found := _NO_VALUE.match(text):
        return complaints.misused(f"`{found['flag']}` stands without its value", help_)
    if found := _NO_ARGUMENT.match(text):
        missing = f"`nacre {command}` needs a {found['name'].lower().removesuffix('s')}"
        return complaints.misused(missing, help_)
    if found := _EXTRA.match(text):
        return complaints.misused(f"`{found['words']}` is more than it takes", help_)
    if found := _BAD_VALUE.match(text):
        return complaints.misused(f"`{found['flag']}` {_plain(found['why'])}", help_)
    return complaints.misused(_lowered(text), help_)


def _plain(why: str) -> str:
    """What a value should have been, without the words of the library that checks it."""
    if found := _NO_NUMBER.match(why):
        return "must be a whole number" if found["kind"] == "int" else "must be a number"
    if found := _OUT_OF_RANGE.match(why):
        low, high = found["low"] or found["least"], found["high"]
        most = f" to {int(high):,}" if high else ""
        return f"must be a whole number from {low}{most}, not {found['value'] or found['given']}"
    return _lowered(why.partition(",")[0])


def _lowered(text: str) -> str:
    """The start of a sentence as its middle."""
    return (text[:1].lower() + text[1:]).rstrip(".")
