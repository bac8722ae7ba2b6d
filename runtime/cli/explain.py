"""``nacre explain``: the long form of a code."""

from textwrap import fill
from typing import Annotated

import typer

from ...compiler.complaints import CODES as CHECKED
from ...compiler.rewrite.complaints import CODES as ASKED
from ...grammar.complaints import CODES as PARSED
from ...grammar.diagnostic import Explanation, Rejected
from ..complaints import CODES as RUN
from ..complaints import command as complaints
from .console import put, put_json, refusals

_WIDTH = 88  # of prose; examples are as wide as they are


def explain(
    code: Annotated[str | None, typer.Argument(help="A code such as E203; none lists all.")] = None,
    as_object: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Say more about a code, with a wrong and a right example."""
    codes = {**PARSED, **CHECKED, **ASKED, **RUN}
    if code is None:
        titles = {c: codes[c].title for c in sorted(codes)}
        if as_object:
            put_json(titles)
        else:
            put("\n".join(f"{c}  {title}" for c, title in titles.items()))
        return
    with refusals(as_object=as_object):
        found = codes.get(code.upper())
        if found is None:
            raise Rejected([complaints.no_such_code(code, codes)])
    if as_object:
        e = found
        put_json(
            {
                "code": code.upper(),
                "title": e.title,
                "text": e.text,
                "wrong": e.wrong,
                "right": e.right,
            }
        )
    else:
        put(_page(code.upper(), found))


def _page(code: str, e: Explanation) -> str:
    text = "\n".join(fill(line, _WIDTH, break_long_words=False) for line in e.text.split("\n"))
    return (
        f"{code}: {e.title}\n\n{text}\n\nThis is refused:\n\n{_indented(e.wrong)}\n\n"
        f"This is right:\n\n{_indented(e.right)}"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.rstrip("\n").split("\n"))
