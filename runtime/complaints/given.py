"""Complaints about values that come with a request: ``condition``, ``do``, ``--observe``."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span
from .binding import number_or_inf
from .wording import declared, listed, quoted, shape_of


def given_missing(at: Span, name: str) -> Diagnostic:
    """A conditioned variable whose value did not come with the data."""
    return Diagnostic(
        "Q651",
        at,
        f"`{name}` is conditioned from outside, but no value was given for it",
        hint=f"give one with the request: `--observe {name}=…`, or `{name}=…` in Python",
    )


def given_shape(
    at: Span, name: str, extents: Sequence[str | int], sizes: Sequence[int], found: str
) -> Diagnostic:
    """An array that does not fit the variable."""
    return Diagnostic(
        "Q652",
        at,
        f"`{declared(name, extents)}` holds {shape_of(sizes)}; the value given has {found}",
        hint="give one number for all of them, or an array of that shape",
    )


def given_not_a_number(at: Span, place: str, value: object) -> Diagnostic:
    """NaN, infinity, text."""
    shown = number_or_inf(value) if isinstance(value, float) else quoted(value)
    hint = "give a finite number, such as 9.5"
    return Diagnostic("Q653", at, f"the value given for {place} is {shown}", hint=hint)


def given_outside(at: Span, place: str, value: float, needs: str) -> Diagnostic:
    """A value that the variable cannot have."""
    hint = "give another one, or draw the variable from a distribution that reaches it"
    if value < 0 and needs in ("0 or more", "greater than 0"):
        hint = f"check the sign: {number_or_inf(-value)} is possible"
    return Diagnostic(
        "Q654",
        at,
        f"the value given for {place} is {number_or_inf(value)}, but must be {needs}",
        hint=hint,
    )


def given_label(at: Span, place: str, label: object, dim: str, labels: Sequence[str]) -> Diagnostic:
    """A label that the dimension does not have."""
    hint = did_you_mean(str(label), labels) or (
        f"the labels are {listed(labels)}" if labels else f"list them in the data, as `{dim}`"
    )
    return Diagnostic(
        "Q655",
        at,
        f"the value given for {place} is {quoted(label)}, which is not a label of `{dim}`",
        hint=hint,
    )


CODES: Mapping[str, Explanation] = {
    "Q651": Explanation(
        "a condition without a value",
        "The model was conditioned or intervened on from outside, so that its value comes with"
        " each request; this request did not bring one.",
        "nacre fit m.ppl --observe weight",
        "nacre fit m.ppl --observe weight=9.5",
    ),
    "Q652": Explanation(
        "a given value of the wrong shape",
        "A whole family is given as one number, which every element takes, or as an array with one"
        " element per label. Single elements are named: --do 'dose[3]=0'.",
        "model.condition(theta=[1.0, 2.0])        # theta[school] has 8 elements",
        "model.condition(theta=0.0)",
    ),
    "Q653": Explanation(
        "a given value that is no number",
        "Conditioning on NaN or infinity has no meaning.",
        "model.condition(weight=float('nan'))",
        "model.condition(weight=9.5)",
    ),
    "Q654": Explanation(
        "a given value outside the support",
        "The variable cannot have this value: for an observation its density would be zero, and an"
        " intervention would feed its children a number that their formulas do not expect.",
        "model.do(sigma=-1)                       # sigma ~ HalfNormal(1)",
        "model.do(sigma=1)",
    ),
    "Q655": Explanation(
        "a given label that does not exist",
        "A variable that points into a dimension is given by one of its labels.",
        "model.condition(z='wlid')                # dim regime = {calm, wild}",
        "model.condition(z='wild')",
    ),
}
