"""Complaints about factors, where a request meets them: Q630 to Q633."""

from collections.abc import Collection, Mapping

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span


def factor_given(at: Span | None, name: str, declared: Span) -> Diagnostic:
    """Evidence for a factor, or an intervention on one."""
    return Diagnostic(
        "Q630",
        at,
        f"`{name}` is a factor: a term of the log density, which has no value to be given",
        notes=((declared, "declared here"),),
        hint=f'`model.without("{name}")` leaves it out',
    )


def factor_reads(at: Span | None, name: str, factor: str, declared: Span) -> Diagnostic:
    """An intervention on something that a factor is about."""
    return Diagnostic(
        "Q631",
        at,
        f"`{name}` cannot be set, because the factor `{factor}` is about it",
        notes=((declared, f"`{factor}` says how probable values are together, not what follows "
                "from what"),),
        hint=f"give the joint distribution by `~`, or leave the factor out: "
        f'`model.without("{factor}")`',
    )  # fmt: skip


def not_a_factor(name: str, known: Collection[str]) -> Diagnostic:
    """A request to leave out something that is no factor."""
    shown = ", ".join(f"`{factor}`" for factor in known)
    hint = did_you_mean(name, known) or (
        f"its factors are {shown}" if shown else "it has none; evidence goes with `uncondition`"
    )
    return Diagnostic("Q633", None, f"the model has no factor `{name}`", hint=hint)


_ICAR = (
    "dim unit\nx[i in unit] ~ Normal(0, 1)\nfactor same = -sum(x)^2\n"
    "y[i in unit] ~ Normal(x[i], 1)\n"
)

CODES: Mapping[str, Explanation] = {
    "Q630": Explanation(
        "a value for a factor",
        "A factor is a term of the log density. There is nothing that could be seen of it, or be "
        "set; it can be left out.",
        wrong=f"{_ICAR}# nacre fit m.ppl --observe same=0",
        right=f"{_ICAR}# nacre fit m.ppl --observe y=0",
    ),
    "Q631": Explanation(
        "an intervention on what a factor is about",
        "`do x = v` asks what follows when something from outside sets `x`, and takes away what "
        "would have made it. A factor couples variables without saying which of them makes the "
        "others, so there is no answer. Conditioning is fine, and so is setting what the "
        "variables of a factor are drawn from.",
        wrong=f"{_ICAR}# nacre fit m.ppl --observe y=0 --do x=1",
        right=f"{_ICAR}# nacre fit m.ppl --observe y=0 --observe x=1",
    ),
    "Q633": Explanation(
        "no such factor",
        "`model.without(name)` gives the model without a factor. Variables stay: what is left of "
        "a model without one of them, nobody has said.",
        wrong=f"{_ICAR}# model.without('x')",
        right=f"{_ICAR}# model.without('same')",
    ),
}
