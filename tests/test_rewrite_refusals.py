"""What cannot be asked of a graph, word for word, and that the rest is not asked in vain."""

import json
from pathlib import Path

import pytest
from nacre.compiler import evidence
from nacre.compiler.build import build
from nacre.compiler.check import check
from nacre.compiler.graph import Elements, Fixed, FromOutside, Observed, Partly, Patched, Replaced
from nacre.compiler.query import Target, Verb, in_file, outside
from nacre.compiler.rewrite.complaints import CODES
from nacre.compiler.rewrite.condition import condition, uncondition
from nacre.compiler.rewrite.do import do
from nacre.compiler.rewrite.prune import prune
from nacre.compiler.rewrite.scenario import read_scenario
from nacre.compiler.rewrite.targets import parse_target
from nacre.compiler.verify import verify
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.parse import parse
from nacre.grammar.source import Source

BAD = Path(__file__).parent / "golden" / "bad"
QUERIES = sorted(BAD.glob("Q*/query.json"))


def graph_of(text, name="model.ppl"):
    source = Source(name, text)
    return verify(build(check(parse(source), source)), after="build")


def conditioned(graph, *targets):
    return condition(graph, outside(Verb.CONDITION, map(parse_target, targets)))


def intervened(graph, *targets):
    return do(graph, outside(Verb.DO, map(parse_target, targets)))


VERBS = {
    "condition": conditioned,
    "do": intervened,
    "uncondition": lambda graph, *names: uncondition(graph, names),
    "scenario": read_scenario,
}


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.parent.name)
def test_a_bad_query_is_refused_in_these_words(path, golden):
    graph = graph_of((path.parent / "model.ppl").read_text())
    ((verb, targets),) = json.loads(path.read_text()).items()
    with pytest.raises(Rejected) as refused:
        VERBS[verb](graph, *targets)
    assert {d.code for d in refused.value.diagnostics} == {path.parent.name.partition("_")[0]}
    golden(path.parent / "expected.stderr", refused.value.render())


@pytest.mark.parametrize("code", CODES)
def test_the_models_of_an_explanation_are_sound(code):
    graph_of(CODES[code].wrong)
    graph_of(CODES[code].right)


def test_every_complaint_is_made_at_once():
    graph = graph_of("x ~ Normal(0, 1)\nd = 2 * x\n")
    with pytest.raises(Rejected) as refused:
        conditioned(graph, "d", "nope", "x[1]")
    assert [d.code for d in refused.value.diagnostics] == ["Q602", "Q601", "Q605"]


def test_what_is_asked_for_must_exist():
    with pytest.raises(Rejected, match="did you mean `weight`"):
        prune(graph_of("weight ~ Normal(0, 1)\n"), ["wieght"])


# --- targets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("weight", Target("weight")),
        (" dose [ 3 ] ", Target("dose", (3,))),
        ("x[-2, 07]", Target("x", (-2, 7))),
        ("alpha[BIG STONE]", Target("alpha", ("BIG STONE",))),
        ('alpha["3"]', Target("alpha", ("3",))),
        (r'x["a, \"b\" ]", c]', Target("x", ('a, "b" ]', "c"))),
        ("größe", Target("größe")),
    ],
)
def test_a_target_is_read(text, target):
    assert parse_target(text) == target
    assert parse_target(str(target)) == target


@pytest.mark.parametrize("text", ["", "3", "x[", "x[]", "x[a,]", "x]", "a b", "x[a][b]", 'x["a]'])
def test_what_is_not_a_target_is_refused(text):
    with pytest.raises(Rejected, match="Q608"):
        parse_target(text)


# --- elements -------------------------------------------------------------------------------------

DOSES = """
dim dose = 1..4
x[d in dose] ~ Normal(0, 1)
y[d in dose] ~ Normal(x[d], 1)
observe y = 0
"""


def key(verb, target):
    return FromOutside(f"{verb}:{target}")


def elements(graph, **places):
    """Elements of `x` by verb."""
    node = graph.nodes["x"]
    found = [(evidence.labels_of(node, (p,)), verb) for verb, ps in places.items() for p in ps]
    return Elements(
        tuple(labels for labels, _ in found),
        tuple(key(verb, f"x[{evidence.place_of(labels)[0]}]") for labels, verb in found),
    )


def test_elements_of_one_family_may_be_seen_and_set():
    graph = graph_of(DOSES)
    both = verify(intervened(conditioned(graph, "x[2]", "x[1]"), "x[3]"), after="do")
    dist = graph.nodes["x"].role.dist
    assert both.nodes["x"].role == Partly(dist, elements(graph, condition=[1, 2]), None)
    assert both.nodes["do(x)"].role == Patched("x", elements(graph, do=[3]))
    assert both.nodes["y"].parents == ("do(x)",)


def test_a_label_is_one_whether_it_is_written_as_a_word_or_a_number():
    graph = graph_of(DOSES)
    assert intervened(graph, 'x["3"]').nodes["do(x)"].role.elements.labels == (
        intervened(graph, "x[3]").nodes["do(x)"].role.elements.labels
    )


def test_a_whole_family_set_later_replaces_its_elements():
    graph = intervened(intervened(graph_of(DOSES), "x[3]"), "x")
    assert graph.nodes["do(x)"].role == Fixed("x", key("do", "x"))


