"""Rows of the views: other axes, the same numbers. Axes are negative and trailing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, Rule, SizeText, Spelling
from ..value import Size, Value
from .text import ATOM, TORCH, after_batch, axes_text, tuple_text

if TYPE_CHECKING:
    from ..builder import Builder


def _through(b: "Builder", g: Value, *_: Value) -> Value:
    return g


def _unsqueeze(v: Value, size: SizeText) -> str:
    axes: tuple[int, ...] = v.attrs
    parts = ("None" if a in axes else ":" for a in range(min(axes), 0))
    return f"{{0}}[..., {', '.join(parts)}]"


def _permute(v: Value, size: SizeText) -> str:
    order: tuple[int, ...] = v.attrs
    n = len(order)
    moved = [(o - n, i - n) for i, o in enumerate(order) if o != i]
    if moved == [(-1, -2), (-2, -1)]:
        return "{0}.mT"
    source, target = ([str(m[i]) for m in moved] for i in (0, 1))
    return f"{{0}}.movedim({tuple_text(source)}, {tuple_text(target)})"


def _expand(v: Value, size: SizeText) -> str:
    inner, shape = v.inputs[0], v.shape
    if inner.host:
        return f"torch.full({tuple_text([size(n) for n in shape])}, {{0}}, dtype={TORCH[v.dtype]})"
    if not v.batched:
        return f"{{0}}.expand({', '.join(size(n) for n in shape)})"
    return f"{{0}}.expand({after_batch('{0}', inner.rank, shape, size)})"


def _reshape(v: Value, size: SizeText) -> str:
    rank, shape = v.inputs[0].rank, v.shape
    if len(shape) == 1 and rank > 1:
        return f"{{0}}.flatten(-{rank})"
    if rank == 1 and shape:
        return f"{{0}}.unflatten(-1, {tuple_text([size(n) for n in shape])})"
    if not v.batched:
        return f"{{0}}.reshape({tuple_text([size(n) for n in shape]) if shape else '()'})"
    return f"{{0}}.reshape({after_batch('{0}', rank, shape, size)})"


def _batch_like(v: Value, size: SizeText) -> str:
    return f"{{0}}.expand({after_batch('{1}', v.inputs[1].rank, v.shape, size)})"


def _over_batch(v: Value, size: SizeText) -> str:
    return f"{{0}}.expand({', '.join(['*batch', *map(size, v.shape)])})"


def _pick(v: Value, size: SizeText) -> str:
    return f"{{0}}[..., {size(v.attrs[0])}]"


def _slice(v: Value, size: SizeText) -> str:
    start, stop = v.attrs
    first = "" if start == 0 else size(start)
    last = "" if stop == v.inputs[0].shape[-1] else size(stop)
    return f"{{0}}[..., {first}:{last}]"


def _pad(v: Value, size: SizeText) -> str:
    before, after = v.attrs
    return f"torch.nn.functional.pad({{0}}, ({size(before)}, {size(after)}))"


def _rule_unsqueeze(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.squeeze(g, y.attrs)


def _rule_squeeze(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.unsqueeze(g, y.attrs)


def _rule_permute(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    order: tuple[int, ...] = y.attrs
    return b.permute(g, tuple(order.index(i) for i in range(len(order))))


def _rule_reshape(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.reshape(b.expand(g, y.shape), v.shape)


def _rule_pick(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    at: Size = y.attrs[0]
    after = b.difference(b.difference(v.shape[-1], at), 1)
    return b.pad(b.unsqueeze(g, (-1,)), at, after)


def _rule_slice(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    start, stop = y.attrs
    return b.pad(b.expand(g, y.shape), start, b.difference(v.shape[-1], stop))


def _rule_pad(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    before, after = y.attrs
    return b.slice(b.expand(g, y.shape), before, b.difference(y.shape[-1], after))


def _rule_cat(position: int) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, *vs: Value) -> Value:
        start: Size = 0
        for v in vs[:position]:
            start = b.sum_of_sizes(start, v.shape[-1])
        end = b.sum_of_sizes(start, vs[position].shape[-1])
        return b.slice(b.expand(g, y.shape), start, end)

    return rule


def _rule_stack(position: int) -> Rule:
    def rule(b: "Builder", g: Value, y: Value, *vs: Value) -> Value:
        return b.pick(b.expand(g, y.shape), position)

    return rule


VIEWS: Mapping[str, Op] = {
    "unsqueeze": Op(Spelling(_unsqueeze, Level.ATOM, ATOM), (_rule_unsqueeze,)),
    "squeeze": Op(
        Spelling(lambda v, size: f"{{0}}.squeeze({axes_text(v.attrs)})", Level.ATOM, ATOM),
        (_rule_squeeze,),
    ),
    "permute": Op(Spelling(_permute, Level.ATOM, ATOM), (_rule_permute,)),
    "expand": Op(Spelling(_expand, Level.ATOM, ATOM, twice=(0,)), (_through,), broadcasts=True),
    "reshape": Op(Spelling(_reshape, Level.ATOM, ATOM, twice=(0,)), (_rule_reshape,)),
    "batch_like": Op(Spelling(_batch_like, Level.ATOM, (Level.ATOM, Level.ATOM)), (_through, None)),
    "over_batch": Op(Spelling(_over_batch, Level.ATOM, ATOM), (_through,)),
    "pick": Op(Spelling(_pick, Level.ATOM, ATOM), (_rule_pick,)),
    "slice": Op(Spelling(_slice, Level.ATOM, ATOM), (_rule_slice,)),
    "pad": Op(Spelling(_pad), (_rule_pad,)),
    "cat": Op(Spelling(lambda v, size: f"torch.cat({_operands(v)}, -1)"), _rule_cat),
    "stack": Op(Spelling(lambda v, size: f"torch.stack({_operands(v)}, -1)"), _rule_stack),
}


def _operands(v: Value) -> str:
    return tuple_text([f"{{{i}}}" for i in range(len(v.inputs))])
