"""Checked values of declared data and labels of dimensions, as they are asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NoReturn, TypeVar

import numpy as np
import torch
from torch import Tensor

from ..compiler.graph import Derived, Fixed, FromFormula, ModelGraph, Observed, scored
from ..compiler.stepwise import drawn_data
from ..compiler.typed import Count, Data, Dim
from ..compiler.types import Extent, Kind, Missing
from ..grammar.diagnostic import Diagnostic, Rejected
from ..grammar.source import Span
from .arrivals import sort_out
from .complaints import binding as complaints
from .complaints import dimension, recurrences
from .dimensions import Sized, could_size, resolve, same_labels
from .host import NotData, evaluate, first_number, scalar
from .intake import Arrived
from .support import Violation, violation
from .values import Place, gaps, inexact, numbers, positions

T = TypeVar("T")


class Binding:
    """One set of raw data against one graph; everything is computed once, and refused once.

    Lazy, because a dimension may be counted by data (``1..T``), a default may read other data, and
    the labels of a dimension come from whichever array has them. It is what `host.evaluate` calls
    `Known`.
    """

    def __init__(
        self, graph: ModelGraph, raw: Mapping[str, Any], *, simulated: bool = False
    ) -> None:
        """Sort the values out; nothing is checked yet.

        Args:
            simulated: whether what is observed will be drawn, so that data that nothing else reads
                may be left out.
        """
        self.graph = graph
        self._drawn, self._drawn_in_part = (
            drawn_data(graph) if simulated else (frozenset[str](), frozenset[str]())
        )
        self._arrivals = sort_out(graph, raw)
        self._refused: dict[str, Rejected] = dict(self._arrivals.refused)
        self._arrays: dict[str, np.ndarray] = {}
        self._sized: dict[str, Sized] = {}

    def problems(self) -> Iterator[Diagnostic]:
        """Everything wrong with declared data and dimensions; some may come twice."""
        for ask, names in ((self.labels, self.graph.dims), (self.array, self.graph.data)):
            for name in names:
                try:
                    ask(name)
                except Rejected as e:
                    yield from e.diagnostics

    def left_out(self, name: str) -> bool:
        """Whether a variable's data are not there, and will be drawn."""
        return name in self._drawn and name not in self._arrivals.brought.data

    def notes(self) -> Iterator[str]:
        """What the user should know, once everything has been asked for."""
        yield from self._arrivals.notes
        yield from (s.note for s in self._sized.values() if s.note)
        if self._arrivals.unread:
            unread = ", ".join(self._arrivals.unread)
            yield f"not read, as the model does not declare them: {unread}"

    # --- what is asked for ----------------------------------------------------------------------

    def labels(self, dim: str) -> tuple[str | int, ...]:
        """Labels of a dimension.

        Raises:
            Rejected: D431 to D436.
        """
        return self._size(dim).labels

    def first_number(self, dim: str) -> int:
        """The number of a dimension's first label.

        Raises:
            Rejected: D431 to D436.
        """
        return first_number(self.graph.dims[dim], self.labels(dim))

    def array(self, name: str) -> np.ndarray:
        """Declared data: float64, or int64 positions from 0; shape as declared.

        Raises:
            Rejected: D421 to D439.
        """
        if name not in self._arrays:
            self._arrays[name] = self._once(name, lambda: self._checked(self.graph.data[name]))
        return self._arrays[name]

    def value(self, name: str) -> Tensor:
        """A variable that is computed from data alone.

        Raises:
            NotData: it is not.
            Rejected: it is, and the data are refused.
        """
        if name in self.graph.data:
            if self.graph.data[name].missing is Missing.IMPUTE:
                raise NotData(name)
            found = self.array(name)  # perhaps somebody else's, who does not want it written to
            return torch.from_numpy(found if found.flags.writeable else found.copy())
        if name not in self.graph.nodes:
            raise NotData(name)
        node = self.graph.nodes[name]
        match node.role:
            case Derived(expr) if name not in node.parents:
                plates = node.plates
            case (
                Observed(given=FromFormula(expr=expr, plates=plates))
                | Fixed(given=FromFormula(expr=expr, plates=plates))
            ):
                pass
            case _:
                raise NotData(name)
        return evaluate(expr, self, plates).expand(self.shape(node.type.event))

    def shape(self, extents: Sequence[Extent]) -> tuple[int, ...]:
        """Sizes of dimensions and literal axes."""
        return tuple(len(self.labels(e)) if isinstance(e, str) else e for e in extents)

    def place(self, at: Span, name: str, extents: Sequence[Extent]) -> Place:
        """Names for the elements of an array over these extents."""
        found = (self.labels(e) if isinstance(e, str) else range(1, e + 1) for e in extents)
        node = self.graph.nodes.get(name)
        drawn = name if node is not None and scored(node) is not None else None
        data = self.graph.data.get(name)
        truth = data is not None and data.type.kind is Kind.BOOL
        discrete = data is not None and data.support.name.is_discrete
        axes = tuple(extents)
        return Place(at, name, tuple(found), drawn, axes, truth, name in self._read, discrete)

    @cached_property
    def _read(self) -> frozenset[str]:
        """What something is computed from, be it by its own earlier elements."""
        return frozenset(p for node in self.graph.nodes.values() for p in node.parents)

    # --- how it is found ------------------------------------------------------------------------

    def _once(self, key: str, compute: Callable[[], T]) -> T:
        """What was refused once is refused again with the same complaint."""
        if key in self._refused:
            raise self._refused[key]
        try:
            return compute()
        except Rejected as e:
            self._refused[key] = e
            raise

    def _size(self, dim: str) -> Sized:
        if dim not in self._sized:
            declared, brought = self.graph.dims[dim], self._arrivals.brought
            found = self._once(
                f"dim {dim}", lambda: resolve(self.graph, declared, brought, self._ends)
            )
            self._sized[dim] = found or self._once(f"dim {dim}", lambda: self._unsized(declared))
        return self._sized[dim]

    def _unsized(self, dim: Dim) -> NoReturn:
        """Refuse a dimension that nothing sizes: it is the fault of the arrays that should have."""
        brought = self._arrivals.brought.data
        found: list[Diagnostic] = []
        for data in self.graph.data.values():
            if not could_size(data, dim.name):
                continue
            if data.name in self._refused:
                found += self._refused[data.name].diagnostics
            elif data.name in brought:
                shape = brought[data.name].values.shape
                found.append(complaints.wrong_rank(data.span, data.name, data.type.event, shape))
            elif data.default is None and not self.left_out(data.name):
                found.append(self._missing(data))
        raise Rejected(found or [dimension.unsized(dim.span, dim.name)])

    def _ends(self, count: Count) -> tuple[float, float]:
        return scalar(count.first, self), scalar(count.last, self)

    def _checked(self, data: Data) -> np.ndarray:
        brought = self._arrivals.brought
        if self.left_out(data.name) and data.default is None:
            return self._stand_in(data)
        if data.name not in brought.data:
            return self._default(data)
        values = self._in_order(data, brought.data[data.name])
        shape = self.shape(data.type.event)
        if values.shape != shape:
            if values.size or 0 not in shape:
                self._disagree(data, values.shape, shape, brought.words(data.name))
            values = values.reshape(shape)
        place = self.place(data.span, data.name, data.type.event)
        dim = data.type.dim
        if data.type.kind is Kind.INDEX and dim is not None:
            return self._positions(data, place, values, dim)
        return self._supported(data, numbers(place, values, may_lack=data.missing is not None))

    def _stand_in(self, data: Data) -> np.ndarray:
        """Values that nothing will look at: functions other than a simulation are built on them."""
        shape = self.shape(data.type.event)
        if data.type.kind is Kind.INDEX:
            return np.zeros(shape, dtype=np.int64)
        return np.ones(shape)

    def _positions(self, data: Data, place: Place, values: np.ndarray, dim: str) -> np.ndarray:
        """Index data as positions; -1 where a value is missing and may be."""
        labels, declared_at = self.labels(dim), self.graph.dims[dim].span
        lacking = gaps(values) if data.missing is not None else np.False_
        if not lacking.any():
            return positions(place, values, dim, labels, declared_at)
        if lacking.all():
            return np.full(values.shape, -1, dtype=np.int64)
        whole = values.copy()
        whole[lacking] = values[~lacking][0]
        return np.where(lacking, -1, positions(place, whole, dim, labels, declared_at))

    def _default(self, data: Data) -> np.ndarray:
        extents = data.type.event
        if data.default is None:
            raise Rejected([self._missing(data)])
        found = evaluate(data.default, self)
        finite = torch.isfinite(found.double())
        if not bool(finite.all()):
            shown = complaints.number_or_inf(float(found[~finite][0]))
            what = f"the default of `{data.name}`"
            raise Rejected([complaints.formula_failed(data.default.span, what, shown)])
        shape = self.shape(extents)
        if found.dim() and tuple(found.shape) != shape:
            self._disagree(data, found.shape, shape, f"the default of `{data.name}`")
        return self._supported(data, np.array(found.expand(shape).numpy()))

    def _missing(self, data: Data) -> Diagnostic:
        came = self._arrivals
        extents = data.type.event
        if data.name in self._drawn_in_part:
            return recurrences.partly_drawn(data.span, data.name, self.graph.nodes[data.name].span)
        return complaints.data_missing(data.span, data.name, extents, came.unread, came.nothing)

    def _supported(self, data: Data, values: np.ndarray) -> np.ndarray:
        """The values, if the declared type allows them all."""
        if data.type.kind is Kind.INDEX:
            return values
        low, high = (
            None if e is None else evaluate(e, self).numpy()
            for e in (data.support.low, data.support.high)
        )
        if data.missing is None:
            found = violation(values, data.support.name, data.type.kind, low, high)
        else:
            found = _violation_of_the_rest(values, data, low, high)
        if found is None:
            return self._exact(data, values)
        where = self.place(data.span, data.name, data.type.event).of(found.index, values.shape)
        raise Rejected([complaints.outside_support(data.span, where, *found.facts)])

    def _exact(self, data: Data, values: np.ndarray) -> np.ndarray:
        """The values, if none is a whole number that may have been rounded."""
        wrong = inexact(values) if data.type.kind is Kind.INT else np.False_
        if not wrong.any():
            return values
        first = int(np.argmax(wrong))
        where = self.place(data.span, data.name, data.type.event).of(first, values.shape)
        count, x = int(wrong.sum()), float(values.flat[first])
        raise Rejected([complaints.too_many_digits(data.span, where, x, count)])

    def _in_order(self, data: Data, arrived: Arrived) -> np.ndarray:
        """The values in the order of the model's labels, where they bring labels of their own."""
        values = arrived.values
        for axis, found in arrived.labels.items():
            dim = data.type.event[axis]
            if not isinstance(dim, str) or self.labels(dim) == found:
                continue
            words = self._arrivals.brought.words(data.name)
            same_labels(self.graph.dims[dim], self.labels(dim), found, words)
            at = {str(label): i for i, label in enumerate(found)}
            values = np.take(values, [at[str(label)] for label in self.labels(dim)], axis)
        return values

    def _disagree(
        self, data: Data, found: Sequence[int], shape: Sequence[int], words: str
    ) -> NoReturn:
        """Refuse an array whose axes do not have the lengths of their dimensions."""
        extents = data.type.event
        if len(found) != len(shape):
            raise Rejected([complaints.wrong_rank(data.span, data.name, extents, found)])
        axis = next(i for i, (n, size) in enumerate(zip(found, shape, strict=True)) if n != size)
        extent = extents[axis]
        if not isinstance(extent, str):
            raise Rejected(
                [complaints.wrong_length(data.span, data.name, axis + 1, shape[axis], found[axis])]
            )
        known = (self._size(extent).source, shape[axis])
        this = (words if len(shape) == 1 else f"axis {axis + 1} of {words}", found[axis])
        declared_at = self.graph.dims[extent].span
        raise Rejected([dimension.sizes_disagree(data.span, extent, known, this, declared_at)])


def _violation_of_the_rest(
    values: np.ndarray, data: Data, low: np.ndarray | None, high: np.ndarray | None
) -> Violation | None:
    """The first number that is not allowed, where others are missing."""
    there = ~np.isnan(values)
    if not there.any():
        return None
    low, high = (e if e is None else np.broadcast_to(e, values.shape)[there] for e in (low, high))
    found = violation(values[there], data.support.name, data.type.kind, low, high)
    return found and replace(found, index=int(np.flatnonzero(there)[found.index]))
