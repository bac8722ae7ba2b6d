"""Failures of generated code point at the statement, also from within the module's own helpers."""

import pytest
from nacre.compiler.artefact import Module
from nacre.grammar.source import Source, Span
from nacre.runtime.load import as_rejection, load

TEXT = """\
def helper(x):
    return 1 / x


def bind(data):
    y = helper(data)
    return y
"""


def test_a_failing_helper_is_blamed_on_what_called_it():
    source = Source("m.ppl", "a ~ Normal(0, 1)\ny = 1 / a\n")
    here = Span(17, 26)
    origins = (None, None, None, None, None, here, None)
    module = Module(TEXT, origins, ("bind",))
    functions = load(module, source)
    with pytest.raises(ZeroDivisionError) as failure:
        functions["bind"](0)
    complaint = as_rejection(failure.value, module, source)
    assert "--> m.ppl:2:1" in complaint.render()
