"""Which matrix has no factor or no inverse at a point, found by evaluating formulas one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..compiler.families import FAMILIES
from ..compiler.graph import ModelGraph, Node, formulas, scored
from ..compiler.reading import children
from ..compiler.typed import (
    ArrayCall,
    Density,
    Dim,
    Expr,
    IndexVar,
    Local,
    Neural,
    Reduce,
    Solution,
    Tabulate,
)
from ..grammar.diagnostic import Rejected
from ..grammar.source import Span
from .data import Bound
from .host import NotData, evaluate, first_number

_DEFINITE = ("cholesky",)
_REGULAR = ("inverse", "solve", "solve_lower", "logdet")


@dataclass(frozen=True, slots=True)
class NoFactor:
    """A matrix for which a formula has no value: half a sentence, and where it is written."""

    message: str
    span: Span


@dataclass(frozen=True)
class _Values:
    """All values at a point, for `host.evaluate`."""

    numbers: Mapping[str, Tensor]
    bound: Bound
    dims: Mapping[str, Dim]

    def value(self, name: str) -> Tensor:
        found = self.numbers.get(name, self.bound.tensors.get(name))
        if found is None:
            raise NotData(name)
        whole = torch.as_tensor(found)
        return whole if whole.dtype == torch.int64 else whole.double()

    def labels(self, dim: str) -> Sequence[str | int]:
        return self.bound.labels[dim]

    def first_number(self, dim: str) -> int:
        return first_number(self.dims[dim], self.labels(dim))


def without_factor(
    graph: ModelGraph, values: Mapping[str, Tensor], bound: Bound
) -> NoFactor | None:
    """The first matrix of finite numbers that has no factor, or no inverse, where one is needed.

    Args:
        values: of every variable at one point, without batch axes.
    """
    known = _Values(values, bound, graph.dims)
    for name in graph.order:
        node = graph.nodes[name]
        for matrix, definite, scope in _needed(node):
            if not _computable(matrix):
                continue
            try:
                at = evaluate(matrix, known, scope)
            except (NotData, Rejected):
                continue
            if bool(at.isfinite().all()) and (why := _fault(at, definite)):
                written = graph.source.quote(matrix.span)
                return NoFactor(f"`{written}` is {why}", matrix.span)
    return None


def _needed(node: Node) -> Iterator[tuple[Expr, bool, tuple[IndexVar, ...]]]:
    """Matrices that must be positive definite (or only regular), with the indices in scope."""
    stack: list[tuple[Expr, tuple[IndexVar, ...]]] = [(e, node.plates) for e in formulas(node)]
    while stack:
        e, scope = stack.pop()
        if isinstance(e, ArrayCall) and e.fn in (*_DEFINITE, *_REGULAR):
            yield e.args[0], e.fn in _DEFINITE, scope
        inner = (*scope, *e.vars) if isinstance(e, Reduce) else scope
        stack.extend((part, inner) for part in children(e))
    dist = scored(node)
    if dist is not None:
        params = FAMILIES[dist.family].form(dist.form).params
        for arg, param in zip(dist.args, params, strict=True):
            if param.definite:
                yield arg, True, node.plates


def _computable(matrix: Expr) -> bool:
    """Whether `host.evaluate` has numbers for all parts of a formula."""
    stack = [matrix]
    while stack:
        e = stack.pop()
        if isinstance(e, Density | Local | Neural | Solution | Tabulate):
            return False
        stack.extend(children(e))
    return True


def _fault(at: Tensor, definite: bool) -> str | None:
    if not definite:
        singular = bool((torch.linalg.inv_ex(at)[1] != 0).any())
        return "singular" if singular else None
    if not bool((torch.linalg.cholesky_ex(at)[1] != 0).any()):
        return None
    smallest = float(torch.linalg.eigvalsh(at).min())
    return f"not positive definite: its smallest eigenvalue is {smallest:.3g}"
