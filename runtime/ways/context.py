"""What every way to a posterior is given, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor

from ...compiler.networks import is_weight
from ...compiler.rewrite.prune import Pruned
from ..arrays import as_numpy
from ..asked import Asked
from ..fit import Judgement
from ..infer.result import Progress
from ..label_values import to_labels
from ..ode import Note
from ..point import without_drawn
from ..posterior import Posterior
from ..program import Program

if TYPE_CHECKING:
    from ..model import Model


@dataclass(frozen=True)
class Context:
    """A request: what is fitted, and how."""

    model: "Model"
    program: Program
    cut: Pruned
    asked: Asked
    progress: Callable[[Progress], None] | None
    resume: Mapping[str, Tensor] | None

    def rng(self, stream: int) -> Generator:
        """Independent streams of the one seed: 0 for the run, 1 for the draws afterwards."""
        return torch.Generator().manual_seed(2 * self.asked.seed + stream)


@dataclass(frozen=True)
class Result:
    """What a fit is made of; `solved` tells how differential equations went at its draws."""

    params: Mapping[str, Tensor]
    posterior: Posterior
    judgement: Judgement
    losses: Tensor
    trace: Mapping[str, Tensor]
    state: Mapping[str, Tensor]
    solved: Sequence[Note] = ()


def posterior_of(
    c: Context, values: Mapping[str, Tensor], rng: Generator, stats: Mapping[str, Tensor]
) -> tuple[Posterior, Sequence[Note]]:
    """Draws of everything, as one chain, and how solutions went: inferred, derived, forward-drawn.

    A search for the mode leaves out what is drawn. The weights of networks are parameters of the
    fit, and have no draws.
    """
    count = next(iter(stats.values())).shape[0]
    point = c.asked.method == "map"
    watched, notes = c.program.watched()
    whole = watched.complete(values, (count,), rng, most_probable=point)
    nodes, bound = c.cut.forward.nodes, c.program.bound
    shown = [n for n in nodes if n in whole and not is_weight(n)]
    found = {n: _filled(whole[n], count, c, n) for n in shown}
    if point:
        found = without_drawn(found, c.cut)
    labelled = to_labels(found, nodes, bound.labels)
    posterior = Posterior(
        {n: as_numpy(v[None]) for n, v in labelled.items()},
        {n: nodes[n].type.event for n in found},
        bound.labels,
        {n: as_numpy(v[None]) for n, v in stats.items()},
    )
    return posterior, notes


def _filled(value: Tensor | float, count: int, c: Context, name: str) -> Tensor:
    """A variable's draws in full shape, also where it turned out to be a constant."""
    bound = c.program.bound
    event = c.cut.forward.nodes[name].type.event
    shape = (count, *(bound.sizes[e] if isinstance(e, str) else e for e in event))
    return torch.as_tensor(
        value, dtype=None if isinstance(value, Tensor) else c.asked.dtype
    ).expand(shape)
