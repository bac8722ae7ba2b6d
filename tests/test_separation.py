"""Independence read off graphs, against networkx and against what the words mean."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.compiler.separation import ancestors, barren, connected, d_separated, markov_blanket

NODES = "abcdef"


@st.composite
def dags(draw):
    pairs = [(x, y) for i, x in enumerate(NODES) for y in NODES[i + 1 :]]
    graph = nx.DiGraph()
    graph.add_nodes_from(NODES)
    graph.add_edges_from(p for p in pairs if draw(st.booleans()))
    return graph


@st.composite
def questions(draw):
    side = {n: draw(st.sampled_from(("x", "y", "given", "other"))) for n in NODES}
    return tuple({n for n, s in side.items() if s == part} for part in ("x", "y", "given"))


@settings(deadline=None, max_examples=300)
@given(dags(), questions())
def test_separation_is_that_of_networkx(graph, question):
    xs, ys, seen = question
    assert d_separated(graph, xs, ys, seen) == nx.is_d_separator(graph, xs, ys, seen)


@settings(deadline=None)
@given(dags(), st.sampled_from(NODES))
def test_given_its_blanket_a_node_is_connected_to_nothing(graph, name):
    assert connected(graph, {name}, markov_blanket(graph, name)) == {name}


@settings(deadline=None)
@given(dags(), st.sampled_from(NODES))
def test_no_smaller_set_shields_a_node(graph, name):
    blanket = markov_blanket(graph, name)
    gaps = [connected(graph, {name}, blanket - {member}) for member in sorted(blanket)]
    assert all(len(gap) > 1 for gap in gaps)


@settings(deadline=None)
@given(dags(), questions())
def test_barren_nodes_have_nobody_of_interest_below(graph, question):
    evidence, asked, _ = question
    expected = {n for n in graph if not ({n} | nx.descendants(graph, n)) & (evidence | asked)}
    assert barren(graph, evidence, asked) == expected


@settings(deadline=None)
@given(dags(), st.sampled_from(NODES))
def test_ancestors_are_those_of_networkx(graph, name):
    assert ancestors(graph, [name]) == nx.ancestors(graph, name)


@pytest.mark.parametrize(
    ("edges", "seen", "apart"),
    [
        ([("x", "m"), ("m", "y")], (), False),
        ([("x", "m"), ("m", "y")], ("m",), True),
        ([("m", "x"), ("m", "y")], (), False),
        ([("m", "x"), ("m", "y")], ("m",), True),
        ([("x", "m"), ("y", "m")], (), True),
        ([("x", "m"), ("y", "m")], ("m",), False),
        ([("x", "m"), ("y", "m"), ("m", "w")], ("w",), False),
    ],
    ids=["chain", "chain cut", "fork", "fork cut", "collider", "collider seen", "below collider"],
)
def test_the_three_ways_two_edges_meet(edges, seen, apart):
    assert d_separated(nx.DiGraph(edges), {"x"}, {"y"}, seen) is apart
