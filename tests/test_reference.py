"""The reference evaluator covers the whole language, and is right where a pencil can check it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pytest
from agreement import slow_log_density
from nacre.compiler import arrays as array_functions
from nacre.compiler import driver, families, functions
from nacre.compiler.query import Target, Verb, outside
from nacre.runtime.data import bind_data
from programs import graph_of
from reference_densities import FROZEN, WRITTEN_OUT
from reference_functions import ARRAYS, ELEMENTWISE, REDUCTIONS
from scipy import stats

FORMS = sorted((row.name, form.name) for row in families.FAMILIES.values() for form in row.forms)


def test_every_elementwise_function_is_known():
    assert set(ELEMENTWISE) == set(functions.ELEMENTWISE)


def test_every_reduction_is_known():
    assert set(REDUCTIONS) == set(functions.REDUCTIONS)


def test_every_function_of_whole_arrays_is_known():
    assert set(ARRAYS) == set(array_functions.ARRAYS)


@pytest.mark.parametrize("form", FORMS, ids=lambda f: "-".join(filter(None, f)))
def test_every_form_of_every_family_is_known(form):
    assert (form in FROZEN) != (form in WRITTEN_OUT)


def normal(x, loc, scale):
    return stats.norm.logpdf(x, loc, scale).sum()


class Case(NamedTuple):
    """A model, data and values, and its log density written by hand in numpy."""

    text: str
    data: Mapping[str, object]
    values: Mapping[str, object]
    expected: Callable[..., float]


ALPHA = np.array([0.3, -1.0])
GROUPS = np.array([1, 0, 1])
Y = np.array([1.0, 2.0, 4.0])
X = np.array([[1.0, 0.5], [2.0, -1.0], [0.0, 3.0]])

CASES = {
    "a gather": Case(
        """
        dim group = {low, "very high"}, row
        data g[row]: group
        data y[row]: real
        alpha[k in group] ~ Normal(0, 2)
        y[i in row] ~ Normal(alpha[g[i]], 0.5)
        """,
        {"g": ["very high", "low", "very high"], "y": Y},
        {"alpha": ALPHA},
        lambda: normal(ALPHA, 0, 2) + normal(Y, ALPHA[GROUPS], 0.5),
    ),
    "a matrix product, a whole reference and a constant label": Case(
        """
        dim feature = {a, b}, row
        data X[row, feature]: real
        data y[row]: real
        beta[k in feature] ~ Normal(mean(X), sd(X[:, a]))
        y[i in row] ~ Normal(sum(k in feature)(X[i, k] * beta[k]) - beta[b], 2)
        """,
        {"X": X, "y": Y},
        {"beta": ALPHA},
        lambda: (
            normal(ALPHA, X.mean(), np.std(X[:, 0], ddof=1)) + normal(Y, X @ ALPHA - ALPHA[1], 2)
        ),
    ),
    "a lag over years, and an index used as a number": Case(
        """
        dim year = 2000..2002
        data y[year]: real
        phi ~ Uniform(-1, 1)
        y[t in 2001..2002] ~ Normal(phi * y[t - 1] + 0.1 * (t - 2000), 1)
        """,
        {"y": Y},
        {"phi": 0.25},
        lambda: np.log(0.5) + normal(Y[1:], 0.25 * Y[:-1] + [0.1, 0.2], 1),
    ),
    "a restricted support is normalised": Case(
        "tau ~ Normal(1, 2) on (0, inf)",
        {},
        {"tau": 0.5},
        lambda: normal(0.5, 1, 2) - stats.norm.logsf(0, 1, 2),
    ),
    "a flat prior on an interval that moves is not": Case(
        "a ~ Flat() on (0, 1)\nb ~ Flat() on (0, 1 - a)", {}, {"a": 0.4, "b": 0.5}, lambda: 0.0
    ),
    "outside of a moving interval": Case(
        "a ~ Flat() on (0, 1)\nb ~ Flat() on (0, 1 - a)", {}, {"a": 0.6, "b": 0.5}, lambda: -np.inf
    ),
    "an observation of what is computed from data": Case(
        """
        dim row
        data y[row]: positive
        mu ~ Normal(0, 1)
        z[i in row] = log(y[i])
        z[i in row] ~ Normal(mu, 1)
        """,
        {"y": Y},
        {"mu": 0.7},
        lambda: normal(0.7, 0, 1) + normal(np.log(Y), 0.7, 1),
    ),
    "a covariance with two indices": Case(
        """
        dim row = 1..3
        data y[row]: real
        s ~ HalfNormal(1)
        C[i in row, j in row] = s^abs(i - j) + 0.5 * (i == j)
        y ~ MvNormal(0, cov = C)
        """,
        {"y": Y},
        {"s": 0.6},
        lambda: (
            stats.halfnorm.logpdf(0.6)
            + stats.multivariate_normal.logpdf(
                Y,
                np.zeros(3),
                0.6 ** abs(np.subtract.outer(range(3), range(3))) + 0.5 * np.eye(3),
            )
        ),
    ),
    "rows of a simplex, and observed labels": Case(
        """
        dim group = {a, b}, row
        data g[row]: group
        p[k in group, group] ~ Dirichlet([2, 3])
        g[i in row] ~ Categorical(p[a, :])
        """,
        {"g": ["b", "a", "b"]},
        {"p": [[0.2, 0.8], [0.5, 0.5]]},
        lambda: (
            stats.dirichlet.logpdf([0.2, 0.8], [2, 3])
            + stats.dirichlet.logpdf([0.5, 0.5], [2, 3])
            + np.log(0.8 * 0.2 * 0.8)
        ),
    ),
    "a guarded index": Case(
        """
        dim t = 1..3
        data y[t]: real
        y[i in t] ~ Normal(if i > 1 then y[i - 1] else 10, 1)
        """,
        {"y": Y},
        {},
        lambda: normal(Y, [10.0, 1.0, 2.0], 1),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_density_of_a_model_worked_out_by_hand(case):
    graph = graph_of(case.text)
    found = slow_log_density(graph, bind_data(graph, case.data), case.values)
    assert found == pytest.approx(case.expected(), rel=1e-12)


DOSES = """
dim patient = {ann, bob}
dose[i in patient]  ~ Normal(1, 2)
total = dose[ann] + dose[bob]
effect[i in patient] ~ Normal(3 * dose[i], 0.5)
"""
DOSE, EFFECT = np.array([0.2, 0.9]), np.array([1.5, 0.7])

QUERIES = {
    "one element observed": (
        [(Verb.CONDITION, Target("dose", ("bob",)), 0.4)],
        lambda: normal([0.2, 0.4], 1, 2) + normal(EFFECT, [0.6, 1.2], 0.5),
    ),
    "one element set": (
        [(Verb.DO, Target("dose", ("bob",)), 0.4)],
        lambda: normal(DOSE, 1, 2) + normal(EFFECT, [0.6, 1.2], 0.5),
    ),
    "the effect of treatment on the treated": (
        [(Verb.CONDITION, Target("dose"), 0.4), (Verb.DO, Target("dose"), -1.0)],
        lambda: normal([0.4, 0.4], 1, 2) + normal(EFFECT, -3.0, 0.5),
    ),
    "one element of an observed family replaced": (
        [(Verb.CONDITION, Target("dose"), 0.4), (Verb.CONDITION, Target("dose", ("ann",)), 0.1)],
        lambda: normal([0.1, 0.4], 1, 2) + normal(EFFECT, [0.3, 1.2], 0.5),
    ),
}


@pytest.mark.parametrize(("steps", "expected"), QUERIES.values(), ids=QUERIES.keys())
def test_the_density_after_a_query_worked_out_by_hand(steps, expected):
    graph, given = graph_of(DOSES), {}
    for verb, target, value in steps:
        where = outside(verb, [target])
        rewrite = driver.conditioned if verb is Verb.CONDITION else driver.intervened
        graph = rewrite(graph, where)
        given[where[target].key] = value
    bound = bind_data(graph, {}, outside=given)
    values = {"dose": DOSE, "effect": EFFECT}
    assert slow_log_density(graph, bound, values) == pytest.approx(expected(), rel=1e-12)