def test_an_element_set_later_replaces_its_part_of_the_family():
    graph = graph_of(DOSES)
    later = verify(intervened(intervened(graph, "x"), "x[3]"), after="do")
    expected = Replaced(key("do", "x"), elements(graph, do=[3]))
    assert later.nodes["do(x)"].role == Fixed("x", expected)
    assert later == intervened(graph, "x[3]", "x")  # in one request the element holds


def test_an_element_seen_later_replaces_its_part_of_the_evidence():
    graph = conditioned(graph_of(DOSES), "y", "y[2]")
    role = verify(graph, after="condition").nodes["y"].role
    assert isinstance(role, Observed)
    assert isinstance(role.given, Replaced)
    assert role.given.base == key("condition", "y")


def test_what_is_set_in_part_is_barren_there_unless_it_is_seen():
    graph = intervened(conditioned(graph_of(DOSES), "x[2]"), "x[2]", "x[3]")
    role = verify(prune(graph).graph, after="prune").nodes["x"].role
    assert evidence.place_of(role.observed.labels[0]) == (2,)
    assert [evidence.place_of(ls) for ls in role.barren.labels] == [(3,)]


def test_a_natural_half_that_informs_nothing_is_drawn_whole_if_it_is_asked_for():
    graph = intervened(uncondition(graph_of(DOSES), ["y"]), "x[3]")
    assert prune(graph).barren == ("x", "do(x)", "y")
    assert list(prune(graph).graph.nodes) == []
    assert prune(graph, ["x"]).barren == ("x",)


def test_evidence_stays_when_nothing_above_it_is_random():
    graph = graph_of("x ~ Normal(0, 1)\ny ~ Normal(x, 1)\nobserve y = 2\n")
    pruned = prune(intervened(graph, "x"))
    assert list(pruned.graph.nodes) == ["do(x)", "y"]
    assert pruned.barren == ()


def test_barren_variables_are_drawn_in_order():
    graph = graph_of("a ~ Normal(0, 1)\nc = 2 * b\nb ~ Normal(a, 1)\nseen ~ Normal(a, 1)\n")
    pruned = prune(conditioned(graph, "seen"))
    assert list(pruned.graph.nodes) == ["a", "seen"]
    assert pruned.barren == ("b", "c")
    assert list(pruned.forward.nodes) == ["a", "c", "b", "seen"]


# --- what was given stays as it was --------------------------------------------------------------


def test_setting_a_datum_does_not_change_what_was_computed_from_it_and_seen():
    graph = graph_of(
        "dim row\ndata y[row]: positive\nlog_y[i in row] = log(y[i])\nb ~ Normal(0, 1)\n"
        "log_y[i in row] ~ Normal(b * y[i], 1)\n"
    )
    node = intervened(graph, "y").nodes["log_y"]
    assert node.role.given == graph.nodes["log_y"].role.given
    assert set(node.parents) == {"b", "do(y)", "y"}


SERIES = "data T: int\ndim time = 1..T\ndata y[time]: real\ny[t in 2..T] ~ Normal(y[t-1], 1)\n"


@pytest.mark.parametrize("target", ["y", "y[1]"])
def test_a_family_that_reads_itself_reads_what_is_set(target):
    graph = verify(intervened(graph_of(SERIES), target), after="do")
    assert graph.nodes["y"].parents == ("T", "do(y)")
    assert graph.order.index("do(y)") >= 0
    verify(prune(graph).graph, after="prune")
    assert "do(y)" in prune(graph).graph.nodes


def test_supports_follow_what_is_set_in_whichever_order():
    graph = graph_of(
        "a ~ HalfNormal(1)\nb ~ Flat() on (0, a)\nparam c: real on (0, 1) = 0.5\n"
        "y ~ Normal(b + c, 1)\n"
    )
    both = intervened(intervened(graph, "a"), "b")
    assert both == intervened(intervened(graph, "b"), "a")
    assert both.nodes["b"].parents == ("do(a)",)
    assert both.nodes["do(b)"].support == both.nodes["b"].support
    assert both.nodes["do(b)"].support.high.name == "do(a)"


def test_a_scenario_says_what_is_seen_and_what_is_set():
    graph = graph_of(
        "dim arm = {placebo, drug}\nx[a in arm] ~ Normal(0, 1)\ny ~ Normal(x[drug], 1)\n"
        "scenario high {\n  observe y = 3\n  do x[drug] = 2\n}\n"
    )
    query = read_scenario(graph, "high")
    assert query == in_file(graph.scenarios["high"])
    there = do(condition(graph, query.evidence), query.interventions)
    assert isinstance(verify(there, after="do").nodes["y"].role, Observed)
    assert [evidence.place_of(ls) for ls in there.nodes["do(x)"].role.elements.labels] == [
        ("drug",)
    ]


def test_values_come_under_keys_that_say_what_for():
    targets = [parse_target(t) for t in ("w", "dose[3]", 'a["BIG STONE", b]')]
    assert [g.key for g in outside(Verb.DO, targets).values()] == [
        "do:w",
        "do:dose[3]",
        'do:a["BIG STONE", b]',
    ]
