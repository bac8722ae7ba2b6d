"""The stored tables of the grammar, and the automaton that reads by them, against Lark itself."""

import json
from pathlib import Path

import nacre.grammar.tables
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, UnexpectedInput
from lark import Token as LarkToken
from lark.lexer import Lexer
from nacre.grammar.automaton import Automaton, Unexpected
from nacre.grammar.build import Build
from nacre.grammar.generate import generated
from nacre.grammar.lexer import Token, lex
from nacre.grammar.tables import GRAMMAR, STORED, tables

GOOD = sorted((Path(__file__).parents[1] / "examples").rglob("*.ppl"))
SENTENCES = [
    [token.type for token in lex(path.read_text(encoding="utf-8")).tokens[:-1]] for path in GOOD
]
WORDS = sorted({kind for row in tables().rows for kind in row if kind.isupper()} - {"$END"})


class _Kinds(Lexer):
    """Words that are written as their kinds."""

    def __init__(self, conf):
        pass

    def lex(self, text):
        for kind in text.split():
            yield LarkToken(kind, "")


LARK = Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer=_Kinds)


class _Bare(Automaton):
    """An automaton that builds nothing."""

    def __init__(self):
        super().__init__()
        self._build = tuple(lambda parts: None for _ in self._tables.rules)


def reads(kinds):
    """Whether the automaton reads these words to the end; what fits after those it reads."""
    automaton = _Bare()
    try:
        automaton.read([Token(kind, "", 0, 0) for kind in (*kinds, "$END")])
    except Unexpected:
        return False, automaton.accepts()
    return True, automaton.accepts()


def lark_reads(kinds):
    """The same of Lark's own parser."""
    parser = LARK.parse_interactive()
    try:
        for kind in kinds:
            parser.feed_token(LarkToken(kind, ""))
        parser.feed_eof()
    except UnexpectedInput:
        return False, frozenset(parser.accepts())
    return True, frozenset(parser.accepts())


def test_the_stored_tables_are_those_that_lark_makes_of_the_grammar():
    made = generated(GRAMMAR.read_text(encoding="utf-8"))
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert stored == made, "run python -m nacre.grammar.generate"


def test_tables_are_made_anew_where_the_grammar_has_changed(monkeypatch, tmp_path):
    other = tmp_path / "tables.json"
    monkeypatch.setattr(nacre.grammar.tables, "STORED", other)
    assert tables.__wrapped__() == tables()  # there are none
    other.write_text('{"grammar": "of another grammar"}', encoding="utf-8")
    assert tables.__wrapped__() == tables()


def test_every_rule_of_the_grammar_has_its_method():
    assert {r.method for r in tables().rules if r.method and not hasattr(Build, r.method)} == set()


def test_all_good_models_are_read():
    assert len(SENTENCES) > 10
    for kinds in SENTENCES:
        assert reads(kinds)[0] and lark_reads(kinds)[0]


@settings(max_examples=400)
@given(st.sampled_from(SENTENCES), st.data())
def test_the_automaton_reads_what_lark_reads_and_stops_where_it_stops(kinds, data):
    kinds = list(kinds[: data.draw(st.integers(1, 60))])
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(kinds) - 1))
        word = data.draw(st.sampled_from(WORDS))
        kinds[at : at + data.draw(st.integers(0, 2))] = [word]
    assert reads(kinds) == lark_reads(kinds)
