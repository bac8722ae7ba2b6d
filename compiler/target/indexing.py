"""Builder methods that read and write at computed positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .coerce import to_tensor
from .value import DType, ShapeMismatch, Value, same_shape

if TYPE_CHECKING:
    from .builder import Builder


def take(b: Builder, v: Value, index: Value) -> Value:
    """``v[..., index]`` on the last axis, by positions that depend on data alone.

    Shapes: v (..., n), INT index (*s) -> (..., *s).
    """
    if index.batched or index.dtype is not DType.INT:
        raise ShapeMismatch(f"not positions known from data: {index!r}")
    shape = (*v.shape[:-1], *index.shape)
    if v.op == "expand" and (v.inputs[0].rank == 0 or v.inputs[0].shape[-1] == 1):
        inner = v.inputs[0]
        bare = inner if inner.rank == 0 else b.squeeze(inner, (-1,))
        return b.expand(b.unsqueeze(bare, range(-index.rank, 0)), shape)
    if index.rank != 1:
        flat = b.reshape(index, (b.product_of_sizes(index.shape),))
        return b.reshape(b.take(v, flat), shape)
    if b.simplify and _is_everything(v, index):
        return v
    index = to_tensor(b, index)
    return b.make("take", (v, index), shape=shape, dtype=v.dtype)


def _is_everything(v: Value, index: Value) -> bool:
    return index.op == "arange" and index.attrs[1] == 0 and index.shape[0] == v.shape[-1]


def index_add(b: Builder, like: Value, index: Value, v: Value) -> Value:
    """Zeros in the shape of ``like``, with ``v`` added at positions of the last axis.

    Shapes: like (..., n), INT index (m,) from data, v (..., m) -> (..., n).
    """
    if like.batched != v.batched:  # torch.index_add does not broadcast
        if v.batched:
            raise ShapeMismatch("the derivative by a value without a batch needs its sum")
        like = b.expand(b.const(0.0), like.shape)
    v = b.expand(to_tensor(b, v), (*like.shape[:-1], v.shape[-1]))
    return b.make("index_add", (like, index, v), shape=like.shape)


def gather(b: Builder, v: Value, index: Value) -> Value:
    """Elements of a vector at computed positions, each batch at its own.

    Shapes: v (n,), INT index (*s) -> (*s).
    """
    if v.rank != 1 or index.dtype is not DType.INT:
        raise ShapeMismatch(f"gather takes a vector and positions, not {v!r} and {index!r}")
    if v.op == "expand" and v.inputs[0].rank == 0:
        return b.expand(v.inputs[0], index.shape)
    if not index.batched:
        return b.take(v, index)
    if index.op == "expand":
        return b.expand(b.gather(v, index.inputs[0]), index.shape)
    if v.batched and index.rank == 0:
        return b.squeeze(b.gather(v, b.unsqueeze(index, (-1,))), (-1,))
    if v.batched and index.rank > 1:
        flat = b.reshape(index, (b.product_of_sizes(index.shape),))
        return b.reshape(b.gather(v, flat), index.shape)
    return b.make("gather", (v, index), shape=index.shape, dtype=v.dtype)


def gather_add(b: Builder, like: Value, index: Value, v: Value) -> Value:
    """Zeros in the shape of the vector ``like``, with ``v`` added at positions of each batch.

    Shapes: like (n,), INT index (m,), v (m,) -> (n,), all with the same batch.
    """
    if not like.batched:
        raise ShapeMismatch("the derivative by a value without a batch needs its sum")
    return b.make("gather_add", (like, index, b.broadcast_batch(v, index)), shape=like.shape)


def scatter(b: Builder, base: Value, index: Value, v: Value) -> Value:
    """``base`` with some positions of its last axis replaced.

    Shapes: base (..., n), INT index (m,) from data, each position once, v (..., m) -> (..., n).
    """
    if index.batched or index.rank != 1:
        raise ShapeMismatch(f"not positions known from data: {index!r}")
    v = b.expand(v, (*base.shape[:-1], index.shape[0]))
    if base.dtype is not v.dtype:
        base, v = b.to_float(base), b.to_float(v)
    if not base.batched and v.batched:
        base = b.broadcast_batch(base, v)
    v = b.broadcast_batch(v, base)
    if b.simplify and _is_everything(base, index) and same_shape(v.shape, base.shape):
        return v
    return b.make("scatter", (base, index, v), shape=base.shape, dtype=base.dtype)
