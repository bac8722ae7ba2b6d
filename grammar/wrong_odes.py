"""Recognises systems of differential equations that are not written as the language has them."""

import re

from . import complaints_of_odes as complaints
from .diagnostic import Diagnostic
from .place import Place

_LEIBNIZ = re.compile(r"d([^\W\d]\w*)")


def head(p: Place) -> Diagnostic | None:
    """``ode`` without the name of the time, the times, the beginning, or the braces."""
    if p.opening.type != "ODE" or p.before.type == "RBRACE":
        return None
    if "LBRACE" not in p.accepts and "FROM" not in p.accepts and _option(p):
        message = "an option of an ode has a value"
        hint = f"write `{p.before.text} = …`; the options are rtol, atol, max_steps and method"
        return complaints.ode_is_malformed(p.here.span, message, hint)
    said = {t.type for t in p.tokens[p.first : p.at]}
    if "EQ" not in said:
        message = "an ode says what the time is called, and at which times it is solved"
        return complaints.ode_is_malformed(p.here.span, message)
    if "FROM" not in said:
        message = "an ode says at which time it begins"
        if p.here.type not in ("LBRACE", "END"):
            return complaints.ode_is_malformed(p.here.span, message)
        hint = "write `from 0` behind the times"
        return complaints.ode_is_malformed(p.here.span, message, hint)
    if p.here.type == "END" and "LBRACE" in p.accepts:
        message = "the derivatives of an ode stand in braces"
        return complaints.ode_is_malformed(p.here.span, message, "write `{ u' = … from … }` here")
    return None


def _option(p: Place) -> bool:
    """Whether this stands behind the bare name of an option."""
    return p.before.type == "NAME" and p.back(2).type == "COMMA" and p.accepts == {"EQ"}


def derivative(p: Place) -> Diagnostic | None:
    """``u' = …`` without ``from``, ``u' ~ …``, ``u(0) = …``, ``du/dt = …``."""
    words = p.tokens[p.first : p.at]
    name = p.opening.text
    if any(t.type == "PRIME" for t in words):
        begun = any(t.type == "EQ" for t in words)
        if p.here.type == "PRIME" and p.before.type == "PRIME":
            message = "a second derivative is that of another state"
            hint = f"write `{name}' = v from …` and `v' = … from …`"
            return complaints.derivative_is_malformed(p.here.span, name, message, hint)
        if not begun:
            message = "a derivative is defined with `=`"
            return complaints.derivative_is_malformed(p.here.span, name, message)
        if p.here.type == "END" and "FROM" in p.accepts:
            message = f"nothing says where `{name}` begins"
            return complaints.derivative_is_malformed(p.here.span, name, message)
    leibniz = _LEIBNIZ.fullmatch(name)
    if leibniz and p.at == p.first + 1 and p.here.text == "/" and p.ahead(1).text[:1] == "d":
        message = "a derivative is marked with `'`"
        at = p.opening.span | p.ahead(1).span
        return complaints.derivative_is_malformed(at, leibniz[1], message)
    return None


def prime(p: Place) -> Diagnostic | None:
    """``x = A'``: transposed in other languages."""
    if p.here.type != "PRIME":
        return None
    hint = "the transpose of a matrix is written with its indices exchanged: `A[j, i]`"
    return complaints.prime_is_no_operator(p.here.span, hint)
