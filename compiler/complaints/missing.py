"""Complaints about ``observe y missing …``: E430 to E435."""

from collections.abc import Mapping

from ...grammar.diagnostic import Diagnostic, Explanation, did_you_mean
from ...grammar.source import Span

RULES = ("impute", "marginalise", "drop")
_BLANK = "dim row\ndata x[row], y[row]: real\n"


def unknown_rule(at: Span, word: str) -> Diagnostic:
    """A word that says nothing about missing values."""
    hint = did_you_mean(word, RULES) or "the words are `impute`, `marginalise` and `drop`"
    return Diagnostic("E430", at, f"`{word}` is no way to treat missing values", hint=hint)


def rule_twice(at: Span, name: str, first: Span) -> Diagnostic:
    """Two rules for one variable."""
    return Diagnostic(
        "E430",
        at,
        f"what becomes of the missing values of `{name}` is said twice",
        notes=((first, "the first time here"),),
        hint="remove one of them",
    )


def not_from_the_data(at: Span, name: str, what: str, introduced: Span) -> Diagnostic:
    """A rule for something that is not declared as data."""
    return Diagnostic(
        "E431",
        at,
        f"`{name}` is {what}, not data: none of its values can be missing from the data",
        notes=((introduced, "introduced here"),),
        hint="name the data whose values are missing; what is computed from them follows",
    )


def no_distribution(at: Span, name: str, declared: Span, left: str) -> Diagnostic:
    """A rule for data that nothing explains."""
    return Diagnostic(
        "E432",
        at,
        f"no statement says how `{name}` is distributed, so nothing is known of its missing values",
        notes=((declared, "declared here"),),
        hint=f"write `{left} ~ Normal(0, 1)`, or what is known about it",
    )


def missing_read(at: Span, name: str, rule: str, said: Span) -> Diagnostic:
    """What is left out of the density is read somewhere else."""
    done = {"drop": "dropped", "marginalise": "integrated out"}[rule]
    return Diagnostic(
        "E433",
        at,
        f"`{name}` is read here, but its missing values are {done}: they have no value to read",
        notes=((said, "so it is said here"),),
        hint=f"`observe {name} missing impute` makes them latent variables",
    )


def not_imputable(at: Span, name: str, family: str, why: str, said: Span) -> Diagnostic:
    """A distribution whose missing values cannot be latent."""
    return Diagnostic(
        "E434",
        at,
        f"missing values of `{name}` cannot be imputed: {why}",
        notes=((said, "asked for here"),),
        hint=f"leave the terms of `{family}` out with `observe {name} missing drop`, "
        f"if no other statement reads `{name}`",
    )


def not_all_explained(at: Span, name: str, said: Span) -> Diagnostic:
    """Elements that no distribution is about."""
    return Diagnostic(
        "E434",
        at,
        f"this is about some elements of `{name}` only: the others could not be imputed",
        notes=((said, "asked for here"),),
        hint=f"give every element of `{name}` a distribution, in clauses: `{name}[1] ~ …`",
    )


def no_marginal(at: Span, name: str, family: str, said: Span) -> Diagnostic:
    """A joint draw of which some numbers are missing, in a family without a known marginal."""
    return Diagnostic(
        "E435",
        at,
        f"the density of some numbers of `{family}` without the others is not known",
        notes=((said, "asked for here"),),
        hint=f"leave out every draw that lacks a number: `observe {name} missing drop`",
    )


def everything_dropped(at: Span, name: str, said: Span) -> Diagnostic:
    """A single joint draw that is left out as soon as one number is missing."""
    return Diagnostic(
        "E435",
        at,
        f"`{name}` is one draw: to drop it where a number is missing leaves nothing to fit",
        notes=((said, "asked for here"),),
        hint=f"`observe {name} missing marginalise` keeps what is there",
    )


MISSING: Mapping[str, Explanation] = {
    "E430": Explanation(
        "no rule for missing values",
        "`impute` makes missing elements latent variables, `marginalise` integrates over them, "
        "`drop` leaves their terms out. There is one rule for a variable.",
        wrong=_BLANK + "y[i in row] ~ Normal(x[i], 1)\nobserve y missing ignore",
        right=_BLANK + "y[i in row] ~ Normal(x[i], 1)\nobserve y missing drop",
    ),
    "E431": Explanation(
        "a rule for missing values of what is not data",
        "Only data can be missing from the data. A latent variable has no value there anyway.",
        wrong=_BLANK + "z[i in row] ~ Normal(x[i], 1)\ny[i in row] ~ Normal(z[i], 1)\n"
        "observe z missing impute",
        right=_BLANK + "z[i in row] ~ Normal(x[i], 1)\ny[i in row] ~ Normal(z[i], 1)\n"
        "observe y missing impute",
    ),
    "E432": Explanation(
        "missing values without a distribution",
        "What a missing value could be is said by a distribution, for a covariate as for an "
        "outcome.",
        wrong=_BLANK + "y[i in row] ~ Normal(x[i], 1)\nobserve x missing impute",
        right=_BLANK + "m ~ Normal(0, 1)\nx[i in row] ~ Normal(m, 1)\n"
        "y[i in row] ~ Normal(x[i], 1)\nobserve x missing impute",
    ),
    "E433": Explanation(
        "a missing value that is read",
        "Terms of missing elements can be left out, or integrated over one by one, where nothing "
        "else depends on those elements. Elsewhere they are latent variables: `impute` them. "
        "(Data that name a label or are true or false are summed over either way.)",
        wrong=_BLANK + "x[i in row] ~ Normal(0, 1)\ny[i in row] ~ Normal(x[i], 1)\n"
        "observe x missing drop",
        right=_BLANK + "x[i in row] ~ Normal(0, 1)\ny[i in row] ~ Normal(x[i], 1)\n"
        "observe x missing impute",
    ),
    "E434": Explanation(
        "missing values that cannot be imputed",
        "An imputed element is a latent variable of its own: a real number with a support, or one "
        "of finitely many states. Every element that may be missing needs a distribution.",
        wrong="dim row\ndata n[row]: count\nn[i in row] ~ Poisson(3)\nobserve n missing impute",
        right="dim row\ndata n[row]: count\nn[i in row] ~ Poisson(3)\nobserve n missing drop",
    ),
    "E435": Explanation(
        "a joint draw that lacks some of its numbers",
        "Of a `MvNormal` the numbers that are there have a distribution of their own; of other "
        "vectors the whole draw can be dropped.",
        wrong="dim row, part = {a, b}\ndata y[row, part]: unit\n"
        "y[i in row, part] ~ Dirichlet([1, 2])\nobserve y missing marginalise",
        right="dim row, part = {a, b}\ndata y[row, part]: unit\n"
        "y[i in row, part] ~ Dirichlet([1, 2])\nobserve y missing drop",
    ),
}
