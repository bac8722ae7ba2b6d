"""Rows of reading and writing at computed positions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, SizeText, Spelling, call, method
from ..value import Value, walk
from .text import ATOM, after_batch

if TYPE_CHECKING:
    from ..builder import Builder


def _gather(v: Value, size: SizeText) -> str:
    base, index = v.inputs
    if not base.batched:
        return "{0}[{1}]"
    if any(x.op == "step" for x in walk([index])):  # before the first step there is no batch
        shape = after_batch("{0}", base.rank, index.shape, size)
        return f"torch.take_along_dim({{0}}, {{1}}.expand({shape}), -1)"
    return "torch.take_along_dim({0}, {1}, -1)"


def _rule_take(b: "Builder", g: Value, y: Value, v: Value, index: Value) -> Value:
    return b.index_add(v, index, b.expand(g, y.shape))


def _rule_index_add(b: "Builder", g: Value, y: Value, like: Value, index: Value, v: Value) -> Value:
    return b.take(b.expand(g, y.shape), index)


def _rule_gather(b: "Builder", g: Value, y: Value, v: Value, index: Value) -> Value:
    return b.gather_add(v, index, b.expand(g, y.shape))


def _rule_gather_add(
    b: "Builder", g: Value, y: Value, like: Value, index: Value, v: Value
) -> Value:
    return b.gather(b.expand(g, y.shape), index)


def _rule_scatter_base(
    b: "Builder", g: Value, y: Value, base: Value, index: Value, v: Value
) -> Value:
    return b.scatter(b.expand(g, y.shape), index, b.expand(b.const(0.0), v.shape))


def _rule_scatter_new(
    b: "Builder", g: Value, y: Value, base: Value, index: Value, v: Value
) -> Value:
    return b.take(b.expand(g, y.shape), index)


INDEXING: Mapping[str, Op] = {
    "take": Op(Spelling("{0}[..., {1}]", Level.ATOM, ATOM), (_rule_take, None)),
    "index_add": Op(
        call("torch.zeros_like({0}).index_add", "-1", "{1}", "{2}"), (None, None, _rule_index_add)
    ),
    "gather": Op(Spelling(_gather, Level.ATOM, ATOM), (_rule_gather, None)),
    "gather_add": Op(
        call("torch.zeros_like({0}).scatter_add", "-1", "{1}", "{2}"),
        (None, None, _rule_gather_add),
    ),
    "scatter": Op(
        method("index_copy", "-1", "{1}", "{2}"), (_rule_scatter_base, None, _rule_scatter_new)
    ),
}
