"""Nothing but discrete variables: they are summed out, and nothing has to be approximated."""

import torch

from ...grammar.diagnostic import Rejected
from ..complaints import query as complaints
from ..fit import Judgement
from ..infer.outcome import Outcome
from .context import Context, Result, posterior_of


def exact(c: Context) -> Result:
    """All is summed out or known: independent draws, or the most probable joint state."""
    count = 1 if c.asked.method == "map" else c.asked.draws
    nothing = torch.empty(count, 0, dtype=c.asked.dtype)
    log_p, _ = c.program.log_density_and_gradient(nothing)
    if not bool(log_p.isfinite().all()):
        raise Rejected([complaints.impossible_evidence()], c.model.source)
    values, _ = c.program.constrain(nothing)  # families without elements, or with known ones
    judgement = Judgement(
        guide="exact", outcome=Outcome.OK, stop="", steps=0,
        facts={"log_evidence": float(log_p[0])},
    )  # fmt: skip
    posterior, solved = posterior_of(c, values, c.rng(1), {"log_p": log_p})
    return Result({}, posterior, judgement, torch.empty(0, 1), {}, {}, solved)
