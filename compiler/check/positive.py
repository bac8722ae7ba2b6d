"""Which states of a system of differential equations are never negative.

A state that begins at 0 or above stays there if its derivative is not negative where it is 0 and
the others are not negative (Nagumo 1942). The intervals of the checker often show that: populations
and concentrations are positive because what flows out of them is proportional to them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from .. import typed
from ..types import POSITIVE, Bounds
from .context import Context

MOST_STATES = 30  # each is typed once for every other that falls out

_NOTHING = Bounds(0.0, 0.0)
Slopes = Callable[[Mapping[str, Bounds]], Mapping[str, typed.Expr] | None]


def stays_positive(
    ctx: Context, names: Sequence[str], families: Collection[str], slopes: Slopes
) -> frozenset[str]:
    """The largest set of these states that are not negative, as far as their intervals show.

    Args:
        names: states that do not begin below 0.
        families: those among them that stand for several numbers: where one of these is 0 the
            others need not be, so nothing is taken to be 0.
        slopes: derivatives of all states under assumed intervals.
    """
    kept = set(names)
    if len(kept) > MOST_STATES:
        return frozenset()
    before = ctx.remember()
    while kept:
        falling = {n for n in kept if not _held(n, kept, families, slopes)}
        if not falling:
            break
        kept -= falling
    ctx.recall(before)
    return frozenset(kept)


def _held(name: str, kept: set[str], families: Collection[str], slopes: Slopes) -> bool:
    """Whether the derivative of a state is not negative where the state is 0."""
    own = POSITIVE if name in families else _NOTHING
    found = slopes({**dict.fromkeys(kept, POSITIVE), name: own})
    return found is not None and found[name].type.bounds.low >= 0
