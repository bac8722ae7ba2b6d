"""Any data at all are bound or refused: values, and files byte by byte.

A mutation works on what somebody could hand over: other types, no numbers, enormous ones, rows of
different lengths, nests, files cut off or with bytes that belong to no text.
"""

import json
import time
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
from exploring import exploring
from hypothesis import given
from hypothesis import strategies as st
from nacre.compiler.graph import ModelGraph
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data
from nacre.runtime.readers import read_data
from programs import graph_of

LONGEST = 20.0  # seconds of processor time for one data set of a page
FEW = exploring(150)
SEEDS = st.integers(0, 2**32 - 1)

# one model with every type of data, every way to get labels, gaps and ranges
MODEL = """\
dim row, county, day = 1..n, arm = {placebo, "half dose"}
data n: int
data county_of[row]: county
data arm_of[row]: arm
data y[row]: real
data z[row]: real on (-9, 9)
data k[row]: count
data seen[row]: bool
data last[county]: int on (0, 3)
data share[arm]: simplex
data wave[day]: positive
data table[county, day]: real = 0
data unit_of: unit = 0.5
m[c in county] ~ Normal(0, 1)
y[i in row] ~ Normal(m[county_of[i]] + z[i], 1 + unit_of)
observe y missing drop
k[i in row] ~ Poisson(exp(m[county_of[i]]) + sum(d in 1..last[county_of[i]])(wave[d]))
"""
DATA = {
    "n": 3,
    "county": ["AITKIN", "ANOKA"],
    "county_of": ["AITKIN", "ANOKA", "ANOKA", "AITKIN"],
    "arm_of": ["placebo", "half dose", "placebo", "placebo"],
    "y": [0.5, None, -1.25, 2],
    "z": [0, 1, 2, 3],
    "k": [0, 3, 1, 2],
    "seen": [True, False, 1, 0],
    "last": {"AITKIN": 2, "ANOKA": 3},
    "share": [0.25, 0.75],
    "wave": [0.5, 1, 1.5],
    "table": [[1, 2, 3], [4, 5, 6]],
    "unit_of": 0.25,
}
ROWS = """\
row,county,arm_of,y,z,k,seen
1,AITKIN,placebo,0.5,0,0,1
2,ANOKA,half dose,,1,3,0
3,ANOKA,placebo,-1.25,2,1,true
4,AITKIN,placebo,2e0,3,2,false
"""
OF_ROWS = """\
dim row, county, arm = {placebo, "half dose"}
data county_of[row]: county
data arm_of[row]: arm
data y[row], z[row]: real
data k[row]: count
data seen[row]: bool
m[c in county] ~ Normal(0, 1)
y[i in row] ~ Normal(m[county_of[i]] + z[i], 1)
observe y missing drop
"""
ODD = (
    None, True, "", "x", "NA", "nan", "inf", "0x1", "1e400", " 1", "½", "\ud800", "\0", "ANOKA",
    0, 1, -1, 1.5, 1e308, 1e-320, 2**53 + 1, 2**63, 10**30, -(2**70), float("nan"), float("inf"),
    [], [[]], {}, {"": 1}, {"AITKIN": 1}, [1, [2]], [None], ["AITKIN", 1], [[1, 2], [3]],
    {"AITKIN": {"ANOKA": 1}}, [[[1]]], b"1", (1, 2), {1, 2}, object, np.float64("nan"), 1 + 2j,
    np.zeros((0,)), np.zeros((2, 0)), np.ones((2, 2, 2)), np.array(["a", "b"]), np.array(1),
    np.array([1, 2], dtype=object), np.array([2**64 - 1], dtype=np.uint64), range(3), iter([1]),
    np.array(["2020-01-01"], dtype="datetime64[D]"), np.ma.masked_array([1.0, 2.0], [True, False]),
    np.array([1 + 2j]), np.array([b"a"]), np.array([True, False]),
    np.array([1.0], dtype=np.float16),
)  # fmt: skip


@cache
def graph(text: str) -> ModelGraph:
    return graph_of(text)


def assert_bound_or_refused(text: str, data: object) -> None:
    start = time.process_time()
    model = graph(text)
    try:
        assert bind_data(model, data).tensors.keys()
    except TypeError as error:  # a program's mistake: no data at all
        assert str(error).startswith("data must be a mapping from names to values")
    except Rejected as refused:
        assert refused.diagnostics
        assert refused.render()
    assert time.process_time() - start < LONGEST


