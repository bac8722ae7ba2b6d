"""Any text at all is a model or is refused with a place; no text breaks the front end."""

import re
import time
from pathlib import Path

import nacre
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacre.compiler.types import Missing
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.lexer import (
    BLOCK_WORDS,
    INFIX_WORDS,
    MARKS,
    MISSING,
    PREFIX_WORDS,
    STATEMENT_WORDS,
    lex,
)
from nacre.grammar.parse import MAX_COMPLAINTS, parse
from nacre.grammar.show import show
from nacre.grammar.source import Source
from nacre.grammar.tree import Model
from nacre.grammar.unparse import unparse
from random_trees import models

GOOD = Path(__file__).parent / "golden" / "good"
REAL = tuple(path.read_text(encoding="utf-8") for path in sorted(GOOD.glob("*.ppl")))
fuzz = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
fuzz_trees = settings(fuzz, max_examples=100)

# pieces that mean something, so that random sequences of them get deep into the grammar: all words
# and marks that the lexer knows, whatever they are, and what it does not know
WORDS = (
    *(*STATEMENT_WORDS, *BLOCK_WORDS, *INFIX_WORDS, *PREFIX_WORDS, MISSING, *MARKS),
    *(rule.value for rule in Missing),
)
VOCABULARY = (
    *WORDS,
    *("x", "y", "x'", "Normal", "sum", "mlp", "1", "2.5", "1e400", ".5", "2x", "1..3", "²"),
    *(";", '"', "#", "\\", "|", "&", "?", "!", "%", "@", "."),
    *("**", "<-", ":=", "\0", "\t", "\r"),
    *('"a b"', "\t", "y missing", "sum(i in x)", "observe y missing", "(0, 1)", "u' ="),
)
SPACES = (" ", "\n", "\r\n", "\n\n", "# c\n", "\ufeff", "\u00a0", "\ud800")
PIECES = st.sampled_from((*VOCABULARY, *SPACES))


def read(text: str) -> Model | Rejected:
    source = Source("random.ppl", text)
    try:
        return parse(source)
    except Rejected as refused:
        return refused


def assert_holds(text: str) -> None:
    """What is promised about any text."""
    outcome = read(text)
    if isinstance(outcome, Rejected):
        spans = [d.span for d in outcome.diagnostics] + [
            span for d in outcome.diagnostics for span, _ in d.notes
        ]
        assert 1 <= len(outcome.diagnostics) <= MAX_COMPLAINTS
        assert all(d.code.startswith("E1") for d in outcome.diagnostics)
        assert all(s is not None and 0 <= s.start <= s.stop <= len(text) for s in spans)
        assert outcome.render()
    else:
        formatted = show(Source("random.ppl", text))
        assert read(formatted) == outcome
        assert show(Source("random.ppl", formatted)) == formatted


def test_the_vocabulary_has_every_terminal_of_the_grammar():
    """A word that is added to the language is one that random texts are made of."""
    grammar = (Path(nacre.__file__).parent / "grammar" / "model.lark").read_text(encoding="utf-8")
    declared = {w for line in re.findall(r"%declare (.*)", grammar) for w in line.split()}
    named = {w.upper() for w in STATEMENT_WORDS} | {MISSING.upper()}
    marks = {*MARKS.values(), *INFIX_WORDS.values(), *PREFIX_WORDS.values()}
    assert declared == named | marks | {"NAME", "NUMBER", "STRING", "END"}
    assert {*STATEMENT_WORDS, *INFIX_WORDS, *PREFIX_WORDS, *MARKS, MISSING} <= {*VOCABULARY}


@fuzz
@given(st.text(st.characters(), max_size=60))
def test_any_characters(text):
    assert_holds(text)


@fuzz
@given(st.lists(PIECES, max_size=30), st.sampled_from(("", " ")))
def test_any_sequence_of_words(pieces, between):
    assert_holds(between.join(pieces))


@st.composite
def mutations(draw):
    """A real model with a few pieces deleted, doubled, moved or put in."""
    text = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 4))):
        i, j = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        piece = draw(st.one_of(st.just(""), PIECES, st.just(text[i:j]), st.just(text[i:j] * 2)))
        at = draw(st.booleans())
        text = text[:i] + piece + (text[j:] if at else text[i + draw(st.integers(0, 3)) :])
    return text


@fuzz
@given(mutations())
def test_mutations_of_real_models(text):
    assert_holds(text)


@fuzz
@given(st.sampled_from(REAL), st.data())
def test_a_model_cut_off_anywhere(text, data):
    assert_holds(text[: data.draw(st.integers(0, len(text)))])


@fuzz_trees
@given(models)
def test_what_is_unparsed_parses_to_the_same_tree(model):
    assert read(unparse(model)) == model


@fuzz_trees
@given(models)
def test_formatting_keeps_the_tree_and_is_idempotent(model):
    assert_holds(unparse(model))


@fuzz_trees
@given(models, st.randoms(use_true_random=False))
def test_formatting_undoes_any_spacing(model, random):
    """The words of a model, spread over lines with comments wherever a line may end."""
    text = unparse(model)
    tokens = [t for t in lex(text).tokens if t.text]
    depth, pieces, before = 0, [], 0
    for token in tokens:
        gap = text[before : token.start]
        free = depth > 0 and not gap.count("\n")
        pieces.append(random.choice((gap, gap, "\n", "  # note\n", " ")) if free else gap)
        pieces.append(token.text)
        depth += (token.text in "([") - (token.text in ")]")
        before = token.stop
    spread = "".join(pieces) + text[before:]
    formatted = show(Source("spread.ppl", spread))
    assert read(formatted) == model
    assert formatted.count("# note") == spread.count("# note")
    assert show(Source("spread.ppl", formatted)) == formatted


HARD = {
    "open parentheses": "(" * 10_000,
    "open brackets": "x[" * 20_000,
    "open braces": "guide {" * 10_000,
    "closers": ")" * 10_000,
    "mixed brackets": "([{" * 10_000 + ")]}" * 10_000,
    "crossing brackets": "x = " + "([)]" * 8_000,
    "a long sum": "x = " + "1 + " * 20_000 + "1",
    "a long power": "x = " + "2 ^ " * 20_000 + "2",
    "many signs": "x = " + "- " * 10_000 + "1",
    "many nots": "x = " + "not " * 20_000 + "a",
    "nested choices": "x = " + "if a then b else " * 20_000 + "c",
    "a long number": "x = " + "9" * 20_000,
    "a long fraction": "x = 0." + "1" * 20_000 + "x",
    "a long name": "x" * 20_000 + " ~",
    "a long string": '"' + "\\" * 20_000,
    "many quotes": '"' * 10_001,
    "line ends": "\n" * 20_000,
    "semicolons": ";" * 20_000,
    "comments": "#\n" * 10_000,
    "unclosed, many lines": "x = f(\n" * 20_000,
    "half statements": "x[i in\n" * 20_000,
    "dangling": "x = a +\n" * 20_000,
    "dots": "." * 10_000,
    "blanks": " " * 20_000,
    "nothing but zeros": "\0" * 10_000,
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_hard_texts_are_answered_at_once(text):
    start = time.process_time()
    assert_holds(text)
    assert time.process_time() - start < 5  # a quadratic step would take minutes
