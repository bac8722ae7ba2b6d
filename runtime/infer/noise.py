"""Random numbers for whole blocks of steps, one independent stream per restart.

The seed contract. A run takes one generator. From it come, in this order, the seed of a stream
shared by all restarts and one seed per restart; so restart 1 run alone sees the numbers that
restart 1 of four sees. Each block draws its numbers at once, ``BLOCK`` steps at a time whatever
number of them is used; ``BLOCK`` is a multiple of 16 because torch fills normal tensors in groups
of 16 and gives other values at a ragged end. Changing ``BLOCK`` changes every seeded result.
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

BLOCK = 128
"""Steps per block: noise is drawn, and checks are made, once per block."""

_SEEDS = 2**62


def streams(rng: Generator, count: int) -> tuple[Generator, ...]:
    """Generators seeded from ``rng``, on its device; the first ones do not depend on ``count``."""
    seeds = torch.randint(_SEEDS, (count,), generator=rng, device=rng.device).tolist()
    return tuple(Generator(device=rng.device).manual_seed(seed) for seed in seeds)


def normals(rngs: Sequence[Generator], shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Standard normals, one stream per restart.

    Shapes: ``shape`` is that of one restart; the result is ``(restarts, *shape)``.
    """
    return torch.stack(
        [torch.randn(shape, generator=rng, dtype=dtype, device=rng.device) for rng in rngs]
    )


def uniforms(rngs: Sequence[Generator], shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Uniforms on [0, 1), one stream per restart; shapes as in `normals`."""
    return torch.stack(
        [torch.rand(shape, generator=rng, dtype=dtype, device=rng.device) for rng in rngs]
    )


def freeze(rngs: Sequence[Generator]) -> Tensor:
    """The states of the streams as bytes, shape ``(streams, bytes)``, for `thaw`."""
    return torch.stack([rng.get_state() for rng in rngs])


def thaw(rngs: Sequence[Generator], states: Tensor) -> None:
    """Set every stream back to a state from `freeze`."""
    for rng, state in zip(rngs, states, strict=True):
        rng.set_state(state.clone())
