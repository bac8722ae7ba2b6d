"""Random models with hidden chains, as text, with data, small enough to enumerate.

The strategy `chain_models` writes a time axis, perhaps sites beside it, one or two chains with
their laws, discrete variables that stand still, and what is seen of all these.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from random_families import Families
from random_sightings import end, factor, hidden, known, rows, series, whole


@dataclass(frozen=True)
class ChainModel:
    """A model's text and data for it."""

    text: str
    data: Mapping[str, object]


@st.composite
def chain_models(draw):
    """A model with a chain of discrete states."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    c = Families(draw, rng)
    c.declare_time()
    c.declare_sites()
    while c.maybe() and len(c.families) < 2:
        c.declare_still()
    c.declare_chains()
    if c.one_in(6):
        hidden(c)
    for k in range(c.pick(1, 2)):
        series(c, k)
    for declare in (rows, end, whole, factor):
        if c.one_in(6):
            declare(c)
    for v in c.families:
        if c.one_in(4):
            known(c, v)
    return ChainModel("\n".join(c.lines.values()) + "\n", c.data)
