"""What a fit is asked to do."""

from dataclasses import dataclass, fields

import torch

from ..grammar.diagnostic import Rejected
from .complaints import query as complaints
from .infer.autoguide import Kind
from .infer.optimise import known_optimisers

LARGEST_FULL_RANK = 300
"""Above so many unconstrained coordinates the automatic guide is mean field by default."""
MOST = 1_000_000_000
"""Of steps, particles, restarts and draws: beyond, not even their number could be stored."""
METHODS = ("svi", "map")
_OF_SVI = ("guide", "rate", "optimiser", "particles", "stop", "trace")
WRITTEN_STEPS = 2500
"""Steps with a guide of the model's own, unless told otherwise."""


def check_seed(seed: int) -> None:
    """Refuse a seed that no generator takes.

    Raises:
        Rejected: Q679.
    """
    if not 0 <= seed < 2**62:
        raise Rejected([complaints.wrong_setting("seed", seed, "a whole number from 0")])


@dataclass(frozen=True)
class Asked:
    """Settings of a fit; None leaves the choice to the method.

    Attributes:
        method: ``svi`` or ``map``.
        guide: a guide of the model, ``mean-field`` or ``full-rank``. By default the model's own
            guide where it has exactly one, or one called ``guide``; else full rank up to
            `LARGEST_FULL_RANK` unconstrained coordinates, and mean field beyond and where the
            model has params of its own.
        steps: the most steps; with a guide of the model's own, all of them are run unless ``stop``.
        rate: learning rate.
        optimiser: ``adam``, or another of torch's by name (``svi`` only, like the guide, the rate,
            the particles, ``stop`` and the trace).
        particles: draws per step, averaged.
        restarts: independent runs, made at once; the best one is kept.
        stop: whether a flat loss ends the run early.
        draws: posterior draws to keep.
        seed: of all randomness.
        trace: keep the parameters after every so many steps; 0 keeps none.
        dtype: of every floating-point number.
    """

    method: str = "svi"
    guide: str | None = None
    steps: int | None = None
    rate: float | None = None
    optimiser: str = "adam"
    particles: int | None = None
    restarts: int = 1
    stop: bool | None = None
    draws: int = 4000
    seed: int = 0
    trace: int = 0
    dtype: torch.dtype = torch.float64

    def record(self) -> dict[str, object]:
        """The settings as plain data."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**found, "dtype": str(self.dtype).removeprefix("torch.")}

    def check(self) -> None:
        """Refuse what no fit can be made with.

        Raises:
            Rejected: Q677 an unknown method, Q679 a setting out of range, Q693 an unknown
                optimiser.
        """
        if self.method not in METHODS:
            raise Rejected([complaints.unknown_method(self.method)])
        if self.optimiser.lower() not in known_optimisers():
            raise Rejected([complaints.unknown_optimiser(self.optimiser, known_optimisers())])
        if self.method == "map":
            for f in fields(self):
                value = getattr(self, f.name)
                if f.name in _OF_SVI and value != f.default:
                    raise Rejected([complaints.not_for_a_mode(f.name, value)])
        for name in ("steps", "particles", "restarts", "draws"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or not 1 <= value <= MOST):
                wanted = f"a whole number from 1 to {MOST:,}"
                raise Rejected([complaints.wrong_setting(name, value, wanted)])
        if self.rate is not None and not 0 < self.rate < float("inf"):
            raise Rejected([complaints.wrong_setting("rate", self.rate, "a positive number")])
        if not isinstance(self.trace, int) or self.trace < 0:
            raise Rejected([complaints.wrong_setting("trace", self.trace, "a whole number from 0")])
        check_seed(self.seed)

    def kind(self, n: int, *, params: bool = False) -> Kind:
        """The automatic guide for ``n`` unconstrained coordinates.

        Args:
            params: whether some of them belong to params of the model, which have no distribution.
        """
        if self.method == "map":
            return Kind.POINT
        if self.guide is not None:
            return Kind(self.guide)
        return Kind.MEAN_FIELD if params or n > LARGEST_FULL_RANK else Kind.FULL_RANK
