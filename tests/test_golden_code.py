"""The text of generated modules: tests/golden/code/<what>.py, made from the ``.ppl`` of that name.

`pytest --update-golden` rewrites the files. What changed is then read as a user would read it: are
the names those of the model, does every line say something, does it stand where it belongs?
"""

import ast
from pathlib import Path
from typing import NamedTuple

import nacre
import pytest
from nacre.compiler import driver

ROOT = Path(__file__).parent / "golden" / "code"
MOST_LINES = 150  # what a reviewer will read


class Shown(NamedTuple):
    """A module, or some functions of it.

    Attributes:
        model: name of the file.
        functions: what is shown; all of it when there is none.
        scenario: applied to the model, which is then cut down to what inference needs.
    """

    model: str
    functions: tuple[str, ...] = ()
    scenario: str | None = None


TEXTS = {
    "scale": Shown("scale", ("bind", "log_terms", "log_density", "log_density_and_gradient")),
    "scale_guide": Shown("scale", ("guide_draw", "guide_elbo_and_gradient")),
    "hierarchy": Shown("hierarchy", ("bind", "log_terms", "constrain", "simulate")),
    "hierarchy_gradient": Shown("hierarchy", ("log_density_and_gradient",)),
    "supports": Shown("supports", ("log_terms", "constrain", "unconstrain", "simulate")),
    "simplex": Shown("simplex", ("bind", "constrain", "unconstrain")),
    "element": Shown("element", ("bind", "log_terms", "constrain", "complete"), "known"),
    "coins": Shown("coins", ("guide_initial", "guide_draw")),
    "coins_gradient": Shown("coins", ("guide_elbo_and_gradient",)),
    "names": Shown("names", ("log_terms", "complete")),
    "predators": Shown(
        "predators", ("log_terms", "log_density_and_gradient", "slope_u_v", "pull_u_v")
    ),
    "volatility": Shown("volatility", ("bind", "log_terms", "log_density_and_gradient")),
}


def text_of(shown: Shown) -> str:
    """The generated module, its header without a version."""
    name = f"{shown.model}.ppl"
    model = nacre.compile((ROOT / name).read_text(encoding="utf-8"), name)
    cut = None
    if shown.scenario is not None:
        model = model.scenario(shown.scenario)
        cut = driver.pruned(model.graph)
    guides = tuple(model.graph.guides)
    text = driver.emit(model.graph, header=f"From {name}.", cut=cut, guides=guides).module.text
    return chosen(text, shown.functions) if shown.functions else text


def chosen(text: str, functions: tuple[str, ...]) -> str:
    """Only some functions of a module, each as it stands."""
    lines = text.splitlines()
    found = {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }
    return "\n\n\n".join(found[name] for name in functions) + "\n"


@pytest.mark.parametrize("name", TEXTS)
def test_the_generated_text(name, golden):
    text = text_of(TEXTS[name])
    assert len(text.splitlines()) < MOST_LINES
    assert max(map(len, text.splitlines())) <= 100
    golden(ROOT / f"{name}.py", text)


@pytest.mark.parametrize("model", sorted({shown.model for shown in TEXTS.values()}))
def test_the_text_is_the_same_every_time(model):
    assert text_of(Shown(model)) == text_of(Shown(model))
