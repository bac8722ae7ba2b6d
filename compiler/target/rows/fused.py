"""Rows of the operations that the printer makes of others, for speed."""

from collections.abc import Mapping

from ..op import Level, Op, SizeText, Spelling, method
from ..value import Value
from .text import after_batch, float_text


def _fused(name: str) -> Spelling:
    def text(v: Value, size: SizeText) -> str:
        factor = f", value={float_text(v.attrs[0])}" if v.attrs[0] != 1.0 else ""
        return f"torch.{name}({{0}}, {{1}}, {{2}}{factor})"

    return Spelling(text)


def _index_like(v: Value, size: SizeText) -> str:
    return f"{{0}}.expand({after_batch('{1}', 1, v.shape[-1:], size)})"


FUSED: Mapping[str, Op] = {
    "index_like": Op(Spelling(_index_like, Level.ATOM, (Level.ATOM, Level.ATOM)), opaque=True),
    "take_along": Op(method("gather", "-1", "{1}"), opaque=True),
    "addcmul": Op(_fused("addcmul"), opaque=True),
    "addcdiv": Op(_fused("addcdiv"), opaque=True),
}
