"""``nacre simulate``: draws as data files."""

import csv
import json

import pytest

DRAWN = ("simulate", "counties.ppl", "-d", "houses.json")


def test_the_command_line_comes_after_the_scenario(nacre, files):
    (files / "m.ppl").write_text("x ~ Normal(0, 1)\nscenario high { do x = 5 }\ny = 2 * x\n")
    high = ("simulate", "m.ppl", "--scenario", "high")
    assert json.loads(nacre(*high).out)["y"] == 10
    assert json.loads(nacre(*high, "--do", "x=1").out)["y"] == 2


def test_one_draw_is_a_data_file(nacre, files):
    assert nacre(*DRAWN, "-o", "fake.json").code == 0
    fake = json.loads((files / "fake.json").read_text())
    assert list(fake) == ["mu", "alpha", "y", "again"]
    houses = json.loads((files / "houses.json").read_text())
    (files / "fake.json").write_text(json.dumps({**houses, "y": fake["y"]}))
    done = nacre("fit", "counties.ppl", "-d", "fake.json", "--steps", "128", "--json")
    assert json.loads(done.out)["ok"] is True


def test_many_draws_are_lists(nacre, files):
    found = json.loads(nacre(*DRAWN, "-n", "3").out)
    assert [len(found[name]) for name in ("mu", "alpha", "again")] == [3, 3, 3]
    assert [len(row) for row in found["alpha"]] == [2, 2, 2]


def test_a_table_has_a_column_for_every_element(nacre, files):
    header, *rows = csv.reader(nacre(*DRAWN, "-n", "5", "-f", "csv").out.splitlines())
    houses = [f"[{i}]" for i in range(1, 5)]
    assert header == [
        *("mu", "alpha[AITKIN]", "alpha[BIG STONE]"),
        *(f"y{i}" for i in houses),
        *(f"again{i}" for i in houses),
    ]
    assert [len([float(x) for x in row]) for row in rows] == [11] * 5


def test_the_same_seed_draws_the_same(nacre, files):
    draws = [nacre(*DRAWN, "--seed", seed).out for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_an_intervention_is_drawn_along(nacre, files):
    found = json.loads(nacre("simulate", "scale.ppl", "-n", "2000", "--do", "weight=100").out)
    assert set(found["weight"]) == {100.0}
    mean = sum(found["measurement"]) / 2000
    assert mean == pytest.approx(100, abs=5 * 0.75 / 2000**0.5)


def test_an_observation_is_drawn_all_the_same(nacre, files):
    """Simulation draws what was observed from its distribution: for checks of the model."""
    found = json.loads(nacre("simulate", "written.ppl", "-n", "2").out)
    assert len(set(found["measurement"])) == 2


LABELS = """\
dim g = {a, b}, year = 1990..1992, r = 1..2
p[i in g] = 0.5
q[t in year] = 1/3
z ~ Categorical(p)
c ~ Categorical(q)
w = c
u[i in r] ~ Categorical(p)
v[i in r] ~ Categorical(q)
"""


def test_labels_are_drawn_as_data_files_have_them(nacre, files):
    (files / "labels.ppl").write_text(LABELS)
    one = json.loads(nacre("simulate", "labels.ppl", "--seed", "3").out)
    assert nacre("simulate", "labels.ppl", "--seed", "3", "-o", "one.json").code == 0
    assert json.loads((files / "one.json").read_text()) == one
    many = json.loads(nacre("simulate", "labels.ppl", "-n", "60").out)
    lines = nacre("simulate", "labels.ppl", "-n", "60", "-f", "csv").out.splitlines()
    table = [*csv.DictReader(lines)]
    assert one["z"] in ("a", "b")
    assert set(many["z"]) == {x for row in many["u"] for x in row} == {"a", "b"}
    assert set(many["c"]) == {x for row in many["v"] for x in row} == {1990, 1991, 1992}
    assert many["w"] == many["c"] == [int(row["c"]) for row in table]
    assert many["z"] == [row["z"] for row in table]
    assert many["v"] == [[int(row["v[1]"]), int(row["v[2]"])] for row in table]
