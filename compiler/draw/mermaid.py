"""Mermaid text: drawings that show inside Markdown."""

from collections.abc import Iterator, Mapping, Sequence

from .picture import Look, Mark, Picture

# What opens and closes a node of each look.
_SHAPES: Mapping[Look, tuple[str, str]] = {
    Look.LATENT: ("([", "])"),
    Look.OBSERVED: ("([", "])"),
    Look.PARTLY: ("([", "])"),
    Look.FIXED: ("[[", "]]"),
    Look.PATCHED: ("[[", "]]"),
    Look.DERIVED: ("([", "])"),
    Look.FACTOR: ("[", "]"),
    Look.PARAM: ("{{", "}}"),
    Look.DATA: ("[", "]"),
}

_STYLES: Mapping[Look, str] = {
    Look.LATENT: "fill:#ffffff,stroke:#444444,color:#111111",
    Look.OBSERVED: "fill:#cfd8e3,stroke:#444444,color:#111111",
    Look.PARTLY: "fill:#e7ecf1,stroke:#444444,color:#111111",
    Look.FIXED: "fill:#ffe2bd,stroke:#444444,color:#111111",
    Look.PATCHED: "fill:#fff1de,stroke:#444444,color:#111111",
    Look.DERIVED: "fill:#ffffff,stroke:#444444,color:#111111,stroke-dasharray:4 3",
    Look.FACTOR: "fill:#e6ddf2,stroke:#444444,color:#111111",
    Look.PARAM: "fill:#e2f0dc,stroke:#444444,color:#111111",
    Look.DATA: "fill:#f2f2f2,stroke:#999999,color:#111111",
}

# Written as numbers in labels: each of these could end a label, or begin an entity, a tag, a
# directive or Markdown.
_SPECIAL = frozenset('"#&<>`%{}\\;')


def mermaid(pictures: Sequence[Picture]) -> str:
    """Pictures as one Mermaid flowchart. Nodes are numbered, names appear in labels only."""
    lines = ["flowchart TB"]
    for i, p in enumerate(pictures):
        if len(pictures) == 1:
            lines += _picture(p, f"g{i}_", "  ")
        else:
            lines.append(f'  subgraph g{i}["{_text(p.title)}"]')
            lines += _picture(p, f"g{i}_", "    ")
            lines.append("  end")
    used = {m.look for p in pictures for m in p.marks}
    lines += [f"  classDef {_class(k)} {style}" for k, style in _STYLES.items() if k in used]
    return "\n".join([*lines, ""])


def _picture(p: Picture, prefix: str, indent: str) -> Iterator[str]:
    ids = {m.name: f"{prefix}{i}" for i, m in enumerate(p.marks)}
    yield from _inside(p, None, ids, prefix, indent)
    for arrow in p.arrows:
        yield f"{indent}{ids[arrow.tail]} --> {ids[arrow.head]}"
    for split in p.splits:
        yield f"{indent}{ids[split.natural]} -.- {ids[split.fixed]}"


def _inside(
    p: Picture, box: int | None, ids: Mapping[str, str], prefix: str, indent: str
) -> Iterator[str]:
    for mark in p.marks:
        if mark.box == box:
            left, right = _SHAPES[mark.look]
            yield f'{indent}{ids[mark.name]}{left}"{_label(mark)}"{right}:::{_class(mark.look)}'
    for i, inner in enumerate(p.boxes):
        if inner.parent == box:
            yield f'{indent}subgraph {prefix}p{i}["{_text(inner.label)}"]'
            yield from _inside(p, i, ids, prefix, indent + "  ")
            yield f"{indent}end"


def _class(look: Look) -> str:
    return look.name.lower()


def _label(mark: Mark) -> str:
    return "<br/>".join(_text(line) for line in (mark.name, mark.note) if line)


def _text(text: str) -> str:
    """A label's text; whatever means something to Mermaid, to Markdown or to HTML is a number."""
    return "".join(f"#{ord(c)};" if c in _SPECIAL else c for c in " ".join(text.splitlines()))
