"""What a row of the catalogue of families says, and the notation of its formulas.

Formulas are expressions of the language over ``x`` and the parameters. Besides the elementwise
functions of the language they may use, over the last event axis of a vector ``v``: ``sum(v)``,
``len(v)``, ``dot(v, w)``, ``logsumexp(v)``, ``softmax(v)``, ``normalise(v)`` (``v / sum(v)``) and
``at(v, x)`` (the element at position ``x``, from 0), ``each(a)`` (a number of every vector, to
stand beside its elements) and ``up_to(n)`` (the vector 0, 1, …, to the largest of all ``n``); and
for matrices ``cholesky(m)``, ``solve_lower(l, v)``, ``solve_upper(l, v)`` (by the transpose of
``l``), ``solve_matrix(l, m)``, ``product(l, v)`` (matrix times vector), ``back(l, v)`` (by the
transpose), ``transposed(m)``, ``lower(l, m)`` (the product of two lower factors), ``gram(l)``
(``l`` times its transpose), ``outer(v)`` (the products of all pairs), ``inverse(m)``,
``diagonal(m)``, ``logdiag(l)`` (the sum of the logarithms of the diagonal), ``falling(l)`` (the
same, each times the number of rows below it), ``squares(m)`` (the sum of all squares),
``scaled(m, s)`` (times a number) and ``multigamma(a, m)``, the logarithm of the multivariate gamma
function of a matrix' size. A formula of a vector or matrix family gives one number per element of
the plates.
"""

from ...grammar.frozen import frozen
from ..types import ANYTHING, Bounds, SupportName


@frozen
class Parameter:
    """A parameter of a family.

    Attributes:
        event: rank of its event: 0 a number, 1 a vector, 2 a matrix. A number given where a vector
            is expected is repeated.
        default: formula used when the argument is left out, or None when it is required.
        simplex: whether it is a vector of numbers that must add up to one. The density does not
            divide by their sum, so that probabilities which do not add up are never hidden.
        whole: whether it must be a whole number.
        definite: whether it is a matrix that must be symmetric and positive definite.
        steps: whether it is a vector of what lies between the labels that are drawn: one fewer.
        summed: whether the distribution function sums up to it, so that it must be known then.
    """

    name: str
    bounds: Bounds = ANYTHING
    event: int = 0
    default: str | None = None
    simplex: bool = False
    whole: bool = False
    definite: bool = False
    steps: bool = False
    summed: bool = False


@frozen
class Form:
    """One way to parametrise a family.

    Attributes:
        name: of the keyword that selects it (``logit``); empty for the plain form. It is also the
            suffix of the functions in the family's module (``log_prob_logit``).
        log_density: formula over ``x`` and the parameters, right for every ``x`` in the support.
            It says nothing outside: bijections keep latent values inside, and given values are
            checked when they are bound.
        draw: a draw as a function of standard noise: ``std_normal()``, ``std_uniform()`` (on the
            open unit interval), ``std_gamma(shape)``, ``std_inverse_gaussian(shape)`` (of mean 1),
            each mention one independent number per element, ``std_gamma_each(shape)`` (one number
            for every vector), and for matrices ``std_correlations(eta)`` and ``std_bartlett(df)``,
            Cholesky factors. A family without one has no pathwise gradient.
        plain: for every form but the first, a formula per parameter of the first form in terms of
            this form's: what carries ``cdf``, ``mean`` and ``variance`` over.
    """

    name: str
    params: tuple[Parameter, ...]
    log_density: str
    draw: str | None = None
    plain: tuple[str, ...] = ()


@frozen
class Family:
    """A distribution family.

    Attributes:
        module: ``nacre.runtime.dist.<module>`` holds its numerics.
        support: where draws live.
        low, high: ends of an ``INTERVAL`` or of whole numbers: a parameter's name or a number;
            ``high`` also for the largest value of a ``COUNT`` that has one.
        event: rank of one draw.
        cdf: formula of the distribution function P(X <= x) in the first form's parameters, when
            there is one: restricted supports are normalised with it.
        survival: formula of P(X > x), for families where ``1 - cdf`` would lose the upper tail.
        quantile: formula of the inverse of ``cdf`` over ``u``: draws from restricted supports.
        mean, variance: where they exist (a StudentT's mean needs ``df > 1``), in the first form's
            parameters; elementwise for vectors.
        states: for finite discrete families the number of states: a number, or ``len(p)``.
        proper: False for a density that does not integrate to one.
    """

    name: str
    module: str
    forms: tuple[Form, ...]
    support: SupportName
    low: str | float | None = None
    high: str | float | None = None
    event: int = 0
    cdf: str | None = None
    survival: str | None = None
    quantile: str | None = None
    mean: str | None = None
    variance: str | None = None
    states: str | None = None
    proper: bool = True

    def form(self, name: str) -> Form:
        """The form of this name.

        Raises:
            KeyError: there is none.
        """
        for form in self.forms:
            if form.name == name:
                return form
        raise KeyError(f"{self.name} has no form `{name}`")


def family(
    name: str,
    params: tuple[Parameter, ...],
    support: SupportName,
    log_density: str,
    *,
    draw: str | None = None,
    more: tuple[Form, ...] = (),
    low: str | float | None = None,
    high: str | float | None = None,
    cdf: str | None = None,
    survival: str | None = None,
    quantile: str | None = None,
    mean: str | None = None,
    variance: str | None = None,
    proper: bool = True,
) -> Family:
    """A family by its first form, and ``more``; its module is its name in lower case."""
    return Family(
        name,
        name.lower(),
        (Form("", params, log_density, draw), *more),
        support,
        low=low,
        high=high,
        cdf=cdf,
        survival=survival,
        quantile=quantile,
        mean=mean,
        variance=variance,
        proper=proper,
    )
