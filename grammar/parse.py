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
    statements, i = None, 0
    while i < len(tokens) and len(found) < MAX_COMPLAINTS:
        try:
            for i in range(i, len(tokens) - 1):  # noqa: B020
                automaton.feed(tokens[i])
            i = len(tokens) - 1
            statements = automaton.finish(tokens[i])
            break
        except Unexpected:
            accepts = automaton.accepts()
            # a block left open was reported where the text ends: not once more
            if tokens[i].type != "$END" or not found:
                found.append(explain(Place(source.text, tokens, i, accepts)))
        except Rejected as refused:
            found.extend(refused.diagnostics)
        i = _skip_statement(automaton, tokens, i)
    if found:
        raise Rejected(sorted(found, key=_start), source)
    assert statements is not None
    return Model(statements, span=Span(0, len(source.text)))


def _skip_statement(automaton: Automaton, tokens: Sequence[Token], i: int) -> int:
    """Forget the statement that the word at ``i`` belongs to; where the next one begins."""
    automaton.leave_statement()
    depth = 0
    for j in range(i, len(tokens)):
        kind = tokens[j].type
        if kind == "END" and depth == 0:
            return j + 1
        depth = max(depth + (kind == "LBRACE") - (kind == "RBRACE"), 0)
    return len(tokens)


def _start(complaint: Diagnostic) -> int:
    return complaint.span.start if complaint.span else 0
