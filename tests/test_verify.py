"""Every law of the graph, broken by hand: a law that nothing can break would be no law."""

from dataclasses import replace

import pytest
from nacre.compiler import verify as laws
from nacre.compiler.evidence import labels_of
from nacre.compiler.graph import (
    Derived,
    Elements,
    Fixed,
    FromDataFile,
    FromFormula,
    Input,
    Latent,
    Observed,
    Partly,
    Patched,
    Potential,
    Replaced,
)
from nacre.compiler.rewrite.do import do
from nacre.compiler.verify import LAWS, verify
from typed_models import (
    at,
    data,
    define,
    dim,
    given,
    graph_of,
    index,
    normal,
    number,
    read,
    sample,
    value_of,
)

I = index("i", "row")  # noqa: E741


def graph():
    return graph_of(
        dim("row", "r1", "r2"),
        data("w", "row"),
        sample("x", normal(0)),
        sample("f", normal(read("x")), I),
        define("d", read("x")),
    )


def with_role(name, role):
    g = graph()
    return g.having(replace(g.nodes[name], role=role))


def elements(*words, given=()):
    family = graph().nodes["f"]
    return Elements(tuple(labels_of(family, (w,)) for w in words), given)


ONE = FromFormula(number(1))
IN_THE_FILE_BUT_ONE = Replaced(FromDataFile(), elements("r1", given=(ONE,)))


def filed_wrongly():
    g = graph()
    return replace(g, nodes={**g.nodes, "other": g.nodes["x"]})


def natural_half_still_read():
    cut = do(graph(), given(x=1))
    return cut.having(graph().nodes["d"])


def half_under_another_name():
    g = graph()
    return g.having(replace(g.nodes["d"], role=Fixed("x", ONE)))


BROKEN = {
    laws.nodes_are_filed_under_their_names: [filed_wrongly],
    laws.parents_exist: [lambda: with_role("d", Derived(read("nobody")))],
    laws.acyclic: [lambda: with_role("x", Latent(normal(read("d"))))],
    laws.data_are_declared: [
        lambda: with_role("d", Input()),
        lambda: with_role("x", Observed(normal(0), FromDataFile())),
        lambda: with_role(
            "f", Observed(normal(0), Replaced(FromDataFile(), elements("r1", given=(ONE,))))
        ),
    ],
    laws.dimensions_are_declared: [lambda: graph_of(sample("f", normal(0), index("i", "nowhere")))],
    laws.plates_lead_the_axes: [lambda: replace_plates()],
    laws.indices_are_bound: [
        lambda: with_role("d", Derived(at("w", I))),
        lambda: with_role("x", Latent(normal(value_of(I)))),
    ],
    laws.elements_are_well_formed: [
        lambda: with_role("f", Partly(normal(0), None, None)),
        lambda: with_role("f", Partly(normal(0), elements("r1", given=(ONE,)), elements("r1"))),
        lambda: with_role("f", Partly(normal(0), elements("r1", "r1", given=(ONE, ONE)), None)),
        lambda: with_role("f", Partly(normal(0), elements("r1", "r2", given=(ONE,)), None)),
        lambda: with_role("x", Partly(normal(0), elements("r1", given=(ONE,)), None)),
        lambda: with_role("f", Observed(normal(0), Replaced(ONE, Elements((), ())))),
        lambda: with_role("d", Patched("f", elements("r1", given=(ONE,)))),
    ],
    laws.intervened_variables_are_unread: [natural_half_still_read],
    laws.fixed_halves_are_named_after_their_variables: [half_under_another_name],
    laws.factors_are_not_read: [lambda: with_role("x", Potential(number(0)))],
}


def replace_plates():
    g = graph()
    return g.having(replace(g.nodes["x"], plates=(I,)))


@pytest.mark.parametrize(
    ("law", "broken"),
    [(law, broken) for law, cases in BROKEN.items() for broken in cases],
    ids=lambda f: f.__name__.strip("<>"),
)
def test_a_broken_law_is_noticed(law, broken):
    assert law(broken()) is not None
    with pytest.raises(AssertionError, match="internal error after pass `prune`"):
        verify(broken(), after="prune")


def test_every_law_is_broken_by_some_case():
    assert set(BROKEN) == set(LAWS)


def test_a_sound_graph_passes_unchanged():
    g = graph()
    assert verify(g, after="build") is g
