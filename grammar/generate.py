"""The parser's tables, made by Lark from model.lark.

``python -m nacre.grammar.generate`` writes them to tables.json, beside the grammar.
"""

import json
from collections.abc import Iterator
from typing import Any

from lark import Lark
from lark.common import LexerConf
from lark.grammar import Rule
from lark.lexer import Lexer, Token
from lark.parsers.lalr_analysis import Shift

from .tables import GRAMMAR, STORED, fingerprint


def generated(grammar: str) -> dict[str, Any]:
    """The LALR(1) tables of a grammar, as they are stored: the same for the same grammar.

    ``rows``: for each state, by word or phrase, the state that follows; or, where a rule is to be
    reduced, its number counted from -1 downwards. ``rules``: for each its phrase, how many symbols
    it has, and the method that builds from them, null where the only symbol is handed on.
    """
    lark = Lark(grammar, parser="lalr", lexer=_Words)
    conf = lark.parse_interactive().parser_state.parse_conf
    kinds = {rule: _kind(rule) for rule in conf.callbacks if isinstance(rule, Rule)}
    rank = {kind: i for i, kind in enumerate(sorted(set(kinds.values()), key=str))}
    number = {conf.start_state: 0}  # Lark numbers states anew at every run
    rows = []
    for state in (order := [conf.start_state]):
        row = {}
        for symbol, (move, to) in sorted(conf.states[state].items()):
            if move is Shift and to not in number:
                number[to] = len(number)
                order.append(to)
            row[str(symbol)] = number[to] if move is Shift else -1 - rank[kinds[to]]
        rows.append(row)
    return {
        "grammar": fingerprint(grammar),
        "end": number[conf.end_state],
        "rules": [list(kind) for kind in rank],
        "rows": rows,
    }


def _kind(rule: Rule) -> tuple[str, int, str | None]:
    """What matters of a rule: phrase, number of symbols, method."""
    phrase, size = str(rule.origin.name), len(rule.expansion)
    if rule.alias is not None:
        return phrase, size, str(rule.alias)
    return phrase, size, None if rule.options.expand1 and size == 1 else phrase


class _Words(Lexer):
    """No lexer: nothing is parsed here."""

    def __init__(self, conf: LexerConf) -> None:
        """Nothing to prepare."""

    def lex(self, text: str) -> Iterator[Token]:  # type: ignore[override]
        """No words."""
        yield from ()


def main() -> None:
    """Write the tables of the grammar as it is."""
    found = generated(GRAMMAR.read_text(encoding="utf-8"))
    rules = ",\n".join(json.dumps(rule) for rule in found.pop("rules"))
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in found.pop("rows"))
    head = json.dumps(found)[1:-1]
    text = f'{{{head},\n"rules": [\n{rules}\n],\n"rows": [\n{rows}\n]}}\n'
    STORED.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
