"""Data files of every kind, as named values."""

import json

import h5netcdf
import h5py
import numpy as np
import pytest
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.readers import LabelledArray, read_data


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "data.csv") -> dict[str, object]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_data(path)

    return write


def test_numbers_and_text(table):
    found = table("county,floor\nAITKIN,1\n ANOKA ,0.5\n")
    assert found["county"].tolist() == ["AITKIN", "ANOKA"]
    assert found["floor"].dtype == np.float64
    assert found["floor"].tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a;b\n1;2\n", id="semicolons"),
        pytest.param("a\tb\n1\t2\n", id="tabs"),
        pytest.param("\ufeffa,b\n1,2\n", id="byte order mark"),
        pytest.param('"a","b"\r\n"1","2"\r\n', id="quotes and carriage returns"),
        pytest.param('"",a,b\n"1",1,2\n', id="row names as R writes them"),
        pytest.param("a,b\n\n1,2\n\n", id="empty lines"),
        pytest.param(" a , b \n1, 2\n", id="spaces"),
    ],
)
def test_tables_as_programs_write_them(table, text):
    found = table(text)
    assert {name: column.tolist() for name, column in found.items()} == {"a": [1.0], "b": [2.0]}


@pytest.mark.parametrize("gap", ["", "NA", "NaN", "null"])
def test_gaps_in_numbers_are_nan(table, gap):
    assert np.isnan(table(f"x,y\n1,1\n{gap},2\n")["x"]).tolist() == [False, True]


def test_only_the_empty_cell_is_a_gap_in_text(table):
    assert table("country,y\nNA,1\nDE,2\n,3\n")["country"].tolist() == ["NA", "DE", None]


def test_a_gap_in_a_table_of_one_column(table):
    column = table("x\n1\n\n3\n\n\n")["x"]
    assert column[[0, 2]].tolist() == [1.0, 3.0]
    assert np.isnan(column[1])


def test_a_column_that_becomes_text_late_keeps_its_spelling(table):
    cells = ["007"] * 2000 + ["x"]
    found = table("code,y\n" + "".join(f"{c},1\n" for c in cells))
    assert found["code"].tolist() == cells
    assert found["y"].tolist() == [1.0] * 2001


def test_an_underscore_is_no_digit_separator(table):
    assert table("x,y\n1_000,2\n")["x"].tolist() == ["1_000"]


def test_a_header_alone_gives_empty_columns(table):
    assert {n: c.shape for n, c in table("a,b\n").items()} == {"a": (0,), "b": (0,)}


def test_the_line_of_a_bad_row_counts_lines_inside_of_cells(table):
    with pytest.raises(Rejected, match="line 5 has 1 cell"):
        table('a,b\n"x\ny",2\n1,2\n3\n')


@pytest.mark.parametrize("rows", [511, 512, 513, 1024, 1025])
def test_a_bad_row_is_named_wherever_it_lies(table, rows):
    with pytest.raises(Rejected, match=f"line {rows + 2} has 3 cells"):
        table("a,b\n" + "1,2\n" * rows + "1,2,3\n" + "1,2\n")


def test_json_objects_and_rows(table):
    assert table('{"y": [1, 2.5], "n": 3}', "a.json") == {"y": [1, 2.5], "n": 3}
    assert table('[{"y": 1, "g": "a"}, {"y": 2}]', "b.json") == {"y": [1, 2], "g": ["a", None]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "D407"),
        (" ", "D403"),
        ('{"y": 1', "D403"),
        ('{"y": 01}', "D403"),
        ("[" * 100_000, "D403"),
        ('{"n": ' + "9" * 5000 + "}", "D403"),
        ('{"y": Infinity}', "D405"),
        ('{"a": {"y": 1, "y": 2}}', "D404"),
        ("3", "D407"),
        ("[]", "D407"),
        ("[1, {}]", "D407"),
        (b'{"y": "\xff"}', "D410"),
    ],
)
def test_odd_json_is_refused(table, text, code):
    with pytest.raises(Rejected) as caught:
        table(text, "data.json")
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_every_file_is_complained_about_at_once(tmp_path):
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(Rejected) as caught:
        read_data([tmp_path / "a.json", tmp_path / "b.csv"])
    assert [d.code for d in caught.value.diagnostics] == ["D403", "D401"]


def test_files_are_put_together(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"T": 2}))
    (tmp_path / "b.csv").write_text("y\n1\n2\n")
    found = read_data([tmp_path / "a.json", tmp_path / "b.csv"])
    assert found["T"] == 2
    assert found["y"].tolist() == [1.0, 2.0]


def test_netcdf_brings_dimensions_and_labels(tmp_path):
    path = tmp_path / "data.nc"
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"county": 2}
        labels = np.array(["AITKIN", "ANOKA"], dtype=object)
        file.create_variable("county", ("county",), h5py.string_dtype(), data=labels)
        u = file.create_variable("u", ("county",), data=np.array([10, -1], dtype=np.int16))
        u.attrs["scale_factor"] = 0.5
        u.attrs["_FillValue"] = np.int16(-1)
    found = read_data(path)["u"]
    assert isinstance(found, LabelledArray)
    assert found.dims == ("county",)
    assert found.coords["county"].tolist() == ["AITKIN", "ANOKA"]
    assert found.values[0] == 5.0
    assert np.isnan(found.values[1])


def test_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "county": pa.array(["AITKIN", None, "ANOKA", "AITKIN"], pa.large_string()),
        "arm": pa.array(["a", "b", None, "a"]).dictionary_encode(),
        "y": pa.array([1.5, None, 2.0, 3.0]),
        "n": pa.array([1, 2, 3, 4]),
    }
    path = tmp_path / "data.parquet"
    parquet.write_table(pa.table(columns), path, row_group_size=2)
    found = read_data(path)
    assert found["county"].tolist() == ["AITKIN", None, "ANOKA", "AITKIN"]
    assert found["arm"].tolist() == ["a", "b", None, "a"]
    assert np.isnan(found["y"]).tolist() == [False, True, False, False]
    assert found["n"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["data.parquet", "data.nc"])
def test_a_damaged_binary_file_is_said_to_be_one(table, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    with pytest.raises(Rejected) as caught:
        table("this is text", name)
    assert [d.code for d in caught.value.diagnostics] == ["D412"]
