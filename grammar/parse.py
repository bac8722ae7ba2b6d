"""Text to tree: the parser, and how it goes on after a mistake."""

from functools import cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING

from lark import Lark, UnexpectedToken
from lark.grammar import Rule
from lark.lexer import Lexer

from . import complaints
from .build import Build
from .collector import uncollected
from .diagnostic import Diagnostic, Rejected
from .lexer import Token, lex
from .mistakes import explain
from .place import Place
from .source import Source, Span
from .tree import Model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lark.common import LexerConf
    from lark.parsers.lalr_interactive_parser import InteractiveParser
    from lark.parsers.lalr_parser_state import ParseConf

MAX_LENGTH = 5_000_000  # characters
MAX_COMPLAINTS = 10


@uncollected
def parse(source: Source) -> Model:
    """Read a model. Linear in the text, whatever the text.

    After a mistake it goes on with the next statement, so that several come back at once.

    Raises:
        Rejected: E1xx, at most ten of them, in the order of the text.
    """
    if len(source.text) > MAX_LENGTH:
        at = Span(MAX_LENGTH, MAX_LENGTH + 1)
        raise Rejected([complaints.text_is_too_long(at, MAX_LENGTH)], source)
    tokens = lex(source.text).tokens
    found: list[Diagnostic] = []
    parser = _parser().parse_interactive()
    state = parser.parser_state
    statements, i = None, 0
    while i < len(tokens) and len(found) < MAX_COMPLAINTS:
        try:
            for i in range(i, len(tokens) - 1):  # noqa: B020
                state.feed_token(tokens[i])  # type: ignore[arg-type]  # it reads `type` alone
            i = len(tokens) - 1
            statements = state.feed_token(tokens[i], is_end=True)  # type: ignore[arg-type]
            break
        except UnexpectedToken:
            accepts = frozenset(parser.accepts())  # type: ignore[no-untyped-call]
            # a block left open was reported where the text ends: not once more
            if tokens[i].type != "$END" or not found:
                found.append(explain(Place(source.text, tokens, i, accepts)))
        except Rejected as refused:
            found.extend(refused.diagnostics)
        i = _skip_statement(parser, tokens, i)
    if found:
        raise Rejected(sorted(found, key=_start), source)
    assert statements is not None
    return Model(statements, span=Span(0, len(source.text)))


def _skip_statement(parser: "InteractiveParser", tokens: "Sequence[Token]", i: int) -> int:
    """Forget the statement that the word at ``i`` belongs to; where the next one begins."""
    state = parser.parser_state
    rows = state.parse_conf.states
    # back to where a list of statements, of the file or of a block, can go on
    while (
        len(state.state_stack) > 1 and not {"statement", "statements"} & rows[state.position].keys()
    ):
        state.state_stack.pop()
        state.value_stack.pop()
    depth = 0
    for j in range(i, len(tokens)):
        kind = tokens[j].type
        if kind == "END" and depth == 0:
            return j + 1
        depth = max(depth + (kind == "LBRACE") - (kind == "RBRACE"), 0)
    return len(tokens)


def _start(complaint: Diagnostic) -> int:
    return complaint.span.start if complaint.span else 0


@cache
def _parser() -> Lark:
    """The tables of model.lark, made on first use (about 60 ms)."""
    grammar = Path(__file__).with_name("model.lark").read_text(encoding="utf-8")
    parser = Lark(grammar, parser="lalr", lexer=_Words, transformer=Build())
    _intern(parser.parse_interactive().parser_state.parse_conf)
    return parser


def _intern(tables: "ParseConf[int]") -> None:
    """Look everything up by the very objects that are the keys.

    Lark compares its symbols and rules in Python, several times a word; objects that are the same
    are never compared.
    """
    rules = {rule: rule for rule in tables.callbacks}
    for rule in rules:
        if isinstance(rule, Rule):
            rule.origin.name = intern(str(rule.origin.name))
    for row in tables.states.values():
        entries = [(intern(str(k)), (do, rules.get(arg, arg))) for k, (do, arg) in row.items()]
        row.clear()
        row.update(entries)


class _Words(Lexer):
    """Our lexer as Lark asks for one."""

    def __init__(self, conf: "LexerConf") -> None:
        """Nothing to prepare."""

    def lex(self, text: str) -> "Iterator[Token]":  # type: ignore[override]
        """The words of a text; Lark adds ``$END`` itself."""
        yield from lex(text).tokens[:-1]
