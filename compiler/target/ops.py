"""The one table of operations: spelling in torch, result and reverse-mode rule of each."""

from collections.abc import Mapping

from .op import Op
from .pointwise import POINTWISE
from .structural import STRUCTURAL

OPS: Mapping[str, Op] = {**POINTWISE, **STRUCTURAL}
