"""Binding data: sizes and labels of dimensions, values, values from outside, fingerprints."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from nacre.compiler import driver
from nacre.compiler.query import Verb, outside
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.source import Source
from nacre.runtime.data import bind_data, read_data
from nacre.runtime.targets import spread

ROOT = Path(__file__).resolve().parent.parent
GROUPS = """
dim county, house
data county_of[house]: county
data y[house]: real
alpha[c in county] ~ Normal(0, 1)
y[h in house] ~ Normal(alpha[county_of[h]], 1)
"""
WITH_U = GROUPS + "data u[county]: real\n"


def graph_of(text):
    return driver.graph_of(driver.front(Source("m.ppl", text)))


def bind(text, raw, **kwargs):
    return bind_data(graph_of(text), raw, **kwargs)


def refused(text, raw, **kwargs):
    with pytest.raises(Rejected) as caught:
        bind(text, raw, **kwargs)
    return [d.code for d in caught.value.diagnostics]


# --- real data ----------------------------------------------------------------------------------


def test_radon_as_it_is():
    text = (ROOT / "examples/radon/radon.ppl").read_text()
    bound = bind(text, read_data(ROOT / "examples/radon/radon.csv"))
    assert bound.sizes == {"county": 85, "house": 919}
    assert bound.labels["county"][:2] == ("AITKIN", "ANOKA")
    assert bound.tensors["county_of"].dtype == torch.int64
    assert bound.tensors["county_of"].max() == 84
    assert "the column `county`" in bound.notes[0]
    assert "log_uppm" in bound.notes[1]


# --- sizes and labels ---------------------------------------------------------------------------


def test_labels_in_order_of_first_appearance():
    bound = bind(GROUPS, {"county_of": ["b", "a", "b"], "y": [1, 2, 3]})
    assert bound.labels == {"county": ("b", "a"), "house": (1, 2, 3)}
    assert bound.tensors["county_of"].tolist() == [0, 1, 0]


def test_numbers_count_from_one():
    bound = bind(GROUPS, {"county_of": [3, 1, 1], "y": [1, 2, 3]})
    assert bound.labels["county"] == (1, 2, 3)
    assert bound.tensors["county_of"].tolist() == [2, 0, 0]


def test_an_entry_of_the_dimensions_name_lists_its_labels():
    raw = {"county": ["a", "b", "c"], "county_of": ["c", "a"], "y": [1, 2]}
    bound = bind(GROUPS, raw)
    assert bound.labels["county"] == ("a", "b", "c")
    assert bound.tensors["county_of"].tolist() == [2, 0]


def test_numbers_are_positions_among_names():
    raw = {"county": ["a", "b", "c"], "county_of": [3, 1], "y": [1, 2]}
    assert bind(GROUPS, raw).tensors["county_of"].tolist() == [2, 0]


def test_numbers_are_labels_among_numbers():
    raw = {"county": [30, 10, 20], "county_of": [10, 30, 20, 10], "y": [1, 2, 3, 4]}
    assert bind(GROUPS, raw).tensors["county_of"].tolist() == [1, 0, 2, 1]
    assert refused(GROUPS, {**raw, "county_of": [10, 11, 20, 10]}) == ["D430"]


def test_an_entry_may_be_a_size():
    raw = {"county": 5, "county_of": [3, 1], "y": [1, 2]}
    assert bind(GROUPS, raw).sizes["county"] == 5


def test_an_array_over_the_dimension_counts_groups_without_rows():
    bound = bind(WITH_U, {"county_of": [1, 2], "y": [1, 2], "u": [0, 0, 0]})
    assert bound.sizes["county"] == 3


def test_reading_an_array_in_the_order_of_names_is_said():
    bound = bind(WITH_U, {"county_of": ["b", "a"], "y": [1, 2], "u": [0, 1]})
    assert any("first name them; `u` is read in that order" in note for note in bound.notes)


def test_a_column_is_not_taken_from_an_array_that_has_its_own():
    raw = {"county_of": [1, 2, 1], "county": ["a", "b", "a"], "y": [1, 2, 3]}
    bound = bind(GROUPS, raw)
    assert bound.labels["county"] == (1, 2)
    assert any("`county` repeats its values" in note for note in bound.notes)


def test_a_column_named_like_the_dimension_must_be_the_only_candidate():
    text = "dim city, trip\ndata from_of[trip]: city\ndata to_of[trip]: city\n"
    assert set(refused(text, {"city": ["a", "b"]})) == {"D421"}


def test_a_list_of_labels_is_no_column():
    assert refused(GROUPS, {"county": ["a", "b"], "y": [1, 2, 3]}) == ["D421"]


@pytest.mark.parametrize(
    ("declaration", "labels"),
    [("{placebo, drug}", ("placebo", "drug")), ("1990..1992", (1990, 1991, 1992))],
)
def test_declared_labels(declaration, labels):
    text = f"dim arm = {declaration}, row\ndata arm_of[row]: arm\n"
    bound = bind(text, {"arm_of": [labels[-1], labels[0]]})
    assert bound.labels["arm"] == labels
    assert bound.tensors["arm_of"].tolist() == [len(labels) - 1, 0]


def test_a_range_is_counted_by_data():
    bound = bind("data T: int\ndim t = 0..T - 1\ndata y[t]: real\n", {"T": 2, "y": [1, 2]})
    assert bound.labels["t"] == (0, 1)


def test_a_range_is_counted_by_a_default_of_other_data():
    text = "data n: int\ndata T: int = 2 * n\ndim t = 1..T\ndata y[t]: real = 0\n"
    assert bind(text, {"n": 3}).tensors["y"].tolist() == [0.0] * 6


def test_a_table_sorted_like_the_declaration_is_fine():
    text = "dim arm = {placebo, drug}\ndata y[arm]: real\n"
    assert bind(text, {"arm": ["placebo", "drug"], "y": [1, 2]}).tensors["y"].tolist() == [1, 2]


def test_a_column_of_repeated_labels_says_nothing_about_declared_ones():
    text = "dim arm = {placebo, drug}\ndata y[arm]: real\n"
    assert bind(text, {"arm": ["drug", "drug"], "y": [1, 2]}).sizes == {"arm": 2}


# --- types of values ----------------------------------------------------------------------------

VECTOR = "dim row\ndata y[row]: real\n"
TYPES = {
    "list": [1, 2.5],
    "tuple": (1, 2.5),
    "numpy": np.array([1, 2.5], dtype=np.float32),
    "torch": torch.tensor([1, 2.5], dtype=torch.bfloat16, requires_grad=True),
    "tensors in a list": [torch.tensor(1.0), torch.tensor(2.5)],
    "pandas": pd.Series([1, 2.5], index=["b", "a"]),
    "nullable pandas": pd.Series([1, 2.5], dtype="Float64"),
    "xarray": xr.DataArray([1, 2.5], dims="anything"),
    "numbers as text": ["1", "2.5"],
}


@pytest.mark.parametrize("value", TYPES.values(), ids=TYPES.keys())
def test_whatever_holds_numbers(value):
    assert bind(VECTOR, {"y": value}).tensors["y"].tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(pd.DataFrame({"y": [1, 2], "g": ["a", "b"]}), id="data frame"),
        pytest.param([{"y": 1, "g": "a"}, {"y": 2, "g": "b"}], id="rows"),
        pytest.param(xr.Dataset({"y": ("row", [1, 2])}), id="dataset"),
    ],
)
def test_whatever_holds_columns(raw):
    assert bind(VECTOR, raw).tensors["y"].tolist() == [1.0, 2.0]


def test_what_has_no_names_is_no_data():
    with pytest.raises(TypeError, match="not ndarray"):
        bind(VECTOR, np.zeros(3))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([1, None], "D425"),
        ([1, float("nan")], "D425"),
        (pd.Series([1, None], dtype="Int64"), "D425"),
        (["1", ""], "D425"),
        ([1, "x"], "D426"),
        ([1, {}], "D426"),
        ([1, 1j], "D426"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "D426"),
        (pd.Series(pd.to_datetime(["2020-01-01"])), "D426"),
        (["1_0", "2"], "D426"),
        ([1, -float("inf")], "D427"),
        ([1, 10**400], "D427"),
        ([1, [2]], "D424"),
        ([[1], 2], "D424"),
        ([[1, 2], [3, 4]], "D422"),
        ({"a": 1, "b": None}, "D425"),
    ],
)
def test_whatever_does_not(value, code):
    assert refused(VECTOR, {"y": value}) == [code]


def test_true_and_false_are_numbers():
    raw = {"y": np.array(["TRUE", "false"], dtype=object)}
    assert bind("dim row\ndata y[row]: bool\n", raw).tensors["y"].tolist() == [1.0, 0.0]
    assert bind("dim row\ndata y[row]: bool\n", {"y": [True, False]}).tensors["y"].tolist() == [
        1,
        0,
    ]


# --- labels that values bring -------------------------------------------------------------------


def test_coordinates_name_a_dimension_and_order_what_comes_after():
    first = xr.DataArray([[1, 2]], dims=("t", "county"), coords={"county": ["a", "b"]})
    second = xr.DataArray([20, 10], dims="county", coords={"county": ["b", "a"]})
    text = "dim county, t\ndata x[county, t]: real\ndata u[county]: real\n"
    bound = bind(text, {"x": first, "u": second})
    assert bound.labels["county"] == ("a", "b")
    assert bound.tensors["x"].tolist() == [[1.0], [2.0]]
    assert bound.tensors["u"].tolist() == [10.0, 20.0]


def test_values_by_label():
    text = "dim arm = {placebo, drug}\ndata y[arm]: real\n"
    assert bind(text, {"y": {"drug": 2, "placebo": 1}}).tensors["y"].tolist() == [1.0, 2.0]
    assert refused(text, {"y": {"drug": 2, "control": 1}}) == ["D435"]


def test_a_series_indexed_by_the_dimension():
    series = pd.Series([2, 1], index=pd.Index(["b", "a"], name="county"))
    text = "dim county = {a, b}\ndata u[county]: real\n"
    assert bind(text, {"u": series}).tensors["u"].tolist() == [1.0, 2.0]


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_labelled_values_does_not_matter(order):
    text = "dim g = {a, b, c, d}\ndata x[g]: real\n"
    values = {label: "abcd".index(label) for label in order}
    assert bind(text, {"x": values}).tensors["x"].tolist() == [0.0, 1.0, 2.0, 3.0]


# --- shapes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [3, [3], [[3]], np.array([3])])
def test_one_element_is_a_number(value):
    assert bind("data n: int\n", {"n": value}).tensors["n"].shape == ()


def test_a_number_is_one_element():
    bound = bind("dim row, k\ndata x[row, k]: real\n", {"x": 2.0})
    assert bound.sizes == {"row": 1, "k": 1}
    assert bound.tensors["x"].tolist() == [[2.0]]


@pytest.mark.parametrize(
    ("raw", "shape"),
    [
        ({"x": [], "k": 3}, (0, 3)),
        ({"x": [[], []]}, (2, 0)),
        ({"x": np.empty((0, 4))}, (0, 4)),
    ],
)
def test_dimensions_may_be_empty(raw, shape):
    bound = bind("dim row, k\ndata x[row, k]: real\n", raw)
    assert tuple(bound.tensors["x"].shape) == shape


def test_an_empty_table():
    bound = bind(GROUPS, {"county_of": np.empty(0), "y": np.empty(0)})
    assert bound.sizes == {"county": 0, "house": 0}


def test_a_vector_does_not_stand_for_a_matrix():
    text = "dim row = 1..2, k = 1..2\ndata x[row, k]: real\n"
    assert refused(text, {"x": [1, 2]}) == ["D422"]


# --- defaults -----------------------------------------------------------------------------------


def test_defaults_read_other_data():
    text = (
        "dim row\ndata y[row]: real\ndata center: real = mean(y)\n"
        "data spread: positive = sd(y) * 2\ndata w[row]: real = 1\n"
    )
    bound = bind(text, {"y": [1, 2, 3]})
    assert bound.tensors["center"] == 2.0
    assert bound.tensors["spread"] == 2.0
    assert bound.tensors["w"].tolist() == [1.0, 1.0, 1.0]


def test_data_replace_a_default():
    assert bind("data guess: real = 8.5\n", {"guess": 3}).tensors["guess"] == 3.0
    assert bind("data guess: real = 8.5\n", {}).tensors["guess"] == 8.5


def test_a_default_outside_of_its_type():
    assert refused("data n: real\ndata s: positive = n\n", {"n": -1}) == ["D428"]


# --- everything at once -------------------------------------------------------------------------


def test_independent_mistakes_are_reported_together():
    text = "data a: positive\ndata b: int\ndata c: real\ndim d\ndata e[d]: real = 0\n"
    assert refused(text, {"a": -1, "b": 0.5}) == ["D431", "D428", "D428", "D421"]


def test_one_mistake_is_reported_once():
    text = "dim g, row\ndata g_of[row]: g\ndata a[g]: real = 0\ndata b[g]: real = 0\n"
    assert refused(text, {"g_of": [0, 1]}) == ["D430"]


# --- values from outside ------------------------------------------------------------------------

FAMILY = """
dim school = {a, b, c}, regime = {calm, wild}
theta[s in school] ~ Normal(0, 1)
sigma[s in school] ~ HalfNormal(1)
p[regime] = [0.5, 0.5]
z ~ Categorical(p)
n ~ Poisson(3)
k ~ Binomial(4, 0.5)
w ~ Uniform(0, sigma[a])
"""


def conditioned(verb=Verb.CONDITION, **values):
    rewrite = {Verb.CONDITION: driver.conditioned, Verb.DO: driver.intervened}[verb]
    asked = spread(values)
    graph = rewrite(graph_of(FAMILY), outside(verb, asked))
    given = {f"{verb.value}:{target}": value for target, value in asked.items()}
    return bind_data(graph, {}, outside=given)


def test_one_number_stands_for_a_family_and_this_is_said():
    bound = conditioned(theta=2)
    assert bound.tensors["condition:theta"].tolist() == [2.0, 2.0, 2.0]
    assert bound.notes == ("`theta` = 2 for all 3 elements of it",)


def test_arrays_elements_and_labels_from_outside():
    assert conditioned(theta=[1, 2, 3]).tensors["condition:theta"].tolist() == [1.0, 2.0, 3.0]
    assert conditioned(theta={"b": 5}).tensors["condition:theta[b]"].shape == ()
    assert conditioned(z="wild").tensors["condition:z"].item() == 1
    assert conditioned(Verb.DO, z="calm").tensors["do:z"].dtype == torch.int64


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"theta": [1, 2]}, "Q652"),
        ({"theta": [[1, 2, 3]]}, "Q652"),
        ({"theta": [[1], [2, 3]]}, "Q652"),
        ({"theta": float("nan")}, "Q653"),
        ({"theta": None}, "Q653"),
        ({"theta": [1, 2, float("inf")]}, "Q653"),
        ({"theta": "a"}, "Q653"),
        ({"sigma": -1}, "Q654"),
        ({"sigma": {"c": -1}}, "Q654"),
        ({"n": 1.5}, "Q654"),
        ({"k": 5}, "Q654"),
        ({"z": "wlid"}, "Q655"),
        ({"z": 3}, "Q655"),
    ],
)
@pytest.mark.parametrize("verb", Verb)
def test_impossible_values_from_outside(verb, values, code):
    with pytest.raises(Rejected) as caught:
        conditioned(verb, **values)
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_ends_that_depend_on_latent_variables_are_left_to_the_density():
    assert conditioned(w=100.0).tensors["condition:w"] == 100.0


# --- observations -------------------------------------------------------------------------------


def test_elements_that_a_range_leaves_out_are_not_looked_at():
    text = (
        "data T: int\ndim t = 1..T\ndata y[t]: real\n"
        "m ~ Normal(0, 1)\ny[s in 2..T] ~ LogNormal(m, 1)\n"
    )
    assert bind(text, {"T": 3, "y": [-1, 1, 2]}).sizes == {"t": 3}
    assert refused(text, {"T": 3, "y": [1, 1, -2]}) == ["D438"]


def test_ends_are_compared_element_by_element():
    text = "dim row\ndata n[row]: count\ndata y[row]: count\np ~ Beta(1, 1)\n"
    text += "y[i in row] ~ Binomial(n[i], p)\n"
    assert bind(text, {"n": [1, 5], "y": [1, 5]}).sizes == {"row": 2}
    assert refused(text, {"n": [5, 1], "y": [1, 5]}) == ["D438"]


def test_a_value_in_the_file_is_held_against_its_support():
    text = "data v: real\nsigma ~ HalfNormal(1)\ny ~ Normal(0, sigma)\nobserve sigma = v\n"
    assert bind(text, {"v": 1}).tensors["v"] == 1.0
    assert refused(text, {"v": -1}) == ["D438"]


# --- the whole ----------------------------------------------------------------------------------


def test_floats_have_the_type_that_is_asked_for():
    bound = bind(GROUPS, {"county_of": [1, 2], "y": [1, 2]}, dtype=torch.float32)
    assert bound.tensors["y"].dtype == torch.float32
    assert bound.tensors["county_of"].dtype == torch.int64


def test_binding_copies():
    values = np.array([1.0, 2.0])
    bound = bind(VECTOR, {"y": values})
    values[0] = 5
    assert bound.tensors["y"].tolist() == [1.0, 2.0]


RAW = {"county_of": ["a", "b"], "y": [1.0, 2.0]}
CHANGES = {
    "a value": {"y": [1.0, 2.0000001]},
    "a label": {"county_of": ["a", "c"]},
    "the order": {"county_of": ["b", "a"], "y": [2.0, 1.0]},
    "a row": {"county_of": ["a", "b", "a"], "y": [1.0, 2.0, 2.0]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_fingerprint_tells_data_apart(change):
    assert bind(GROUPS, RAW).fingerprint != bind(GROUPS, {**RAW, **change}).fingerprint


def test_the_fingerprint_does_not_see_how_data_came(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("county,y,unused\na,1,9\nb,2,9\n")
    (tmp_path / "data.json").write_text(json.dumps(RAW))
    prints = {
        bind(GROUPS, raw).fingerprint
        for raw in (RAW, read_data(path), read_data(tmp_path / "data.json"))
    }
    assert len(prints) == 1


@pytest.mark.parametrize("label", ["a\0b", "\ud800"])
def test_labels_that_no_file_can_hold(label):
    assert refused(GROUPS, {"county_of": ["a", label], "y": [1, 2]}) == ["D432"]


def test_a_dimension_hides_a_type_of_its_name():
    text = GROUPS.replace("county", "unit")
    bound = bind(text, {"unit_of": ["b", "a", "b"], "y": [1.0, 2.0, 3.0]})
    assert bound.labels["unit"] == ("b", "a")
    assert bound.tensors["unit_of"].tolist() == [0, 1, 0]
    proportions = "dim unit\ndata p[unit]: positive\n"
    assert bind(proportions, {"p": [0.1, 0.2]}).sizes["unit"] == 2


@pytest.mark.parametrize("size", [float("inf"), -float("inf"), float("nan"), 1e30, 1.5, -1])
def test_sizes_that_no_dimension_has(size):
    assert refused(GROUPS, {"county": size, "county_of": [1], "y": [1]}) == ["D432"]


def test_bytes_that_are_no_text():
    assert refused(GROUPS, {"county_of": np.array([b"a", b"\xff"]), "y": [1, 2]}) == ["D426"]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda s: s.strip()
)


@given(st.lists(TEXT, min_size=1, max_size=8))
def test_any_text_is_a_label(labels):
    bound = bind(GROUPS, {"county_of": labels, "y": [0.0] * len(labels)})
    read_back = [bound.labels["county"][i] for i in bound.tensors["county_of"].tolist()]
    assert read_back == labels


def test_ids_that_float64_cannot_tell_apart_are_refused():
    text = "dim who\ndim visit\ndata of[visit]: who\na[w in who] ~ Normal(0, 1)\nb = a[of[1]]\n"
    graph = driver.graph_of(driver.front(Source("m.ppl", text)))
    with pytest.raises(Rejected) as caught:
        bind_data(graph, {"of": [2**53 + 1, 2**53]})
    assert [d.code for d in caught.value.diagnostics] == ["D428"]


@pytest.mark.parametrize("last", [10**9, 1e15])
def test_a_range_of_more_numbers_than_fit_is_refused(last):
    text = "data n: int\nx ~ Normal(0, 1)\ny = sum(i in 1..n)(x / i)\n"
    graph = driver.graph_of(driver.front(Source("m.ppl", text)))
    with pytest.raises(Rejected) as caught:
        bind_data(graph, {"n": last})
    assert [d.code for d in caught.value.diagnostics] == ["D437"]


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("real on (0, inf)", [0.0, 2.0], None),
        ("real on (0, 1)", [0.0, 1.0], None),
        ("real on (0, inf)", [-1e-9, 2.0], "D428"),
        ("positive", [0.0, 2.0], "D428"),
        ("positive on (0, inf)", [0.0, 2.0], "D428"),
    ],
)
def test_ends_that_are_written_belong_to_what_data_may_be(kind, given, code):
    text = f"dim row\ndata w[row]: {kind}\nx[i in row] ~ Normal(w[i], 1)\n"
    graph = driver.graph_of(driver.front(Source("m.ppl", text)))
    if code is None:
        assert bind_data(graph, {"w": given}).tensors["w"].tolist() == given
        return
    with pytest.raises(Rejected) as caught:
        bind_data(graph, {"w": given})
    assert [d.code for d in caught.value.diagnostics] == [code]
