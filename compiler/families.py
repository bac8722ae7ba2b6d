"""One row per distribution family: everything about it that is a fact rather than a computation.

The checker, the guide maker, the choice of bijections, the emitter and the documentation all read
these rows. Densities are written as formulas of the language itself, so that the compiler can
inline, simplify and differentiate them; the torch functions that readable code calls live in
``runtime/dist/<module>.py``, and a law in the tests holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .types import ANYTHING, POSITIVE, UNIT, Bounds, SupportName


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a family.

    Attributes:
        event: rank of its event: 0 a number, 1 a vector, 2 a matrix. A number given where a vector
            is expected is repeated.
        default: formula used when the argument is left out, or None when it is required.
    """

    name: str
    bounds: Bounds = ANYTHING
    event: int = 0
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One way to parametrise a family.

    The formulas are expressions of the language over ``x`` and the parameters. ``draw`` writes a
    draw as a function of standard noise: ``std_normal()``, ``std_uniform()`` (on the open unit
    interval) or ``std_gamma(shape)``, each one independent number per element. A family without one
    has no pathwise gradient.

    Attributes:
        name: of the keyword that selects it (``logit``); empty for the plain form. It is also the
            suffix of the functions in the family's module (``log_prob_logit``).
    """

    name: str
    params: tuple[Parameter, ...]
    log_density: str
    draw: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution family.

    Attributes:
        module: ``nacre.runtime.dist.<module>`` holds its numerics.
        support: where draws live.
        low, high: for ``SupportName.INTERVAL``: a parameter's name or a number, else None.
        event: rank of one draw.
        cdf: formula of the distribution function in the plain form's parameters, when there is one:
            restricted supports are normalised with it.
        states: for finite discrete families the number of states: a number, or ``len(p)``.
        proper: False for a density that does not integrate to one.
    """

    name: str
    module: str
    forms: tuple[Form, ...]
    support: SupportName
    low: str | float | None = None
    high: str | float | None = None
    event: int = 0
    cdf: str | None = None
    mean: str | None = None
    variance: str | None = None
    states: str | None = None
    proper: bool = True


_REAL, _POSITIVE, _UNIT = ANYTHING, POSITIVE, UNIT

_ROWS = (
    Family(
        "Normal",
        "normal",
        (
            Form(
                "",
                (Parameter("loc"), Parameter("scale", _POSITIVE)),
                log_density="-0.5 * ((x - loc) / scale)^2 - log(scale) - 0.5 * log(2 * pi)",
                draw="loc + scale * std_normal()",
            ),
        ),
        SupportName.REAL,
        cdf="Phi((x - loc) / scale)",
        mean="loc",
        variance="scale^2",
    ),
)

FAMILIES: Mapping[str, Family] = {row.name: row for row in _ROWS}
