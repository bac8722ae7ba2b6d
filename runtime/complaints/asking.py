"""Complaints about questions put to a posterior."""

from collections.abc import Mapping, Sequence

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from .wording import listed, quoted


def no_draws_of(name: str, known: Sequence[str]) -> Diagnostic:
    """A variable that the posterior does not have."""
    hint = did_you_mean(name, known) or (
        f"there are {listed(list(known))}" if known else "it has no draws"
    )
    return Diagnostic("Q661", None, f"the posterior has no draws of `{name}`", hint=hint)


def no_axis(name: str, axis: str, known: Sequence[str]) -> Diagnostic:
    """A dimension that the variable does not have."""
    hint = did_you_mean(axis, known)
    if hint is None:
        hint = f"its dimensions are {listed(list(known))}" if known else "it is a single number"
    return Diagnostic("Q662", None, f"`{name}` has no dimension `{axis}`", hint=hint)


def no_label(name: str, axis: str, label: object, known: Sequence[str | int]) -> Diagnostic:
    """A label that the dimension does not have."""
    hint = did_you_mean(str(label), [str(x) for x in known[:100_000]])
    if hint is None:
        shown = [str(x) for x in known[:6]]
        hint = f"the labels are {listed(shown)}" if shown else "the dimension has no labels"
    return Diagnostic(
        "Q663",
        None,
        f"{quoted(label)} is not a label of `{axis}`, a dimension of `{name}`",
        hint=hint,
    )


def no_trace() -> Diagnostic:
    """A fit whose parameters along the run were not kept."""
    return Diagnostic(
        "Q664",
        None,
        "the fit kept no parameters along the run",
        hint="fit again with `--trace 10`, which keeps them every ten steps",
    )


def no_losses(*, exact: bool) -> Diagnostic:
    """A fit without a loss along the run."""
    why = (
        "all variables were summed out or known, and no step was made"
        if exact
        else "a search for the mode takes a few steps uphill"
    )
    return Diagnostic(
        "Q664",
        None,
        f"the fit has no loss along the run: {why}",
        hint="draw the result with `--kind posterior`",
    )


CODES: Mapping[str, Explanation] = {
    "Q664": Explanation(
        "no trace of the parameters",
        "Parameters along the run are kept only when asked for, since they can be many.",
        "nacre fit scale.ppl -o fits/scale\nnacre plot fits/scale --kind params",
        "nacre fit scale.ppl --trace 10 -o fits/scale\nnacre plot fits/scale --kind params",
    ),
    "Q661": Explanation(
        "draws of an unknown variable",
        "A posterior holds the latent variables of its model and what was derived from them.",
        "fit.posterior['alhpa']",
        "fit.posterior['alpha']",
    ),
    "Q662": Explanation(
        "an unknown dimension",
        "Draws are selected along the dimensions that the model declares for the variable.",
        "fit.posterior['alpha'].sel(state='AITKIN')",
        "fit.posterior['alpha'].sel(county='AITKIN')",
    ),
    "Q663": Explanation(
        "an unknown label",
        "Labels are the ones of the model or of the data; dimensions that count take numbers from"
        " their first one.",
        "fit.posterior['alpha'].sel(county='Aitkin')",
        "fit.posterior['alpha'].sel(county='AITKIN')",
    ),
}
