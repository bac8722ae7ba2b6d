"""The semantic cases S01 to S13 that condition and do decide, by the algebra of the normal.

The expected numbers come with the cases (`cases/semantics_cases.json`), not from this project.
"""

import json
from pathlib import Path

import pytest
from linear_gaussian import coordinates, solve
from nacre.compiler.rewrite.condition import condition
from nacre.compiler.rewrite.do import do
from nacre.compiler.rewrite.prune import prune
from nacre.compiler.typed import Support
from nacre.compiler.types import SupportName
from nacre.compiler.verify import verify
from nacre.grammar.diagnostic import Rejected
from typed_models import (
    asking,
    at,
    define,
    dim,
    dist,
    given,
    graph_of,
    index,
    normal,
    number,
    plus,
    read,
    sample,
    times,
)

CASES = {
    c["id"]: c["expect"]
    for c in json.loads((Path(__file__).parent / "cases/semantics_cases.json").read_text())
}


def chain():
    """z ~ N(0,1); x ~ N(z,1); d = 2 x; y ~ N(d + z, 1)."""
    return graph_of(
        sample("z", normal(0)),
        sample("x", normal(read("z"))),
        define("d", times(2, read("x"))),
        sample("y", normal(plus(read("d"), read("z")))),
    )


def answers(graph, *asked):
    """Mean and variance of everything asked for, with the log evidence, after pruning."""
    pruned = prune(graph, asked)
    verify(pruned.graph, after="prune")
    verify(pruned.forward, after="prune")
    posterior = solve(pruned.forward)
    return {**moments(posterior, asked), "log_evidence": solve(pruned.graph).log_evidence}


def moments(posterior, names):
    """Means and variances under the names that the cases use."""
    each = {n: zip("EV", posterior.of(n), strict=True) for n in names}
    return {f"{moment}_{n}": value for n, pair in each.items() for moment, value in pair}


def expected(case):
    return pytest.approx(CASES[case], abs=1e-9)


def only(found, case):
    return {key: found[key] for key in CASES[case]}


def observe_then_set(graph):
    return do(condition(graph, given(x=1)), given(x=5))


def set_then_observe(graph):
    return condition(do(graph, given(x=5)), given(x=1))


@pytest.mark.parametrize(
    ("case", "rewrite"),
    [
        ("S01", lambda g: condition(g, given(x=1))),
        ("S02", lambda g: do(g, given(x=5))),
        ("S03", observe_then_set),
        ("S03", set_then_observe),
        ("S09", lambda g: do(do(g, given(x=5)), given(x=6))),
    ],
    ids=["S01", "S02", "S03 observed first", "S03 set first", "S09"],
)
def test_the_answers_of_a_chain(case, rewrite):
    graph = verify(rewrite(chain()), after="rewrite")
    assert only(answers(graph, "z", "y"), case) == expected(case)


def test_setting_a_formula_leaves_what_it_was_computed_from_alone():
    """S04."""
    graph = verify(do(chain(), given(d=7)), after="do")
    posterior = solve(prune(graph, ("x", "y")).forward)
    assert {**moments(posterior, "xy"), "Cov_xy": posterior.covariance("x", "y")} == expected("S04")


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda g: condition(do(g, given(x=5)), given(y=9)),
        lambda g: do(condition(g, given(y=9)), given(x=5)),
    ],
    ids=["set first", "observed first"],
)
def test_evidence_below_an_intervention_is_about_the_intervened_world(rewrite):
    """S06."""
    found = answers(verify(rewrite(chain()), after="rewrite"), "z")
    assert only(found, "S06") == expected("S06")


UNITS = ("0", "1", "2", "3")


def plate():
    """x[i] ~ N(0, 1); y[i] ~ N(x[i], 1) over four units."""
    i, j = index("i", "unit", 0), index("j", "unit", 1)
    return graph_of(
        dim("unit", *UNITS),
        sample("x", normal(0), i),
        sample("y", normal(at("x", j)), j),
    )


def test_one_element_of_a_plate_is_set():
    """S11: the element's prior term goes, those of the others stay."""
    graph = verify(do(plate(), asking({"x[2]": 9})), after="do")
    forward = verify(prune(graph, ("y",)).forward, after="prune")
    space = {"sizes": {"unit": 4}, "labels": {"unit": UNITS}}
    posterior = solve(forward, **space)
    of_y = [posterior.of("y", i) for i in range(4)]
    free = [at for name, at in coordinates(forward, **space) if name == "x"]
    found = {
        "E_y": [m for m, _ in of_y],
        "V_y": [v for _, v in of_y],
        "kept_prior_terms": [f"x[{i}]" for (i,) in free],
    }
    assert found["kept_prior_terms"] == CASES["S11"]["kept_prior_terms"]
    assert found["E_y"] == pytest.approx(CASES["S11"]["E_y"], abs=1e-9)
    assert found["V_y"] == pytest.approx(CASES["S11"]["V_y"], abs=1e-9)


@pytest.mark.parametrize("rewrite", [condition, do])
def test_an_unknown_variable_is_named(rewrite):
    """S12."""
    with pytest.raises(Rejected, match="no variable `nope`") as caught:
        rewrite(chain(), given(nope=1))
    assert [d.code for d in caught.value.diagnostics] == ["Q601"]


def test_a_fixed_value_still_knows_where_it_may_lie():
    """S13: what checks given values reads the support of the node that holds them."""
    positive = Support(SupportName.POSITIVE)
    graph = graph_of(
        sample("s", dist("HalfNormal", number(1), support=positive)),
        sample("y", normal(0, read("s"))),
    )
    assert do(graph, given(s=-1)).nodes["do(s)"].support == positive
    assert condition(graph, given(s=-1)).nodes["s"].support == positive
