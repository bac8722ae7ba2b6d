"""Rows of the reductions and of what runs along the last axis."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, SizeText, Spelling, method
from ..value import Value
from .text import ATOM, axes_text

if TYPE_CHECKING:
    from ..builder import Builder


def _reduction(name: str) -> Spelling:
    def text(v: Value, size: SizeText) -> str:
        return f"{{0}}.{name}({axes_text(v.attrs)})"

    return Spelling(text, Level.ATOM, ATOM)


def _rule_sum(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.unsqueeze(g, y.attrs)


def _rule_extreme(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    """Ties share the adjoint equally."""
    axes: tuple[int, ...] = y.attrs
    hit = b.apply("eq", v, b.unsqueeze(y, axes))
    share = b.apply("div", g, b.reduce("sum", b.to_float(hit), axes))
    return b.where(hit, b.unsqueeze(share, axes), 0.0)


def _rule_logsumexp(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    axes: tuple[int, ...] = y.attrs
    finite = b.apply("maximum", y, -3.0e38)  # all -inf: weights of 0 instead of nan
    weight = b.apply("exp", b.apply("sub", v, b.unsqueeze(finite, axes)))
    return b.apply("mul", b.unsqueeze(g, axes), weight)


def _rule_prod(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    """The product of the others, right with any number of zeros."""
    axes: tuple[int, ...] = y.attrs
    zero = b.apply("eq", v, 0.0)
    zeros = b.reduce("sum", b.to_float(zero), axes, keepdim=True)
    filled = b.where(zero, 1.0, v)
    rest = b.reduce("prod", filled, axes, keepdim=True)
    none = b.apply("eq", zeros, 0.0)
    only = b.apply("and", zero, b.apply("eq", zeros, 1.0))
    slope = b.where(b.apply("or", none, only), b.apply("div", rest, filled), 0.0)
    return b.apply("mul", b.unsqueeze(g, axes), slope)


def _rule_cumsum(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.flip(b.cumsum(b.flip(b.expand(g, y.shape))))


def _rule_flip(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.flip(b.expand(g, y.shape))


def _rule_sort(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.sort_back(b.expand(g, y.shape), v)


def _rule_log_softmax(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    total = b.reduce("sum", b.expand(g, y.shape), (-1,), keepdim=True)
    return b.apply("sub", g, b.apply("mul", total, b.apply("exp", y)))


def _rule_softmax(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    flow = b.apply("mul", g, y)
    total = b.reduce("sum", flow, (-1,), keepdim=True)
    return b.apply("sub", flow, b.apply("mul", total, y))


REDUCTIONS: Mapping[str, Op] = {
    "sum": Op(_reduction("sum"), (_rule_sum,)),
    "prod": Op(_reduction("prod"), (_rule_prod,)),
    "max": Op(_reduction("amax"), (_rule_extreme,)),
    "min": Op(_reduction("amin"), (_rule_extreme,)),
    "logsumexp": Op(_reduction("logsumexp"), (_rule_logsumexp,)),
    "any": Op(_reduction("any"), (None,)),
    "all": Op(_reduction("all"), (None,)),
}

SCANS: Mapping[str, Op] = {
    "cumsum": Op(method("cumsum", "-1"), (_rule_cumsum,)),
    "flip": Op(method("flip", "-1"), (_rule_flip,)),
    "sort": Op(Spelling("{0}.sort(-1).values", Level.ATOM, ATOM), (_rule_sort,)),
    "sort_back": Op(
        Spelling("{0}.gather(-1, {1}.argsort(-1).argsort(-1))", Level.ATOM, ATOM * 2), opaque=True
    ),
    "log_softmax": Op(method("log_softmax", "-1"), (_rule_log_softmax,)),
    "softmax": Op(method("softmax", "-1"), (_rule_softmax,)),
}
