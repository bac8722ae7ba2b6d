"""Commands that need no data: check, fmt, info, explain, graph, compile."""

import ast
import json
from xml.etree import ElementTree

import pytest

BAD = "mean_height ~ Normal(0, 1)\ny ~ Normal(mean_heigt, 1)\n"
SHOWN = """\
  --> bad.ppl:2:12
   2 | y ~ Normal(mean_heigt, 1)
     |            ^^^^^^^^^^
"""
UGLY = "mu~Normal( 0,1 )   # where it is\n"
TIDY = "mu ~ Normal(0, 1)  # where it is\n"


def test_a_good_model_is_ok(nacre, files):
    assert nacre("check", "scale.ppl") == (0, "scale.ppl: ok\n", "")


def test_warnings_are_advice(nacre, files):
    (files / "m.ppl").write_text("s ~ Normal(0, 1)\ny ~ Normal(0, s)\nobserve y = 1\n")
    done = nacre("check", "m.ppl")
    assert (done.code, done.out) == (0, "m.ppl: ok\n")
    assert done.err.startswith("warning[W301]")


def test_a_bad_model_is_shown_its_place(nacre, files):
    (files / "bad.ppl").write_text(BAD)
    done = nacre("check", "bad.ppl")
    assert (done.code, done.out) == (1, "")
    assert (
        "  --> bad.ppl:2:12\n   2 | y ~ Normal(mean_heigt, 1)\n     |            ^^^^^^^^^^\n"
        in done.err
    )


@pytest.mark.parametrize("command", ["check", "info"])
def test_complaints_as_json(command, nacre, files):
    (files / "bad.ppl").write_text(BAD)
    done = nacre(command, "--json", "bad.ppl")
    (error,) = json.loads(done.out)["errors"]
    assert (done.code, done.err) == (1, "")
    assert (error["code"], error["hint"]) == ("E201", "did you mean `mean_height`?")
    place = {"file": "bad.ppl", "line": 2, "column": 12, "end_line": 2, "end_column": 22}
    assert error["place"] == place


def test_a_model_from_standard_input(nacre, monkeypatch):
    monkeypatch.setattr("sys.stdin", Input(b"mu ~ Normal(0, 1)\n"))
    assert nacre("check", "-") == (0, "<stdin>: ok\n", "")


class Input:
    """Standard input with these bytes in it."""

    def __init__(self, content):
        self.buffer = self
        self.content = content

    def read(self, most):
        return self.content[:most]


def test_fmt_rewrites_a_file_in_place(nacre, files):
    (files / "m.ppl").write_text(UGLY)
    assert nacre("fmt", "m.ppl", "scale.ppl") == (0, "formatted: m.ppl\n", "")
    assert (files / "m.ppl").read_text() == TIDY


def test_fmt_can_only_look(nacre, files):
    (files / "m.ppl").write_text(UGLY)
    assert nacre("fmt", "--check", "m.ppl", "scale.ppl") == (1, "", "would change: m.ppl\n")
    assert (files / "m.ppl").read_text() == UGLY


@pytest.mark.parametrize("flags", [("--check",), ()])
def test_fmt_looks_at_all_files_whatever_is_wrong_with_one(nacre, files, flags):
    (files / "m.ppl").write_text(UGLY)
    (files / "broken.ppl").write_text("x ~ Normal(0 1)\n")
    done = nacre("fmt", *flags, "missing.ppl", "broken.ppl", "m.ppl", "scale.ppl")
    assert done.code == 1
    assert done.err.index("cannot read `missing.ppl`") < done.err.index("broken.ppl:1:")
    told = "would change: m.ppl\n" if flags else "formatted: m.ppl\n"
    assert (done.err.endswith(told), done.out == told) == (bool(flags), not flags)
    assert (files / "m.ppl").read_text() == (UGLY if flags else TIDY)


def test_a_scenario_that_is_named_twice_is_one(nacre, files):
    once = nacre("graph", "counties.ppl", "--scenario", "known")
    assert nacre("graph", "counties.ppl", *("--scenario", "known") * 2) == once
    assert once.code == 0


def test_fmt_filters_standard_input(nacre, monkeypatch):
    monkeypatch.setattr("sys.stdin", Input(UGLY.encode()))
    assert nacre("fmt", "-") == (0, TIDY, "")


def test_info_lists_what_a_model_is_made_of(nacre, files):
    done = nacre("info", "counties.ppl")
    rows = [line.split() for line in done.out.splitlines()]
    assert done.code == 0
    assert ["alpha[county]", "Normal", "real", "<-", "mu"] in rows
    assert ["known"] in rows


def test_info_as_json(nacre, files):
    done = nacre("info", "--json", "counties.ppl")
    found = json.loads(done.out)
    (alpha,) = [v for v in found["variables"] if v["name"] == "alpha"]
    assert (alpha["dims"], alpha["parents"]) == (["county"], ["mu"])


