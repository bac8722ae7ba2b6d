"""Builder methods that rearrange arrays without computing on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .coerce import to_tensor
from .value import DType, ShapeMismatch, Size, Value, broadcast, same_shape, without_axes

if TYPE_CHECKING:
    from .builder import Builder


def _is_part(v: Value) -> bool:
    """Whether ``v`` is a block of a flat input: ``x[..., i]``, ``x[..., a:b]``, or that, reshaped.

    Derivatives are taken by such parts, and what flows to one would be lost to a simplification
    that looks past it at the whole input.
    """
    while v.op == "reshape":
        v = v.inputs[0]
    return v.op in ("pick", "slice") and v.inputs[0].op == "input"


def unsqueeze(b: Builder, v: Value, axes: Sequence[int]) -> Value:
    """``v`` with unit axes at ``axes``, which are negative and counted in the result."""
    axes = tuple(sorted(set(axes))) if len(axes) > 1 else tuple(axes)
    if not axes:
        return v
    rank = v.rank + len(axes)
    if axes[0] < -rank:
        raise ShapeMismatch(f"unit axes {axes} in a result of rank {rank}")
    if len(axes) == 1:  # as nearly always
        at = rank + axes[0]
        shape = (*v.shape[:at], 1, *v.shape[at:])
    else:
        old = iter(v.shape)
        shape = tuple([1 if a in axes else next(old) for a in range(-rank, 0)])
    if v.op == "expand":
        once = v.inputs[0]
        bare = once if once.host else b.unsqueeze(b.to_rank(once, v.rank), axes)
        return b.expand(bare, shape)
    if v.host:
        return b.expand(v, shape)
    if b.simplify:
        if v.op == "unsqueeze":
            inner: tuple[int, ...] = v.attrs
            kept = [a for a in range(-rank, 0) if a not in axes]
            both = (*axes, *[kept[a] for a in inner])
            return b.unsqueeze(v.inputs[0], both)
        if v.op == "squeeze" and v.attrs == axes:
            return v.inputs[0]
        if v.op == "reshape" and v.inputs[0].shape == shape and not _is_part(v):
            return v.inputs[0]
    return b.make("unsqueeze", (v,), axes, shape=shape, dtype=v.dtype)


def outside(b: Builder, op: str, args: Sequence[Value]) -> Value | None:
    """A pointwise operation with the unit axes that all its operands share put on its result.

    What is computed of a number stays a computation of the number, wherever it is needed as a
    column: ``log(s[..., None])`` is ``log(s)[..., None]``.
    """
    axes: tuple[int, ...] | None = None
    rank = 0
    for v in args:
        if v.op == "unsqueeze":
            if axes is not None and (v.attrs != axes or v.rank != rank):
                return None
            axes, rank = v.attrs, v.rank
        elif not v.host and (v.batched or v.shape):
            return None
    if axes is None:
        return None
    inner = [v.inputs[0] if v.op == "unsqueeze" else v for v in args]
    return b.unsqueeze(b.apply(op, *inner), axes)


def to_rank(b: Builder, v: Value, rank: int) -> Value:
    """``v`` with unit axes on its left until it has ``rank`` trailing axes."""
    return b.unsqueeze(v, tuple(range(-rank, -v.rank))) if v.rank < rank else v


def squeeze(b: Builder, v: Value, axes: Sequence[int]) -> Value:
    """``v`` without its unit axes ``axes``."""
    axes = tuple(sorted(set(axes)))
    if not axes:
        return v
    shape = without_axes(v.shape, axes)
    if v.op == "expand":
        inner = v.inputs[0]
        return b.expand(b.squeeze(inner, [a for a in axes if -a <= inner.rank]), shape)
    if b.simplify and v.op == "unsqueeze":
        inside: tuple[int, ...] = v.attrs
        if set(axes) <= set(inside):
            kept = [a for a in range(-v.rank, 0) if a not in axes]
            rest = [i - len(kept) for i, a in enumerate(kept) if a in inside]
            return b.unsqueeze(v.inputs[0], rest)
    return b.make("squeeze", (v,), axes, shape=shape, dtype=v.dtype)


def permute(b: Builder, v: Value, order: Sequence[int]) -> Value:
    """Trailing axes in another order: axis ``i`` of the result is axis ``order[i]`` of ``v``,
    counted from the first trailing axis or from the right."""
    order = tuple(o % v.rank for o in order)
    if sorted(order) != list(range(v.rank)):
        raise ShapeMismatch(f"{order} is no order of {v.rank} axes")
    if order == tuple(range(v.rank)):
        return v
    shape = tuple(v.shape[o] for o in order)
    if v.op == "expand":
        bare = v.inputs[0]
        return b.expand(bare if bare.host else b.permute(b.to_rank(bare, v.rank), order), shape)
    if v.op == "permute" and b.simplify:
        inner: tuple[int, ...] = v.attrs
        return b.permute(v.inputs[0], tuple(inner[o] for o in order))
    moved = [o for o in order if v.shape[o] != 1]
    if b.simplify and moved == sorted(moved):  # only unit axes move
        bare = b.squeeze(v, [i - v.rank for i, n in enumerate(v.shape) if n == 1])
        return b.unsqueeze(bare, [i - v.rank for i, n in enumerate(shape) if n == 1])
    return b.make("permute", (v,), order, shape=shape, dtype=v.dtype)


def transpose(b: Builder, v: Value) -> Value:
    """Matrices with their last two axes swapped."""
    return b.permute(v, (*range(v.rank - 2), v.rank - 1, v.rank - 2))


def expand(b: Builder, v: Value, shape: Sequence[Size]) -> Value:
    """``v`` repeated along its unit and missing axes to exactly ``shape``."""
    shape = tuple(shape)
    if v.shape == shape or same_shape(v.shape, shape):
        return v
    if v.op == "expand":
        v = v.inputs[0]
        if same_shape(v.shape, shape):
            return v
    if not same_shape(broadcast((v.shape, shape)), shape):
        raise ShapeMismatch(f"{v!r} cannot become {shape}")
    if v.batched:
        v = b.to_rank(v, len(shape))
        if same_shape(v.shape, shape):
            return v
    return b.make("expand", (v,), shape, shape=shape, dtype=v.dtype)


def reshape(b: Builder, v: Value, shape: Sequence[Size]) -> Value:
    """The same elements, row by row, in other trailing axes."""
    shape = tuple(shape)
    if v.shape == shape or (v.rank == len(shape) == 1 and same_shape(v.shape, shape)):
        return v
    if v.op == "expand" and v.inputs[0].rank == 0:
        return b.expand(v.inputs[0], shape)
    long_, target = ([n for n in s if n != 1] for s in (v.shape, shape))
    if b.simplify and long_ == target and not _is_part(v):  # only unit axes come and go
        bare = b.squeeze(v, [i - v.rank for i, n in enumerate(v.shape) if n == 1])
        return b.unsqueeze(bare, [i - len(shape) for i, n in enumerate(shape) if n == 1])
    if v.op == "reshape" and b.simplify and not _is_part(v):
        return b.reshape(v.inputs[0], shape)
    if v.host:
        v = to_tensor(b, v)
    return b.make("reshape", (v,), shape, shape=shape, dtype=v.dtype)


def pick(b: Builder, v: Value, i: Size) -> Value:
    """``v[..., i]``: one element of the last axis."""
    shape = v.shape[:-1]
    if v.op == "expand":
        inner = v.inputs[0]
        if inner.rank == 0:
            return b.expand(inner, shape)
        return b.expand(b.pick(inner, 0 if inner.shape[-1] == 1 else i), shape)
    if b.simplify and not _is_part(v):
        if v.op == "unsqueeze" and v.attrs[-1] == -1:
            return b.squeeze(v, (-1,))
        if v.op == "stack" and isinstance(i, int):
            return v.inputs[i]
        if v.op == "slice":
            return b.pick(v.inputs[0], b.sum_of_sizes(v.attrs[0], i))
    return b.make("pick", (v,), (i,), shape=shape, dtype=v.dtype)


def pick_at(b: Builder, v: Value, index: Value) -> Value:
    """``v[..., index]`` for a position known when data are bound: an unbatched INT scalar."""
    if index.op == "size":
        return b.pick(v, index.attrs[0])
    if index.host:
        return b.pick(v, b.host_int(index, "position"))
    return b.squeeze(b.take(v, b.unsqueeze(index, (-1,))), (-1,))


def slice_(b: Builder, v: Value, start: Size, stop: Size) -> Value:
    """``v[..., start:stop]`` on the last axis."""
    if start == 0 and stop == v.shape[-1]:
        return v
    length = b.difference(stop, start)
    if v.op == "expand" and (v.inputs[0].rank == 0 or v.inputs[0].shape[-1] == 1):
        return b.expand(v.inputs[0], (*v.shape[:-1], length))
    if b.simplify and v.op == "cat":
        found = _within_cat(b, v, start, stop)
        if found is not None:
            return found
    if b.simplify and v.op == "slice" and not _is_part(v):
        first: Size = v.attrs[0]
        return b.slice(v.inputs[0], b.sum_of_sizes(first, start), b.sum_of_sizes(first, stop))
    return b.make(
        "slice", (v,), (start, stop), shape=(*v.shape[:-1], length), dtype=v.dtype
    )  # fmt: skip


def _within_cat(b: Builder, v: Value, start: Size, stop: Size) -> Value | None:
    """The one part of a concatenation that a slice is."""
    at: Size = 0
    for part in v.inputs:
        if at == start and b.sum_of_sizes(at, part.shape[-1]) == stop:
            return part
        at = b.sum_of_sizes(at, part.shape[-1])
    return None


def pad(b: Builder, v: Value, before: Size, after: Size) -> Value:
    """Zeros before and after the last axis."""
    if before == 0 and after == 0:
        return v
    length = b.sum_of_sizes(b.sum_of_sizes(before, v.shape[-1]), after)
    v = to_tensor(b, v)
    return b.make(
        "pad", (v,), (before, after), shape=(*v.shape[:-1], length), dtype=v.dtype
    )  # fmt: skip


def cat(b: Builder, vs: Sequence[Value]) -> Value:
    """Joined along the last axis; everything else is broadcast, batches included."""
    if not vs:
        return b.expand(b.const(0.0), (0,))
    lead = broadcast(v.shape[:-1] for v in vs)
    parts = [b.expand(v, (*lead, v.shape[-1])) for v in vs if v.shape[-1] != 0] or [vs[0]]
    if len(parts) == 1:
        return parts[0]
    if b.simplify:
        parts = _stacked_runs(b, parts)
        if len(parts) == 1:
            return parts[0]
    length = b.total_of_sizes([p.shape[-1] for p in parts])
    parts = _one_batch(b, _one_kind(b, parts))
    return b.make("cat", tuple(parts), shape=(*lead, length), dtype=parts[0].dtype)


def _is_single(v: Value) -> bool:
    return v.op == "unsqueeze" and v.attrs == (-1,)


def _stacked_runs(b: Builder, parts: Sequence[Value]) -> list[Value]:
    """Runs of single numbers as one stack each: one operation instead of a view for each."""
    runs: list[list[Value]] = []
    for part in parts:
        if runs and _is_single(part) and _is_single(runs[-1][-1]):
            runs[-1].append(part)
        else:
            runs.append([part])
    joined: list[Value] = []
    for run in runs:
        if len(run) == 1 or (len(run) == 2 and len(runs) > 1):
            joined += run
        else:
            joined.append(b.stack([b.squeeze(p, (-1,)) for p in run]))
    return joined


def stack(b: Builder, vs: Sequence[Value]) -> Value:
    """Joined along a new last axis; shapes and batches are broadcast."""
    if not vs:
        return b.expand(b.const(0.0), (0,))
    shape = broadcast(v.shape for v in vs)
    parts = [b.expand(v, shape) for v in vs]
    if len(parts) == 1:
        return b.unsqueeze(parts[0], (-1,))
    if b.simplify and all(p.op == "pick" and p.inputs == parts[0].inputs for p in parts):
        whole = parts[0].inputs[0]
        if [p.attrs[0] for p in parts] == list(range(len(parts))) and whole.shape[-1] == len(parts):
            return whole
    parts = _one_batch(b, _one_kind(b, parts))
    return b.make("stack", tuple(parts), shape=(*shape, len(vs)), dtype=parts[0].dtype)


def _one_kind(b: Builder, vs: Sequence[Value]) -> list[Value]:
    if len({v.dtype for v in vs}) > 1:
        vs = [b.to_float(v) for v in vs]
    return [to_tensor(b, v) for v in vs]


def _one_batch(b: Builder, vs: Sequence[Value]) -> list[Value]:
    like = next((v for v in vs if v.batched), None)
    return list(vs) if like is None else [b.broadcast_batch(v, like) for v in vs]


def broadcast_batch(b: Builder, v: Value, like: Value) -> Value:
    """``v`` with the batch axes of ``like``; itself when it has them already."""
    if v.batched or not like.batched:
        return v
    return b.make(
        "batch_like", (to_tensor(b, v), like), shape=v.shape, batched=True, dtype=v.dtype
    )  # fmt: skip


def over_batch(b: Builder, v: Value) -> Value:
    """``v`` with the batch axes of the emitted function's ``batch`` argument."""
    if v.batched:
        return v
    return b.make("over_batch", (to_tensor(b, v),), shape=v.shape, batched=True, dtype=v.dtype)


def flip(b: Builder, v: Value) -> Value:
    """The last axis backwards."""
    if v.op == "flip":
        return v.inputs[0]
    if v.op == "expand" and (v.inputs[0].rank == 0 or v.inputs[0].shape[-1] == 1):
        return v
    return b.make("flip", (v,), shape=v.shape, dtype=v.dtype)


def diag_embed(b: Builder, v: Value) -> Value:
    """Vectors as diagonal matrices."""
    return b.make("diag_embed", (to_tensor(b, v),), shape=(*v.shape, v.shape[-1]), dtype=v.dtype)


def diagonal(b: Builder, v: Value) -> Value:
    """Diagonals of square matrices."""
    if v.op == "diag_embed" and b.simplify:
        return v.inputs[0]
    return b.make("diagonal", (v,), shape=v.shape[:-1], dtype=DType.FLOAT)
