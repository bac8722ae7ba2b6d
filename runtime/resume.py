"""Going on with an earlier fit: only where it is the same fit."""

import json
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from ..grammar.diagnostic import Rejected
from .complaints import query as complaints
from .store.record import FitRecord

# What may differ: a longer run goes on all the same, and draws are made afterwards.
# Given values are told by the steps of the model.
_FREE = frozenset(("steps", "draws", "guide", "given", "steps_of_model"))


def resumed_state(earlier: FitRecord, now: FitRecord, steps: int) -> dict[str, Tensor]:
    """The state to go on from.

    Args:
        earlier: as it was stored.
        now: what is asked for, as it would be stored: model, configuration and data.
        steps: the most steps, those already done included.

    Raises:
        Rejected: Q692, with everything that differs.
    """
    why = list(_differences(earlier, now, steps))
    if why:
        raise Rejected([complaints.cannot_resume(why)])
    # copied: arrays from a file may be read-only
    return {name: torch.tensor(array) for name, array in earlier.state.items()}


def _differences(earlier: FitRecord, now: FitRecord, steps: int) -> Iterator[str]:
    if earlier.model != now.model:
        yield "the model has changed"
    yield from _settings(earlier.config, now.config)
    before, after = (r.config.get("steps_of_model") or [] for r in (earlier, now))
    if before != after:
        yield f"it was made with {_calls(before)}, not with {_calls(after)}"
    elif earlier.fingerprint != now.fingerprint:
        yield "the data are others"
    if "step" not in earlier.state:
        yield "it kept no state; a search for the mode is made anew"
    elif earlier.state["step"].shape or earlier.state["step"].dtype.kind != "i":
        yield "its state does not say how many steps it has done"
    elif int(earlier.state["step"]) > steps:
        yield f"it has done {int(earlier.state['step']):,} steps, and {steps:,} are asked for"


def _settings(earlier: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for name, value in now.items():
        if name not in _FREE and earlier.get(name) != json.loads(json.dumps(value)):
            yield f"`{name}` was {_shown(earlier.get(name))}, not {_shown(value)}"


def _calls(steps: object) -> str:
    """How a model was made from its file."""
    return ", ".join(map(str, steps)) if isinstance(steps, list) and steps else "nothing given"


def _shown(value: object) -> str:
    if value is None:
        return "not given"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
