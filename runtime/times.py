"""Whether the times at which differential equations are solved are in order."""

from collections.abc import Iterator

import torch
from torch import Tensor

from ..compiler.graph import Derived, ModelGraph
from ..compiler.systems import System
from ..compiler.typed import OverDim, Solution
from ..grammar.diagnostic import Diagnostic
from .binding import Binding
from .complaints import times as complaints
from .host import NotData, evaluate


def check_times(graph: ModelGraph, binding: Binding) -> Iterator[Diagnostic]:
    """A complaint (D465, D466) where times do not increase, or lie before the beginning.

    A beginning that is inferred is compared while the equations are solved.
    """
    seen: set[int] = set()
    for node in graph.nodes.values():
        match node.role:
            case Derived(expr=Solution(system=system)) if id(system) not in seen:
                seen.add(id(system))
                yield from _of_system(system, binding)
            case _:
                pass


def _of_system(system: System, binding: Binding) -> Iterator[Diagnostic]:
    at = system.times.span
    over = (*system.plates, system.over)
    shape = binding.shape([str(v.dim) for v in over])
    times = evaluate(system.times, binding, over).expand(shape)
    if 0 in shape:
        return
    back = times.diff(dim=-1) <= 0
    if bool(back.any()):
        place = [int(i) for i in back.nonzero()[0]]
        label = _label(system, binding, [*place[:-1], place[-1] + 1])
        before = _label(system, binding, place)
        found = float(times[tuple(place)]), float(times[(*place[:-1], place[-1] + 1)])
        yield complaints.times_do_not_increase(at, (label, found[1]), (before, found[0]))
        return
    try:
        start = evaluate(system.start, binding, system.plates).expand(shape[:-1])
    except NotData:
        return
    early = times[..., 0] < start
    if bool(early.any()):
        place = [int(i) for i in early.nonzero()[0]] if early.ndim else []
        first, begin = _at(times[..., 0], place), _at(start, place)
        yield complaints.time_before_start(
            at, (_label(system, binding, [*place, 0]), first), begin, system.start.span
        )


def _at(values: Tensor, place: list[int]) -> float:
    return float(torch.as_tensor(values)[tuple(place)])


def _label(system: System, binding: Binding, place: list[int]) -> str:
    """An element of the times, by its labels."""
    words = []
    for var, i in zip((*system.plates, system.over), place, strict=True):
        assert isinstance(var.domain, OverDim)
        words.append(str(binding.labels(var.domain.dim)[i]))
    return ", ".join(words)