def spoilt(random: Random, value: object, depth: int = 0) -> object:
    """A value with something else somewhere in it."""
    if isinstance(value, dict) and value and depth < 3 and random.random() < 0.9:
        new = dict(value)
        key = random.choice(list(new))
        match random.randrange(6):
            case 0:
                del new[key]
            case 1:
                new[random.choice([str(key) + " ", "row", "county", "n", "", "1", key])] = new[key]
            case _:
                new[key] = spoilt(random, new[key], depth + 1)
        return new
    if isinstance(value, list) and value and random.random() < 0.8:
        new = list(value)
        at = random.randrange(len(new))
        match random.randrange(6):
            case 0:
                del new[at]
            case 1:
                new.insert(at, random.choice(ODD))
            case 2:
                return np.array(new, dtype=object) if random.random() < 0.5 else tuple(new)
            case 3:
                new = new * random.choice((0, 2, 50))
            case _:
                new[at] = spoilt(random, new[at], depth + 1)
        return new
    return random.choice(ODD)


@FEW
@given(SEEDS)
def test_any_values_are_bound_or_refused(seed):
    random = Random(seed)
    data: object = DATA
    for _ in range(random.choice((1, 1, 2, 3))):
        data = spoilt(random, data)
    assert_bound_or_refused(MODEL, data)


@FEW
@given(SEEDS)
def test_any_rows_are_bound_or_refused(seed):
    random = Random(seed)
    names, *lines = (line.split(",") for line in ROWS.splitlines())
    rows: object = [dict(zip(names, line, strict=True)) for line in lines]
    for _ in range(random.choice((1, 1, 2, 3))):
        rows = spoilt(random, rows)
    assert_bound_or_refused(OF_ROWS, rows)


PIECES = (
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"NaN", b"Infinity",
    b"1e999", b"9" * 400, b"-", b"null", b"true", b'"', b"'", b",", b",,", b"\t", b";", b"\n",
    b"\r", b"\r\n", b"\n\n", b"[", b"]", b"{", b"}", b":", b"[" * 5000, b'{"a":' * 5000, b"#",
    b"\\u0000", b"\\ud800", b'"y": 1, ', b"NA", b"inf", b"0x10", b"1_000", b"1,5", b"=1+1", b" ",
    "½".encode(), "\u2028".encode(), "\u00a0".encode(), b"\x1a", b"row", b"AITKIN",
)  # fmt: skip


def spoilt_bytes(random: Random, content: bytes) -> bytes:
    """A file with pieces put in, taken out, doubled, or all of it in another encoding."""
    for _ in range(random.choice((1, 1, 2, 3))):
        i, j = sorted(random.randint(0, len(content)) for _ in range(2))
        j = min(j, i + random.choice((0, 1, 3, 30)))
        match random.randrange(8):
            case 0:
                content = content[:i]
            case 1:
                content = content[:i] + content[i:j] * random.choice((2, 3, 40)) + content[j:]
            case 2:
                content = content.decode("utf-8", "replace").encode(
                    random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252")), "replace"
                )
            case 3:
                content = bytes(random.choice((random.randrange(256), b)) for b in content[:j])
            case _:
                content = content[:i] + random.choice(PIECES) + content[j:]
    return content


FILES = {
    "d.json": (MODEL, json.dumps(DATA).encode()),
    "d.csv": (OF_ROWS, ROWS.encode()),
    "d.tsv": (OF_ROWS, ROWS.replace(",", "\t").encode()),
}


@pytest.mark.parametrize("name", FILES)
@FEW
@given(seed=SEEDS)
def test_any_file_is_bound_or_refused(name, seed, tmp_path_factory):
    text, content = FILES[name]
    path = Path(tmp_path_factory.mktemp("files")) / name
    path.write_bytes(spoilt_bytes(Random(seed), content))
    start = time.process_time()
    try:
        data = read_data([str(path)])
    except Rejected as refused:
        assert refused.render()
    else:
        assert_bound_or_refused(text, data)
    assert time.process_time() - start < LONGEST


def test_what_is_spoilt_here_is_sound():
    for text, data in ((MODEL, DATA), (OF_ROWS, read_rows())):
        assert bind_data(graph(text), data).sizes["row"] == 4


def read_rows() -> object:
    names, *lines = (line.split(",") for line in ROWS.splitlines())
    return [dict(zip(names, line, strict=True)) for line in lines]


# what was answered with a traceback once
FOUND = {
    "cells that are lists of different lengths": [
        {"row": 1, "county_of": "a", "y": [1, 2]},
        {"row": [2], "county_of": "b", "y": [3]},
    ],
    "labels of rows that are arrays": [
        {"row": "2", "y": 1},
        {"row": np.array([2**64 - 1], dtype=np.uint64), "y": 2},
        {"row": np.array([1.0]), "y": 3},
    ],
}


@pytest.mark.parametrize("rows", FOUND.values(), ids=FOUND.keys())
def test_what_was_found_is_refused(rows):
    with pytest.raises(Rejected):
        bind_data(graph(OF_ROWS), rows)
