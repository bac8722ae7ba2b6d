"""The one table of operations: spelling in torch, result and reverse-mode rule of each."""

from collections.abc import Mapping
from dataclasses import replace

from .op import Op
from .rows.arithmetic import ARITHMETIC, LOGIC
from .rows.distributions import DISTRIBUTIONS
from .rows.functions import FUNCTIONS, PAIRS
from .rows.fused import FUSED
from .rows.incomplete import INCOMPLETE
from .rows.indexing import INDEXING
from .rows.leaves import BOUNDS, CONVERSIONS, LEAVES
from .rows.loops import LOOPS
from .rows.matrices import MATRICES
from .rows.networks import NETWORKS
from .rows.reductions import REDUCTIONS, SCANS
from .rows.solutions import SOLUTIONS
from .rows.views import VIEWS

# number by number, with broadcasting
POINTWISE: Mapping[str, Op] = {
    name: replace(row, broadcasts=True)
    for name, row in {**ARITHMETIC, **LOGIC, **FUNCTIONS, **PAIRS, **INCOMPLETE}.items()
}

OPS: Mapping[str, Op] = {
    **POINTWISE,
    **LEAVES,
    **CONVERSIONS,
    **BOUNDS,
    **VIEWS,
    **INDEXING,
    **REDUCTIONS,
    **SCANS,
    **MATRICES,
    **DISTRIBUTIONS,
    **LOOPS,
    **SOLUTIONS,
    **FUSED,
    **NETWORKS,
}
