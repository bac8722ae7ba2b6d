"""Whether a state that was stored is one of the run that is to go on from it.

A state may come from a file of anybody's. Nothing is loaded that has other names, shapes or kinds
of numbers than a state of this run would have.
"""

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Generator, Tensor

from .optimise import make_optimiser
from .result import Settings

State = Mapping[str, Tensor]
_GROWING = ("losses", "trace")  # as many rows as there were steps, or traced ones
_OPTIMISER = "optimiser."


class StateError(ValueError):
    """A state that no run like this one leaves behind; the message says why."""


def check_state(state: State, fresh: State, settings: Settings, rngs: Sequence[Generator]) -> None:
    """Refuse a state of another run, or of none.

    Args:
        state: as it was stored.
        fresh: the state of this run before its first step.
        settings: of this run.
        rngs: its streams; they are left as they are.

    Raises:
        StateError: it is none.
    """
    for name, like in fresh.items():
        if not name.startswith(_OPTIMISER):
            found = need(state, name)
            rows = 1 if name in _GROWING else 0
            same = found.ndim == like.ndim and found.shape[rows:] == like.shape[rows:]
            if not same or found.dtype != like.dtype:
                raise StateError(f"its `{name}` has another shape")
    step = int(state["step"])
    if step < 0 or len(state["losses"]) != step:
        raise StateError("its losses are not those of its steps")
    if not (-1 <= int(state["since"]) <= step and -1 <= int(state["plateau"]) <= step):
        raise StateError("its end is not one of its steps")
    _check_optimiser(state, fresh["params"], settings)
    for bytes_, rng in zip(state["streams"], rngs, strict=True):
        try:
            Generator(device=rng.device).set_state(bytes_.clone())
        except RuntimeError:
            raise StateError("its random numbers are no state of a generator") from None


def need(state: State, name: str) -> Tensor:
    """A part of a state.

    Raises:
        StateError: there is no such part.
    """
    if name not in state:
        raise StateError(f"it has no `{name}`")
    return state[name]


def _check_optimiser(state: State, params: Tensor, settings: Settings) -> None:
    """Every row has all that the optimiser keeps, or nothing, if it has not moved yet."""
    twin = make_optimiser(settings.optimiser, params.clone(), settings.options)
    twin.step(torch.zeros_like(params), 0.0)
    kept = {_OPTIMISER + name: like for name, like in twin.state().items()}
    found = {name: value for name, value in state.items() if name.startswith(_OPTIMISER)}
    for names in _together(kept):
        if any(n in found for n in names) and not all(n in found for n in names):
            raise StateError("it has a part of what the optimiser keeps")
    for name, value in found.items():
        like = kept.get(name)
        if like is None or value.shape != like.shape or value.dtype != like.dtype:
            raise StateError(f"its `{name}` is not what `{settings.optimiser}` keeps")
    counts = found.get(_OPTIMISER + "counts")
    if counts is not None and not bool(((counts >= 0) & (counts <= int(state["step"]))).all()):
        raise StateError("its counts are not those of its steps")


def _together(kept: State) -> Iterator[list[str]]:
    """Names of what is kept for each row."""
    rows: dict[str, list[str]] = {}
    for name in kept:
        row = name.removeprefix(_OPTIMISER).partition(".")[0]
        rows.setdefault(row if row.isdecimal() else "", []).append(name)
    yield from rows.values()
