"""By a guide of the model."""

import torch
from torch import Tensor

from ...compiler.graph import Free
from ...compiler.networks import is_weight
from ..asked import WRITTEN_STEPS
from ..diagnosis import at_draw, at_values
from ..infer import svi
from ..infer.parts import in_parts
from ..infer.result import Settings
from ..infer.stopping import Plateau
from ..infer.written import Written
from ..program import GuideProgram
from .context import Context, Result, posterior_of
from .judge import judged

Draws = tuple[dict[str, Tensor], Tensor, Tensor]


def written(c: Context, guide: GuideProgram) -> Result:
    """The guide's parameters by stochastic gradients, then draws from it."""
    program, asked = c.program, c.asked
    objective = Written(guide, guide.param_names, particles=asked.particles or 1)
    settings = Settings(
        steps=asked.steps or WRITTEN_STEPS,
        rate=asked.rate or 0.003,
        optimiser=asked.optimiser,
        stop=Plateau() if asked.stop else None,
        trace_every=asked.trace,
    )
    run = svi.fit(
        objective, settings, rng=c.rng(0), restarts=asked.restarts,
        resume=c.resume, progress=c.progress, diagnose=at_values(program, guide),
    )  # fmt: skip
    best = run.params[run.best]
    rng = c.rng(1)
    wide = best.expand(asked.draws, -1)
    normal = torch.randn(asked.draws, guide.n_normal, generator=rng, dtype=asked.dtype)
    uniform = torch.rand(asked.draws, guide.n_uniform, generator=rng, dtype=asked.dtype)

    def drawn(params: Tensor, normal: Tensor, uniform: Tensor) -> Draws:
        return guide.draw(params, normal, uniform, rng)

    parts = list(in_parts(drawn, (wide, normal, uniform), guide.numbers))
    values = {n: torch.cat([part[0][n] for part in parts]) for n in parts[0][0]}
    log_q, log_p = torch.cat([p[1] for p in parts]), torch.cat([p[2] for p in parts])
    judgement = judged(
        run, log_p, log_q, guide.name, values, automatic_fit=None,
        fault=lambda i: at_draw(program, {n: v[i] for n, v in values.items()}, log_q[i]),
    )  # fmt: skip
    posterior, solved = posterior_of(
        c, {**values, **_free_values(c, guide, best)}, rng, {"log_p": log_p, "log_q": log_q}
    )
    trace = guide.constrained(run.trace[:, run.best]) if asked.trace else {}
    return Result(
        guide.constrained(best), posterior, judgement, run.losses, trace, run.state, solved
    )


def _free_values(c: Context, guide: GuideProgram, params: Tensor) -> dict[str, Tensor]:
    """Values of the model's own ``param``s, which a guide's parameter vector carries along.

    Once for every draw, except for weights: they may be many, and broadcast.
    """
    nodes = c.cut.graph.nodes
    names = {n.name for n in nodes.values() if isinstance(n.role, Free)}
    found = {n: v for n, v in guide.constrained(params).items() if n in names}
    return {n: v if is_weight(n) else v.expand(c.asked.draws, *v.shape)
            for n, v in found.items()}  # fmt: skip
