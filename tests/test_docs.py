"""What the documentation says is so: models compile, commands print what is shown, links lead."""

import importlib.util
import re

import pytest
from pages import LABELS, ROOT, Reader, anchors, blocks, codes, links, pages

MODELS = [b for page in pages() for b in blocks(page) if b.kind.startswith("ppl")]


@pytest.mark.parametrize("block", MODELS, ids=str)
def test_models_mean_what_their_label_says(block):
    assert codes(block.body) == ([block.code] if block.code else [])


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_pages_can_be_typed_in(page, tmp_path, monkeypatch):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    for block in blocks(page):
        reader.read(block)
    assert not reader.problems, "\n\n".join(reader.problems)


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_every_block_says_what_it_is(page):
    assert [str(b) for b in blocks(page) if b.kind not in LABELS] == []


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_links_lead_somewhere(page):
    assert [str(target) for target, _ in links(page) if not target.exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.stem)
def test_links_into_pages_lead_to_headings(page):
    into = [(target, anchor) for target, anchor in links(page) if anchor]
    assert [f"{target}#{anchor}" for target, anchor in into if anchor not in anchors(target)] == []


def _places():
    """Files and folders that the page on architecture names; the floor plan's, below their part."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    before, plan, after = re.split(r"^## (?:Floor plan|Laws)$", text, flags=re.MULTILINE)
    found = re.findall(r"`([\w]+/[\w/.]*)`", before + after)
    parts = re.split(r"\*\*`(\w+)/`\*\*", plan)[1:]
    for part, words in zip(parts[::2], parts[1::2], strict=True):
        found += [f"{part}/{name}" for name in re.findall(r"`(\w+(?:\.\w+|/))`", words)]
    return sorted(set(found))


@pytest.mark.parametrize("place", _places())
def test_the_floor_plan_is_the_house(place):
    assert (ROOT / place).exists()


def _tables():
    path = ROOT / "tools" / "tables.py"
    spec = importlib.util.spec_from_file_location("tables", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_the_language_are_up_to_date():
    tables = _tables()
    texts = [page.read_text(encoding="utf-8") for page in tables.PAGES]
    assert [tables.filled(text) for text in texts] == texts, "run: python tools/tables.py"
    for name in tables.TABLES:
        assert sum(f"<!-- table: {name} -->" in text for text in texts) == 1
