"""Text to tree: the parser, and how it goes on after a mistake."""

from collections.abc import Sequence

from . import complaints
from .automaton import Automaton, Unexpected
from .collector import uncollected
from .diagnostic import Diagnostic, Rejected
from .lexer import Token, lex
from .mistakes import explain
from .place import Place
from .source import Source, Span
from .tree import Model

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
    automaton = Automaton()
    statements = None
    while automaton.at < len(tokens) and len(found) < MAX_COMPLAINTS:
        try:
            statements = automaton.read(tokens)
            break
        except Unexpected:
            place = Place(source.text, tokens, automaton.at, automaton.accepts())
            # a block left open was reported where the text ends: not once more
            if place.here.type != "$END" or not found:
                found.append(explain(place))
        except Rejected as refused:
            found.extend(refused.diagnostics)
        _skip_statement(automaton, tokens)
    if found:
        raise Rejected(sorted(found, key=_start), source)
    assert statements is not None
    return Model(statements, span=Span(0, len(source.text)))


def _skip_statement(automaton: Automaton, tokens: Sequence[Token]) -> None:
    """Forget the statement that the next word belongs to, and go to where the next one begins."""
    automaton.leave_statement()
    depth = 0
    for at in range(automaton.at, len(tokens)):
        automaton.at = at + 1
        kind = tokens[at].type
        if kind == "END" and depth == 0:
            return
        depth = max(depth + (kind == "LBRACE") - (kind == "RBRACE"), 0)


def _start(complaint: Diagnostic) -> int:
    return complaint.span.start if complaint.span else 0
