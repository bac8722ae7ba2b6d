"""Pictures of a fit: the loss, the guide's parameters along the run, the posterior.

Figures are made without pyplot: nothing global is read or set, and no window opens.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..grammar.diagnostic import Rejected
from .complaints import asking
from .posterior import Posterior
from .store.record import FitRecord

_MOST_PANELS = 24
_MOST_LINES = 12  # in one panel
_HIGHEST = 1e300  # matplotlib takes differences and squares no larger ones


class Plotted(Protocol):
    """What of a fit is drawn."""

    @property
    def record(self) -> FitRecord: ...  # noqa: D102

    @property
    def posterior(self) -> Posterior: ...  # noqa: D102


def loss(fit: Plotted) -> Figure:
    """The loss (negative ELBO, nats) per step and smoothed, one line a restart.

    The axis leaves out the first tenth of the run where that alone would fill the picture.

    Raises:
        Rejected: Q664, a search for the mode, or an exact fit: they have no loss.
    """
    losses = np.asarray(fit.record.trace.get("loss", ()))
    if not losses.size:
        raise Rejected([asking.no_losses(exact=fit.record.diagnostics.get("guide") == "exact")])
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    steps = np.arange(1, len(losses) + 1)
    width = max(1, len(losses) // 100)
    for column in losses.T:
        column = _drawable(column)
        axes.plot(steps, column, color="C0", alpha=0.2, linewidth=0.5)
        axes.plot(steps, _smooth(column, width), color="C0", linewidth=1.2)
    tail = losses[len(losses) // 10 :]
    tail = tail[np.abs(tail) < _HIGHEST]
    if tail.size:
        low, high = np.quantile(tail, (0.001, 0.999))
        room = 0.1 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)
    axes.set_xlabel("step")
    axes.set_ylabel("loss: negative ELBO (nats)")
    axes.set_title(fit.record.source, parse_math=False)  # names may have dollars
    return figure


def params(fit: Plotted, names: Sequence[str], truth: Mapping[str, object]) -> Figure:
    """Guide parameters along the run (a fit with ``--trace``), true values dotted.

    Of a family with many elements the few that move most are drawn, before the range of all.

    Raises:
        Rejected: Q661 an unknown name, Q664 a fit that kept no trace.
    """
    found = {
        k.removeprefix("param "): np.asarray(v)
        for k, v in fit.record.trace.items()
        if k.startswith("param ")
    }
    if not found:
        raise Rejected([asking.no_trace()])
    chosen = _chosen(found, names)
    every = int(str(fit.record.config.get("trace") or 1))
    figure, panels = _grid(len(chosen))
    for axes, name in zip(panels, chosen, strict=False):
        values = _drawable(found[name].reshape(len(found[name]), -1 if found[name].size else 0))
        steps, title = every * np.arange(1, len(values) + 1), name
        if values.shape[1] > _MOST_LINES:
            title = f"{name}: {_MOST_LINES} of {values.shape[1]:,} (grey: all)"
            _band(axes, steps, values)
            values = _liveliest(values)
        axes.plot(steps, values, linewidth=1)
        _mark(axes.axhline, truth.get(name))
        axes.set_title(title, parse_math=False)
        axes.set_xlabel("step")
    return figure


def _liveliest(values: np.ndarray) -> np.ndarray:
    """The columns that differ most along the second half of the run."""
    late = np.nan_to_num(values[len(values) // 2 :])
    order = np.argsort(-np.ptp(late, axis=0), kind="stable")
    return values[:, np.sort(order[:_MOST_LINES])]


def _band(axes: Axes, steps: np.ndarray, values: np.ndarray) -> None:
    """Shade between the least and the largest of all columns, where any is a number."""
    seen = np.isfinite(values).any(axis=1)
    if seen.any():
        low, high = np.nanmin(values[seen], axis=1), np.nanmax(values[seen], axis=1)
        axes.fill_between(steps[seen], low, high, color="black", alpha=0.08, linewidth=0)


def posterior(fit: Plotted, names: Sequence[str], truth: Mapping[str, object]) -> Figure:
    """Histograms of scalars; means with 90 % intervals of families; true values dotted."""
    chosen = _chosen(dict(fit.posterior.draws), names)
    figure, panels = _grid(len(chosen))
    for axes, name in zip(panels, chosen, strict=False):
        draws = fit.posterior[name]
        flat = draws.flat.reshape(len(draws.flat), -1 if draws.flat.size else 0)
        flat = _drawable(flat)
        if flat.shape[1] == 1:
            axes.hist(flat[np.isfinite(flat)], bins=60, density=True, color="C0", alpha=0.7)
            _mark(axes.axvline, truth.get(name))
        else:
            _forest(axes, flat, draws.elements)
        axes.set_title(name, parse_math=False)
    return figure


def _forest(axes: Axes, flat: np.ndarray, elements: Sequence[str]) -> None:
    low, middle, high = np.quantile(flat, (0.05, 0.5, 0.95), axis=0)
    at = np.arange(flat.shape[1])[::-1]
    axes.hlines(at, low, high, color="C0", linewidth=1.5)
    axes.plot(middle, at, "o", color="C0", markersize=3)
    if len(elements) <= 40:
        labels = [e.split("[", 1)[-1].removesuffix("]") for e in elements]
        axes.set_yticks(at, labels, fontsize=7, parse_math=False)
    else:
        axes.set_yticks([])


def _drawable(values: np.ndarray) -> np.ndarray:
    """The numbers, without those that no axis can show."""
    found = values.astype(np.float64)
    found[~(np.abs(found) < _HIGHEST)] = np.nan
    return found


def _chosen(known: Mapping[str, object], names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in known:
            raise Rejected([asking.no_draws_of(name, tuple(known))])
    return list(names) or list(known)[:_MOST_PANELS]


def _grid(count: int) -> tuple[Figure, list[Axes]]:
    columns = min(3, max(1, count))
    rows = -(-max(1, count) // columns)
    figure = Figure(figsize=(4.2 * columns, 3.0 * rows), layout="constrained")
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for unused in panels[count:]:
        unused.set_visible(False)
    return figure, panels


def _mark(line: object, value: object) -> None:
    if isinstance(value, int | float) and callable(line):
        line(float(value), linestyle=":", color="black", linewidth=1.2)


def _smooth(values: np.ndarray, width: int) -> np.ndarray:
    """Centred running mean that leaves out steps that were skipped."""
    sound = np.isfinite(values)
    kernel = np.ones(width)
    total = np.convolve(np.where(sound, values, 0.0), kernel, mode="same")
    count = np.convolve(sound.astype(float), kernel, mode="same")
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / count
