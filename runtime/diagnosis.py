"""Which statement is at fault where a density or its gradient is not finite."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import torch
from torch import Tensor

from ..compiler.graph import Derived, Node, Observed, Partly
from ..compiler.typed import Const, Solution
from ..grammar.source import Span
from .definite import without_factor
from .ode import Note, notes_of
from .program import GuideProgram, Program

_GUIDE_ITSELF = "the log density of the guide is not finite"
_MOST_SHOWN = 3  # values of parents that are worth a reader's time


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a point.

    Attributes:
        message: half a sentence, without a place.
        span: the statement at fault; None when every statement is finite.
        unsolved: the same, where differential equations have no solution.
        stiff: whether that is because their steps must be short to be stable.
        matrix: whether a matrix is, which has no factor or no inverse.
    """

    message: str
    span: Span | None = None
    unsolved: Span | None = None
    stiff: bool = False
    matrix: bool = False


def fault_at(program: Program, position: Tensor) -> Fault:
    """What is wrong at an unconstrained position ``(n,)``."""
    values, _ = program.constrain(position)
    return _fault(program, values)


def at_position(program: Program) -> Callable[[Tensor], str]:
    """A diagnosis at an unconstrained position ``(n,)``, as a sentence."""

    def diagnose(position: Tensor) -> str:
        return _sentence(program, fault_at(program, position))

    return diagnose


def at_values(program: Program, guide: GuideProgram) -> Callable[[Tensor, Any, int], str]:
    """A diagnosis at a guide's parameters ``(restarts, n)`` and the noise of one step."""

    def diagnose(params: Tensor, noise: Any, restart: int) -> str:
        at = params[restart]
        if not bool(at.isfinite().all()):
            return "a parameter of the guide is not finite"
        bad = [n for n, v in guide.constrained(at).items() if not bool(v.isfinite().all())]
        if bad:
            return f"the guide's parameter `{bad[0]}` is not finite"
        normal, uniform = noise.normal[restart], noise.uniform[restart]
        batch = normal.shape[:-1]
        rng = torch.Generator().manual_seed(0)
        values, log_q, _ = guide.draw(at.expand(*batch, -1), normal, uniform, rng)
        if not bool(log_q.isfinite().all()):
            return _GUIDE_ITSELF
        for row in range(batch[0] if batch else 0):
            one = {n: v[row] for n, v in values.items() if v.shape[:1] == batch[:1]}
            found = _fault(program, one)
            if found.matrix:
                return _sentence(program, found)
        return _sentence(program, _fault(program, values))

    return diagnose


def at_draw(program: Program, values: Mapping[str, Tensor], log_q: Tensor) -> str:
    """A diagnosis at one draw of a guide and its log density, as a sentence."""
    if not bool(log_q.isfinite()):
        return _GUIDE_ITSELF
    return _sentence(program, _fault(program, values))


def _sentence(program: Program, fault: Fault) -> str:
    if fault.span is None:
        return fault.message
    source = program.graph.source
    return f"{fault.message}, line {source.line_col(fault.span.start)[0]} of {source.name}"


def _fault(program: Program, values: Mapping[str, Tensor]) -> Fault:
    rng = torch.Generator().manual_seed(0)
    watched, notes = program.watched()
    whole = {**values, **watched.complete(values, (), rng)}
    graph, nodes = program.graph, program.graph.nodes
    for node in nodes.values():
        if (found := _unsolved(program, node, whole, notes)) is not None:
            return found
    lacks = None if _batched(program, values) else without_factor(graph, whole, program.bound)
    if lacks is not None:
        return Fault(lacks.message, lacks.span, matrix=True)
    for name, term in program.log_terms(whole).items():
        # what was pruned is scored as well, and is nobody's fault
        if name in nodes and not bool(torch.as_tensor(term).isfinite().all()):
            node = nodes[name]
            said, where = f"the log density of `{name}` is not finite", _where(node, whole)
            if (first := _undefined(program, node, whole)) is not None:
                return Fault(
                    f"{said}: `{first.name}` is not a number{_where(first, whole)}", first.span
                )
            beyond = bool((torch.as_tensor(term) == -inf).any()) and _has_random_ends(node)
            why = "a value of it lies beyond its support, whose ends are random" if beyond else ""
            return Fault(f"{said}{where}: {why}" if why else f"{said}{where}", node.span)
    return Fault("every statement's log density is finite, but its gradient is not")


def _undefined(program: Program, node: Node, values: Mapping[str, Tensor]) -> Node | None:
    """The definition that made something a statement reads NaN: the first one, if there is one."""
    graph, behind, stack = program.graph, {node.name}, [*node.parents]
    while stack:
        name = stack.pop()
        if name in graph.nodes and name not in behind:
            behind.add(name)
            stack.extend(graph.nodes[name].parents)
    for name in graph.order:
        found = graph.nodes[name]
        lost = name in behind and name in values and isinstance(found.role, Derived)
        if lost and bool(torch.as_tensor(values[name]).isnan().any()):
            return found
    return None


def _has_random_ends(node: Node) -> bool:
    """Whether where a given variable can lie depends on others."""
    match node.role:
        case Observed(dist=dist) | Partly(dist=dist):
            ends = (dist.support.low, dist.support.high)
            return any(e is not None and not isinstance(e, Const) for e in ends)
        case _:
            return False


def _unsolved(
    program: Program, node: Node, values: Mapping[str, Tensor], notes: Sequence[Note]
) -> Fault | None:
    """Where a solution of differential equations ends too early, if it does."""
    match node.role:
        case Derived(expr=Solution(system=system)) if node.name in values:
            at = len(system.plates)
        case _:
            return None
    value = torch.as_tensor(values[node.name])
    lost = (
        ~value.movedim(at, 0).flatten(1).isfinite().all(-1) if value.ndim > 1 else ~value.isfinite()
    )
    if not bool(lost.any()):
        return None
    dim = system.over.dim
    label = program.bound.labels[str(dim)][int(lost.nonzero()[0, 0])]
    mine = notes_of(system.names, notes)
    stiff = any(n.stiff and n.unfinished for n in mine)
    why = ""
    if any(n.unfinished for n in mine):
        why = f", after {system.options.max_steps:,} steps"
        why += " that had to be short because the system is stiff," if stiff else ""
    message = f"the solution for `{node.name}` fails before `{dim}` {label}{why}"
    return Fault(message + _where(node, values), node.span, node.span, stiff)


def _batched(program: Program, values: Mapping[str, Tensor]) -> bool:
    """Whether values of several points come together."""
    nodes = program.graph.nodes
    return any(v.ndim > len(nodes[n].type.event) for n, v in values.items() if n in nodes)


def _where(node: Node, values: Mapping[str, Tensor]) -> str:
    """Values of the single numbers that a statement reads."""
    known = {n: torch.as_tensor(values[n]) for n in sorted(node.parents) if n in values}
    single = {n: float(v) for n, v in known.items() if v.ndim == 0}
    shown = [f"{n} = {value:.4g}" for n, value in list(single.items())[:_MOST_SHOWN]]
    return f" where {', '.join(shown)}" if shown else ""
