"""Every example in a docstring runs.

Pytest's own doctest collector would import second copies of our modules, since the repository's
root is the package; so each module is imported by its one name and handed to ``doctest``.
"""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("grammar", "compiler", "runtime")
FILES = [*ROOT.glob("*.py"), *(f for part in PARTS for f in (ROOT / part).rglob("*.py"))]
MODULES = sorted(
    ".".join(["nacre", *f.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    for f in FILES
    if ">>>" in f.read_text()
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
