"""What holds of condition, do and prune on every graph."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from linear_gaussian import solve
from nacre.compiler.graph import Derived
from nacre.compiler.rewrite.condition import condition, uncondition
from nacre.compiler.rewrite.do import do
from nacre.compiler.rewrite.prune import prune
from nacre.compiler.verify import verify
from random_graphs import DATA, LABELS, SIZES, requests

quick = settings(deadline=None, max_examples=60)
numerical = settings(deadline=None, max_examples=15)


def same(one, other):
    """Equal graphs, their order included: generated code must not differ either."""
    assert one == other
    assert list(one.nodes) == list(other.nodes)


@quick
@given(requests())
def test_condition_and_do_commute(request):
    """On the same variable and the same element too."""
    a, b = request.evidence, request.interventions
    same(do(condition(request.graph, a), b), condition(do(request.graph, b), a))


@quick
@given(requests())
def test_once_is_enough(request):
    seen = condition(request.graph, request.evidence)
    same(condition(seen, request.evidence), seen)
    there = do(request.graph, request.interventions)
    same(do(there, request.interventions), there)


@quick
@given(requests())
def test_interventions_may_come_one_by_one(request):
    """Whole variables first: a later value for a whole family takes its elements along."""
    graph = request.graph
    for target in sorted(request.interventions, key=lambda t: bool(t.element)):
        graph = do(graph, {target: request.interventions[target]})
    same(graph, do(request.graph, request.interventions))


@quick
@given(requests())
def test_every_rewrite_keeps_the_laws_of_the_graph(request):
    graph = verify(request.graph, after="build")
    graph = verify(condition(graph, request.evidence), after="condition")
    graph = verify(do(graph, request.interventions), after="do")
    pruned = prune(graph)
    verify(pruned.graph, after="prune")
    verify(pruned.forward, after="prune")


@quick
@given(requests())
def test_rewrites_leave_the_old_graph_as_it_was(request):
    before = dict(request.graph.nodes)
    do(condition(request.graph, request.evidence), request.interventions)
    assert request.graph.nodes == before


@quick
@given(requests())
def test_evidence_can_be_taken_back(request):
    seen = condition(request.graph, request.evidence)
    same(uncondition(seen, {t.name for t in request.evidence}), request.graph)


@quick
@given(requests())
def test_pruning_twice_changes_nothing(request):
    graph = do(condition(request.graph, request.evidence), request.interventions)
    once = prune(graph).graph
    same(prune(once).graph, once)


@numerical
@given(requests())
def test_what_is_pruned_did_not_matter(request):
    """Neither to the evidence nor to the posterior of what is left."""
    graph = do(condition(request.graph, request.evidence), request.interventions)
    pruned = prune(graph).graph
    all_of_it, rest = (solve(g, SIZES, DATA, LABELS) for g in (graph, pruned))
    assert rest.log_evidence == pytest.approx(all_of_it.log_evidence, abs=1e-8)
    assert [rest.of(n, *at) for n, at in rest.coordinates] == [
        pytest.approx(all_of_it.of(n, *at), abs=1e-8) for n, at in rest.coordinates
    ]


@numerical
@given(requests(elements=False))
def test_setting_a_variable_is_writing_its_value_as_its_formula(request):
    """The truncated factorisation: the statement of what is set is struck out."""
    graph = request.graph
    written = graph.having(
        *(replaced(graph.nodes[t.name], value.expr) for t, value in request.interventions.items())
    )
    evidence = {t: v for t, v in request.evidence.items() if not is_set(t, request)}
    expected = solve(condition(written, evidence), SIZES, DATA, LABELS)
    actual = solve(
        prune(do(condition(graph, evidence), request.interventions)).forward, SIZES, DATA, LABELS
    )
    assert actual.log_evidence == pytest.approx(expected.log_evidence, abs=1e-8)
    assert actual.coordinates == expected.coordinates
    assert actual.mean == pytest.approx(expected.mean, abs=1e-8)
    assert actual.cov == pytest.approx(expected.cov, abs=1e-8)


def replaced(node, expr):
    return replace(node, role=Derived(expr))


def is_set(target, request):
    return target.name in {t.name for t in request.interventions}
