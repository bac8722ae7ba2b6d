"""Simplification of pointwise operations as they are made: one function of rules for each.

A rule returns a value that is the same in real numbers, or None. Two kinds of rules:

* identities (``x + 0``, ``--x``, ``log(exp(x))``) hold for every value;
* rules that regroup arithmetic, to bring literals and what depends on data alone together, apply to
  batched values only: what a model says about its data is computed in the order in which it is
  written, so that ``floor(t / 49)`` is what it looks like. They do not look through named values,
  which are computed anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..value import Value
from .functions import FUNCTIONS
from .products import PRODUCTS
from .sums import SUMS

if TYPE_CHECKING:
    from ..builder import Builder


def simplified(b: Builder, op: str, args: Sequence[Value]) -> Value | None:
    """A simpler value than the operation on these operands, or None."""
    rule = _RULES.get(op)
    return rule(b, *args) if rule is not None else None


_RULES: Mapping[str, Callable[..., Value | None]] = {**SUMS, **PRODUCTS, **FUNCTIONS}
