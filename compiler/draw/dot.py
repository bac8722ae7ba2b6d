"""DOT text, for Graphviz and everything that reads it."""

from collections.abc import Iterator, Mapping, Sequence

from .picture import Look, Mark, Picture

_STYLES: Mapping[Look, str] = {
    Look.LATENT: "shape=ellipse",
    Look.OBSERVED: 'shape=ellipse, style=filled, fillcolor="#cfd8e3"',
    Look.PARTLY: 'shape=ellipse, style=filled, fillcolor="#ffffff;0.5:#cfd8e3"',
    Look.FIXED: 'shape=box, peripheries=2, style=filled, fillcolor="#ffe2bd"',
    Look.PATCHED: 'shape=box, peripheries=2, style=filled, fillcolor="#ffffff;0.5:#ffe2bd"',
    Look.DERIVED: "shape=ellipse, style=dashed",
    Look.FACTOR: 'shape=box, style=filled, fillcolor="#e6ddf2"',
    Look.PARAM: 'shape=hexagon, style=filled, fillcolor="#e2f0dc"',
    Look.DATA: 'shape=box, style="rounded,filled", fillcolor="#f2f2f2", fontsize=11, height=0.3',
}

_PLATE = 'labeljust=r; labelloc=b; style=rounded; color="#8a8f98";'


def dot(pictures: Sequence[Picture]) -> str:
    """Pictures as one DOT graph, side by side where there are several.

    Plates are clusters. Nodes are numbered: no name of the model is ever an identifier here.
    """
    lines = [
        "digraph model {",
        '  graph [fontname="Helvetica", fontsize=11, ranksep=0.45];',
        '  node [fontname="Helvetica", fontsize=13];',
        '  edge [arrowsize=0.7, color="#444444"];',
    ]
    for i, p in enumerate(pictures):
        if len(pictures) == 1:
            lines += _picture(p, f"g{i}_", "  ")
        else:
            lines += [f"  subgraph cluster_g{i} {{", f"    label={_text(p.title)}; color=none;"]
            lines += _picture(p, f"g{i}_", "    ")
            lines.append("  }")
    return "\n".join([*lines, "}", ""])


def _picture(p: Picture, prefix: str, indent: str) -> Iterator[str]:
    ids = {m.name: f"{prefix}{i}" for i, m in enumerate(p.marks)}
    yield from _inside(p, None, ids, prefix, indent)
    for arrow in p.arrows:
        yield f"{indent}{ids[arrow.tail]} -> {ids[arrow.head]};"
    for split in p.splits:
        line = f"{ids[split.natural]} -> {ids[split.fixed]}"
        yield f"{indent}{line} [style=dotted, arrowhead=none, constraint=false];"


def _inside(
    p: Picture, box: int | None, ids: Mapping[str, str], prefix: str, indent: str
) -> Iterator[str]:
    for mark in p.marks:
        if mark.box == box:
            yield f"{indent}{ids[mark.name]} [{_label(mark)}, {_STYLES[mark.look]}];"
    for i, inner in enumerate(p.boxes):
        if inner.parent == box:
            yield f"{indent}subgraph cluster_{prefix}p{i} {{"
            yield f"{indent}  label={_text(inner.label)}; {_PLATE}"
            yield from _inside(p, i, ids, prefix, indent + "  ")
            yield f"{indent}}}"


def _label(mark: Mark) -> str:
    return f"label={_text(mark.name, mark.note)}"


def _text(*lines: str) -> str:
    """A quoted string of DOT: a backslash and a quote are escaped, so that nothing else can be
    meant by them (`\\N` would stand for a node's name)."""
    escaped = (x.replace("\\", "\\\\").replace('"', '\\"') for x in lines if x)
    return '"' + "\\n".join(" ".join(x.splitlines()) for x in escaped) + '"'
