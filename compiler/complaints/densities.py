"""Complaints about factors, and distributions inside expressions: E224, E225, E380 to E383."""

from collections.abc import Mapping

from ...grammar.diagnostic import Diagnostic, Explanation
from ...grammar.source import Span


def factor_as_value(at: Span, name: str, declared: Span) -> Diagnostic:
    """A factor where a value is expected."""
    return Diagnostic(
        "E224",
        at,
        f"`{name}` is a factor: a term of the log density, without a value to read",
        notes=((declared, "declared here"),),
        hint=f"give its formula a name of its own, `value = …`, then `factor {name} = value`",
    )


def density_arguments(at: Span, fn: str, hint: str | None) -> Diagnostic:
    """Something else than a distribution and a value."""
    return Diagnostic(
        "E225",
        at,
        f"`{fn}` takes a distribution and a value",
        hint=hint or f"write `{fn}(Normal(0, 1), x)`",
    )


def no_distribution_function(at: Span, fn: str, family: str) -> Diagnostic:
    """A distribution function that there is no formula for."""
    return Diagnostic(
        "E380",
        at,
        f"`{fn}` needs a distribution function, and `{family}` has none here",
        hint="the table of distributions in docs/language/distributions.md says which have one",
    )


def factor_of_array(at: Span, written: str, shape: str) -> Diagnostic:
    """A factor that is not one number."""
    return Diagnostic(
        "E381",
        at,
        f"a factor is one number for each element, and `{written}` is an array over {shape}",
        hint=f"add its numbers up: `sum({written})`",
    )


def factor_without_index(at: Span, name: str, dim: str) -> Diagnostic:
    """``factor f[edge] = …``."""
    return Diagnostic(
        "E381",
        at,
        f"a factor has one number for each element, so `{dim}` needs an index",
        hint=f"write `factor {name}[i in {dim}] = …`",
    )


def density_of_array(at: Span, fn: str, family: str, written: str, shape: str) -> Diagnostic:
    """An array where a distribution of one number is evaluated, which does not go one by one."""
    return Diagnostic(
        "E382",
        at,
        f"`{fn}` of `{family}` takes a single value, and `{written}` is an array over {shape}",
        hint=f"go through it by an index: `sum(i in …)({fn}({family}(…), {written}[i]))`",
    )


def density_of_number(at: Span, fn: str, family: str, written: str) -> Diagnostic:
    """A number where a distribution draws labels."""
    return Diagnostic(
        "E382",
        at,
        f"`{family}` draws labels of a dimension, and `{written}` is a number",
        hint=f"give `{fn}` index data, or an index variable over that dimension",
    )


def density_of_order(at: Span, fn: str) -> Diagnostic:
    """``logpdf(D on ordered, x)``."""
    return Diagnostic(
        "E383",
        at,
        f"`{fn}` is not defined for vectors that are put in order",
        hint="leave `on …` away: the density is the product of those of the numbers, times a"
        " constant",
    )


CODES: Mapping[str, Explanation] = {
    "E224": Explanation(
        "a factor read as a value",
        "A factor is added to the log density under its name. It is no variable: it cannot be "
        "read, observed or set. What is needed elsewhere is defined with `=` first.",
        wrong="x ~ Normal(0, 1)\nfactor f = -x^2\ny = f + 1",
        right="x ~ Normal(0, 1)\nvalue = -x^2\nfactor f = value\ny = value + 1",
    ),
    "E225": Explanation(
        "a function of a distribution, called otherwise",
        "`logpdf(D, x)`, `cdf(D, x)`, `logcdf(D, x)` and `logsf(D, x)` take a distribution, "
        "written as after `~`, and the value at which it is looked at.",
        wrong="x ~ Normal(0, 1)\nd = logpdf(x, Normal(0, 1))",
        right="x ~ Normal(0, 1)\nd = logpdf(Normal(0, 1), x)",
    ),
    "E380": Explanation(
        "a distribution function that is not there",
        "Some families have no distribution function in closed form. The table of distributions "
        "in the language reference says which have one.",
        wrong="m ~ Normal(0, 1)\np = cdf(Dirichlet([1, 1]), [0.5, 0.5])",
        right="m ~ Normal(0, 1)\np = cdf(Normal(m, 1), 0.5)",
    ),
    "E381": Explanation(
        "a factor that is not one number an element",
        "What a factor adds is a number; with indices on its left, one for each of their values, "
        "and all are added up.",
        wrong="dim unit\nx[i in unit] ~ Normal(0, 1)\nfactor f = -x^2",
        right="dim unit\nx[i in unit] ~ Normal(0, 1)\nfactor f[i in unit] = -x[i]^2",
    ),
    "E382": Explanation(
        "a value of another kind than the distribution draws",
        "Families of numbers are evaluated number by number. A family that takes a vector of "
        "probabilities draws one label, so it is evaluated at one label at a time.",
        wrong="dim unit, k = {a, b}\ndata z[unit]: k\np[k] ~ Dirichlet(1)\n"
        "factor f = sum(logpdf(Categorical(p), z))",
        right="dim unit, k = {a, b}\ndata z[unit]: k\np[k] ~ Dirichlet(1)\n"
        "factor f[i in unit] = logpdf(Categorical(p), z[i])",
    ),
    "E383": Explanation(
        "the density of a vector in order, as an expression",
        "`on ordered` belongs after `~`, where it also says how the vector is moved about. At "
        "numbers that are in order its density is the product of the family's, times a constant.",
        wrong="dim k = {a, b}\nmu[k] ~ Normal(0, 1) on ordered\n"
        "factor f = logpdf(Normal(0, 1) on ordered, mu)",
        right="dim k = {a, b}\nmu[k] ~ Normal(0, 1) on ordered\n"
        "factor f = sum(logpdf(Normal(0, 1), mu))",
    ),
}
