"""``nacre info``: what a model is made of."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from ...compiler import driver
from ...compiler.elimination import Step
from ...compiler.facts import Facts, Variable, facts
from ...compiler.graph import ModelGraph
from ...grammar.diagnostic import Diagnostic, Rejected
from ..source_file import read_source
from .console import put, put_json, refusals


def info(
    model: Annotated[str, typer.Argument(help="Model file (- for standard input).")],
    as_object: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """List dimensions, variables, distributions and parents."""
    with refusals(as_object=as_object):
        source = read_source(model)
        graph = driver.graph_of(driver.front(source))
        found = facts(graph)
        steps, objections = _elimination(graph)
    if as_object:
        plan = [{"cannot": d.message} for d in objections] or [asdict(s) for s in steps]
        put_json({**found.as_json(), "summed_out": plan})
    else:
        put(_page(source.name, found))
        if lines := [*_plan(steps), *(f"  {d.message}" for d in objections)]:
            put("\n".join(["\nto be summed out, in this order", *lines]))


def _elimination(graph: ModelGraph) -> tuple[tuple[Step, ...], Sequence[Diagnostic]]:
    """The plan of elimination, or what speaks against one before the data are known."""
    try:
        return driver.elimination(graph), ()
    except Rejected as error:
        return (), error.diagnostics


def _plan(steps: Sequence[Step]) -> list[str]:
    """The steps of elimination, and what they come to where that is known."""
    lines = [_step(s) for s in steps]
    sizes = [s.size for s in steps]
    if steps and None not in sizes:
        total = sum(n for n in sizes if n is not None)
        lines.append(f"  about {total:,} additions for every evaluation of the density")
    return lines


def _step(step: Step) -> str:
    """One elimination with its cost: numbers in its table of log weights."""
    others = [n for n in step.clique if n not in step.families]
    if step.along is not None:
        length = "" if step.length is None else f" ({step.length:,})"
        parts = [f"a chain along {step.along}{length}"]
    else:
        parts = ["all elements together" if step.joined else "each element by itself"]
    parts += [f"beside {', '.join(others)}"] if others else []
    cost = f"{step.table:,} numbers" if step.table is not None else "a table known with the data"
    plates = [*([] if step.along is None else [step.along]), *step.plates]
    cost += f" for every {', '.join(plates)}" if plates else ""
    return f"  {', '.join(step.families):<16} {'; '.join([*parts, cost])}"


def _page(name: str, found: Facts) -> str:
    lines = [name]
    if found.dims:
        lines += ["", "dimensions", *(f"  {n:<16} {labels}" for n, labels in found.dims.items())]
    for title, roles in (
        ("data", ("data",)),
        ("networks", ("network",)),
        ("latent", ("latent", "partly observed", "param")),
        ("observed", ("observed",)),
        ("derived", ("derived", "fixed")),
        ("factors", ("factor",)),
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
