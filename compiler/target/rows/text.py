"""Pieces of Python text that the rows of several files share."""

from collections.abc import Mapping, Sequence
from math import inf

from ..op import Level, SizeText
from ..value import DType, Shape

ATOM = (Level.ATOM,)
TORCH: Mapping[DType, str] = {
    DType.FLOAT: "dtype",
    DType.INT: "torch.long",
    DType.BOOL: "torch.bool",
}


def tuple_text(parts: Sequence[str]) -> str:
    """A tuple display."""
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def after_batch(like: str, rank: int, shape: Shape, size: SizeText) -> str:
    """The array shape that has the batch axes of ``like``, whose trailing rank is given."""
    batch = f"{like}.shape[:-{rank}]" if rank else f"{like}.shape"
    return f"{batch} + {tuple_text([size(n) for n in shape])}" if shape else batch


def axes_text(axes: Sequence[int]) -> str:
    """One axis, or a tuple of them."""
    return str(axes[0]) if len(axes) == 1 else tuple_text([str(a) for a in axes])


def float_text(x: float) -> str:
    """A literal of any number, also of those that Python has no literal for."""
    if x != x:
        return "torch.nan"
    if x in (inf, -inf):
        return "torch.inf" if x > 0 else "-torch.inf"
    return repr(x)
