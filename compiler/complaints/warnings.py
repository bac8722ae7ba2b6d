"""Advice: W3xx. The model is accepted; something in it is probably not meant."""

from math import inf

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from ..families import Parameter
from ..types import Bounds
from .expressions import amount, need


def may_leave(
    at: Span,
    family: str,
    p: Parameter,
    got: Bounds,
    written: str,
    declared: tuple[str, Span] | None,
    instead: str | None,
) -> Diagnostic:
    """A parameter that nothing keeps in its domain; ``instead`` would keep it there."""
    can = f"less than {amount(p.bounds.low)}" if got.low < p.bounds.low else "larger"
    notes = ((declared[1], f"`{declared[0]}` is introduced here"),) if declared else ()
    if instead is None:
        instead = f"exp({written})" if p.bounds.high == inf else f"sigmoid({written})"
        if p.whole:
            instead = f"max({amount(p.bounds.low)}, {written})"
    return Diagnostic(
        "W301",
        at,
        f"`{p.name}` of `{family}` {need(p.bounds)}, and `{written}` can be {can}",
        notes,
        hint=f"write `{instead}`",
    )


def index_hides(at: Span, name: str, declared: Span) -> Diagnostic:
    """An index with the name of a variable."""
    return Diagnostic(
        "W302",
        at,
        f"the index `{name}` hides the variable `{name}` in this statement",
        notes=((declared, "the variable"),),
        hint="choose another letter for the index",
    )


def unused_dimension(at: Span, name: str) -> Diagnostic:
    """A dimension over which nothing runs."""
    return Diagnostic("W303", at, f"the dimension `{name}` is never used", hint="remove it")


def unused_data(at: Span, name: str) -> Diagnostic:
    """Data that nothing reads."""
    return Diagnostic("W304", at, f"the data `{name}` are never used", hint="remove them")


def unused_param(at: Span, name: str, where: str) -> Diagnostic:
    """A param that nothing reads, so that nothing moves it."""
    return Diagnostic(
        "W305",
        at,
        f"the param `{name}` of {where} is never used",
        hint="remove it, or use it in a distribution",
    )


def unused_network(at: Span, name: str) -> Diagnostic:
    """A network that nothing calls."""
    return Diagnostic(
        "W305", at, f"the network `{name}` is never called", hint="remove it, or call it"
    )


def unused_function(at: Span, name: str) -> Diagnostic:
    """A function that nothing calls."""
    return Diagnostic(
        "W315", at, f"the function `{name}` is never called", hint="remove it, or call it"
    )


def order_not_normalised(at: Span, family: str, support: str) -> Diagnostic:
    """A density on ordered vectors without its normaliser."""
    return Diagnostic(
        "W306",
        at,
        f"the density of `{family}` restricted to {support} is not normalised: how probable that "
        "order is depends on something random, and has no formula",
        hint="give every number of the vector the same arguments, or make them data",
    )


def guide_narrower(at: Span, name: str, words: tuple[str, str], model: Span) -> Diagnostic:
    """A guide that cannot draw all that the model allows."""
    return Diagnostic(
        "W307",
        at,
        f"the guide draws `{name}` from {words[0]} only",
        notes=((model, f"in the model `{name}` takes {words[1]}"),),
        hint="a guide that covers all of it is judged fairly; this one cannot reach the rest",
    )
