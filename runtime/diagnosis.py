"""Which statement is at fault where a density or its gradient is not finite."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .program import GuideProgram, Program


def at_position(program: Program) -> Callable[[Tensor], str]:
    """A diagnosis at an unconstrained position ``(n,)``."""

    def diagnose(position: Tensor) -> str:
        values, _ = program.constrain(position)
        return _at(program, values)

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
            return "the log density of the guide is not finite"
        return _at(program, values)

    return diagnose


def _at(program: Program, values: dict[str, Tensor]) -> str:
    rng = torch.Generator().manual_seed(0)
    batch = next(iter(values.values())).shape[:0] if values else ()
    whole = {**values, **program.complete(values, batch, rng)}
    source = program.graph.source
    for name, term in program.log_terms(whole).items():
        if not bool(torch.as_tensor(term).isfinite().all()):
            node = program.graph.nodes.get(name)
            line = f", line {source.line_col(node.span.start)[0]} of {source.name}" if node else ""
            return f"the log density of `{name}` is not finite{line}"
    return "every statement's log density is finite: its gradient is not"
