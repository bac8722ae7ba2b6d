"""Values given for random variables: with the query, in the model, or as observed data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compiler.graph import (
    Elements,
    Fixed,
    FromDataFile,
    FromFormula,
    FromOutside,
    Given,
    ModelGraph,
    Node,
    Observed,
    Partly,
    Patched,
    Replaced,
)
from ..compiler.present import Present
from ..compiler.typed import Const, Expr, Label, OverRange
from ..compiler.types import Kind
from ..grammar.diagnostic import Diagnostic, Rejected
from .binding import Binding
from .complaints import binding as data_complaints
from .complaints import given as complaints
from .complaints.wording import counted, number
from .host import NotData, evaluate, numbers_of
from .intake import take_in
from .support import Violation, violation
from .values import Place, holds_text, inexact, numbers, positions


@dataclass(frozen=True)
class GivenValues:
    """Values that came with the query.

    Attributes:
        arrays: by key, in the shape of the variable, or of what is left of it behind the labels of
            an element: float64, or int64 positions.
    """

    arrays: Mapping[str, np.ndarray]
    problems: tuple[Diagnostic, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A whole variable or one element of it, with where its value comes from."""

    node: Node
    labels: tuple[Expr, ...]
    given: Given

    @property
    def name(self) -> str:
        """The variable as the model calls it: the fixed half of ``x`` is ``x``."""
        match self.node.role:
            case Fixed(of=of) | Patched(of=of):
                return of
            case _:
                return self.node.name


def bind_given(graph: ModelGraph, outside: Mapping[str, Any], binding: Binding) -> GivenValues:
    """Every value that the graph expects from outside, in its place and shape.

    The problems are Q651 (not given), Q652 (shape), Q653 (no number), Q655 (unknown label);
    supports are looked at by `check_given`.
    """
    arrays: dict[str, np.ndarray] = {}
    problems: list[Diagnostic] = []
    notes: list[str] = []
    for piece in _pieces(graph):
        if not isinstance(piece.given, FromOutside):
            continue
        key = piece.given.key
        if key not in outside:
            problems.append(complaints.given_missing(piece.node.span, piece.name))
            continue
        try:
            arrays[key], note = _placed(piece, outside[key], binding)
            notes += [note] if note else []
        except Rejected as e:
            problems += e.diagnostics
    return GivenValues(arrays, tuple(problems), tuple(notes))


def check_given(
    graph: ModelGraph, binding: Binding, outside: Mapping[str, np.ndarray]
) -> Iterator[Diagnostic]:
    """A complaint for every given value that its variable cannot have.

    D438 for observations in the data or the model, D437 where a formula gives no number, Q654 for
    values of a query or a scenario. Ends of a support that depend on latent variables are not
    looked at: the density is zero outside of them, and only a fit knows where they are.
    """
    for piece in _pieces(graph):
        if piece.node.type.kind is Kind.INDEX:
            continue  # positions were looked up
        if binding.left_out(piece.node.name):
            continue
        values = _value(piece, binding, outside)
        if values is not None:
            yield from _complaints(piece, values, binding)


# --- what is given ------------------------------------------------------------------------------


def _pieces(graph: ModelGraph) -> Iterator[_Piece]:
    for node in graph.nodes.values():
        match node.role:
            case Observed(given=given) | Fixed(given=given):
                yield from _of_whole(node, given)
            case Partly(observed=Elements() as elements) | Patched(elements=elements):
                yield from _of_elements(node, elements)
            case Partly(observed=Present(besides)):
                yield _Piece(node, (), FromDataFile())
                yield from () if besides is None else _of_elements(node, besides)
            case _:
                pass


def _of_whole(node: Node, given: Given) -> Iterator[_Piece]:
    if isinstance(given, Replaced):
        yield _Piece(node, (), given.base)
        yield from _of_elements(node, given.elements)
    else:
        yield _Piece(node, (), given)


def _of_elements(node: Node, elements: Elements) -> Iterator[_Piece]:
    for labels, given in zip(elements.labels, elements.given, strict=True):
        yield _Piece(node, labels, given)


# --- values from outside ------------------------------------------------------------------------


def _placed(piece: _Piece, raw: Any, binding: Binding) -> tuple[np.ndarray, str | None]:
    """The value in the piece's shape, and a note where one number stands for many."""
    node, at = piece.node, piece.node.span
    extents = node.type.event[len(piece.labels) :]
    shape = binding.shape(extents)
    try:
        values = take_in(at, piece.name, raw).values
    except Rejected:
        raise Rejected(
            [complaints.given_shape(at, piece.name, extents, shape, "no regular shape")]
        ) from None
    found = _read(piece, values, binding)
    if found.shape == shape:
        return found, None
    if found.size != 1 or (found.ndim and found.ndim != len(shape)):
        words = " × ".join(map(str, found.shape)) if found.ndim else "one"
        raise Rejected([complaints.given_shape(at, piece.name, extents, shape, words)])
    whole = np.full(shape, found.reshape(()))
    size = int(np.prod(shape))
    if size == 1:
        return whole, None
    only = found.reshape(())
    if node.type.kind is Kind.INDEX:
        value = str(binding.labels(str(node.type.dim))[int(only)])
    else:
        value = str(raw) if isinstance(raw, str) else number(float(only))
    return whole, f"`{piece.name}` = {value} for all {counted(size, 'element')} of it"


