"""Tables whose rows are named by a column: values go under their labels, never by position."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data, read_data
from nacre.runtime.readers.labelled import Table, Tables
from programs import graph_of

HOUSES = (
    "dim county, house\ndata county_of[house]: county\ndata y[house]: real\n"
    "data uranium[county]: real\n"
)
HOUSE_ROWS = "county,y\nANOKA,1\nAITKIN,2\nANOKA,3\nBECKER,4\n"
COUNTY_ROWS = "county,uranium\nBECKER,0.3\nAITKIN,0.1\nCLAY,0.4\nANOKA,0.2\n"
URANIUM = {"AITKIN": 0.1, "ANOKA": 0.2, "BECKER": 0.3, "CLAY": 0.4}
PANEL = "dim unit, time\ndata y[unit, time]: real\n"


def bound_to(text, tmp_path, *tables):
    paths = []
    for i, table in enumerate(tables):
        paths.append(tmp_path / f"{i}.csv")
        paths[-1].write_text(table)
    return bind_data(graph_of(text), read_data(paths))


def by_label(bound, name, dim):
    return dict(zip(bound.labels[dim], bound.tensors[name].tolist(), strict=True))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_table_of_groups_is_matched_by_its_labels(order, tmp_path):
    tables = [HOUSE_ROWS, COUNTY_ROWS]
    bound = bound_to(HOUSES, tmp_path, *(tables[i] for i in order))
    assert by_label(bound, "uranium", "county") == URANIUM
    county = [bound.labels["county"][i] for i in bound.tensors["county_of"]]
    assert county == ["ANOKA", "AITKIN", "ANOKA", "BECKER"]


def test_labels_may_be_numbers(tmp_path):
    houses = "county,y\n30,1\n10,2\n30,3\n20,4\n"
    counties = "county,uranium\n20,0.2\n30,0.3\n10,0.1\n"
    bound = bound_to(HOUSES, tmp_path, houses, counties)
    assert by_label(bound, "uranium", "county") == {10: 0.1, 20: 0.2, 30: 0.3}
    assert [bound.labels["county"][i] for i in bound.tensors["county_of"]] == [30, 10, 30, 20]


@pytest.mark.parametrize("big", [2**64 - 1, 2.0**63, 1e300, -1e300])
@pytest.mark.filterwarnings("error")
def test_numbers_that_are_too_long_for_labels_are_not_cut_short(big):
    kind = np.uint64 if isinstance(big, int) else np.float64
    names = np.array([5, big, 7], dtype=kind)
    houses, counties = Table({"county": names[::-1], "y": [3.0, 2.0, 1.0]}), {"county": names}
    tables = [("a.csv", houses), ("b.csv", Table({**counties, "uranium": [0.1, 0.2, 0.3]}))]
    with pytest.raises(Rejected, match=r"county_of\S*` is -?\d\S*, but must be a label"):
        bind_data(graph_of(HOUSES), Tables(tables, {}, {}))


@pytest.mark.filterwarnings("error")
def test_infinity_is_no_label():
    table = {"county": [5.0, float("inf"), 7.0], "uranium": [0.1, 0.2, 0.3]}
    with pytest.raises(Rejected, match=r"`county\[2\]` is infinite"):
        bind_data(graph_of("dim county\ndata uranium[county]: real\n"), table)


def test_labels_may_be_unsigned(tmp_path):
    counties = Table({"county": np.array([20, 10], dtype=np.uint8), "uranium": [0.2, 0.1]})
    houses = Table({"county": np.array([10, 20, 10], dtype=np.uint64), "y": [3.0, 2.0, 1.0]})
    tables = Tables([("a.csv", houses), ("b.csv", counties)], {}, {})
    bound = bind_data(graph_of(HOUSES), tables)
    assert by_label(bound, "uranium", "county") == {10: 0.1, 20: 0.2}
    assert [bound.labels["county"][i] for i in bound.tensors["county_of"]] == [10, 20, 10]


def test_a_group_that_the_other_table_lacks_is_named(tmp_path):
    with pytest.raises(Rejected, match='"BECKER", which is not a label'):
        bound_to(HOUSES, tmp_path, HOUSE_ROWS, "county,uranium\nAITKIN,1\nANOKA,2\n")


def test_a_value_may_be_repeated_in_every_row_of_its_group(tmp_path):
    rows = "county,y,uranium\nANOKA,1,0.2\nAITKIN,2,0.1\nANOKA,3,0.2\n"
    bound = bound_to(HOUSES, tmp_path, rows)
    assert by_label(bound, "uranium", "county") == {"ANOKA": 0.2, "AITKIN": 0.1}


def test_two_values_of_one_group_are_refused(tmp_path):
    rows = "county,y,uranium\nANOKA,1,0.2\nAITKIN,2,0.1\nANOKA,3,0.25\n"
    with pytest.raises(Rejected, match=r"D446.*ANOKA.* 0.2 in row 1 and 0.25 in row 3"):
        bound_to(HOUSES, tmp_path, rows)


def test_declared_labels_put_rows_in_order(tmp_path):
    text = "dim arm = {placebo, drug}\ndata y[arm]: real\n"
    bound = bound_to(text, tmp_path, "arm,y\ndrug,2\nplacebo,1\n")
    assert bound.tensors["y"].tolist() == [1, 2]


def test_counted_labels_put_rows_in_order(tmp_path):
    text = "dim time = 1..3\ndata y[time]: real\n"
    bound = bound_to(text, tmp_path, "time,y\n3,30\n1,10\n2,20\n")
    assert bound.tensors["y"].tolist() == [10, 20, 30]


def test_a_long_table_fills_a_matrix_whatever_the_order_of_its_rows(tmp_path):
    rows = "unit,time,y\nb,2,22\na,1,11\nb,1,21\na,2,12\n"
    bound = bound_to(PANEL, tmp_path, rows)
    at = {label: i for i, label in enumerate(bound.labels["unit"])}
    y = bound.tensors["y"]
    assert bound.labels["time"] == (1, 2)
    assert [y[at["a"]].tolist(), y[at["b"]].tolist()] == [[11, 12], [21, 22]]


def test_a_combination_without_a_row_is_missing(tmp_path):
    rows = "unit,time,y\nb,2,22\na,1,11\nb,1,21\n"
    with pytest.raises(Rejected, match=r"D425.*`y\[a, 2\]`"):
        bound_to(PANEL, tmp_path, rows)
    explained = PANEL + "y[i in unit, t in time] ~ Normal(0, 1)\nobserve y missing drop\n"
    assert int(bound_to(explained, tmp_path, rows).tensors["y"].isnan().sum()) == 1


def test_two_rows_for_one_element_are_refused(tmp_path):
    rows = "unit,time,y\na,1,11\nb,1,21\na,1,11\n"
    with pytest.raises(Rejected, match=r"D447.*rows 1 and 3"):
        bound_to(PANEL, tmp_path, rows)


def test_a_row_without_a_label_is_refused(tmp_path):
    with pytest.raises(Rejected, match="D448.*row 2"):
        bound_to(HOUSES, tmp_path, HOUSE_ROWS, "county,uranium\nAITKIN,1\n,2\n")


def test_columns_that_nobody_reads_may_come_twice(tmp_path):
    houses = "id,county,y\n1,ANOKA,1\n"
    bound = bound_to(HOUSES, tmp_path, houses, "id,county,uranium\n9,ANOKA,2\n")
    assert by_label(bound, "uranium", "county") == {"ANOKA": 2}


def test_data_that_come_twice_are_refused(tmp_path):
    with pytest.raises(Rejected, match="D411"):
        bound_to(HOUSES, tmp_path, HOUSE_ROWS, HOUSE_ROWS, COUNTY_ROWS)


def test_dates_are_labels():
    days = pd.to_datetime(["2024-05-02", "2024-05-01"])
    frame = pd.DataFrame({"day": days, "y": [2.0, 1.0]})
    bound = bind_data(graph_of("dim day\ndata y[day]: real\n"), frame)
    assert by_label(bound, "y", "day") == {"2024-05-02": 2, "2024-05-01": 1}


def test_categories_of_pandas_are_labels():
    kinds = pd.Categorical(["u", "v", "u"])
    text = "dim row, kind\ndata kind_of[row]: kind\n"
    bound = bind_data(graph_of(text), pd.DataFrame({"kind": kinds}))
    assert [bound.labels["kind"][i] for i in bound.tensors["kind_of"]] == ["u", "v", "u"]


@pytest.mark.parametrize("how", ["frame", "series"])
def test_an_index_of_several_levels_is_a_matrix(how):
    index = pd.MultiIndex.from_tuples([("b", 1), ("a", 1), ("a", 2), ("b", 2)])
    series = pd.Series([21.0, 11.0, 12.0, 22.0], index.set_names(["unit", "time"]), name="y")
    raw = series.to_frame() if how == "frame" else {"y": series}
    bound = bind_data(graph_of(PANEL), raw)
    at = {label: i for i, label in enumerate(bound.labels["unit"])}
    assert bound.tensors["y"][at["b"]].tolist() == [21, 22]
    assert bound.tensors["y"][at["a"]].tolist() == [11, 12]


def test_the_hint_about_indices_from_0_works_when_it_is_followed():
    text = "dim county, house\ndata county_of[house]: county\ndata uranium[county]: real\n"
    data = {"county_of": [0, 2, 1, 0], "uranium": [0.5, 0.6, 0.7]}
    with pytest.raises(Rejected) as caught:
        bind_data(graph_of(text), data)
    hint = str(caught.value.diagnostics[0].hint)
    assert "`dim county = 0..2`" in hint
    followed = text.replace("dim county, house", "dim house\ndim county = 0..2")
    bound = bind_data(graph_of(followed), data)
    assert bound.tensors["county_of"].tolist() == [0, 2, 1, 0]
    assert by_label(bound, "uranium", "county") == {0: 0.5, 1: 0.6, 2: 0.7}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", '{"county": ["BECKER", "AITKIN", "ANOKA"], "uranium": [0.3, 0.1, 0.2]}'),
        ("c.json", '[{"county": "BECKER", "uranium": 0.3}, {"county": "AITKIN", "uranium": 0.1},'
         ' {"county": "ANOKA", "uranium": 0.2}]'),
        ("c.json", '{"uranium": {"BECKER": 0.3, "ANOKA": 0.2, "AITKIN": 0.1}}'),
        ("c.csv", "county,uranium\nBECKER,0.3\nAITKIN,0.1\nAITKIN,0.1\nANOKA,0.2\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_groups_may_come_from_any_kind_of_file(name, text, order, tmp_path):
    (tmp_path / "h.csv").write_text(HOUSE_ROWS)
    (tmp_path / name).write_text(text)
    paths = [tmp_path / "h.csv", tmp_path / name]
    bound = bind_data(graph_of(HOUSES), read_data([paths[i] for i in order]))
    expected = {k: v for k, v in URANIUM.items() if k != "CLAY"}
    assert by_label(bound, "uranium", "county") == expected
    county = [bound.labels["county"][i] for i in bound.tensors["county_of"]]
    assert county == ["ANOKA", "AITKIN", "ANOKA", "BECKER"]


def test_groups_may_come_from_netcdf(tmp_path):
    (tmp_path / "h.csv").write_text(HOUSE_ROWS)
    counties = xr.Dataset(
        {"uranium": ("county", [0.3, 0.1, 0.2])}, coords={"county": ["BECKER", "AITKIN", "ANOKA"]}
    )
    counties.to_netcdf(tmp_path / "c.nc", engine="h5netcdf")
    bound = bind_data(graph_of(HOUSES), read_data([tmp_path / "h.csv", tmp_path / "c.nc"]))
    assert by_label(bound, "uranium", "county") == {k: URANIUM[k] for k in bound.labels["county"]}


def test_two_tables_of_the_same_rows_are_not_put_side_by_side(tmp_path):
    text = "dim county, house\ndata county_of[house]: county\ndata y[house], z[house]: real\n"
    with pytest.raises(Rejected) as caught:
        bound_to(text, tmp_path, HOUSE_ROWS, "county,z\nAITKIN,1\nANOKA,2\nANOKA,3\nBECKER,4\n")
    assert [d.code for d in caught.value.diagnostics] == ["D411"]


def test_groups_with_two_values_in_a_table_of_their_own_are_refused(tmp_path):
    with pytest.raises(Rejected) as caught:
        bound_to(HOUSES, tmp_path, HOUSE_ROWS, "county,uranium\nANOKA,1\nANOKA,2\n")
    assert caught.value.diagnostics[0].code == "D446"
