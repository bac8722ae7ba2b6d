"""What is installed elsewhere is what is here: packages, the grammar, the command, the versions."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PARTS = ("grammar", "compiler", "runtime")
CONSTRAINTS = (ROOT / "constraints.txt").read_text()


def test_every_package_is_listed():
    found = {f.parent.relative_to(ROOT) for part in PARTS for f in (ROOT / part).rglob("*.py")}
    expected = {"nacre"} | {".".join(["nacre", *folder.parts]) for folder in found}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == expected


@pytest.mark.parametrize("part", PARTS)
def test_every_package_has_an_init(part):
    folders = {f.parent for f in (ROOT / part).rglob("*.py")}
    assert [f for f in folders if not (f / "__init__.py").exists()] == []


def _wanted() -> list[str]:
    project = PROJECT["project"]
    extras = [r for names in project["optional-dependencies"].values() for r in names]
    return sorted({re.split(r"[\[<>=~ ]", r)[0] for r in (*project["dependencies"], *extras)})


@pytest.mark.parametrize("name", _wanted())
def test_every_dependency_has_one_version(name):
    assert re.search(rf"(?mi)^{re.escape(name)}==\S+$", CONSTRAINTS)


@pytest.mark.slow
def test_the_wheel_is_complete(tmp_path):
    source = tmp_path / "source"
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("*.py"), *ROOT.glob("*.toml"), *ROOT.glob("*.md")):
        shutil.copy(file, source)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        + ["--wheel-dir", str(tmp_path), str(source)],
        check=True,
    )
    (wheel,) = tmp_path.glob("nacre-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {f"nacre/{f.relative_to(ROOT)}" for p in PARTS for f in (ROOT / p).rglob("*.py")}
    assert (
        modules | {"nacre/grammar/model.lark", "nacre/grammar/tables.json", "nacre/__main__.py"}
        <= names
    )
    assert not [n for n in names if n.startswith(("nacre/tests", "nacre/examples", "tests/"))]
