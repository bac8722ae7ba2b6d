"""Complaints about distributions that are made of others: E384 to E388, E450."""

from collections.abc import Mapping

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span

_WRITTEN: Mapping[str, str] = {
    "Mixture": "Mixture([0.3, 0.7], Normal(0, 1), Normal(5, 1))` or "
    "`Mixture(k in part)(theta[k], Normal(mu[k], 1))",
    "ZeroInflated": "ZeroInflated(p, Poisson(rate))",
    "Hurdle": "Hurdle(p, Poisson(rate))",
    "Censored": "Censored(Normal(m, s), low, high)",
}


def restricted_parts(at: Span, name: str) -> Diagnostic:
    """``Mixture(…) on (0, 1)``."""
    return Diagnostic(
        "E384",
        at,
        f"`on` cannot restrict a `{name}`",
        hint=f"restrict what it is made of: `{name}(…, Normal(0, 1) on (0, inf))`",
    )


def not_a_distribution(at: Span, written: str, hint: str | None) -> Diagnostic:
    """Something else where a distribution is expected."""
    return Diagnostic(
        "E385",
        at,
        f"a distribution is expected here, and `{written}` is none",
        hint=hint or "write one as after `~`, such as `Poisson(1)` or `Normal(0, 1)`",
    )


def composite_arguments(at: Span, name: str) -> Diagnostic:
    """A distribution made of others, written otherwise."""
    return Diagnostic(
        "E388", at, f"`{name}` is not written like this", hint=f"write `{_WRITTEN[name]}`"
    )


def censored_nowhere(at: Span, part: str) -> Diagnostic:
    """``Censored(D)``."""
    return Diagnostic(
        "E388",
        at,
        "`Censored` without `low` or `high` is the distribution itself: nothing is cut off",
        hint=f"say where: `Censored({part}, high = …)`; or write `{part}`",
    )


def parts_differ(at: Span, words: tuple[str, str], other: Span) -> Diagnostic:
    """Parts that no value can be compared under."""
    first, second = words
    return Diagnostic(
        "E386",
        at,
        f"one draw cannot come from {first} or from {second}",
        notes=((other, f"{first} here"),),
        hint="take distributions that are all of whole numbers, or all of numbers with a density;"
        " a single value, `Delta(0)`, goes with both",
    )


def parts_too_deep(at: Span, most: int) -> Diagnostic:
    """More distributions inside distributions than the bound."""
    return Diagnostic(
        "E450",
        at,
        f"distributions made of others are nested more than {most} deep here",
        hint="put the parts side by side: `Mixture(weights, D1, D2, D3)`",
    )


def numbers_only(at: Span, name: str) -> Diagnostic:
    """A vector, labels or a point under something that is about numbers."""
    about = {
        "Censored": "the distribution of one number, from one family",
        "Hurdle": "a distribution of numbers other than 0 and 1 alone",
    }
    return Diagnostic(
        "E386", at, f"`{name}` needs {about.get(name, 'a distribution of numbers')}",
        hint=f"write `{_WRITTEN[name]}`",
    )  # fmt: skip


def weights_are_a_vector(at: Span, n: int) -> Diagnostic:
    """One number as the weights of a mixture."""
    return Diagnostic(
        "E387",
        at,
        f"the weights of {n} distributions are a vector of {n} probabilities",
        hint="write `[p, 1 - p]`" if n == 2 else "give a vector, such as a `Dirichlet` draws",
    )


def weights_differ(at: Span, extent: str, n: int) -> Diagnostic:
    """Not as many weights as distributions."""
    return Diagnostic(
        "E387",
        at,
        f"there are {n} distributions, and the weights are a vector of {extent}",
        hint="for a distribution for each label of a dimension write "
        "`Mixture(k in part)(theta[k], …)`",
    )


def weights_are_numbers(at: Span, index: str) -> Diagnostic:
    """The whole vector of weights where one of them is meant."""
    return Diagnostic(
        "E387",
        at,
        f"this is the weight of one component, so it is one number for each `{index}`",
        hint=f"write `theta[{index}]`",
    )


def ends_of_components(at: Span, index: str) -> Diagnostic:
    """Components with supports of their own."""
    return Diagnostic(
        "E386",
        at,
        f"the ends of its support differ with `{index}`",
        hint="a mixture over an index has one support for all of its components",
    )


CODES: Mapping[str, Explanation] = {
    "E384": Explanation(
        "`on` after a distribution that is made of others",
        "A mixture, or a distribution with extra zeros, is restricted part by part.",
        wrong="x ~ Mixture([0.5, 0.5], Normal(0, 1), Normal(3, 1)) on (0, inf)",
        right="x ~ Mixture([0.5, 0.5], Normal(0, 1) on (0, inf), Normal(3, 1) on (0, inf))",
    ),
    "E385": Explanation(
        "no distribution where one is expected",
        "`Mixture`, `ZeroInflated`, `Hurdle` and `Censored` take distributions, written as after "
        "`~`; so do both branches of an `if` there.",
        wrong="data y: count\ny ~ ZeroInflated(0.3, exp(1))",
        right="data y: count\ny ~ ZeroInflated(0.3, Poisson(1))",
    ),
    "E386": Explanation(
        "distributions that do not go together",
        "One draw comes from one of several distributions. Probabilities of whole numbers and "
        "densities cannot be compared, nor can vectors and numbers. `Delta(v)`, all mass on one "
        "value, goes with both.",
        wrong="data y: real\nz ~ Bernoulli(0.3)\ny ~ if z then Normal(0, 1) else Poisson(2)",
        right="data y: real\nz ~ Bernoulli(0.3)\ny ~ if z then Normal(0, 1) else Normal(2, 1)",
    ),
    "E387": Explanation(
        "weights that do not fit their distributions",
        "`Mixture(weights, D1, D2)` has as many weights as distributions, in a vector. Over the "
        "labels of a dimension it is written with an index, and the weight is that of one label.",
        wrong="data y: real\ny ~ Mixture(0.3, Normal(0, 1), Normal(2, 1))",
        right="data y: real\ny ~ Mixture([0.3, 0.7], Normal(0, 1), Normal(2, 1))",
    ),
    "E388": Explanation(
        "a distribution made of others, with other arguments",
        "`Mixture(weights, D1, D2, …)`, `Mixture(k in part)(weight, D)`, `ZeroInflated(p, D)`, "
        "`Hurdle(p, D)`, `Censored(D, low, high)`: probabilities first, and the ends last. One end "
        "may be left out: `Censored(D, low = 0)`, `Censored(D, high = 9)`.",
        wrong="data y: count\ny ~ ZeroInflated(Poisson(1))",
        right="data y: count\ny ~ ZeroInflated(0.3, Poisson(1))",
    ),
    "E450": Explanation(
        "distributions made of others, nested too deeply",
        "A distribution that is made of others may be made of such again, up to eight deep: the "
        "work grows with every level. Parts of a mixture can stand side by side.",
        wrong="data y: count\ny ~ " + "ZeroInflated(0.1, " * 9 + "Poisson(1)" + ")" * 9,
        right="data y: count\ny ~ ZeroInflated(0.1, Poisson(1))",
    ),
}
