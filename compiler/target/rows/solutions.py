"""Rows of solutions of differential equations, which the runtime computes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..op import Level, Op, SizeText, Spelling
from ..value import Value
from .text import ATOM

if TYPE_CHECKING:
    from ..solution import Field


def _path(v: Value, size: SizeText) -> str:
    field: Field = v.attrs[0]
    options: tuple[tuple[str, object], ...] = v.attrs[1]
    count = len(v.inputs) - 3
    fixed = "".join(f"{{{i + 3}}}, " for i in range(count)).rstrip(" " if count == 1 else ", ")
    ranks = "".join(f"{p.rank}, " for p in field.fixed).rstrip(" " if count == 1 else ", ")
    words = [
        f"ode.solve(slope_{field.label}",
        f"pull_{field.label}",
        "bound",
        "{0}",
        "{1}",
        "{2}",
        f"({fixed})",
        f"ranks=({ranks})",
        f"plates={field.time.rank}",
        *(f"{name}={value!r}" for name, value in options),
        *(["keep=True"] if v.attrs[2] else []),
    ]
    return ", ".join(words) + ")"


SOLUTIONS: Mapping[str, Op] = {
    "path": Op(Spelling(_path)),
    "solved": Op(Spelling("{0}.values", Level.ATOM, ATOM)),
    "path_back": Op(
        Spelling("{1}.pull({0})", Level.ATOM, (Level.ARGUMENT, Level.ATOM)), opaque=True
    ),
    "path_part": Op(
        Spelling(lambda v, size: f"{{0}}[{v.attrs[0]}]", Level.ATOM, ATOM), opaque=True
    ),
}
