"""Complaints about guides, held against their model: E361 to E367."""

from collections.abc import Collection, Mapping

from ...grammar.diagnostic import Diagnostic, did_you_mean
from ...grammar.source import Span
from ..types import SupportName

_INSTEAD: Mapping[SupportName, str] = {
    SupportName.POSITIVE: "LogNormal(0, 1)",
    SupportName.UNIT: "LogitNormal(0, 1)",
    SupportName.INTERVAL: "Uniform(low, high)",
    SupportName.INT: "Delta(k)",
    SupportName.BOOL: "Bernoulli(0.5)",
    SupportName.COUNT: "Poisson(1)",
    SupportName.INDEX: "Categorical(p)",
    SupportName.SIMPLEX: "Dirichlet(1)",
    SupportName.VECTOR: "MvNormal(m, chol = L)",
    SupportName.REAL: "Normal(0, 1)",
    SupportName.ORDERED: "Normal(0, 1) on ordered",
    SupportName.POSITIVE_ORDERED: "LogNormal(0, 1) on ordered",
    SupportName.CORR: "LKJ(2)",
    SupportName.CHOLESKY_CORR: "LKJCholesky(2)",
    SupportName.COV: "Wishart(a, S)",
    SupportName.CHOLESKY_COV: "cholesky(…)",
}


def guide_draws_unknown(at: Span, name: str, latents: Collection[str]) -> Diagnostic:
    """A draw of something that the model does not have."""
    known = ", ".join(f"`{n}`" for n in latents)
    draws = f"; the model draws {known}" if known else ""
    hint = did_you_mean(name, latents) or f"leave the line out{draws}"
    return Diagnostic(
        "E361",
        at,
        f"the model has no random variable `{name}` for the guide to draw",
        hint=hint,
    )


def guide_draws_other(at: Span, name: str, nature: str, declared: Span) -> Diagnostic:
    """A draw of data, of a definition or of a param."""
    return Diagnostic(
        "E362",
        at,
        f"a guide draws latent variables only, and `{name}` is {nature}",
        notes=((declared, "introduced here"),),
        hint="leave the line out",
    )


def guide_draws_observed(at: Span, name: str, observed: Span) -> Diagnostic:
    """A draw of something whose value is known."""
    return Diagnostic(
        "E362",
        at,
        f"a guide draws latent variables only, and `{name}` is observed",
        notes=((observed, "observed here"),),
        hint="leave the line out",
    )


def guide_misses(at: Span, guide: str, name: str, drawn: Span, hint: str) -> Diagnostic:
    """A latent that a guide forgets."""
    return Diagnostic(
        "E363",
        at,
        f"guide `{guide}` has no statement for `{name}`",
        notes=((drawn, f"`{name}` is latent in the model"),),
        hint=f"add `{hint}` to the guide",
    )


def guide_shape(at: Span, name: str, shapes: tuple[str, str], model: Span, left: str) -> Diagnostic:
    """A guide draw of another shape than the latent."""
    return Diagnostic(
        "E364",
        at,
        f"the guide draws `{name}` as {shapes[0]}, but in the model it is {shapes[1]}",
        notes=((model, "the model's statement"),),
        hint=f"write `{left} ~ …`",
    )


def guide_support(
    at: Span,
    name: str,
    families: tuple[str, str],
    words: tuple[str, str],
    model: tuple[Span, SupportName, str],
    restricted: str | None,
) -> Diagnostic:
    """A guide draw that can be impossible in the model; ``restricted`` would be possible.

    ``model`` is the place, the support and the left side of the model's statement.
    """
    place, wanted, left = model
    instead = restricted or _INSTEAD[wanted]
    return Diagnostic(
        "E365",
        at,
        f"the guide can draw a `{name}` that the model rules out: `{families[0]}` draws {words[0]}",
        notes=((place, f"in the model `{name}` takes {words[1]}"),),
        hint=f"write, for example, `{left} ~ {instead}`",
    )


def hidden_from_guide(at: Span, name: str, declared: Span) -> Diagnostic:
    """A guide that reads a variable of the model."""
    return Diagnostic(
        "E366",
        at,
        f"a guide cannot read `{name}` of the model",
        notes=((declared, f"`{name}` is introduced here"),),
        hint="a guide reads data, its own params, and what it draws or defines itself",
    )


def guide_order(at: Span, name: str, order: str) -> Diagnostic:
    """A guide that draws an ordered vector of numbers with different distributions."""
    return Diagnostic(
        "E367",
        at,
        f"the guide cannot draw `{name}` in order: its numbers have different distributions, and "
        "sorting them would give another one than this",
        hint=f"give all of them the same arguments: `Normal(0, 1) on {order}`",
    )
