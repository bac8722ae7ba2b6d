"""Complaints about ``ode`` blocks and derivatives, and commas behind them."""

from .diagnostic import Diagnostic
from .source import Span


def ode_is_malformed(at: Span, message: str, hint: str | None = None) -> Diagnostic:
    """E136: an ``ode`` without its times, its beginning or its braces."""
    shape = "write `ode t[n in row] = times[n] from 0 { … }`"
    return Diagnostic("E136", at, message, hint=hint or shape)


def derivative_is_malformed(
    at: Span, name: str, message: str, hint: str | None = None
) -> Diagnostic:
    """E137: a derivative without its formula or its initial value."""
    return Diagnostic("E137", at, message, hint=hint or f"write `{name}' = … from …`")


def prime_is_no_operator(at: Span, hint: str) -> Diagnostic:
    """E138: ``'`` in a formula."""
    message = "`'` marks a derivative, on the left of a statement in an `ode` block"
    return Diagnostic("E138", at, message, hint=hint)


def comma_between_statements(at: Span) -> Diagnostic:
    """E139: a comma behind a statement."""
    hint = "leave it out: a statement ends with its line, or with `;`"
    return Diagnostic("E139", at, "statements are not separated by commas", hint=hint)
