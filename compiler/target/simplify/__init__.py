"""Simplification of pointwise operations as they are made: one function of rules for each.

A rule returns a value that is the same in real numbers, or None. Two kinds of rules:

* identities (``x + 0``, ``--x``, ``log(exp(x))``) hold for every value;
* rules that regroup arithmetic, to bring literals and what depends on data alone together, apply to
  batched values only: what a model says about its data is computed in the order in which it is
  written, so that ``floor(t / 49)`` is what it looks like. They do not look through named values,
  which are computed anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..value import Value
from .functions import FUNCTIONS
from .products import PRODUCTS
from .sums import SUMS

# The rule of an operation: from the builder and the operands to a simpler value, or None.
RULES: Mapping[str, Callable[..., Value | None]] = {**SUMS, **PRODUCTS, **FUNCTIONS}