def _read(piece: _Piece, values: np.ndarray, binding: Binding) -> np.ndarray:
    node, at, dim = piece.node, piece.node.span, piece.node.type.dim
    place = Place(at, piece.name)
    if node.type.kind is Kind.INDEX and dim is not None:
        labels = binding.labels(dim)
        try:
            return positions(place, values, dim, labels, at)
        except Rejected:
            words = {str(x) for x in labels}
            wrong = next((x for x in values.ravel().tolist() if str(x) not in words), "")
            raise Rejected(
                [complaints.given_label(at, f"`{piece.name}`", wrong, dim, list(map(str, labels)))]
            ) from None
    if holds_text(values):
        first = next(x for x in values.ravel().tolist() if isinstance(x, str))
        raise Rejected([complaints.given_not_a_number(at, f"`{piece.name}`", first)])
    try:
        found = numbers(place, values)
    except Rejected:
        bad = next(x for x in values.ravel().tolist() if not _is_finite(x))
        raise Rejected([complaints.given_not_a_number(at, f"`{piece.name}`", bad)]) from None
    if node.type.kind is Kind.INT and inexact(found).any():
        x = float(found[inexact(found)].flat[0])
        wanted = "a whole number of at most 15 digits"
        raise Rejected([complaints.given_outside(at, f"`{piece.name}`", x, wanted)])
    return found


def _is_finite(x: object) -> bool:
    return isinstance(x, int | float) and bool(np.isfinite(x))


# --- supports -----------------------------------------------------------------------------------


def _value(piece: _Piece, binding: Binding, outside: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """The given numbers over the piece's shape; None where they are not known here."""
    match piece.given:
        case FromOutside(key=key):
            return outside.get(key)
        case FromDataFile():
            return binding.array(piece.node.name)
        case FromFormula(expr=expr, plates=plates):
            shape = binding.shape(piece.node.type.event[len(piece.labels) :])
            try:
                found = evaluate(expr, binding, plates).numpy()
            except NotData:
                return None
            whole = np.full(shape, np.nan)
            whole[_region(plates, binding)] = found
            return whole
        case Replaced():
            raise AssertionError("a replaced value is taken apart first")


def _region(plates: tuple[Any, ...], binding: Binding) -> tuple[slice, ...]:
    """The part of an array that index variables run over."""
    found = []
    for var in plates:
        start, count = numbers_of(var, binding)
        inside = isinstance(var.domain, OverRange)
        found.append(slice(start, start + count) if inside else slice(None))
    return tuple(found)


def _complaints(piece: _Piece, values: np.ndarray, binding: Binding) -> Iterator[Diagnostic]:
    node = piece.node
    region = () if piece.labels else _region(node.plates, binding)
    # a range on the left of `~` leaves the other elements out: nothing is said about them
    seen = np.full(values.shape, False)
    seen[region] = True
    if isinstance(piece.given, FromDataFile):
        seen &= ~np.isnan(values)  # what becomes of missing values is said in the model
    place = binding.place(node.span, piece.name, node.type.event)
    if isinstance(piece.given, FromFormula) and not np.isfinite(values[seen]).all():
        i = int(np.argmax(seen & ~np.isfinite(values)))
        words = data_complaints.number_or_inf(float(values.flat[i]))
        named = _named(piece, place, i, values)
        yield data_complaints.formula_failed(
            piece.given.expr.span, f"the value given for {named}", words
        )
        return
    low, high = (_end(piece, e, values, binding) for e in (node.support.low, node.support.high))
    checked = np.where(seen, values, _harmless(values, seen))
    kind = node.type.kind
    lows, highs = (
        None if e is None else np.where(seen, e, s) for e, s in ((low, -np.inf), (high, np.inf))
    )
    found = violation(checked, node.support.name, kind, lows, highs, zero=True)
    if found is not None:
        yield _impossible(piece, _named(piece, place, found.index, values), found)


def _harmless(values: np.ndarray, seen: np.ndarray) -> float:
    """A number that is as right as the ones that count, to stand for those that do not."""
    return float(values[seen].flat[0]) if seen.any() else 0.0


def _impossible(piece: _Piece, named: str, found: Violation) -> Diagnostic:
    match piece.node.role:
        case Observed(dist=dist) | Partly(dist=dist) if not isinstance(piece.given, FromOutside):
            return data_complaints.observed_outside(
                piece.node.span, named, found.value, f"`{dist.family}`", found.needs, found.count
            )
        case _:
            return complaints.given_outside(piece.node.span, named, found.value, found.needs)


def _named(piece: _Piece, place: Place, index: int, values: np.ndarray) -> str:
    if not piece.labels:
        return place.of(index, values.shape)
    words = [
        str(x.label) if isinstance(x, Label) else number(x.value)
        for x in piece.labels
        if isinstance(x, Label | Const)
    ]
    return f"`{piece.name}[{', '.join(words)}]`"


def _end(
    piece: _Piece, end: Expr | None, values: np.ndarray, binding: Binding
) -> np.ndarray | None:
    """One end of the support over the piece's shape; None if there is none, or none known here."""
    if end is None or not set(end.type.axes) <= set(piece.node.plates):
        return None
    plates = piece.node.plates
    event = piece.node.type.event
    try:
        found = evaluate(end, binding, plates).numpy()
    except NotData:
        return None
    found = found.reshape(
        found.shape[: len(plates)] + (1,) * (len(event) - found.ndim) + found.shape[len(plates) :]
    )
    whole = np.full(binding.shape(event), np.nan)
    whole[_region(plates, binding)] = found
    return np.asarray(whole[_index(piece, binding)])


def _index(piece: _Piece, binding: Binding) -> tuple[int, ...]:
    """Position of an element."""
    found = []
    for label, extent in zip(piece.labels, piece.node.type.event, strict=False):
        if isinstance(label, Label) and isinstance(extent, str):
            found.append(binding.labels(extent).index(label.label))
        elif isinstance(label, Const):
            found.append(int(label.value) - 1)
    return tuple(found)
