"""Whether given numbers lie where a support allows, and what it allows in words."""

from dataclasses import dataclass

import numpy as np

from ..compiler.types import Kind, SupportName
from .complaints.wording import number

# How far the numbers of a simplex may add up beside 1: data are rounded when they are written.
_SIMPLEX_TOLERANCE = 1e-6

# How far a matrix may be from symmetry, against its largest number.
_SYMMETRY_TOLERANCE = 1e-8
_DEFINITE = "in a positive definite matrix, whose eigenvalues are all greater than 0"


@dataclass(frozen=True)
class Violation:
    """The first number that is not allowed.

    Attributes:
        index: flat, into the array that was checked.
        needs: what it should have been: ``from 0 to 1``.
        count: how many there are.
    """

    index: int
    value: float
    needs: str
    count: int

    @property
    def facts(self) -> tuple[float, str, int]:
        """What a complaint says besides the place."""
        return self.value, self.needs, self.count


def violation(
    values: np.ndarray,
    support: SupportName,
    kind: Kind,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
    *,
    zero: bool = False,
) -> Violation | None:
    """The first element outside of a support, or None.

    Positions (``INDEX``) are right by construction. Ends belong to an interval.

    Args:
        values: float64, finite; the last axis is the event of a simplex.
        kind: of the declared type: INT and BOOL need whole numbers whatever the support.
        low, high: ends, broadcast against ``values``; None where there is none.
        zero: whether 0 counts as positive. A declared type says no; a distribution on the positive
            numbers may well have a density there.
    """
    for wrong, needs in _rules(values, support, kind, zero):
        if wrong.any():
            return _first(values, wrong, needs)
    lows = np.broadcast_to(-np.inf if low is None else low, values.shape)
    highs = np.broadcast_to(np.inf if high is None else high, values.shape)
    wrong = ~((values >= lows) & (values <= highs))  # an end that is NaN allows nothing
    if not wrong.any():
        return None
    i = int(np.argmax(wrong))
    return _first(values, wrong, _between(float(lows.flat[i]), float(highs.flat[i])))


def _rules(
    values: np.ndarray, support: SupportName, kind: Kind, zero: bool
) -> list[tuple[np.ndarray, str]]:
    """What is wrong, rule by rule; later rules are for numbers that pass the earlier ones."""
    whole = (values != np.round(values), "a whole number")
    match support:
        case SupportName.POSITIVE:
            return [(values < 0, "0 or more")] if zero else [(values <= 0, "greater than 0")]
        case SupportName.UNIT:
            return [(~((values >= 0) & (values <= 1)), "from 0 to 1")]
        case SupportName.COUNT:
            return [((values < 0) | whole[0], "a whole number, 0 or more")]
        case SupportName.BOOL:
            return [((values != 0) & (values != 1), "0 or 1")]
        case SupportName.INT:
            return [whole]
        case SupportName.SIMPLEX:
            off = np.abs(values.sum(-1, keepdims=True) - 1) > _SIMPLEX_TOLERANCE
            return [
                (values < 0, "from 0 to 1"),
                (np.broadcast_to(off, values.shape), "one of several that add up to 1"),
            ]
        case SupportName.ORDERED | SupportName.POSITIVE_ORDERED:
            down = np.diff(values, axis=-1, prepend=-np.inf) <= 0
            rules = [(down, "greater than the one before it")]
            if support is SupportName.POSITIVE_ORDERED:
                rules.insert(0, (values <= 0, "greater than 0"))
            return rules
        case SupportName.REAL | SupportName.VECTOR | SupportName.INTERVAL | SupportName.INDEX:
            return [whole] if kind in (Kind.INT, Kind.BOOL) else []
        case _:
            return _matrix_rules(values, support)


def _matrix_rules(values: np.ndarray, support: SupportName) -> list[tuple[np.ndarray, str]]:
    """Rules of square matrices along the last two axes."""
    n = values.shape[-1]
    unit = np.eye(n, dtype=bool)
    diagonal = np.diagonal(values, axis1=-2, axis2=-1)[..., None]
    size = np.abs(values).max((-2, -1), keepdims=True, initial=0.0)
    if support in (SupportName.CHOLESKY_CORR, SupportName.CHOLESKY_COV):
        rules = [
            ((np.triu(values, 1) != 0), "0, above the diagonal"),
            (unit & (diagonal <= 0), "greater than 0, on the diagonal"),
        ]
        if support is SupportName.CHOLESKY_CORR:
            off = np.abs((values**2).sum(-1, keepdims=True) - 1) > _SIMPLEX_TOLERANCE
            long_ = np.broadcast_to(off, values.shape)
            rules.append((long_, "in a row whose squares add up to 1"))
        return rules
    mirrored = np.abs(values - values.swapaxes(-2, -1)) > _SYMMETRY_TOLERANCE * size
    smallest = np.linalg.eigvalsh(values)[..., :1, None] if n else values
    definite = np.broadcast_to(smallest <= 0, values.shape)
    rules = [(mirrored, "the same as its mirror image"), (definite, _DEFINITE)]
    if support is SupportName.CORR:
        ones = unit & (np.abs(diagonal - 1) > _SIMPLEX_TOLERANCE)
        rules.insert(0, (ones, "1, on the diagonal"))
    return rules


def _first(values: np.ndarray, wrong: np.ndarray, needs: str) -> Violation:
    i = int(np.argmax(wrong))
    return Violation(i, float(values.flat[i]), needs, int(wrong.sum()))


def _between(low: float, high: float) -> str:
    if high == np.inf:
        return f"at least {number(low)}"
    if low == -np.inf:
        return f"at most {number(high)}"
    if np.isnan(low) or np.isnan(high):
        return "between ends that are numbers"
    return f"from {number(low)} to {number(high)}"