def test_explain_shows_a_wrong_and_a_right_example(nacre):
    done = nacre("explain", "e201")
    assert done.code == 0
    assert done.out.startswith("E201: ")
    assert "This is refused:\n\n    " in done.out
    assert "This is right:\n\n    " in done.out


def test_explain_lists_every_code(nacre):
    done = nacre("explain")
    codes = [line.split()[0] for line in done.out.splitlines()]
    assert codes == sorted(set(codes))
    assert {"E201", "W301", "D421", "Q601", "R571"} <= set(codes)


@pytest.mark.parametrize(
    ("ending", "start"), [("dot", "digraph"), ("mmd", "flowchart"), ("json", "{")]
)
def test_graph_writes_the_kind_of_its_ending(ending, start, nacre, files):
    done = nacre("graph", "counties.ppl", "-o", f"picture.{ending}")
    assert (done.code, done.out, done.err) == (0, "", f"wrote picture.{ending}\n")
    assert (files / f"picture.{ending}").read_text().lstrip().startswith(start)


@pytest.mark.parametrize("name", ["p.png", "p.txt"])
def test_graph_writes_nothing_by_an_ending_that_it_does_not_know(name, nacre, files):
    done = nacre("graph", "counties.ppl", "-o", name)
    assert (done.code, done.err.startswith("error[Q687]")) == (1, True)
    assert not (files / name).exists()


@pytest.mark.parametrize("flags", [("--observe", "alpha[AITKIN]"), ("--do", "alpha[AITKIN]")])
def test_half_of_a_family_is_drawn_without_gradients(flags, nacre, files):
    """Not every viewer knows gradients; then they come out black."""
    picture = nacre("graph", "counties.ppl", "-f", "svg", *flags).out
    assert "url(" not in picture
    fill = {"--observe": "#cfd8e3", "--do": "#ffe2bd"}[flags[0]]
    plain = nacre("graph", "counties.ppl", "-f", "svg").out
    assert picture.count(fill) > 2 * plain.count(fill)


def test_graph_before_and_after_an_intervention(nacre, files):
    done = nacre("graph", "scale.ppl", "-f", "svg", "--do", "weight=9", "--observe", "measurement")
    assert done.code == 0
    assert ElementTree.fromstring(done.out).tag.endswith("svg")
    assert "do(weight)" in done.out


def test_compile_writes_a_module(nacre, files):
    assert nacre("compile", "written.ppl", "-o", "m.py").err == "wrote m.py\n"
    tree = ast.parse((files / "m.py").read_text())
    functions = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert {"bind", "log_density", "constrain", "log_density_and_gradient"} <= functions
    assert nacre("compile", "scale.ppl", "-o", "m.py").code == 0  # it is ours: written anew


def test_compile_after_conditioning_and_intervention(nacre, files):
    """The same text as in Python; values are handed over with the data."""
    done = nacre(
        "compile", "counties.ppl", "--observe", "mu=1", "--do", "alpha[AITKIN]", "-o", "m.py"
    )
    assert (done.code, done.err) == (
        0, 'wrote m.py\nnote: the value 1 is handed to `bind` as data["condition:mu"]\n'
    )  # fmt: skip
    text = (files / "m.py").read_text()
    assert "data['condition:mu']" in text
    assert "data['do:alpha[AITKIN]']" in text
    known = nacre("compile", "counties.ppl", "--scenario", "known")
    assert (known.code, "lp_mu = normal.log_prob(1.0, 0.0, 1.0)" in known.out) == (0, True)
    refused = nacre("compile", "counties.ppl", "--observe", "nu")
    assert (refused.code, refused.err.startswith("error[Q601]")) == (1, True)


def test_compile_spares_a_file_that_is_not_ours(nacre, files):
    (files / "mine.py").write_text("print('mine')\n")
    assert nacre("compile", "scale.ppl", "-o", "mine.py").code == 1
    assert (files / "mine.py").read_text() == "print('mine')\n"
    assert nacre("compile", "--force", "scale.ppl", "-o", "mine.py").code == 0


def test_help_shows_whole_sentences(nacre, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert "..." not in nacre("-h").out.partition("Commands:")[2]


def test_explanations_are_broken_into_lines(nacre):
    assert max(map(len, nacre("explain", "E214").out.splitlines())) <= 88


def test_version_and_help(nacre):
    assert nacre("--version").out == "nacre 0.1.0\n"
    assert nacre().out == nacre("--help").out != ""
    assert "130 interrupted" in " ".join(nacre("fit", "-h").out.split())


def test_the_code_of_a_model_is_what_compile_writes(nacre, files):
    """Discrete variables summed out in both."""
    import nacre as language

    text = "z ~ Bernoulli(0.3)\ny ~ Normal(z, 1)\nobserve y = 0.9\n"
    (files / "switch.ppl").write_text(text)
    written = nacre("compile", "switch.ppl").out
    code = language.load("switch.ppl").code
    assert "def state_probabilities" in code
    assert code.rstrip() == written.rstrip()
