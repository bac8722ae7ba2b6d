"""Rows of literals, sizes, inputs, conversions and bounds by a literal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, SizeText, Spelling, method
from ..value import DType, Value
from .text import ATOM, TORCH, float_text

if TYPE_CHECKING:
    from ..builder import Builder


def _literal(v: Value, size: SizeText) -> str:
    x = v.attrs[0]
    return float_text(x) if v.dtype is DType.FLOAT else repr(x)


def _tensor(v: Value, size: SizeText) -> str:
    return f"torch.tensor({{0}}, dtype={TORCH[v.dtype]})"


def _arange(v: Value, size: SizeText) -> str:
    n, first = v.attrs
    if first == 0:
        return f"torch.arange({size(n)})"
    if isinstance(n, int) and isinstance(first, int):
        return f"torch.arange({first}, {first + n})"
    return f"torch.arange({size(n)}) + {size(first)}"


LEAVES: Mapping[str, Op] = {
    "const": Op(Spelling(_literal), python=True),
    "size": Op(Spelling(lambda v, size: size(v.attrs[0])), python=True),
    "input": Op(Spelling(lambda v, size: str(v.attrs[1]))),
    "arange": Op(Spelling(_arange, Level.SUM)),
    "tensor": Op(Spelling(_tensor)),
}


CONVERSIONS: Mapping[str, Op] = {
    "to_float": Op(method("to", "dtype")),
    "to_int": Op(method("long")),
    "to_index": Op(method("long")),
    "stop": Op(Spelling("{0}", Level.ATOM, ATOM)),
}


def _rule_at_least(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.where(b.apply("ge", v, y.attrs[0]), g, 0.0)


def _rule_at_most(b: "Builder", g: Value, y: Value, v: Value) -> Value:
    return b.where(b.apply("le", v, y.attrs[0]), g, 0.0)


def _clamp(side: str) -> Spelling:
    def text(v: Value, size: SizeText) -> str:
        return f"{{0}}.clamp({side}={float_text(v.attrs[0])})"

    return Spelling(text, Level.ATOM, ATOM)


BOUNDS: Mapping[str, Op] = {
    "at_least": Op(_clamp("min"), (_rule_at_least,)),
    "at_most": Op(_clamp("max"), (_rule_at_most,)),
}
