"""Whatever is thrown at it: a complaint with a code and an exit code, never a traceback.

(The fixture fails on a traceback; here is what is thrown.)
"""

import json
import os
import random
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BYTES = bytes(random.Random(1).randrange(256) for _ in range(400))
NOT_FOR_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


@pytest.fixture
def traps(files):
    """Things that are not what they look like."""
    (files / "folder").mkdir()
    (files / "folder.csv").mkdir()
    (files / "folder.ppl").mkdir()
    (files / "empty.ppl").write_text("")
    (files / "empty.csv").write_text("")
    (files / "empty.json").write_text("")
    (files / "binary.ppl").write_bytes(BYTES)
    (files / "binary.csv").write_bytes(BYTES)
    (files / "binary.json").write_bytes(BYTES)
    (files / "binary.nc").write_bytes(BYTES)
    (files / "list.json").write_text("[[[")
    (files / "deep.json").write_text("[" * 100_000)
    (files / "deep.ppl").write_text("x = " + "(" * 20_000)
    (files / "long.ppl").write_text("".join(f"x{i} = {i}\n" for i in range(500)))
    (files / "nulls.ppl").write_text("x\0 ~ Normal(0, 1)\n")
    (files / "number").write_text("7")
    (files / "fit").mkdir()
    (files / "fit" / "config.json").write_text('{"layout": 1}')
    (files / "loop.ppl").symlink_to("loop.ppl")
    return files


