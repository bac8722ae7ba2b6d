"""What is drawn of a graph: texts held word for word, and what a label can do to none of them."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from nacre.compiler.build import build
from nacre.compiler.check import check
from nacre.compiler.draw.dot import dot
from nacre.compiler.draw.mermaid import mermaid
from nacre.compiler.draw.picture import (
    Arrow,
    Box,
    Look,
    Mark,
    Picture,
    as_json,
    before_after,
    picture,
)
from nacre.compiler.draw.svg import svg
from nacre.compiler.query import Verb, outside
from nacre.compiler.rewrite.condition import condition
from nacre.compiler.rewrite.do import do
from nacre.compiler.rewrite.targets import parse_target
from nacre.grammar.parse import parse
from nacre.grammar.source import Source

GRAPHS = Path(__file__).parent / "golden" / "graphs"
CASES = sorted(p for p in GRAPHS.iterdir() if p.is_dir())


def graph_of(text):
    source = Source("model.ppl", text)
    return build(check(parse(source), source))


def pictures(case):
    """The graph of a case, and beside it what its query makes of it."""
    graph = graph_of((case / "model.ppl").read_text())
    asked = case / "query.json"
    if not asked.exists():
        return (picture(graph),)
    query = json.loads(asked.read_text())
    seen, done = query.get("condition", {}), query.get("do", {})
    there = condition(graph, outside(Verb.CONDITION, map(parse_target, seen)))
    there = do(there, outside(Verb.DO, map(parse_target, done)))
    values = {
        **{f"condition:{parse_target(t)}": v for t, v in seen.items()},
        **{f"do:{parse_target(t)}": v for t, v in done.items()},
    }
    return before_after(graph, there, values=values)


def as_text(found):
    return json.dumps(as_json(found), indent=1) + "\n"


FORMATS = {"dot": dot, "mmd": mermaid, "json": as_text}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_a_graph_is_drawn_in_this_text(case, suffix, golden):
    golden(case / f"graph.{suffix}", FORMATS[suffix](pictures(case)))


def test_a_split_is_drawn_in_this_picture(golden):
    golden(GRAPHS / "split" / "graph.svg", svg(pictures(GRAPHS / "split")))


# --- what is shown --------------------------------------------------------------------------------


def test_the_size_of_a_plate_is_shown_where_it_is_known():
    graph = graph_of((GRAPHS / "plates" / "model.ppl").read_text())
    labels = [b.label for b in picture(graph, sizes={"county": 85}).boxes]
    assert labels == ["house", "county (85)"]


def test_data_that_only_set_a_size_are_left_out():
    shown = picture(graph_of("data n: int\ndim row = 1..n\nx[i in row] ~ Normal(0, 1)\n"))
    assert [m.name for m in shown.marks] == ["x"]


def test_an_axis_of_one_draw_is_no_plate():
    shown = picture(graph_of("dim part = {a, b}\ntheta[part] ~ Dirichlet([1, 1])\n"))
    assert shown.boxes == ()


def test_a_long_formula_is_cut():
    shown = picture(graph_of(f"x ~ Normal(0, 1)\nd = x + {' + '.join('1' * 40)}\n"))
    assert len(shown.marks[-1].note) <= 30
    assert shown.marks[-1].note.endswith("…")


# --- untrusted labels -----------------------------------------------------------------------------

HOSTILE = (
    '"]; evil [label="',
    "\\",
    '\\"',
    "</text><script>alert(1)</script>",
    "<b>&amp;</b>",
    "`*markdown*`",
    '%%{init: {"x": 1}}%%',
    "#quot;",
    "a;b",
    "]]}}))",
    "two\nlines\u2028three",
    "\\N",
)


def hostile(text):
    return Picture(
        text,
        (Mark(text, text, Look.LATENT, 0), Mark("b", "", Look.OBSERVED, None)),
        (Arrow(text, "b"),),
        (),
        (Box("d", text, None),),
    )


TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[A-Za-z_][\w]*|[0-9.]+|->|[{}\[\];,=]|\s+')


@pytest.mark.parametrize("text", HOSTILE)
def test_dot_holds_a_label_in_one_string(text):
    written = dot([hostile(text), hostile(text)])
    tokens = TOKEN.findall(written)
    assert "".join(tokens) == written
    strings = {json.loads(t) for t in tokens if t.startswith('"')}
    line = " ".join(text.splitlines())
    assert {line, f"{line}\n{line}"} <= strings


@pytest.mark.parametrize("text", HOSTILE)
def test_mermaid_holds_a_label_in_one_string(text):
    labels = re.findall(r'"(.*?)"', mermaid([hostile(text), hostile(text)]))
    plain = mermaid([hostile("plain"), hostile("plain")])
    rest = re.sub(r'".*?"', '""', mermaid([hostile(text), hostile(text)]))
    assert rest == re.sub(r'".*?"', '""', plain)
    decoded = [re.sub(r"#(\d+);", lambda m: chr(int(m[1])), x) for x in labels]
    line = " ".join(text.splitlines())
    assert {line, f"{line}<br/>{line}"} <= set(decoded)
    assert not any(c in x.replace("<br/>", "") for x in labels for c in "<>`%{}\\")


@pytest.mark.parametrize("text", HOSTILE)
def test_svg_holds_a_label_in_one_text(text):
    tree = ET.fromstring(svg([hostile(text)]))
    words = [e.text for e in tree.iter() if e.tag.endswith("text")]
    assert words.count(text) >= 3
    assert {e.tag.rpartition("}")[2] for e in tree.iter()} <= {
        "svg",
        "defs",
        "linearGradient",
        "stop",
        "g",
        "rect",
        "ellipse",
        "path",
        "polygon",
        "text",
    }


def test_characters_that_rearrange_others_are_not_drawn():
    graph = graph_of('dim d = {"a\u202eb", c}\nx[i in d] ~ Normal(0, 1)\ny = x["a\u202eb"]\n')
    assert "\u202e" not in svg([picture(graph)])
