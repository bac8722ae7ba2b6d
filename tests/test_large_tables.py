"""The fast reader of tables against the careful one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.runtime.readers import table
from nacre.runtime.readers.large_table import NotPlain

NUMBERS = st.one_of(
    st.floats(allow_nan=False).map(repr),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(("", "NA", "nan", "null", " 1", "1 ", ".5", "3.", "+1", "1e999", "-inf")),
)
ODD = st.sampled_from(
    ("1_000", "1 2", "0x10", "1,5", "True", "-nan", " NA", "NA ", "\t1", "١", "'1'", '"', '""')
)
WORDS = st.one_of(
    st.sampled_from(("ITASCA", "", "NA", " a b ", '5" pipe', "Ørsted", "12", "None")),
    st.text(st.sampled_from('ab1." \té,;\r\n'), max_size=4),
)
SEPARATORS = st.sampled_from((",", ";", "\t"))


def quoted(cells):
    return st.one_of(cells, cells.map(lambda c: f'"{c}"'), cells.map(lambda c: f' "{c}"'))


CELLS = (NUMBERS, quoted(NUMBERS), WORDS, quoted(WORDS), st.one_of(NUMBERS, ODD), st.just(""))


@st.composite
def tables(draw):
    columns = draw(st.lists(st.sampled_from(CELLS), min_size=2, max_size=4))
    separator = draw(SEPARATORS)
    end = draw(st.sampled_from(("\n", "\r\n")))
    names = [draw(st.sampled_from((f"c{i}", f'"c{i}"', f" c{i}", ""))) for i in range(len(columns))]
    rows = draw(st.lists(st.tuples(*columns), max_size=6))
    lines = [separator.join(cells) for cells in (names, *rows)]
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        odd = st.sampled_from(("", " ", "1", "1,2,3,4,5", ",,", '"'))
        lines.insert(draw(st.integers(0, len(lines))), draw(odd))
    return (
        draw(st.sampled_from(("", "\ufeff"))) + end.join(lines) + draw(st.sampled_from(("", end)))
    )


def same(a, b):
    if a.dtype != b.dtype or a.dtype == object:
        return a.dtype == b.dtype and a.tolist() == b.tolist()
    return a.tobytes() == b.tobytes() or np.array_equal(a, b, equal_nan=True)


@given(text=tables())
@settings(max_examples=200, deadline=None)
def test_what_is_read_fast_is_what_is_read_carefully(text, tmp_path_factory):
    path = tmp_path_factory.mktemp("t") / "data.csv"
    path.write_bytes(text.encode())
    try:
        fast = table.read_fast(path)
    except NotPlain:
        return
    careful = table.read_careful(path)
    assert list(fast) == list(careful)
    for name, values in careful.items():
        assert same(fast[name], values), name


PLAIN = {
    "numbers": "x,y\n1,2.5\n-3,1e-3\n",
    "gaps": "x,y\n1,NA\n,nan\n",
    "text": "county,y\nITASCA,1\nLAC QUI PARLE,2\n",
    "all quoted, as R writes": '"","county","y"\n"1","ITASCA",1\n"2","CASS",2\n',
    "a byte order mark, CRLF and empty lines": "\ufeffx;y\r\n1;2\r\n\r\n  \r\n",
    "a mark inside of text": 'pipe,y\n5" wide,1\n',
    "quoted numbers": 'x,y\n"1","2"\n"3",""\n',
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_programs_write_is_read_fast(text, tmp_path):
    (tmp_path / "data.csv").write_bytes(text.encode())
    fast = table.read_fast(tmp_path / "data.csv")
    careful = table.read_careful(tmp_path / "data.csv")
    assert list(fast) == list(careful)
    assert all(same(fast[n], careful[n]) for n in careful)


SPECIAL = {
    "a separator inside of marks": 'x,y\n"a,b",1\n',
    "a line break inside of marks": 'x,y\n"a\nb",1\n',
    "a short row": "x,y,z\n1,2,3\n4,5\n",
    "a long row": "x,y\n1,2,3\n",
    "a short row beside a long one": "x,y,z\n1,2\n1,2,3,4\n",
    "a name over two lines": '"a,\nb",c\n1,2\n',
    "an unread cell of two": ',,y\n"a,b",1\n',
    "a carriage return alone": "x,y\na,2\n\r,3\n",
    "one column": "x\n1\n\n2\n",
}


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
def test_what_is_special_is_left_to_the_careful_reader(text, tmp_path):
    (tmp_path / "data.csv").write_bytes(text.encode())
    with pytest.raises(NotPlain):
        table.read_fast(tmp_path / "data.csv")


LATE = {
    "text": (b"1,2\n", b"a,2\n"),
    "a digit separator": (b"1,2\n", b"1_000,2\n"),
    "truth after gaps": (b"NA,2\n", b"TRUE,2\n"),
    "bytes that are no text": (b"a,2\n", b"\xe9,2\n"),
    "half of a letter": (b"a,2\n", b"a,2\n\xc3"),
    "a long row": (b"1,2\n", b"1,2,3\n"),
}


@pytest.mark.parametrize(("early", "late"), LATE.values(), ids=LATE)
def test_what_is_special_after_the_head_is_found_too(early, late, tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"x,y\n" + early * 30_000 + late)
    with pytest.raises(NotPlain):
        table.read_fast(path)


def test_a_large_file_is_read_either_way(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("county,y\n" + "ITASCA,1.5\n" * 200_000)
    found = table.read_table(path)
    assert found["y"].sum() == 300_000 and set(found["county"].tolist()) == {"ITASCA"}
    path.write_text("county,y\n" + "ITASCA,1.5\n" * 200_000 + '"A, B",1\n')
    assert table.read_table(path)["county"][-1] == "A, B"
