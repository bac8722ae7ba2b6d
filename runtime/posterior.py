"""Draws of a model's variables, with the names of their dimensions and labels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from ..grammar.diagnostic import Rejected
from .arrays import as_numpy
from .complaints import asking

Extent = str | int
Labels = Sequence[str | int]

SAMPLE_AXES = ("chain", "draw")


def axis_names(variable: str, extents: Sequence[Extent]) -> tuple[str, ...]:
    """A name for every axis of a variable, all different.

    A dimension that comes twice (``move[regime, regime]``) is ``regime`` and ``regime_2``; an axis
    of literal length is ``theta_dim_0``, as ArviZ names it. Neither is ever ``chain`` or ``draw``.
    """
    taken = [*SAMPLE_AXES, variable]
    for i, extent in enumerate(extents):
        stem = extent if isinstance(extent, str) else f"{variable}_dim_{i}"
        name, k = stem, 1
        while name in taken:
            k += 1
            name = f"{stem}_{k}"
        taken.append(name)
    return tuple(taken[3:])


def stored_names(variables: Sequence[str], axes: Iterable[str]) -> dict[str, str]:
    """Names of variables beside axes: a file or a DataTree cannot hold both under one name.

    A variable called ``draw`` is stored as ``draw_``; all others keep their names.
    """
    taken = {*SAMPLE_AXES, *axes}
    found: dict[str, str] = {}
    for name in variables:
        stored = name
        while stored in taken or (stored != name and stored in variables):
            stored += "_"
        found[name] = stored
    return found


def element_names(name: str, labels: Sequence[Labels]) -> tuple[str, ...]:
    """``alpha[AITKIN]``, ``theta[1,2]``: the elements of a variable, last axis fastest."""
    if not labels:
        return (name,)
    return tuple(f"{name}[{','.join(map(str, at))}]" for at in product(*labels))


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of one variable.

    Attributes:
        values: (chains, draws, *axes), in the model's own space.
        axes: name of every axis behind the first two.
        labels: of every such axis.
    """

    name: str
    values: np.ndarray
    axes: tuple[str, ...] = ()
    labels: tuple[Labels, ...] = ()

    def sel(self, **where: object) -> "Draws":
        """The draws at a label, or at several, of one dimension or more.

        ``sel(county="AITKIN")`` loses the dimension, ``sel(county=["AITKIN", "ANOKA"])`` keeps it.

        Raises:
            Rejected: Q662 no such dimension, Q663 no such label.
        """
        values, axes, labels = self.values, self.axes, self.labels
        for axis, wanted in where.items():
            if axis not in axes:
                raise Rejected([asking.no_axis(self.name, axis, axes)])
            i = axes.index(axis)
            if isinstance(wanted, list | tuple):
                at = [self._position(axis, labels[i], w) for w in wanted]
                values = np.take(values, at, i + 2)
                labels = (*labels[:i], tuple(labels[i][p] for p in at), *labels[i + 1 :])
            else:
                values = np.take(values, self._position(axis, labels[i], wanted), i + 2)
                axes = axes[:i] + axes[i + 1 :]
                labels = labels[:i] + labels[i + 1 :]
        return Draws(self.name, values, axes, labels)

    def _position(self, axis: str, labels: Labels, wanted: object) -> int:
        for i, label in enumerate(labels):
            if label == wanted or (isinstance(label, str) and label == str(wanted)):
                return i
        raise Rejected([asking.no_label(self.name, axis, wanted, labels)])

    @property
    def flat(self) -> np.ndarray:
        """All chains one after the other: (chains * draws, *axes)."""
        chains, draws, *rest = self.values.shape
        return self.values.reshape((chains * draws, *rest))

    @property
    def elements(self) -> tuple[str, ...]:
        """One name per number of a draw: ``alpha[AITKIN]``, in the order of ``values``."""
        return element_names(self.name, self.labels)

    def mean(self) -> np.ndarray:
        """Mean over chains and draws: (*axes,)."""
        return np.asarray(self.flat.mean(0))

    def sd(self) -> np.ndarray:
        """Standard deviation over chains and draws, with n - 1; 0 for a single draw."""
        return np.asarray(self.flat.std(0, ddof=min(1, len(self.flat) - 1)))

    def quantile(self, q: float | Sequence[float]) -> np.ndarray:
        """Quantiles over chains and draws: (*axes,), or (len(q), *axes) for several."""
        return np.asarray(np.quantile(self.flat, q, axis=0))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of ``values``."""
        return self.values.shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """``numpy.asarray(draws)`` and ``torch.as_tensor(numpy.asarray(draws))`` are ``values``."""
        found = self.values if dtype is None else self.values.astype(dtype, copy=False)
        return found.copy() if copy else found

    def __repr__(self) -> str:
        """The name with its sizes; the numbers are in `values`."""
        axes = "".join(f", {a}: {len(n)}" for a, n in zip(self.axes, self.labels, strict=True))
        chains, draws = self.values.shape[:2]
        return f"<Draws of {self.name} (chain: {chains}, draw: {draws}{axes})>"


@dataclass(frozen=True, eq=False)
class Posterior(Mapping[str, Draws]):
    """Draws of every variable: a mapping from names to `Draws`.

    Attributes:
        draws: name -> (chains, draws, *dims); tensors are taken as they come.
        dims: name -> a dimension or a length per axis; variables without axes may be left out.
        labels: of every dimension.
        stats: name -> (chains, draws): facts about each draw, such as its log density.
    """

    draws: Mapping[str, np.ndarray]
    dims: Mapping[str, tuple[Extent, ...]] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    stats: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Turn tensors into arrays and hold the shapes against the labels."""
        for attribute in ("draws", "stats"):
            found = {n: as_numpy(v) for n, v in getattr(self, attribute).items()}
            object.__setattr__(self, attribute, found)
        for name, values in self.draws.items():
            sizes = tuple(len(ls) for ls in self._labels(name))
            if values.shape[2:] != sizes or values.ndim < 2:
                wanted = ("chains", "draws", *map(str, sizes))
                raise ValueError(f"{name} has shape {values.shape}, not ({', '.join(wanted)})")

    def _labels(self, name: str) -> tuple[Labels, ...]:
        return tuple(
            self.labels[e] if isinstance(e, str) else range(1, e + 1)
            for e in self.dims.get(name, ())
        )

    def __getitem__(self, name: str) -> Draws:
        """The draws of a variable.

        Raises:
            Rejected: Q661, with the nearest name.
        """
        if name not in self.draws:
            raise Rejected([asking.no_draws_of(name, tuple(self.draws))])
        axes = axis_names(name, self.dims.get(name, ()))
        return Draws(name, self.draws[name], axes, self._labels(name))

    def get(self, name: str, default: Any = None) -> Any:
        """The draws of a variable, or the default."""
        return self[name] if name in self.draws else default

    def __contains__(self, name: object) -> bool:
        """Whether there are draws of it."""
        return name in self.draws

    def __iter__(self) -> Iterator[str]:
        """Names, in the order of the model."""
        return iter(self.draws)

    def __len__(self) -> int:
        """Number of variables."""
        return len(self.draws)

    @property
    def elements(self) -> tuple[str, ...]:
        """Every single number of a draw by its name: ``mu``, ``alpha[AITKIN]``, …"""
        return tuple(e for draws in self.values() for e in draws.elements)

    def __repr__(self) -> str:
        """What it holds, in one line."""
        shape = next(iter(self.draws.values())).shape[:2] if self.draws else (0, 0)
        return f"<Posterior of {', '.join(self.draws)} ({shape[0]} chains, {shape[1]} draws)>"
