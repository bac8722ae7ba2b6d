"""The graph of a model: one node a name, with the role that its statements give it."""

import pytest
from nacre.compiler.build import build
from nacre.compiler.graph import (
    Derived,
    Elements,
    Free,
    FromDataFile,
    FromFormula,
    Input,
    Latent,
    Observed,
    Partly,
)
from nacre.compiler.typed import Const, IndexVar, Label, Model, OverRange, Support, Type
from nacre.compiler.types import Bounds, Kind, SupportName
from nacre.compiler.verify import verify
from nacre.grammar.source import Source, Span
from typed_models import (
    NOWHERE,
    REAL,
    at,
    call,
    data,
    define,
    dim,
    dist,
    graph_of,
    index,
    normal,
    number,
    observe,
    param,
    read,
    sample,
)

I = index("i", "row")  # noqa: E741
NORMAL = normal(0)
AN_OBSERVE = observe("x", 2.0)


@pytest.mark.parametrize(
    ("parts", "role"),
    [
        ([data("x")], Input()),
        ([sample("x", NORMAL)], Latent(NORMAL)),
        ([define("x", number(3))], Derived(number(3))),
        ([param("x")], Free(None)),
        ([data("x"), sample("x", NORMAL)], Observed(NORMAL, FromDataFile())),
        ([sample("x", NORMAL), AN_OBSERVE], Observed(NORMAL, FromFormula(number(2)))),
        (
            [define("x", number(3)), sample("x", NORMAL)],
            Observed(NORMAL, FromFormula(number(3))),
        ),
        (
            [data("x"), sample("x", NORMAL), AN_OBSERVE],
            Observed(NORMAL, FromFormula(number(2))),
        ),
    ],
    ids=[
        "data",
        "drawn",
        "defined",
        "param",
        "data drawn",
        "observed",
        "defined and drawn",
        "data overridden",
    ],
)
def test_the_role_of_a_name(parts, role):
    graph = verify(graph_of(*parts), after="build")
    assert graph.nodes["x"].role == role


def test_a_defined_family_keeps_the_plates_of_its_formula():
    j = index("j", "row", 1)
    formula = call("log", at("y", I))
    graph = graph_of(
        dim("row"),
        data("y", "row"),
        define("log_y", formula, I),
        sample("log_y", normal(0), j),
    )
    node = verify(graph, after="build").nodes["log_y"]
    assert node.plates == (j,)
    assert node.role == Observed(normal(0), FromFormula(formula, (I,)))


def label(word, of="arm"):
    return Label(word, type=Type(Kind.INDEX, dim=of), span=NOWHERE)


def test_one_element_may_be_observed():
    arm = index("a", "arm")
    graph = graph_of(
        dim("arm", "placebo", "drug"),
        sample("effect", NORMAL, arm),
        observe("effect", 0.0, label("placebo")),
    )
    seen = Elements(((label("placebo"),),), (FromFormula(number(0)),))
    assert verify(graph, after="build").nodes["effect"].role == Partly(NORMAL, seen, None)


def test_a_number_that_names_an_element_becomes_a_label():
    year = index("t", "year")
    two = Const(2.0, type=Type(Kind.INT), span=NOWHERE)
    graph = graph_of(dim("year"), sample("x", NORMAL, year), observe("x", 0.0, two))
    role = graph.nodes["x"].role
    assert role.observed.labels == ((label(2, "year"),),)


def test_nodes_stand_in_the_order_of_their_statements():
    def placed(statement, start):
        return type(statement)(**{**fields(statement), "span": Span(start, start + 1)})

    model = Model(
        Source("m.ppl", ""),
        dims={},
        data={"y": placed(data("y"), 0), "w": placed(data("w"), 5)},
        samples=(placed(sample("y", NORMAL), 30), placed(sample("a", NORMAL), 10)),
        defines=(placed(define("d", number(1)), 20),),
        factors=(),
        params=(placed(param("p"), 2),),
        observed=(),
        guides={},
        scenarios={},
    )
    assert list(build(model).nodes) == ["p", "w", "a", "d", "y"]


def fields(statement):
    return {name: getattr(statement, name) for name in type(statement).__dataclass_fields__}


def test_the_axes_of_a_vector_follow_those_of_its_plates():
    group = index("g", "group")
    simplex = Support(SupportName.SIMPLEX)
    theta = dist("Dirichlet", number(1), support=simplex, event=("part",))
    graph = graph_of(dim("group"), dim("part"), sample("theta", theta, group))
    node = verify(graph, after="build").nodes["theta"]
    assert node.type == Type(Kind.REAL, event=("group", "part"), bounds=Bounds(0, 1))
    assert node.support == simplex


def test_data_keep_all_their_rows_where_a_statement_covers_some():
    later = IndexVar("t", 0, OverRange(number(2), number(9), "time"), NOWHERE)
    graph = graph_of(dim("time"), data("y", "time"), sample("y", NORMAL, later))
    node = verify(graph, after="build").nodes["y"]
    assert (node.plates, node.type.event) == ((later,), ("time",))


@pytest.mark.parametrize(
    ("type_", "support"),
    [
        (Type(Kind.REAL), REAL),
        (Type(Kind.BOOL, bounds=Bounds(0, 1)), Support(SupportName.BOOL)),
        (Type(Kind.INT), Support(SupportName.INT)),
        (Type(Kind.INT, bounds=Bounds(0, 5)), Support(SupportName.COUNT)),
        (Type(Kind.INDEX, dim="arm"), Support(SupportName.INDEX, dim="arm")),
        (
            Type(Kind.REAL, bounds=Bounds(low=0)),
            Support(SupportName.INTERVAL, low=number(0)),
        ),
    ],
    ids=["real", "bool", "int", "count", "index", "bounded"],
)
def test_a_formula_is_supported_where_its_values_can_lie(type_, support):
    expr = Const(0.0, type=type_, span=NOWHERE)
    assert graph_of(dim("arm"), define("d", expr)).nodes["d"].support == support


def test_a_parameters_support_is_among_its_parents():
    ends = Support(SupportName.INTERVAL, low=read("low"))
    graph = graph_of(data("low"), param("p", ends))
    assert graph.nodes["p"].parents == ("low",)
