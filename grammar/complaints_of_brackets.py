"""Complaints about brackets: E101, E102, and how deep they go (E123)."""

from .diagnostic import Diagnostic
from .source import Span


def bracket_is_not_closed(
    bracket: Span, mark: str, closer: str, end: Span, whole: str
) -> Diagnostic:
    """E101: the statement is over and a bracket is still open."""
    return Diagnostic(
        "E101",
        bracket,
        f"this `{mark}` is never closed",
        notes=((end, f"the {whole} ends here"),),
        hint=f"add the missing `{closer}`",
    )


def bracket_closes_nothing(at: Span, mark: str) -> Diagnostic:
    """E102: a closer without an opener."""
    return Diagnostic("E102", at, f"this `{mark}` closes nothing", hint=f"remove the `{mark}`")


def bracket_closes_another(at: Span, mark: str, opener: Span, needed: str) -> Diagnostic:
    """E102: a closer of the wrong kind."""
    return Diagnostic(
        "E102",
        at,
        f"expected `{needed}`, not `{mark}`",
        notes=((opener, f"opened here, to be closed by `{needed}`"),),
        hint=f"write `{needed}` here",
    )


def group_is_not_closed(bracket: Span, comma: Span, whole: str) -> Diagnostic:
    """E101: a bracket around a formula is open where the next argument begins."""
    return Diagnostic(
        "E101",
        bracket,
        "this `(` is never closed",
        notes=((comma, "it is open here, and a formula has no comma"),),
        hint=f"close it before the comma, `{whole}`, or remove it",
    )


def comma_in_group(at: Span, bracket: Span, whole: str) -> Diagnostic:
    """E100: brackets around a formula, with a second one inside."""
    return Diagnostic(
        "E100",
        at,
        "expected `)`, not `,`",
        notes=((bracket, "this `(` holds one formula"),),
        hint=f"a list is written `[{whole}]`; the arguments of a call have no second brackets",
    )


def brackets_are_too_deep(at: Span, most: int) -> Diagnostic:
    """E123: more brackets inside brackets than the bound."""
    return Diagnostic(
        "E123",
        at,
        f"brackets are nested more than {most} deep here",
        hint="give the inner parts names of their own",
    )
