"""Topological order: that of networkx, ties as given, and what is said when there is none."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacre.compiler.ordering import Cyclic, grouped, topological


@st.composite
def needs(draw):
    """Names a..h, what each needs among them and beyond; cycles may occur."""
    names = draw(st.permutations("abcdefgh"))
    other = st.lists(st.sampled_from("abcdefgh?"), max_size=2)
    return {name: draw(other) for name in names}


def graph_of(edges):
    """From what is needed to what needs it."""
    g = nx.DiGraph()
    g.add_nodes_from(edges)
    g.add_edges_from((need, name) for name in edges for need in edges[name] if need in edges)
    return g


@given(needs())
def test_the_order_is_that_of_networkx(edges):
    g, rank = graph_of(edges), list(edges)
    if nx.is_directed_acyclic_graph(g):
        expected = tuple(nx.lexicographical_topological_sort(g, key=rank.index))
        assert topological(edges, edges.__getitem__) == expected
    else:
        with pytest.raises(Cyclic) as error:
            topological(edges, edges.__getitem__)
        knots = [k for k in nx.strongly_connected_components(g) if g.subgraph(k).number_of_edges()]
        stuck = {n for k in knots for name in k for n in {name, *nx.descendants(g, name)}}
        assert set(error.value.names) == stuck


def test_without_needs_the_names_stay_as_they_are():
    assert topological("cab", lambda _: ()) == ("c", "a", "b")


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25))
def test_groups_are_strongly_connected_and_in_order(pairs):
    names = [str(i) for i in range(9)]
    reads = {n: [str(b) for a, b in pairs if str(a) == n] for n in names}
    groups = grouped(names, reads.__getitem__)
    graph = nx.DiGraph([(a, b) for a in names for b in reads[a]])
    graph.add_nodes_from(names)
    assert set(map(frozenset, groups)) == set(
        map(frozenset, nx.strongly_connected_components(graph))
    )
    place = {n: i for i, group in enumerate(groups) for n in group}
    assert all(place[b] <= place[a] for a in names for b in reads[a])
