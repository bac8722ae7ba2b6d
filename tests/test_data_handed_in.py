"""Data handed in from Python, in whatever people keep them, against the same data from a file."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
import xarray as xr
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data, read_data
from programs import graph_of

TEXT = (
    "dim county, house\ndata county_of[house]: county\ndata n[house]: count\n"
    "data y[house]: real\ndata warm[house]: bool\n"
)
COLUMNS = {
    "county": ["ANOKA", "AITKIN", "ANOKA"],
    "n": [3, 0, 2],
    "y": [0.5, 1.5, -2.0],
    "warm": [True, False, True],
}


def frame():
    return pd.DataFrame(COLUMNS)


def polars():
    return pytest.importorskip("polars").DataFrame(COLUMNS)


def arrow():
    return pytest.importorskip("pyarrow").table(COLUMNS)


def records():
    return frame().to_records(index=False)


def dataset():
    return xr.Dataset({name: ("house", values) for name, values in COLUMNS.items()})


def dataset_with_coordinates():
    return xr.Dataset(
        {name: ("house", COLUMNS[name]) for name in ("n", "y", "warm")},
        coords={"county_of": ("house", COLUMNS["county"])},
    )


GIVEN = {
    "a frame": frame,
    "a frame with an index": lambda: frame().set_index("county"),
    "categories": lambda: frame().astype({"county": "category", "n": "Int64", "warm": "boolean"}),
    "rows in another order": lambda: frame().iloc[[2, 0, 1]].sort_index(),
    "polars": polars,
    "pyarrow": arrow,
    "a structured array": records,
    "rows": lambda: frame().to_dict("records"),
    "lists": lambda: COLUMNS,
    "arrays": lambda: {name: np.array(values) for name, values in COLUMNS.items()},
    "tensors": lambda: {**COLUMNS, "y": torch.tensor(COLUMNS["y"]), "n": torch.tensor([3, 0, 2])},
    "series": lambda: {name: pd.Series(values) for name, values in COLUMNS.items()},
    "numbers of other types": lambda: {
        **COLUMNS,
        "y": [Decimal("0.5"), np.float32(1.5), -2],
        "n": [np.int64(3), 0, np.uint8(2)],
        "warm": ["yes", "No", "T"],
    },
    "a dataset": dataset,
    "a dataset with coordinates": dataset_with_coordinates,
}


@pytest.mark.parametrize("make", GIVEN.values(), ids=GIVEN)
def test_all_of_them_are_the_same_data(make, tmp_path):
    path = tmp_path / "data.csv"
    frame().to_csv(path, index=False)
    expected = bind_data(graph_of(TEXT), read_data(path))
    found = bind_data(graph_of(TEXT), make())
    assert found.labels == expected.labels == {"county": ("ANOKA", "AITKIN"), "house": (1, 2, 3)}
    assert found.fingerprint == expected.fingerprint


def lacking():
    found = frame()
    found["y"] = pd.array([0.5, None, -2.0], "Float64")
    return found


def text_among_numbers():
    return {**COLUMNS, "n": [3, "many", 2]}


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (lacking, "D425", "`y[2]` has no value"),
        (text_among_numbers, "D426", '`n[2]` is "many"'),
        (lambda: {**COLUMNS, "n": [3, 2**53 + 1, 2]}, "D428", "at most 15 digits"),
        (lambda: {**COLUMNS, "n": np.array([3, 2**60, 2])}, "D428", "at most 15 digits"),
        (lambda: {**COLUMNS, "y": [[1], [2], [3]]}, "D422", "one value per house"),
        (lambda: {**COLUMNS, "y": pd.Series([[1], [2, 3], [3]])}, "D426", "element 1"),
        (lambda: pd.concat([frame(), frame()[["y"]]], axis=1), "D404", '"y"'),
        (lambda: {**COLUMNS, "warm": ["yes", "perhaps", "no"]}, "D426", '"perhaps"'),
        (lambda: {**COLUMNS, "warm": ["yes", "NA", "no"]}, "D425", "`warm[2]`"),
    ],
)
def test_mistakes_are_the_same_everywhere(given, code, says):
    with pytest.raises(Rejected) as caught:
        bind_data(graph_of(TEXT), given())
    assert caught.value.diagnostics[0].code == code
    assert says in caught.value.diagnostics[0].message


def test_names_that_no_model_can_spell_are_read_under_those_that_it_has():
    text = "dim flower\ndata sepal_length_cm[flower], y[flower]: real\n"
    table = pd.DataFrame({"sepal length (cm)": [5.1, 4.9], "y": [1.0, 2.0], "y ": [3.0, 4.0]})
    bound = bind_data(graph_of(text), table)
    assert bound.tensors["sepal_length_cm"].tolist() == [5.1, 4.9]
    assert bound.tensors["y"].tolist() == [1.0, 2.0]
    assert bound.notes[0] == '`sepal_length_cm` is read from the column "sepal length (cm)"'


def test_names_that_may_be_either_are_not_chosen_between():
    table = pd.DataFrame({"log.y": [5.1, 4.9], "log y": [1.0, 2.0]})
    with pytest.raises(Rejected) as caught:
        bind_data(graph_of("dim row\ndata log_y[row]: real\n"), table)
    assert caught.value.diagnostics[0].hint == "did you mean `log.y` and `log y`?"


def test_words_for_nothing_and_twins_among_labels_are_pointed_out():
    text = "dim county, house\ndata county_of[house]: county\n"
    bound = bind_data(graph_of(text), {"county_of": ["NA", "AITKIN", "Aitkin ", "CASS"]})
    assert bound.notes == (
        '"NA" is a label of `county` like any other; '
        "where a label is missing, leave the cell empty",
        '"AITKIN" and "Aitkin " are two labels of `county`: capitals and spaces count',
    )


DAYS = [datetime.date(2024, 5, 1), datetime.date(2024, 5, 2)]


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (DAYS, ("2024-05-01", "2024-05-02")),
        (pd.Series(DAYS), ("2024-05-01", "2024-05-02")),
        (pd.to_datetime(pd.Series(DAYS)), ("2024-05-01", "2024-05-02")),
        ([pd.Timestamp("2024-05-01 12:30")], ("2024-05-01T12:30:00",)),
        (pd.cut(pd.Series([1, 2, 9]), [0, 5, 10]), ("(0, 5]", "(5, 10]")),
        (pd.Series(pd.period_range("2024-05", periods=2, freq="M")), ("2024-05", "2024-06")),
    ],
)
def test_dates_and_bins_are_labels(days, labels):
    bound = bind_data(graph_of("dim day, row\ndata day_of[row]: day\n"), {"day_of": days})
    assert bound.labels["day"] == labels


def test_what_a_dataset_says_of_its_axes_is_kept():
    text = "dim unit, time\ndata y[unit, time]: real\n"
    values = xr.DataArray(
        [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
        dims=("time", "unit"),
        coords={"time": [1990, 1991, 1992], "unit": ["a", "b"]},
    )
    bound = bind_data(graph_of(text), xr.Dataset({"y": values}))
    assert bound.labels == {"unit": ("a", "b"), "time": (1990, 1991, 1992)}
    assert bound.tensors["y"].tolist() == [[1, 3, 5], [2, 4, 6]]


WIDE = (
    "dim patient, predictor = {age, bmi}\ndata X[patient, predictor]: real\ndata y[patient]: real\n"
)
PATIENTS = pd.DataFrame({"bmi": [20.0, 25.0], "age": [30.0, 40.0], "y": [1.0, 2.0]})


def test_columns_called_like_labels_are_a_matrix():
    bound = bind_data(graph_of(WIDE), PATIENTS)
    assert bound.tensors["X"].tolist() == [[30, 20], [40, 25]]
    assert bound.notes == ("`X` is read from the columns `age` and `bmi`",)


def test_rows_of_such_a_matrix_keep_their_names(tmp_path):
    PATIENTS[["age", "bmi"]].assign(patient=["b", "a"]).to_csv(tmp_path / "x.csv", index=False)
    PATIENTS[["y"]].assign(patient=["a", "b"]).to_csv(tmp_path / "y.csv", index=False)
    bound = bind_data(graph_of(WIDE), read_data([tmp_path / "y.csv", tmp_path / "x.csv"]))
    x = dict(zip(bound.labels["patient"], bound.tensors["X"].tolist(), strict=True))
    y = dict(zip(bound.labels["patient"], bound.tensors["y"].tolist(), strict=True))
    assert x == {"b": [30, 20], "a": [40, 25]}
    assert y == {"a": 1.0, "b": 2.0}


def test_a_matrix_that_is_given_is_not_put_together(tmp_path):
    PATIENTS.to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "b.json").write_text('{"X": [[1, 2], [3, 4]]}')
    bound = bind_data(graph_of(WIDE), read_data([tmp_path / "a.csv", tmp_path / "b.json"]))
    assert bound.tensors["X"].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("columns", [["age", "bmi"], ["bmi", "age"]])
def test_columns_of_a_frame_are_told_apart_by_name(columns):
    given = {"X": PATIENTS[columns], "y": PATIENTS["y"]}
    assert bind_data(graph_of(WIDE), given).tensors["X"].tolist() == [[30, 20], [40, 25]]


def test_a_frame_with_other_columns_is_refused():
    with pytest.raises(Rejected) as caught:
        bind_data(graph_of(WIDE), {"X": PATIENTS[["age", "y"]], "y": PATIENTS["y"]})
    assert [d.code for d in caught.value.diagnostics] == ["D435"]


def test_columns_of_a_frame_are_the_labels_of_a_dimension_without_any():
    bound = bind_data(graph_of(WIDE.replace(" = {age, bmi}", "")), {"X": PATIENTS, "y": [1, 2]})
    assert bound.labels["predictor"] == ("bmi", "age", "y")


def test_an_array_needs_a_name():
    with pytest.raises(TypeError, match="give it a name"):
        bind_data(graph_of(WIDE), np.zeros(3))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({1.0, 2.0}, "make a list of it"),
        ((x for x in (1.0, 2.0)), "make a list of it"),
        (np.array([1j, 2]), "its real and its imaginary part"),
        (pd.Series(pd.to_timedelta([1, 2], "D")), "divide it by a unit"),
        (scipy.sparse.csr_array(np.eye(2)), "`.toarray()`"),
        ([object(), 1.0], None),
    ],
)
def test_what_is_neither_a_number_nor_a_label(value, says):
    with pytest.raises(Rejected) as caught:
        bind_data(graph_of("dim row\ndata y[row]: real\n"), {"y": value})
    (found,) = caught.value.diagnostics
    assert found.code == "D426"
    assert says is None or says in found.hint


def test_what_is_masked_is_missing():
    text = "dim row\ndata y[row]: real\ny[i in row] ~ Normal(0, 1)\n"
    masked = np.ma.masked_array([1, 2, 3], [False, True, False])
    with pytest.raises(Rejected, match="`y.2.` has no value"):
        bind_data(graph_of(text), {"y": masked})
    bound = bind_data(graph_of(text + "observe y missing drop\n"), {"y": masked})
    assert np.isnan(bound.tensors["y"].numpy()).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "labels",
    [
        pd.Series(["b", "a", "b"]).unique(),
        pd.Series(["b", "a", "b"]).astype("category").cat.categories[::-1],
        pd.Categorical(["b", "a"]),
        np.array(["b", "a"]),
    ],
)
def test_labels_in_arrays_of_pandas(labels):
    text = "dim g, row\ndata g_of[row]: g\n"
    bound = bind_data(graph_of(text), {"g": labels, "g_of": pd.Categorical(["a", "b", "a"])})
    assert bound.labels["g"] == ("b", "a")
    assert bound.tensors["g_of"].tolist() == [1, 0, 1]
