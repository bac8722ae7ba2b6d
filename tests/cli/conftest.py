"""The command line inside the test's own process, in an empty folder."""

import signal
import sys
from typing import NamedTuple

import pytest
from nacre.__main__ import main


class Done(NamedTuple):
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def nacre(monkeypatch, capsys, tmp_path):
    """Run ``nacre WORDS…``; a traceback fails the test, for nobody should ever see one."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["nacre", *map(str, words)])
        capsys.readouterr()
        code = main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Done(code, said.out, said.err)

    return run


SCALE = """\
data guess: real = 8.5
weight ~ Normal(guess, 1.0)
measurement ~ Normal(weight, 0.75)
"""

WRITTEN = """\
weight ~ Normal(8.5, 1.0)
measurement ~ Normal(weight, 0.75)
observe measurement = 9.5
guide {
    param a: real = 8.5
    param b: positive = 1.0
    weight ~ Normal(a, b)
}
"""

COUNTIES = """\
dim county = {AITKIN, "BIG STONE"}, house
data county_of[house]: county
data y[house]: real
mu ~ Normal(0, 1)
alpha[c in county] ~ Normal(mu, 1)
y[h in house] ~ Normal(alpha[county_of[h]], 0.5)
again[h in house] ~ Normal(alpha[county_of[h]], 0.5)
scenario known { observe mu = 1 }
"""

HOUSES = '{"county_of": ["AITKIN", "BIG STONE", "AITKIN", "AITKIN"], "y": [0.9, 1.5, 1.1, 1.0]}'


@pytest.fixture
def files(tmp_path):
    """The folder of a test, with three models and data for one of them."""
    (tmp_path / "scale.ppl").write_text(SCALE)
    (tmp_path / "written.ppl").write_text(WRITTEN)
    (tmp_path / "counties.ppl").write_text(COUNTIES)
    (tmp_path / "houses.json").write_text(HOUSES)
    return tmp_path


@pytest.fixture(autouse=True)
def interruptible():
    """Ctrl-C interrupts, also where the tests were started with it ignored (in the background)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
