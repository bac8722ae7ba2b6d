"""How a run of stochastic variational inference went."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ..fit import Judgement
from ..infer.automatic import GuideFit
from ..infer.outcome import Outcome
from ..infer.psis import Importance, importance
from ..infer.result import Fit as Run


def judged(
    run: Run,
    log_p: Tensor,
    log_q: Tensor,
    guide: str,
    values: Mapping[str, Tensor],
    *,
    fault: Callable[[int], str],
    automatic_fit: GuideFit | None,
) -> Judgement:
    """The judgement of a run by its bound, its losses, and the densities of draws afterwards.

    Args:
        run: what is judged.
        log_p: the model's log density at the draws, ``(draws,)``, nats.
        log_q: the guide's.
        guide: its name.
        values: what was drawn, in model space: name -> ``(draws, *dims)``.
        fault: the number of a draw whose density is not finite, to a sentence that says why.
        automatic_fit: the run, where its guide is automatic.
    """
    found = importance(log_p, log_q) if bool((log_p > -torch.inf).any()) else None
    facts: dict[str, object] = {
        "elbo": float(run.elbo[run.best]),
        "elbo_error": float(run.elbo_error[run.best]),
        "k_hat": found.k_hat if found else float("inf"),
        "k_hat_threshold": found.threshold if found else 0.7,
        "effective_draws": found.effective if found else 0.0,
        "effective_share": found.effective / len(log_p) if found else 0.0,
        "skipped_steps": int(run.skipped[run.best]),
        "restarts": [float(x) for x in run.elbo],
        "steps_per_second": run.steps_here / max(run.seconds, 1e-9),
    }
    if found and found.reliable and (shift := _shift(found, values)) is not None:
        facts["shift"] = shift
    if earlier := run.losses.shape[0] - run.steps_here:
        facts["resumed_at"] = earlier
    if run.first_bad is not None:
        facts["first_bad_step"] = {"step": run.first_bad.step, "message": run.first_bad.message}
    bad = (~(log_p - log_q).isfinite()).nonzero().flatten()
    if len(bad):
        facts["bad_draws"] = {
            "count": len(bad), "of": len(log_p), "message": fault(int(bad[0])),
        }  # fmt: skip
    if run.fault:
        facts["elbo_fault"] = run.fault
    if automatic_fit is not None:
        facts["start_rounds"] = automatic_fit.start.rounds
    nothing_done = 0 < run.losses.shape[0] <= int(run.skipped[run.best])
    return Judgement(
        guide=guide,
        outcome=Outcome.NONFINITE if nothing_done else run.outcome,
        stop=run.stop.value,
        steps=run.losses.shape[0],
        facts=facts,
    )


def _shift(weighted: Importance, values: Mapping[str, Tensor]) -> dict[str, object] | None:
    """The variable whose mean importance weights move furthest, and how far.

    In standard deviations of the draws; None where it could be noise of the weights.
    """
    error = 1.0 / math.sqrt(weighted.effective)
    found: dict[str, object] | None = None
    for name, drawn in values.items():
        if drawn.dim() == 0 or drawn.shape[0] != len(weighted.weights) or not drawn.numel():
            continue  # weights of a network: one point for all draws
        flat = drawn.detach().to(torch.float64).reshape(len(drawn), -1)
        moved = (weighted.weights @ flat - flat.mean(0)).abs() / flat.std(0)
        most = float(moved.nan_to_num(0.0, 0.0, 0.0).max())  # of what does not vary
        if most > max(4.0 * error, float(str(found["sds"])) if found else 0.0):
            found = {"of": name, "sds": most, "error": error}
    return found
