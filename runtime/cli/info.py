"""``nacre info``: what a model is made of."""

from typing import Annotated

import typer

from ...compiler import driver
from ...compiler.facts import Facts, Variable, facts
from ..source_file import read_source
from .console import put, put_json, refusals


def info(
    model: Annotated[str, typer.Argument(help="Model file (- for standard input).")],
    as_object: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """List dimensions, variables, their distributions, supports and parents."""
    with refusals(as_object=as_object):
        source = read_source(model)
        found = facts(driver.graph_of(driver.front(source)))
    if as_object:
        put_json(found.as_json())
    else:
        put(_page(source.name, found))


def _page(name: str, found: Facts) -> str:
    lines = [name]
    if found.dims:
        lines += ["", "dimensions", *(f"  {n:<16} {labels}" for n, labels in found.dims.items())]
    for title, roles in (
        ("data", ("data",)),
        ("latent", ("latent", "partly observed", "param")),
        ("observed", ("observed",)),
        ("derived", ("derived", "fixed")),
    ):
        rows = found.of_role(*roles)
        if rows:
            lines += ["", title, *(_row(v) for v in rows)]
    for title, names in (("guides", found.guides), ("scenarios", found.scenarios)):
        if names:
            lines += ["", title, *(f"  {n}" for n in names)]
    return "\n".join(lines)


def _row(v: Variable) -> str:
    shape = f"[{', '.join(map(str, v.dims))}]" if v.dims else ""
    what = v.distribution or ("param" if v.role == "param" else "")
    parents = f"<- {', '.join(v.parents)}" if v.parents else ""
    return f"  {v.name + shape:<24} {what:<14} {v.support:<10} {parents}".rstrip()
