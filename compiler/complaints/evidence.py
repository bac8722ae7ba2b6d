"""Complaints about values, observations and interventions: E351 to E359."""

from collections.abc import Iterable

from ...grammar.diagnostic import Diagnostic
from ...grammar.source import Span
from .names import listed


def value_outside(
    at: Span, written: str, name: str, support: str, declared: Span, inside: str
) -> Diagnostic:
    """A value that a variable cannot have; ``inside`` is one that it can have."""
    return Diagnostic(
        "E351",
        at,
        f"`{name}` cannot be {written}: its values are {support}",
        notes=((declared, f"`{name}` is introduced here"),),
        hint=f"write one of them, for example `{inside}`",
    )


def wrong_shape(at: Span, name: str, shapes: tuple[str, str], declared: Span) -> Diagnostic:
    """A value of another shape than the variable."""
    return Diagnostic(
        "E352",
        at,
        f"this has the shape {shapes[0]}, but `{name}` takes {shapes[1]}",
        notes=((declared, f"`{name}` is introduced here"),),
        hint="a single number is repeated; otherwise the shapes must agree",
    )


def label_needed(
    at: Span, written: str, dim: str, declared: Span, labels: Iterable[str]
) -> Diagnostic:
    """A value that is not a label of the dimension that the variable points into."""
    known = listed(labels)
    return Diagnostic(
        "E353",
        at,
        f"`{written}` is not a label of `{dim}`",
        notes=((declared, f"`{dim}` is declared here"),),
        hint=f"its labels are {known}"
        if known
        else 'its labels come with the data; one of them is written in quotes: `"name"`',
    )


def derived_observed(at: Span, name: str, defined: Span) -> Diagnostic:
    """``observe`` on a definition."""
    return Diagnostic(
        "E354",
        at,
        f"`{name}` is computed, not drawn: exact conditioning on it is not possible",
        notes=((defined, "defined by a formula here"),),
        hint=f"draw what was measured around it, `{name}_seen ~ Normal({name}, 0.1)`, and observe "
        "that",
    )


def data_observed(at: Span, name: str, declared: Span) -> Diagnostic:
    """``observe`` on data."""
    return Diagnostic(
        "E355",
        at,
        f"`{name}` is data: its value comes with the data file",
        notes=((declared, "declared here"),),
        hint=f"a value in the model is a default: `data {name}: real = …`; `~` alone makes it an "
        "observation",
    )


def param_observed(at: Span, name: str, declared: Span) -> Diagnostic:
    """``observe`` on a ``param``."""
    return Diagnostic(
        "E356",
        at,
        f"`{name}` is a param: it is optimised, not random, so it cannot be observed",
        notes=((declared, "declared here"),),
        hint=f"a known number is a definition: `{name} = …`",
    )


def set_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """Two values for one variable."""
    return Diagnostic(
        "E357",
        at,
        f"`{name}` is given a value twice",
        notes=((first, "the first time here"),),
        hint="remove one of them",
    )


def element_not_constant(at: Span, written: str, name: str) -> Diagnostic:
    """A computed element in ``observe`` or ``do``."""
    return Diagnostic(
        "E358",
        at,
        f"`{written}` is not one fixed element",
        hint=f"name it by its label, `{name}[3]`, or set all of `{name}` at once",
    )


def part_of_draw(at: Span, name: str, drawn: Span) -> Diagnostic:
    """One number of a vector that is drawn as a whole."""
    return Diagnostic(
        "E359",
        at,
        f"one draw of `{name}` is a whole vector, so no single number of it can be set",
        notes=((drawn, "drawn here"),),
        hint=f"set all of it: `{name} = […]`",
    )
