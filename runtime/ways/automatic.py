"""By an automatic guide: a Gaussian in unconstrained space."""

import torch

from ...compiler.graph import Free
from ...compiler.networks import is_weight
from ...grammar.diagnostic import Rejected
from ..complaints import query as complaints
from ..diagnosis import at_position
from ..infer import automatic as inference
from ..infer.autoguide import Kind
from ..infer.automatic import AUTOMATIC
from ..infer.parts import in_parts
from .context import Context, Result, posterior_of
from .judge import judged


def automatic(c: Context) -> Result:
    """Mean-field or full-rank, as asked or as the number of coordinates says."""
    program, asked = c.program, c.asked
    start = program.param_start
    kind = asked.kind(program.n, params=start is not None)
    if start is not None and kind is Kind.FULL_RANK:
        loose = [n for n in c.cut.graph.nodes.values() if isinstance(n.role, Free)]
        raise Rejected([complaints.param_of_full_rank(n) for n in loose[:1]], c.model.source)
    settings = AUTOMATIC._replace(
        steps=asked.steps or AUTOMATIC.steps,
        rate=asked.rate or AUTOMATIC.rate,
        optimiser=asked.optimiser,
        stop=None if asked.stop is False else AUTOMATIC.stop,
        trace_every=asked.trace,
    )
    names = program.coordinates
    diagnose = at_position(program)
    target = inference.Posterior(
        program.log_density_and_gradient, names, diagnose=diagnose, params=start
    )
    found = inference.fit_guide(
        target, kind, rng=c.rng(0), settings=settings, particles=asked.particles or 8,
        restarts=asked.restarts, dtype=asked.dtype, resume=c.resume,
        progress=c.progress,
    )  # fmt: skip
    rng = c.rng(1)
    position, log_q = found.guide.draw(asked.draws, rng=rng)
    heights = in_parts(program.log_density_and_gradient, (position,), program.numbers)
    log_p = torch.cat([height for height, _ in heights])
    values, _ = program.constrain(position)
    best = found.guide.mean[None]
    points = {
        n: v[0]
        for n, v in program.constrain(best)[0].items()
        if isinstance(c.cut.graph.nodes[n].role, Free)
    }
    params = {"mean": found.guide.mean, "sd": found.guide.sd, **points}
    values |= {n: v for n, v in points.items() if is_weight(n)}
    judgement = judged(
        found.run, log_p, log_q, kind.value, values,
        fault=lambda i: diagnose(position[i]), automatic_fit=found,
    )  # fmt: skip
    posterior, solved = posterior_of(c, values, rng, {"log_p": log_p, "log_q": log_q})
    trace = {"params": found.run.trace} if asked.trace else {}
    return Result(params, posterior, judgement, found.run.losses, trace, found.state, solved)