FIT = ("fit", "counties.ppl", "--data")
REFUSED = {
    "a directory as model": ("check", "folder.ppl"),
    "a binary model": ("check", "binary.ppl"),
    "a link to itself": ("check", "loop.ppl"),
    "a null in a model": ("check", "nulls.ppl"),
    "a model without end": ("check", "deep.ppl"),
    "no model": ("check", "nothing.ppl"),
    "an empty name": ("check", ""),
    "nothing to fit": ("fit", "empty.ppl"),
    "a directory as data": (*FIT, "folder.csv"),
    "a binary table": (*FIT, "binary.csv"),
    "a binary object": (*FIT, "binary.json"),
    "a binary netCDF file": (*FIT, "binary.nc"),
    "an empty table": (*FIT, "empty.csv"),
    "an empty object": (*FIT, "empty.json"),
    "half a list": (*FIT, "list.json"),
    "a deep list": (*FIT, "deep.json"),
    "data without an ending": (*FIT, "number"),
    "no data": (*FIT, "nothing.csv"),
    "output into a file": (*FIT, "houses.json", "-o", "number"),
    "output below a file": (*FIT, "houses.json", "-o", "number/fit"),
    "output among other things": (*FIT, "houses.json", "-o", "."),
    "a huge seed": (*FIT, "houses.json", "--seed", "99999999999999999999999"),
    "a negative seed": (*FIT, "houses.json", "--seed", "-1"),
    "no draws": (*FIT, "houses.json", "--draws", "0"),
    "a negative trace": (*FIT, "houses.json", "--trace", "-1"),
    "an infinite rate": (*FIT, "houses.json", "--rate", "inf"),
    "a rate that is no number": (*FIT, "houses.json", "--rate", "nan"),
    "a word for a number": (*FIT, "houses.json", "--observe", "mu=high"),
    "infinite evidence": (*FIT, "houses.json", "--observe", "mu=1e999"),
    "evidence that is no number": (*FIT, "houses.json", "--observe", "mu=NaN"),
    "a list for a number": (*FIT, "houses.json", "--observe", "mu=[1, 2]"),
    "an object for a number": (*FIT, "houses.json", "--observe", 'mu={"a": 1}'),
    "a county that is not there": (*FIT, "houses.json", "--observe", "alpha[ANOKA]=1"),
    "brackets that do not close": (*FIT, "houses.json", "--observe", "alpha[AITKIN=1"),
    "nothing": (*FIT, "houses.json", "--observe", "="),
    "resuming nothing": (*FIT, "houses.json", "--resume", "-o", "new"),
    "resuming half a fit": (*FIT, "houses.json", "--resume", "-o", "fit"),
    "a summary of nothing": ("summary", "nothing"),
    "a summary of a folder": ("summary", "folder"),
    "a summary of a file": ("summary", "number"),
    "a summary of half a fit": ("summary", "fit"),
    "a plot of half a fit": ("plot", "fit"),
    "a picture into a directory": ("graph", "scale.ppl", "-o", "folder"),
    "code into a directory": ("compile", "scale.ppl", "-o", "folder"),
    "draws into a directory": ("simulate", "scale.ppl", "-o", "folder"),
    "draws below a file": ("simulate", "scale.ppl", "-o", "number/draws.json"),
    "a negative number of draws": ("simulate", "scale.ppl", "-n", "-3"),
    "an improper draw": ("simulate", "improper.ppl"),
    "a flag of another command": ("check", "scale.ppl", "--steps", "10"),
    "an unknown code": ("explain", "X"),
    "a name that no file can have": ("summary", "a" * 5000),
    "a plot of a name that no file can have": ("plot", "a" * 5000),
    "code into such a file": ("compile", "scale.ppl", "-o", "a" * 5000),
    "a fit into such a directory": (*FIT, "houses.json", "-o", "a" * 5000),
    "more draws than memory": ("simulate", "scale.ppl", "-n", "999999999999999"),
    "a negative number of steps": (*FIT, "houses.json", "--steps", "-1"),
    "more steps than can be counted": (*FIT, "houses.json", "--steps", "9" * 20),
    "steps that are nearly a number": (*FIT, "houses.json", "--steps", "1e9x"),
    "half a step": (*FIT, "houses.json", "--steps", "1.5"),
    "no particles": (*FIT, "houses.json", "--particles", "0"),
    "too many particles": (*FIT, "houses.json", "--particles", "9" * 15),
    "no restarts": (*FIT, "houses.json", "--restarts", "0"),
    "a seed in words": (*FIT, "houses.json", "--seed", "abc"),
    "more threads than any machine has": (*FIT, "houses.json", "--threads", "99999"),
    "no threads": (*FIT, "houses.json", "--threads", "0"),
    "an optimiser that is none": (*FIT, "houses.json", "--optimiser", "Optimizer"),
    "a method in capitals": (*FIT, "houses.json", "--method", "SVI"),
    "an empty guide": (*FIT, "houses.json", "--guide", ""),
    "an empty scenario": (*FIT, "houses.json", "--scenario", ""),
    "a name without a value": (*FIT, "houses.json", "--observe", "mu="),
    "a value without a name": (*FIT, "houses.json", "--observe", "=1"),
    "evidence about nothing": (*FIT, "houses.json", "--observe", "nope=1"),
    "evidence about a dimension": (*FIT, "houses.json", "--observe", "county=1"),
    "a list that is too long": (*FIT, "houses.json", "--observe", "alpha=[1, 2, 3]"),
    "two values of one variable": (*FIT, "houses.json", "--observe", "mu=1", "--observe", "mu=2"),
    "a nest": (*FIT, "houses.json", "--observe", "mu=" + "[" * 5000),
    "a number of many digits": (*FIT, "houses.json", "--observe", "mu=" + "9" * 5000),
    "half a character": (*FIT, "houses.json", "--observe", 'mu="\\ud800"'),
    "null": (*FIT, "houses.json", "--observe", "mu=null"),
    "words in a list": (*FIT, "houses.json", "--do", 'alpha=["a", "b"]'),
    "an element of an element": (*FIT, "houses.json", "--do", "alpha[AITKIN,AITKIN]=1"),
    "no element": (*FIT, "houses.json", "--do", "alpha[]=1"),
    "data twice": (*FIT, "houses.json", "-d", "houses.json"),
    "particles of a mode": (*FIT, "houses.json", "--method", "map", "--particles", "3"),
    "a guide of a mode": (*FIT, "houses.json", "--method", "map", "--guide", "full-rank"),
    "a size that is no number": ("simulate", "counties.ppl", "--size", "house=x"),
    "a negative size": ("simulate", "counties.ppl", "--size", "house=-1"),
    "a size without end": ("simulate", "counties.ppl", "--size", "house=inf"),
    "a size of nothing": ("simulate", "counties.ppl", "--size", "nope=3"),
    "an argument too many": (*FIT, "houses.json", "extra"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(what, nacre, traps):
    (traps / "improper.ppl").write_text("x ~ Flat()\n")
    done = nacre(*REFUSED[what])
    assert done.code in (1, 2)
    assert done.out == ""
    assert done.err.startswith("error[")
    assert not (traps / "new").exists()


AN_OBJECT = [what for what, words in REFUSED.items() if words[0] in ("fit", "summary", "check")]


@pytest.mark.parametrize("what", AN_OBJECT)
def test_it_is_refused_in_an_object(what, nacre, traps):
    done = nacre(*REFUSED[what], "--json")
    found = json.loads(done.out)
    assert (found["ok"], done.err) == (False, "")
    assert all(e["code"] and e["message"] for e in found["errors"])


ACCEPTED = {
    "an empty model": ("check", "empty.ppl"),
    "a long model": ("check", "long.ppl"),
    "an empty model's graph": ("graph", "empty.ppl", "-f", "svg"),
    "an empty model's code": ("compile", "empty.ppl"),
    "nothing to simulate": ("simulate", "empty.ppl"),
    "nothing to simulate, as a table": ("simulate", "empty.ppl", "-f", "csv"),
    "nothing to say": ("info", "empty.ppl"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_it_is_taken_as_it_is(what, nacre, traps):
    assert nacre(*ACCEPTED[what]).code == 0


@NOT_FOR_ROOT
@pytest.mark.parametrize("words", [("compile", "scale.ppl", "-o"), ("fit", "written.ppl", "-o")])
def test_a_place_where_one_may_not_write(words, nacre, traps):
    (traps / "folder").chmod(0o500)
    done = nacre(*words, "folder/new")
    assert (done.code, done.err.startswith("error[")) == (1, True)


@NOT_FOR_ROOT
def test_a_model_that_one_may_not_read(nacre, traps):
    (traps / "scale.ppl").chmod(0)
    assert nacre("check", "scale.ppl").err.startswith("error[Q681]")


WORDS = st.text(string.ascii_letters + string.digits + "=[],.\"' {}-_é\n", max_size=12)


@FEW
@given(st.lists(WORDS, max_size=3), st.sampled_from(["--observe", "--do", "--scenario", "--guide"]))
def test_any_words_after_a_flag(nacre, files, words, flag):
    done = nacre("fit", "counties.ppl", "-d", "houses.json", *[x for w in words for x in (flag, w)],
                 "--steps", "1", "--draws", "1")  # fmt: skip
    assert done.code in (0, 1, 2)
    assert done.code == 0 or "error[" in done.err


@FEW
@given(st.lists(WORDS, max_size=4))
def test_any_words_at_all(nacre, files, words):
    assert nacre("check", *words).code in (0, 1)


@FEW
@given(st.binary(max_size=200), st.sampled_from(["csv", "json", "tsv", "nc"]))
def test_any_bytes_as_data(nacre, files, content, ending):
    (files / f"data.{ending}").write_bytes(content)
    assert nacre("simulate", "counties.ppl", "-d", f"data.{ending}").code == 2
