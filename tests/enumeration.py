"""Discrete latent variables by enumeration: every assignment of every element, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod

import torch
from nacre.compiler import driver
from nacre.compiler.graph import Node, Partly
from nacre.compiler.present import Present
from nacre.compiler.typed import Apply, Dist, Expr, Label, Where
from nacre.runtime.data import Bound, bind_data
from nacre.runtime.program import Program
from programs import graph_of
from torch import Tensor

States = Mapping[str, Tensor]


@dataclass(frozen=True)
class Both:
    """A model with its discrete variables summed out, and the same with them as they are.

    Attributes:
        states: number of states of one element of each discrete variable.
        first: the smallest value of each.
        assignments: of all discrete variables, name -> (*dims).
    """

    summed: Program
    whole: Program
    states: Mapping[str, int]
    assignments: tuple[States, ...]
    first: Mapping[str, int]

    def log_joint(self, values: Mapping[str, Tensor], batch: int) -> Tensor:
        """The density of the whole model at every assignment: (assignments, batch)."""
        n = len(self.assignments)
        each = {k: torch.stack([a[k] for a in self.assignments]) for k in self.states}
        wide = {k: v[:, None].expand(n, batch, *v.shape[1:]) for k, v in each.items()}
        beside = {k: v.expand(n, *v.shape) for k, v in values.items()}
        return self.whole.log_density({**beside, **wide}).expand(n, batch)

    def positions(self, batch: int, seed: int = 0) -> Tensor:
        """Points of the unconstrained space that is left."""
        rng = torch.Generator().manual_seed(seed)
        return torch.randn(batch, self.summed.n, generator=rng, dtype=torch.float64)


def summed(text: str, data: Mapping[str, object], *, sized: bool = True) -> Program:
    """The program of a model with its discrete variables summed out.

    Args:
        sized: whether the plan may know how long the data are.
    """
    graph = graph_of(text)
    bound = bind_data(graph, data)
    cut = driver.marginalised(driver.pruned(graph), bound.sizes if sized else {})
    return Program(cut.graph, driver.emit(graph, header="test", cut=cut), bound, torch.float64)


def both(text: str, data: Mapping[str, object]) -> Both:
    """Compile a model in both ways."""
    graph = graph_of(text)
    cut, bound = driver.pruned(graph), bind_data(graph, data)
    discrete = driver.discrete_latents(cut.graph)
    summed = driver.marginalised(cut, bound.sizes)
    programs = [
        Program(c.graph, driver.emit(cut.graph, header="test", cut=c), bound, torch.float64)
        for c in (summed, cut)
    ]
    found = [list(_assignments(n, bound)) for n in discrete]
    states = {n.name: _states(n, bound.sizes) for n in discrete}
    first = {n.name: first_state(n) for n in discrete}
    return Both(*programs, states, tuple({k: v for k, v in a} for a in product(*found)), first)


def _assignments(node: Node, bound: Bound):
    shape = [bound.sizes[e] if isinstance(e, str) else e for e in node.type.event]
    dtype = torch.long if node.support.dim else torch.float64
    first = first_state(node)
    every = range(first, first + _states(node, bound.sizes))
    for states in product(every, repeat=prod(shape)):
        value = torch.tensor(states, dtype=dtype).reshape(shape)
        if _agrees(node, value, bound):
            yield node.name, value


def first_state(node: Node) -> int:
    """The smallest value of one element."""
    dist = node.role.dist
    if _restricted(dist):
        return _plain(node.support.low)
    return _plain(dist.args[0]) if dist.family == "DiscreteUniform" else 0


def _restricted(dist: Dist) -> bool:
    return dist.restricted or any(map(_restricted, dist.parts))


def _plain(e: Expr) -> int:
    """A number, which may be the same for all clauses of a chain."""
    while isinstance(e, Where):
        e = e.no
    return int(e.args[0].value) * -1 if isinstance(e, Apply) else int(e.value)


def _states(node: Node, sizes: Mapping[str, int]) -> int:
    if node.support.dim:
        return sizes[node.support.dim]
    dist = node.role.dist
    if _restricted(dist):
        return _plain(node.support.high) - first_state(node) + 1
    if dist.parts:
        roles = [replace(node.role, dist=part) for part in dist.parts]
        return max(_states(replace(node, role=role), sizes) for role in roles)
    if dist.family == "Bernoulli":
        return 2
    if dist.family == "DiscreteUniform":
        return _plain(dist.args[1]) - _plain(dist.args[0]) + 1
    return _plain(dist.args[2 if dist.family == "HyperGeometric" else 0]) + 1


def _agrees(node: Node, value: Tensor, bound: Bound) -> bool:
    """Whether given elements have their values."""
    if not isinstance(node.role, Partly):
        return True
    seen, labels = node.role.observed, bound.labels
    if isinstance(seen, Present):
        known = bound.tensors[node.name]
        lacking = known < 0 if node.support.dim else known.isnan()
        return bool((lacking | (known == value)).all())
    return all(
        float(value[_place(node, at, labels)]) == _number(given.expr, labels)
        for at, given in zip(seen.labels, seen.given, strict=True)
    )


def _number(e, labels) -> float:
    return list(labels[e.type.dim]).index(e.label) if isinstance(e, Label) else e.value


def _place(node: Node, at, labels) -> tuple[int, ...]:
    axes = zip(at, node.type.event, strict=True)
    return tuple(list(labels[extent]).index(label.label) for label, extent in axes)
