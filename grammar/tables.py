"""The parser's tables as they are stored, made from model.lark by `generate`."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

GRAMMAR = Path(__file__).with_name("model.lark")
STORED = Path(__file__).with_name("tables.json")


class Rule(NamedTuple):
    """A phrase, of how many symbols, and the method of `Build` that makes something of them."""

    phrase: str
    size: int
    method: str | None  # None: the only symbol is handed on


class Tables(NamedTuple):
    """What the parser does in each state.

    The first state is 0, and ``end`` the last. ``rows[state][word]`` is the next state, or
    ``-1 - i`` where ``rules[i]`` is to be reduced.
    """

    end: int
    rules: tuple[Rule, ...]
    rows: tuple[Mapping[str, int], ...]


@cache
def tables() -> Tables:
    """The tables of model.lark.

    Lark takes longer to be imported and to read the grammar than a model takes to be checked: it is
    asked only where the grammar has changed since the tables were stored.
    """
    grammar = GRAMMAR.read_text(encoding="utf-8")
    stored = _stored()
    if stored is None or stored["grammar"] != fingerprint(grammar):
        from .generate import generated

        stored = generated(grammar)
    rules = tuple(Rule(*rule) for rule in stored["rules"])
    return Tables(stored["end"], rules, tuple(stored["rows"]))


def fingerprint(grammar: str) -> str:
    """By which tables are known to belong to a grammar."""
    return sha256(grammar.encode()).hexdigest()


def _stored() -> dict[str, Any] | None:
    if not STORED.exists():
        return None
    found: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return found
