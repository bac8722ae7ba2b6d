"""Where to begin: the best of a few random positions, for every restart."""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from .noise import uniforms
from .objective import LogDensity
from .outcome import InferenceError, Outcome

_CANDIDATES = 16
_RADII = (2.0, 0.5, 0.1, 0.0)


def starting_points(
    log_density: LogDensity, n: int, rngs: Sequence[Generator], *, dtype: torch.dtype
) -> Tensor:
    """One position per stream, ``(restarts, n)``, where value and gradient are finite.

    For each restart the candidate of highest density among 16 uniform on (-2, 2) (Stan's initial
    values); a restart without a finite one among them tries nearer to the origin.

    Raises:
        InferenceError: with `Outcome.NONFINITE_START`, if some restart found no finite candidate.
    """
    restarts = len(rngs)
    unit = 2.0 * uniforms(rngs, (_CANDIDATES, n), dtype) - 1.0
    found = torch.zeros(restarts, dtype=torch.bool, device=unit.device)
    start = torch.zeros_like(unit[:, 0])
    rows = torch.arange(restarts, device=unit.device)
    for radius in _RADII:
        candidates = radius * unit
        value, gradient = log_density(candidates)
        sound = value.isfinite() & gradient.isfinite().all(-1)
        best = torch.where(sound, value, -torch.inf).argmax(-1)
        usable = sound.any(-1) & ~found
        start = torch.where(usable[:, None], candidates[rows, best], start)
        found = found | usable
        if bool(found.all()):
            return start
    raise InferenceError(Outcome.NONFINITE_START)
