"""Builder methods for distributions: opaque densities, draws and standard noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...grammar.source import Span
from ..families import FAMILIES
from .coerce import to_tensor
from .value import DType, Size, Value, broadcast

if TYPE_CHECKING:
    from .builder import Builder


def density(b: Builder, family: str, form: str, x: Value, args: Sequence[Value]) -> Value:
    """Log density of a family by its own function, one number per element of the plates.

    It has no derivative: what is to be differentiated is written out.
    """
    row = FAMILIES[family]
    ranks = [row.event, *(p.event for p in row.form(form).params)]
    values = [x, *args]
    plates = [v.shape[: max(0, v.rank - r)] for v, r in zip(values, ranks, strict=True)]
    shape = broadcast(plates)
    aligned = [b.align(v, len(shape) + r) for v, r in zip(values, ranks, strict=True)]
    return b.make("density", tuple(aligned), (row.module, form), shape=shape)


def sample(
    b: Builder,
    family: str,
    form: str,
    args: Sequence[Value],
    shape: Sequence[Size],
    *,
    event: int = 0,
    dtype: DType = DType.FLOAT,
    low: Value | None = None,
    high: Value | None = None,
    span: Span | None = None,
) -> Value:
    """A draw of a family by its own function, from the emitted function's ``rng``.

    Args:
        shape: trailing shape of the draw, its own event included; ``batch`` comes before it.
        event: how many of the last axes are one draw.
        low, high: ends between which the draw is restricted.
    """
    row = FAMILIES[family]
    plates = len(shape) - event
    ranks = [p.event for p in row.form(form).params]
    inputs = [b.align(v, plates + r) for v, r in zip(args, ranks, strict=True)]
    ends = {"low": low, "high": high}
    keywords = tuple(k for k, v in ends.items() if v is not None)
    inputs += [b.align(v, plates) for v in ends.values() if v is not None]
    # a family of matrices whose parameters are numbers learns the size from the shape
    told = 0 if event == 2 and not any(ranks) else event
    with b.at(span or b.span):
        return b.make(
            "sample", tuple(inputs), (row.module, form, told, keywords),
            shape=tuple(shape), batched=True, dtype=dtype,
        )  # fmt: skip


def std_gamma(b: Builder, shape_param: Value) -> Value:
    """Standard gamma draws, one per element of ``shape_param``, with a pathwise derivative."""
    a = b.over_batch(b.to_float(shape_param))
    return b.make("std_gamma", (a,), shape=a.shape)


def std_inverse_gaussian(b: Builder, shape_param: Value) -> Value:
    """Inverse Gaussian draws of mean 1, one per element, with a pathwise derivative."""
    a = b.over_batch(b.to_float(shape_param))
    return b.make("std_inverse_gaussian", (a,), shape=a.shape)


def gamma_grad(b: Builder, shape_param: Value, draw: Value) -> Value:
    """Derivative of standard gamma draws by their shape parameter."""
    return b.make("gamma_grad", (to_tensor(b, shape_param), draw), shape=draw.shape)
