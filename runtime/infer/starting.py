"""Where to begin: the best of a few random positions, for every restart."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .noise import normals, uniforms
from .objective import LogDensity
from .outcome import InferenceError, Outcome

_CANDIDATES = 16
_RADII = (2.0, 0.5, 0.1, 0.0)


class ParamStart(NamedTuple):
    """Where coordinates start that are optimised and not integrated over: params of a model.

    Attributes:
        value: ``(n,)``; only those of params count.
        spread: ``(n,)``, standard deviations of normal starts around them.
        is_param: ``(n,)`` bool.
    """

    value: Tensor
    spread: Tensor
    is_param: Tensor

    def draw(self, rngs: Sequence[Generator]) -> Tensor:
        """One start per stream, ``(restarts, n)``."""
        return spread_out(self.value, self.spread, rngs)


def spread_out(value: Tensor, spread: Tensor | None, rngs: Sequence[Generator]) -> Tensor:
    """One row per stream: ``value`` ``(n,)``, with normal noise where there is a spread.

    Nothing is drawn where nothing is spread.
    """
    wide = value.expand(len(rngs), -1)
    if spread is None or not bool((spread > 0).any()):
        return wide
    return wide + spread * normals(rngs, value.shape, value.dtype)


def starting_points(
    log_density: LogDensity,
    n: int,
    rngs: Sequence[Generator],
    *,
    dtype: torch.dtype,
    params: ParamStart | None = None,
) -> Tensor:
    """One position per stream, ``(restarts, n)``, where value and gradient are finite.

    For each restart the candidate of highest density among 16 uniform on (-2, 2) (Stan's initial
    values); a restart without a finite one among them tries nearer to the origin. Params stay where
    they start.

    Raises:
        InferenceError: with `Outcome.NONFINITE_START`, if some restart found no finite candidate.
    """
    restarts = len(rngs)
    own = None if params is None else params.draw(rngs)
    unit = 2.0 * uniforms(rngs, (_CANDIDATES, n), dtype) - 1.0
    found = torch.zeros(restarts, dtype=torch.bool, device=unit.device)
    start = torch.zeros_like(unit[:, 0])
    rows = torch.arange(restarts, device=unit.device)
    for radius in _RADII:
        candidates = radius * unit
        if params is not None and own is not None:
            candidates = torch.where(params.is_param, own[:, None], candidates)
        value, gradient = log_density(candidates)
        sound = value.isfinite() & gradient.isfinite().all(-1)
        best = torch.where(sound, value, -torch.inf).argmax(-1)
        usable = sound.any(-1) & ~found
        start = torch.where(usable[:, None], candidates[rows, best], start)
        found = found | usable
        if bool(found.all()):
            return start
    raise InferenceError(Outcome.NONFINITE_START)
