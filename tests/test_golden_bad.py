"""Every complaint about a model, word for word, and no complaint without such a test."""

import importlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from nacre.compiler.check import check
from nacre.grammar.diagnostic import Explanation, Rejected, render
from nacre.grammar.parse import parse
from nacre.grammar.source import Source

BAD = Path(__file__).parent / "golden" / "bad"
MODELS = sorted(BAD.glob("[EW]*.ppl"))
# Where the long forms of codes are kept. Data (D4xx), run time (R5xx) and queries (Q6xx) need more
# than a model to be complained about: their goldens stand in golden/data and golden/command, with
# tests of their own.
TABLES = (
    "nacre.grammar.complaints",
    "nacre.compiler.complaints",
    "nacre.compiler.rewrite.complaints",
    "nacre.runtime.complaints",
)


def front_end_says(text: str, name: str = "model.ppl") -> str:
    """What parsing and checking have to say, rendered."""
    source = Source(name, text)
    try:
        model = check(parse(source), source)
    except Rejected as refused:
        return refused.render()
    return "\n".join(render(w, source) for w in model.warnings)


def codes_in(text: str) -> set[str]:
    """Codes of rendered complaints."""
    lines = (line for line in text.splitlines() if line.startswith(("error[", "warning[")))
    return {line.partition("[")[2].partition("]")[0] for line in lines}


def all_codes() -> dict[str, Explanation]:
    tables: list[Mapping[str, Explanation]] = [
        importlib.import_module(name).CODES for name in TABLES
    ]
    return {code: entry for table in tables for code, entry in table.items()}


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem)
def test_a_bad_model_is_refused_in_these_words(path, golden):
    said = front_end_says(path.read_text(encoding="utf-8"), path.name)
    golden(path.with_suffix(".stderr"), said)


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem)
def test_a_golden_holds_the_code_in_its_name_alone(path):
    said = front_end_says(path.read_text(encoding="utf-8"), path.name)
    assert codes_in(said) == {path.stem.partition("_")[0]}


def test_every_code_has_a_golden_and_every_golden_a_code():
    folders = (BAD, BAD.parent / "data", BAD.parent / "command")
    shown = {path.name.partition("_")[0] for folder in folders for path in folder.iterdir()}
    assert shown == set(all_codes())


def complaints_in(text: str) -> list[str]:
    """The complaints of a rendering, each with its notes and its hint."""
    return re.split(r"^(?=(?:error|warning)\[)", text, flags=re.MULTILINE)[1:]


RENDERED = sorted(p for p in BAD.parent.rglob("*stderr") if p.name.endswith("stderr"))


def test_renderings_are_found():
    assert {path.parent.parent.name for path in RENDERED} >= {"bad", "data", "command"}


@pytest.mark.parametrize("path", RENDERED, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_complaint_says_what_to_do(path):
    shown = complaints_in(path.read_text(encoding="utf-8"))
    assert shown
    assert [one for one in shown if one.count("\nhint: ") != 1] == []


CHECKED = {code: entry for code, entry in all_codes().items() if code.startswith(("E", "W"))}


@pytest.mark.parametrize("code", CHECKED)
def test_the_wrong_example_of_an_explanation_yields_its_code(code):
    assert codes_in(front_end_says(CHECKED[code].wrong)) == {code}


@pytest.mark.parametrize("code", CHECKED)
def test_the_right_example_of_an_explanation_is_accepted(code):
    said = codes_in(front_end_says(CHECKED[code].right))
    # an example of syntax may be a single line, whose names nothing uses
    fragment = code.startswith("E1")
    assert said <= {"W303", "W304", "W315"} if fragment else not said
