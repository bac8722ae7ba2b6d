"""Data handed in from Python, in whatever people keep them, against the same data from a file."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
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
