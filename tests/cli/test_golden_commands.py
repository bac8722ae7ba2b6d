"""Complaints about command lines, word by word: tests/golden/command/<CODE>_<what>/.

``cmd`` holds the lines that are typed, of which the last is refused with what is in ``stderr``; the
other files are what stands in the folder, and ``without`` names modules that are not installed.

`pytest --update-golden` rewrites the files; read them before they are committed.
"""

import shlex
import shutil
import sys
from pathlib import Path

import pytest
from nacre import runtime

ROOT = Path(__file__).parent.parent / "golden" / "command"
FOLDERS = sorted(p for p in ROOT.iterdir() if p.is_dir())


def code_in(text: str) -> str:
    """The code of the first complaint."""
    return text.partition("error[")[2].partition("]")[0]


def copied(folder: Path, into: Path) -> list[list[str]]:
    """Put the folder's files into another; returns the command lines."""
    shutil.copytree(folder, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("stderr"))
    lines = (into / "cmd").read_text().splitlines()
    return [shlex.split(line)[1:] for line in lines]


def hide(monkeypatch, modules: str) -> None:
    """As if modules were not installed, those in use already included."""
    for module in modules.split():
        for name in (module, *(m for m in sys.modules if m.startswith(f"{module}."))):
            monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, "nacre.runtime.plots", raising=False)
        monkeypatch.delattr(runtime, "plots", raising=False)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_a_bad_command_is_refused_in_these_words(folder, nacre, tmp_path, monkeypatch, golden):
    *before, last = copied(folder, tmp_path)
    hide(monkeypatch, (tmp_path / "without").read_text() if (folder / "without").exists() else "")
    assert [nacre(*words).code for words in before] == [0] * len(before)
    done = nacre(*last)
    assert done.out == ""
    assert done.code == {"R": 3, "D": 2}.get(folder.name[0], 1)
    assert code_in(done.err) == folder.name.partition("_")[0]
    golden(folder / "stderr", done.err)
