"""Exact answers for linear-Gaussian graphs, from nothing but values of their log density.

The log density of such a graph is a quadratic form in its latent variables; three kinds of points
determine it, and the rest is the algebra of the normal distribution.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import reference
from nacre.compiler.evidence import place_of
from nacre.compiler.graph import Latent, ModelGraph, Partly

Coordinate = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Gaussian:
    """Posterior of the latent coordinates, and the log evidence (nats)."""

    coordinates: tuple[Coordinate, ...]
    mean: np.ndarray
    cov: np.ndarray
    log_evidence: float

    def of(self, name: str, *at: int) -> tuple[float, float]:
        """Mean and variance of one number."""
        i = self.coordinates.index((name, at))
        return self.mean[i], self.cov[i, i]

    def covariance(self, one: str, other: str) -> float:
        i, j = (self.coordinates.index((n, ())) for n in (one, other))
        return self.cov[i, j]


def solve(
    graph: ModelGraph,
    sizes: Mapping[str, int] | None = None,
    data: Mapping[str, np.ndarray] | None = None,
    labels: Mapping[str, Sequence[str | int]] | None = None,
) -> Gaussian:
    """The posterior of everything latent in the graph."""
    sizes, data, labels = sizes or {}, data or {}, labels or {}
    where = coordinates(graph, sizes, labels)
    n = len(where)

    def f(u: np.ndarray) -> float:
        values = {
            node.name: np.zeros([sizes[e] for e in node.type.event])
            for node in graph.nodes.values()
        }
        for (name, at), x in zip(where, u, strict=True):
            values[name][at] = x
        return reference.log_density(graph, values, data, sizes, labels)

    unit = np.eye(n)
    c = f(np.zeros(n))
    one = np.array([f(e) for e in unit])
    two = np.array([[f(unit[i] + unit[j]) for j in range(n)] for i in range(n)]).reshape(n, n)
    precision = -(two - one[:, None] - one[None, :] + c)
    slope = one - c + np.diag(precision) / 2
    cov = np.linalg.inv(precision)
    mean = cov @ slope
    log_evidence = c + slope @ mean / 2 + n / 2 * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] / 2
    return Gaussian(where, mean, cov, log_evidence)


def coordinates(graph: ModelGraph, sizes, labels) -> tuple[Coordinate, ...]:
    """The free numbers of a graph, in order."""
    return tuple(
        (node.name, at)
        for node in graph.nodes.values()
        if isinstance(node.role, Latent | Partly)
        for at in np.ndindex(*(sizes[e] for e in node.type.event))
        if at not in taken(node, labels)
    )


def taken(node, labels) -> set[tuple[int, ...]]:
    """Positions of elements that are given or barren."""
    match node.role:
        case Partly(_, observed, barren):
            return {
                tuple(
                    list(labels[axis]).index(word)
                    for axis, word in zip(node.type.event, place_of(element), strict=True)
                )
                for elements in (observed, barren)
                if elements is not None
                for element in elements.labels
            }
        case _:
            return set()
