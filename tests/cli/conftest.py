"""The command line inside the test's own process, in an empty folder."""

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
